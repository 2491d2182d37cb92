import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { ConstructError } from './errors';

/** Actions of an alarm state that CloudWatch takes. */
const MOST_ACTIONS = 5;

/**
 * Checks the topics that alarms notify.
 *
 * @throws {ConstructError} for more topics than CloudWatch takes, and for what is no ARN of a topic
 */
export function checkTopics(scope: IConstruct, topicArns: readonly string[]): void {
  if (topicArns.length > MOST_ACTIONS) {
    throw new ConstructError(`topicArns has ${topicArns.length} topics, allowed are at most ${MOST_ACTIONS}`, scope);
  }
  for (const arn of topicArns) {
    if (!Token.isUnresolved(arn) && !/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_.-]+$/.test(arn)) {
      throw new ConstructError(`topicArns has ${JSON.stringify(arn)}, allowed are ARNs of SNS topics`, scope);
    }
  }
}
