import type { Rule } from './rule';
import { Functions } from './shared/functions';
import { finding, type Judgement, numberOf, type Placed, resourcesOf } from './shared/resources';

/** Longest time that API Gateway waits for an integration where nothing is set, in milliseconds. */
const DEFAULT_WAIT = 29_000;
/** Time that Lambda gives a function where nothing is set, in seconds. */
const DEFAULT_TIMEOUT = 3;

/** The gateway waits longer than the function may run. */
export const functionTimeout: Rule = {
  id: 'LAM-003',
  title: 'Function that may run longer than the gateway waits',
  why: 'The caller gets 504 while the function goes on: work is done and billed whose result nobody gets, and a retry does it twice.',
  cause: 'The timeout was raised against slow answers.',
  fix: 'Set the timeout below that of the integration (29 s by default), or answer 202 and work in the background.',
  severity: 'low',
  references: ['https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html'],
  check: (model) => {
    const functions = new Functions(model);
    const waits = new Map<Placed['resource'], { readonly placed: Placed; readonly wait: number | undefined }>();
    for (const integration of resourcesOf(model, 'aws_api_gateway_integration')) {
      const target = functions.target(integration, 'uri');
      const placed = target.kind === 'known' ? target.value.placed : undefined;
      if (placed !== undefined) {
        const wait = waitOf(integration);
        const before = waits.get(placed.resource);
        const shortest = before === undefined ? wait : least(before.wait, wait);
        waits.set(placed.resource, { placed, wait: shortest });
      }
    }
    return [...waits.values()].map(({ placed, wait }) => finding(placed, 'timeout', judge(placed, wait)));
  },
};

function waitOf({ resource }: Placed): number | undefined {
  const value = numberOf(resource.attributes, 'timeout_milliseconds');
  return value.kind === 'known' ? value.value : value.kind === 'absent' ? DEFAULT_WAIT : undefined;
}

function least(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? undefined : Math.min(left, right);
}

function judge({ resource }: Placed, wait: number | undefined): Judgement {
  const timeout = numberOf(resource.attributes, 'timeout');
  if (timeout.kind === 'unknown' || wait === undefined) {
    return ['unknown', 'its timeout, or that of its integration, is not known'];
  }
  const seconds = timeout.kind === 'known' ? timeout.value : DEFAULT_TIMEOUT;
  return seconds * 1000 <= wait
    ? ['pass', `it ends after ${seconds} s, and the gateway waits for ${wait / 1000} s`]
    : ['fail', `it may run for ${seconds} s, and the gateway waits for ${wait / 1000} s`];
}
