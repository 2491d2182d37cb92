import { join } from '../model/joins';
import type { Rule } from './rule';
import { Functions } from './shared/functions';
import { blocksOf, finding, isSet, type Judgement, type Placed, resourcesOf } from './shared/resources';

/** Principals that invoke functions asynchronously, and drop an event when it failed three times. */
const ASYNCHRONOUS = /^(events|s3|sns|ses|logs|iot|config|codecommit)\.amazonaws\.com$/;

const EVENT_RULE = 'aws_cloudwatch_event_rule';

/** An event that a function could not handle is not lost. */
export const lostEvents: Rule = {
  id: 'LAM-004',
  title: 'Events that are lost when the function fails',
  why: 'Lambda tries an asynchronous event three times and then drops it without a trace.',
  cause: 'Neither dead_letter_config nor aws_lambda_function_event_invoke_config was set.',
  fix: 'Set dead_letter_config with a queue, or an on_failure destination.',
  severity: 'medium',
  references: ['https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html'],
  check: (model) => {
    const functions = new Functions(model);
    const invoked = new Map<Placed['resource'], Placed>();
    const scheduled = new Map<Placed['resource'], Placed>();
    for (const permission of resourcesOf(model, 'aws_lambda_permission')) {
      const principal = permission.resource.attributes.string('principal');
      const target = functions.target(permission, 'function_name');
      const placed = target.kind === 'known' ? target.value.placed : undefined;
      if (placed !== undefined && principal.kind === 'known' && ASYNCHRONOUS.test(principal.value)) {
        (isScheduled(permission) ? scheduled : invoked).set(placed.resource, placed);
      }
    }
    const kept = new Set<Placed['resource']>();
    let open = false;
    for (const config of resourcesOf(model, 'aws_lambda_function_event_invoke_config')) {
      const target = functions.target(config, 'function_name');
      open ||= target.kind === 'unknown';
      if (target.kind === 'known' && target.value.placed !== undefined && hasFailureDestination(config)) {
        kept.add(target.value.placed.resource);
      }
    }
    const again = [...scheduled.values()].filter(({ resource }) => !invoked.has(resource));
    return [
      ...[...invoked.values()].map((placed) =>
        finding(placed, 'dead_letter_config', judge(placed, kept.has(placed.resource), open)),
      ),
      ...again.map((placed) => finding(placed, 'dead_letter_config', ['pass', 'its schedule sends the event again'])),
    ];
  },
};

/** A schedule sends the same event again and again: none of them is the only one of its kind. */
function isScheduled({ stack, resource }: Placed): boolean {
  const joined = join(stack, resource, resource.attributes, 'source_arn', [EVENT_RULE], ['arn']);
  const arn = joined.kind === 'external' ? joined.id.value : '';
  // An ARN may be written out, which no plan joins.
  const named = stack.withAttribute(EVENT_RULE, 'name', arn.slice(arn.indexOf(':rule/') + ':rule/'.length))[0];
  const rule = joined.kind === 'resource' ? joined.resource : named;
  return rule?.attributes.string('schedule_expression').kind === 'known';
}

function hasFailureDestination({ resource }: Placed): boolean {
  const destinations = resource.attributes.blocks('destination_config');
  const destination = destinations.kind === 'known' ? destinations.value[0] : undefined;
  const failures = destination?.blocks('on_failure');
  return failures?.kind === 'known' && failures.value.length > 0;
}

function judge({ resource }: Placed, kept: boolean, open: boolean): Judgement {
  const queues = blocksOf(resource.attributes, 'dead_letter_config');
  const queue = queues.kind === 'known' ? queues.value[0] : undefined;
  if (kept || (queue !== undefined && isSet(queue, 'target_arn'))) {
    return ['pass', 'events that fail are kept'];
  }
  return queues.kind !== 'known' || open
    ? ['unknown', 'whether failed events are kept is not known']
    : ['fail', 'events that fail three times are lost'];
}
