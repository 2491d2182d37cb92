import type { Rule } from './rule';
import { Functions } from './shared/functions';
import { blocksOf, finding, isSet, type Judgement, type Placed, resourcesOf } from './shared/resources';

/** Principals that invoke functions asynchronously, and drop an event when it failed three times. */
const ASYNCHRONOUS = /^(events|s3|sns|ses|logs|iot|config|codecommit)\.amazonaws\.com$/;

/** An event that a function could not handle is not lost. */
export const lam004: Rule = {
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
    for (const permission of resourcesOf(model, 'aws_lambda_permission')) {
      const principal = permission.resource.attributes.string('principal');
      const target = functions.target(permission, 'function_name');
      const placed = target.kind === 'known' ? target.value.placed : undefined;
      if (placed !== undefined && principal.kind === 'known' && ASYNCHRONOUS.test(principal.value)) {
        invoked.set(placed.resource, placed);
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
    return [...invoked.values()].map((placed) =>
      finding(placed, 'dead_letter_config', judge(placed, kept.has(placed.resource), open)),
    );
  },
};

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
