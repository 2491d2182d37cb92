import type { ThrottleSettings, UsagePlan } from '../gateway/model';
import { SynthError } from './errors';
import { numberOf, type Resource, type StackResources } from './resources';
import { blocksOf, type JsonObject } from './stacks';

/** The usage plans of the stacks. @throws {SynthError} for a malformed plan */
export function readUsagePlans(stacks: readonly StackResources[]): UsagePlan[] {
  return stacks.flatMap((stack) => stack.ofType('aws_api_gateway_usage_plan')).map(readPlan);
}

function readPlan(resource: Resource): UsagePlan {
  const [throttle] = resource.blocks('throttle_settings');
  const [quota] = resource.blocks('quota_settings');
  const tags = resource.textMap('tags');
  return {
    id: resource.text('id'),
    name: resource.text('name'),
    apiStages: resource.blocks('api_stages').map((block) => ({
      apiId: String(block.api_id),
      stage: String(block.stage),
      throttles: Object.fromEntries(
        blocksOf(block.throttle, `${resource.label}.api_stages.throttle`).map((limit) => [
          methodKey(resource, String(limit.path)),
          throttleOf(resource, limit),
        ]),
      ),
    })),
    ...(Object.keys(tags).length === 0 ? {} : { tags }),
    ...(throttle === undefined ? {} : { throttle: throttleOf(resource, throttle) }),
    ...(quota === undefined ? {} : { quota: quotaOf(resource, quota) }),
  };
}

/** `/v1/sales/GET` of a plan as `GET /v1/sales`. */
function methodKey(resource: Resource, path: string): string {
  const [, route, method] = /^(\/.*)\/([A-Z]+)$/.exec(path) ?? [];
  if (route === undefined || method === undefined) {
    throw new SynthError(`${resource.label} throttles ${JSON.stringify(path)}, allowed is "<path>/<METHOD>"`);
  }
  return `${method} ${route}`;
}

/** A rate and a burst. An absent one is 0, as Terraform's provider sends it. */
export function throttleOf(resource: Resource, block: JsonObject): ThrottleSettings {
  const read = (name: string): number => numberOf(block[name] ?? 0, `${resource.label}: ${name}`);
  return { rateLimit: read('rate_limit'), burstLimit: read('burst_limit') };
}

function quotaOf(resource: Resource, block: JsonObject): NonNullable<UsagePlan['quota']> {
  const { period } = block;
  if (period !== 'DAY' && period !== 'WEEK' && period !== 'MONTH') {
    throw new SynthError(
      `${resource.label} has the quota period ${JSON.stringify(period)}, allowed are DAY, WEEK, MONTH`,
    );
  }
  return {
    limit: numberOf(block.limit, `${resource.label}: quota limit`),
    offset: numberOf(block.offset ?? 0, `${resource.label}: quota offset`),
    period,
  };
}
