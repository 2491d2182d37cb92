import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import type { Construct } from 'constructs';

export interface ExecutionLogOptions {
  readonly restApiId: string;
  readonly stageName: string;
  readonly level: 'OFF' | 'ERROR' | 'INFO';
  /** In days. */
  readonly retentionInDays: number;
  /** ARN of a KMS key. @default - CloudWatch's own */
  readonly keyArn?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/**
 * The log group of a stage's execution log, where it writes one. API Gateway would make it by itself, under this name and
 * never removing a line, so it has to be there before the logging is switched on.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 */
export function executionLogGroup(scope: Construct, options: ExecutionLogOptions): CloudwatchLogGroup | undefined {
  const { restApiId, stageName, level, retentionInDays, keyArn, tags } = options;
  if (level === 'OFF') return undefined;
  return new CloudwatchLogGroup(scope, 'ExecutionLog', {
    name: `API-Gateway-Execution-Logs_${restApiId}/${stageName}`,
    retentionInDays,
    ...(keyArn === undefined ? {} : { kmsKeyId: keyArn }),
    ...(tags === undefined ? {} : { tags: { ...tags } }),
  });
}
