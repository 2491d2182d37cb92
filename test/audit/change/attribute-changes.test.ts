import { type AttributeChange, attributeChanges } from '../../../audit/change/attribute-changes';
import type { JsonObject } from '../../../audit/json';
import { readPlan } from '../../../audit/reader/plan';

/** What a plan makes of one resource: its values before and after, and what is known only after apply. */
function changes(type: string, before: JsonObject, after: JsonObject, unknown: JsonObject = {}): AttributeChange[] {
  const plan = {
    resource_changes: [
      {
        address: `${type}.r`,
        mode: 'managed',
        type,
        name: 'r',
        change: {
          actions: ['update'],
          before,
          after,
          after_unknown: unknown,
          before_sensitive: {},
          after_sensitive: {},
        },
      },
    ],
    configuration: {
      root_module: {
        resources: [
          {
            mode: 'managed',
            type,
            name: 'r',
            expressions: Object.fromEntries(
              Object.keys(unknown).map((name) => [name, { references: ['aws_lambda_function.f.arn'] }]),
            ),
          },
        ],
      },
    },
  };
  const [resource] = readPlan(plan as JsonObject, 'stack', 'plan.json').resources;
  return resource === undefined ? [] : attributeChanges(resource);
}

function told(type: string, before: JsonObject, after: JsonObject, unknown?: JsonObject): string[] {
  return changes(type, before, after, unknown).map(({ path, of, order, values }) =>
    [path, of?.kind ?? 'unclassified', order, values].join(' ').trim(),
  );
}

test('an authorizer that asks another function is another authorizer', () => {
  expect(told('aws_api_gateway_authorizer', { authorizer_uri: 'a' }, { authorizer_uri: 'b' })).toEqual([
    'authorizer_uri identity incomparable a → b',
  ]);
});

test('a route that reads the table itself has another answer, in each setting that says so', () => {
  const before = { type: 'AWS_PROXY', uri: 'arn:function', credentials: null };
  const after = { type: 'AWS', uri: 'arn:dynamodb:action/Scan', credentials: 'arn:role' };
  expect(told('aws_api_gateway_integration', before, after)).toEqual([
    'type identity incomparable AWS_PROXY → AWS',
    'uri identity incomparable arn:function → arn:dynamodb:action/Scan',
    'credentials identity incomparable none → arn:role',
  ]);
});

test('a rule of a web ACL that only counts is told, whatever its place among the rules', () => {
  const rule = (name: string, action: string) => ({ name, priority: 1, action: [{ [action]: [{}] }] });
  const before = { rule: [rule('rate', 'block'), rule('bad', 'block')] };
  const after = { rule: [rule('bad', 'block'), rule('rate', 'count')] };
  expect(changes('aws_wafv2_web_acl', before, after).map(({ path }) => path)).toContain('rule.action');
});

test('blocks that changed places are no change, and the one that is left is told', () => {
  const before = { settings: [{ throttling_rate_limit: 1 }, { throttling_rate_limit: 2 }] };
  expect(
    told('aws_api_gateway_method_settings', before, {
      settings: [{ throttling_rate_limit: 3 }, { throttling_rate_limit: 1 }],
    }),
  ).toEqual(['settings.throttling_rate_limit ordered weaker 2 → 3']);
});

test.each<[string, string, JsonObject, JsonObject, string]>([
  [
    'an alarm that tells nobody',
    'aws_cloudwatch_metric_alarm',
    { alarm_actions: ['t'] },
    { alarm_actions: [] },
    'weaker',
  ],
  ['a schedule that is off', 'aws_cloudwatch_event_rule', { state: 'ENABLED' }, { state: 'DISABLED' }, 'weaker'],
  ['a boundary taken off', 'aws_iam_role', { permissions_boundary: 'b' }, { permissions_boundary: null }, 'weaker'],
  ['another boundary', 'aws_iam_role', { permissions_boundary: 'b' }, { permissions_boundary: 'c' }, 'incomparable'],
  ['a longer session', 'aws_iam_role', { max_session_duration: 3600 }, { max_session_duration: 7200 }, 'weaker'],
  ['a shorter default session', 'aws_iam_role', { max_session_duration: 7200 }, {}, 'stronger'],
  ['an older protocol', 'aws_apigatewayv2_domain_name', tls('TLS_1_2'), tls('TLS_1_0'), 'weaker'],
  ['a protocol without a rank', 'aws_apigatewayv2_domain_name', tls('TLS_1_2'), tls('TLS_9'), 'incomparable'],
  ['the same quota for a longer time', 'aws_api_gateway_usage_plan', quota('DAY'), quota('MONTH'), 'stronger'],
  ['unsigned code', 'aws_lambda_function', { code_signing_config_arn: 'c' }, {}, 'weaker'],
  ['entries that end by another attribute', 'aws_dynamodb_table', ttl('expiresAt'), ttl('never'), 'incomparable'],
])('%s', (_, type, before, after, order) => {
  expect(changes(type, before, after).map((change) => change.order)).toEqual([order]);
});

function tls(security_policy: string): JsonObject {
  return { domain_name_configuration: [{ security_policy }] };
}

function quota(period: string): JsonObject {
  return { quota_settings: [{ limit: 10, period }] };
}

function ttl(attribute_name: string): JsonObject {
  return { ttl: [{ attribute_name, enabled: true }] };
}

test('what is known only after apply may be anything', () => {
  expect(told('aws_api_gateway_integration', { uri: 'a' }, {}, { uri: true })).toEqual(['uri identity unknown']);
});

test('what nobody set and the provider fills in is no change', () => {
  const [type, before] = ['aws_api_gateway_integration', { uri: 'a', cache_namespace: 'x' }];
  expect(told(type, before, { uri: 'a', cache_namespace: 'x' })).toEqual([]);
});

test('a document in another layout, and an empty list in place of none, are no change', () => {
  const before = { event_pattern: '{"a":1,"b":[]}', role_arn: null };
  expect(told('aws_cloudwatch_event_rule', before, { event_pattern: '{ "a": 1 }', role_arn: '' })).toEqual([]);
});

test('an attribute that the table does not know is told as such', () => {
  expect(told('aws_api_gateway_integration', { brand_new: 1 }, { brand_new: 2 })).toEqual([
    'brand_new unclassified incomparable',
  ]);
});

test('the values of an environment are not shown', () => {
  const variables = (KEY: string) => ({ environment: [{ variables: { KEY } }] });
  expect(told('aws_lambda_function', variables('one'), variables('two'))).toEqual([
    'environment identity incomparable',
  ]);
});
