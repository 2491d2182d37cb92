import { join } from '../../model/joins';
import type { Api, AuditModel, Policy, PolicyStatement } from '../../model/types';
import { resourceAt } from './addresses';
import { opensPrincipal } from './principals';

const REST_API = 'aws_api_gateway_rest_api';
const API_POLICIES = [REST_API, 'aws_api_gateway_rest_api_policy', 'aws_api_gateway_rest_api_put'];

/** True for a resource policy of a REST API. */
export function isApiPolicy(policy: Policy): boolean {
  return policy.kind === 'resource' && API_POLICIES.includes(policy.resourceType);
}

/** The API that a resource policy belongs to; undefined where that is not known. */
export function apiOfPolicy(model: AuditModel, policy: Policy): Api | undefined {
  const carrier = resourceAt(policy.stack, policy.address);
  if (carrier === undefined) {
    return undefined;
  }
  const joined =
    carrier.type === REST_API
      ? ({ kind: 'resource', resource: carrier } as const)
      : join(policy.stack, carrier, carrier.attributes, 'rest_api_id', [REST_API]);
  return joined.kind === 'resource' ? model.apis.find(({ resource }) => resource === joined.resource) : undefined;
}

/** True for a statement that allows everybody, without a condition. */
export function opensToEverybody(statement: PolicyStatement): boolean {
  return opensPrincipal(statement)?.verdict === 'fail';
}
