import type { JsonObject } from '../../audit/json';

/** Values of the resources of a state, by address; `null`: there is none. */
export type Values = Readonly<Record<string, JsonObject | null>>;

/** A state in which all is known, by resource address. */
export const STATE: Values = {
  'aws_api_gateway_rest_api.a': { id: 'api1', root_resource_id: 'root1', name: 'shop' },
  'aws_api_gateway_method.m': {
    id: 'm1',
    rest_api_id: 'api1',
    resource_id: 'root1',
    http_method: 'GET',
    authorization: 'CUSTOM',
    authorizer_id: 'auth1',
    api_key_required: true,
  },
  'aws_api_gateway_authorizer.tokens': {
    id: 'auth1',
    rest_api_id: 'api1',
    name: 'tokens',
    type: 'REQUEST',
    authorizer_result_ttl_in_seconds: 60,
    identity_source: 'method.request.header.Authorization',
  },
  'aws_api_gateway_authorizer.other': {
    id: 'auth2',
    rest_api_id: 'api1',
    name: 'other',
    type: 'REQUEST',
    authorizer_result_ttl_in_seconds: 60,
  },
  'aws_api_gateway_stage.s': { id: 'st1', arn: 'arn:stage', rest_api_id: 'api1', stage_name: 'live' },
  'aws_api_gateway_method_settings.all': {
    id: 'set1',
    rest_api_id: 'api1',
    stage_name: 'live',
    method_path: '*/*',
    settings: [{ throttling_rate_limit: 100, throttling_burst_limit: 200 }],
  },
  'aws_api_gateway_usage_plan.gold': {
    id: 'plan1',
    name: 'gold',
    api_stages: [{ api_id: 'api1', stage: 'live', throttle: [] }],
    throttle_settings: [{ rate_limit: 10, burst_limit: 20 }],
    quota_settings: [{ limit: 1000, period: 'DAY' }],
  },
  'aws_wafv2_web_acl_association.w': { id: 'w1', resource_arn: 'arn:stage', web_acl_arn: 'arn:acl' },
  'terraform_data.rules': { input: { api: 'shop', routes: { 'GET /': { kind: 'scopes', anyOf: [['shop:read']] } } } },
};

/** A plan from one state to another; `null` takes a resource away. */
export function planBetween(before: Values, after: Values): JsonObject {
  const addresses = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return {
    format_version: '1.2',
    terraform_version: '1.11.4',
    planned_values: {},
    resource_changes: addresses.map((address) => {
      const [type = '', name = ''] = address.split('.');
      const [from, to] = [before[address] ?? null, after[address] ?? null];
      const actions = from ? (to ? ['update'] : ['delete']) : ['create'];
      return {
        address,
        mode: 'managed',
        type,
        name,
        change: { actions, before: from, after: to, after_unknown: {}, before_sensitive: {}, after_sensitive: {} },
      };
    }),
    configuration: { root_module: { resources: [] } },
  };
}

/** The state with other values. */
export function withChanges(changes: Values): Values {
  const merged = Object.entries(changes).map(([address, values]) => [
    address,
    values && { ...STATE[address], ...values },
  ]);
  return { ...STATE, ...Object.fromEntries(merged) };
}
