import type { JsonObject } from '../../../audit/json';
import { type PlannedResource, planOf, refer, reportOf } from '../support';

const REST = refer('aws_api_gateway_rest_api.api.id', 'aws_api_gateway_rest_api.api');
const METHOD = refer('aws_api_gateway_method.get.http_method', 'aws_api_gateway_method.get');
const ACCOUNT = '123456789012';

const api: PlannedResource = {
  type: 'aws_api_gateway_rest_api',
  name: 'api',
  after: { name: 'shop' },
  unknown: { id: true },
};
const method: PlannedResource = {
  type: 'aws_api_gateway_method',
  name: 'get',
  after: { http_method: 'GET', authorization: 'AWS_IAM' },
  unknown: { rest_api_id: true, resource_id: true },
  expressions: {
    rest_api_id: REST,
    resource_id: refer('aws_api_gateway_rest_api.api.root_resource_id', 'aws_api_gateway_rest_api.api'),
  },
};

function integration(after: JsonObject, unknown: JsonObject = {}, expressions: JsonObject = {}): PlannedResource {
  return {
    type: 'aws_api_gateway_integration',
    name: 'get',
    after: { http_method: 'GET', ...after },
    unknown: { rest_api_id: true, resource_id: true, ...unknown },
    expressions: { rest_api_id: REST, http_method: METHOD, ...expressions },
  };
}

const answers = (...resources: PlannedResource[]) => reportOf(planOf([api, method, ...resources])).matrix[0]?.answers;

describe('what answers a route', () => {
  const invocation = (arn: string) =>
    `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${arn}/invocations`;

  test.each([
    ['a function', invocation(`arn:aws:lambda:eu-west-1:${ACCOUNT}:function:orders`), 'function orders'],
    ['an alias of one', invocation(`arn:aws:lambda:eu-west-1:${ACCOUNT}:function:orders:live`), 'function orders:live'],
    ['an action of a service', 'arn:aws:apigateway:eu-west-1:dynamodb:action/Scan', 'dynamodb Scan'],
    ['a path of a service', `arn:aws:apigateway:eu-west-1:sqs:path/${ACCOUNT}/queue`, `sqs /${ACCOUNT}/queue`],
    ['a host', 'https://orders.example.com/v1/orders', 'https://orders.example.com/v1/orders'],
    ['a host, without query and user', 'https://a:b@x.example/v1?key=s3cret#f', 'https://x.example/v1'],
  ])('%s', (_, uri, expected) => {
    expect(answers(integration({ type: 'AWS_PROXY', uri }))).toBe(expected);
  });

  test('nothing but the gateway itself', () => {
    expect(answers(integration({ type: 'MOCK' }))).toBe('mock');
  });

  test('a function of the plan, whose ARN is known only after apply', () => {
    const lambda: PlannedResource = {
      type: 'aws_lambda_function',
      name: 'f',
      after: { function_name: 'orders' },
      unknown: { invoke_arn: true },
    };
    const uri = refer('aws_lambda_function.f.invoke_arn', 'aws_lambda_function.f');
    expect(answers(lambda, integration({ type: 'AWS_PROXY' }, { uri: true }, { uri }))).toBe('function orders');
  });

  test('something that is known only after apply', () => {
    expect(answers(integration({ type: 'HTTP' }, { uri: true }, { uri: refer('var.backend') }))).toBe('?');
  });

  test('nothing that the plan tells', () => {
    expect(answers()).toBe('-');
  });

  test('an operation of an OpenAPI document', () => {
    const body = (uri: string, type = 'aws_proxy') =>
      JSON.stringify({ paths: { '/a': { get: { 'x-amazon-apigateway-integration': { type, uri } } } } });
    const row = (text: string) =>
      reportOf(planOf([{ ...api, after: { name: 'shop', body: text } }])).matrix[0]?.answers;
    expect(row(body(invocation(`arn:aws:lambda:eu-west-1:${ACCOUNT}:function:orders`)))).toBe('function orders');
    expect(row(body('', 'mock'))).toBe('mock');
  });
});

describe('where an API is reached, and what guards it', () => {
  const row = (after: JsonObject, ...more: PlannedResource[]) => {
    const rest = { ...api, after: { name: 'shop', id: 'a1', ...after }, unknown: {} };
    const { endpoint, guards } = reportOf(planOf([rest, method, ...more])).matrix[0] ?? {};
    return [endpoint, guards];
  };
  const domain: PlannedResource = {
    type: 'aws_api_gateway_domain_name',
    name: 'd',
    after: { domain_name: 'api.example.com', mutual_tls_authentication: [{ truststore_uri: 's3://b/t.pem' }] },
  };
  const mapping: PlannedResource = {
    type: 'aws_api_gateway_base_path_mapping',
    name: 'm',
    after: { api_id: 'a1', domain_name: 'api.example.com' },
  };
  const endpoint = (type: string) => ({ endpoint_configuration: [{ types: [type] }] });

  test.each<[string, JsonObject, string, readonly string[]]>([
    ['nothing is set', {}, 'EDGE', []],
    ['a region', endpoint('REGIONAL'), 'REGIONAL', []],
    [
      'a private API',
      { ...endpoint('PRIVATE'), policy: '{"Statement":[]}' },
      'PRIVATE',
      ['resource policy', 'VPC endpoint'],
    ],
    [
      'its own domain only',
      { ...endpoint('REGIONAL'), disable_execute_api_endpoint: true },
      'REGIONAL, own domain only',
      [],
    ],
  ])('%s', (_, after, reached, guards) => {
    expect(row(after)).toEqual([reached, guards]);
  });

  test('a policy of its own resource', () => {
    const policy = { type: 'aws_api_gateway_rest_api_policy', name: 'p', after: { rest_api_id: 'a1', policy: '{}' } };
    expect(row({}, policy)).toEqual(['EDGE', ['resource policy']]);
  });

  test('mutual TLS guards only where the default address is off', () => {
    expect(row({}, domain, mapping)).toEqual(['EDGE', ['mutual TLS at its domain only']]);
    expect(row({ disable_execute_api_endpoint: true }, domain, mapping)).toEqual([
      'EDGE, own domain only',
      ['mutual TLS'],
    ]);
  });

  test('an API of another stack is not known', () => {
    const elsewhere = {
      ...method,
      after: { ...method.after, rest_api_id: 'x1', resource_id: 'r1' },
      unknown: {},
      expressions: {},
    };
    const { endpoint: reached, guards } = reportOf(planOf([elsewhere])).matrix[0] ?? {};
    expect([reached, guards]).toEqual(['?', ['?']]);
  });
});
