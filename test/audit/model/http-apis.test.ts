import type { MatrixRow } from '../../../audit';
import type { JsonObject } from '../../../audit/json';
import { type PlannedResource, planOf, refer, reportOf } from '../support';

const API = refer('aws_apigatewayv2_api.a.id', 'aws_apigatewayv2_api.a');

function api(protocol: string): PlannedResource {
  return {
    type: 'aws_apigatewayv2_api',
    name: 'a',
    after: { name: 'shop', protocol_type: protocol },
    unknown: { id: true },
  };
}

function route(name: string, key: string, after: JsonObject = {}, references: JsonObject = {}): PlannedResource {
  return {
    type: 'aws_apigatewayv2_route',
    name,
    after: { route_key: key, authorization_type: 'NONE', ...after },
    unknown: { api_id: true, ...Object.fromEntries(Object.keys(references).map((one) => [one, true])) },
    expressions: { api_id: API, ...references },
  };
}

const authorizer: PlannedResource = {
  type: 'aws_apigatewayv2_authorizer',
  name: 't',
  after: { name: 'tokens', authorizer_type: 'REQUEST', identity_sources: ['$request.header.Authorization'] },
  unknown: { api_id: true, id: true },
  expressions: { api_id: API },
};
const AUTHORIZED = { authorizer_id: refer('aws_apigatewayv2_authorizer.t.id', 'aws_apigatewayv2_authorizer.t') };

function rows(...resources: PlannedResource[]): readonly MatrixRow[] {
  return reportOf(planOf(resources)).matrix;
}

test('a route of an HTTP API has a row with its authorizer, which keeps nothing unless told to', () => {
  const [row] = rows(
    api('HTTP'),
    authorizer,
    route('r', 'GET /v1/sales', { authorization_type: 'CUSTOM' }, AUTHORIZED),
  );
  expect(row).toMatchObject({
    protocol: 'HTTP',
    api: 'shop',
    method: 'GET',
    path: '/v1/sales',
    authorization: 'CUSTOM',
    authorizer: {
      name: 'tokens',
      kind: 'REQUEST',
      ttlSeconds: '0',
      identitySource: '$request.header.Authorization',
      results: '-',
    },
    accessRule: 'authorizer',
    webAcl: null,
  });
});

test('an open route of an HTTP API is found, and so is the default route', () => {
  const report = reportOf(planOf([api('HTTP'), route('r', 'GET /open'), route('d', '$default')]));
  expect(report.matrix.map(({ method, path, accessRule }) => `${method} ${path} ${accessRule}`)).toEqual([
    'ANY $default none',
    'GET /open none',
  ]);
  const failed = report.findings.filter(({ rule, verdict }) => rule === 'AUTHZ-001' && verdict === 'fail');
  expect(failed.map(({ address }) => address)).toEqual(['aws_apigatewayv2_route.d', 'aws_apigatewayv2_route.r']);
});

test('scopes of a JWT authorizer are alternatives', () => {
  const jwt = { authorization_type: 'JWT', authorization_scopes: ['sales:read', 'sales:list'] };
  const [row] = rows(api('HTTP'), authorizer, route('r', 'GET /v1/sales', jwt, AUTHORIZED));
  expect(row).toMatchObject({ accessRule: 'scopes', scopes: 'sales:read or sales:list', verdict: 'pass' });
});

test('the messages of a WebSocket API are authorized when the connection is made', () => {
  const found = rows(
    api('WEBSOCKET'),
    authorizer,
    route('c', '$connect', { authorization_type: 'CUSTOM' }, AUTHORIZED),
    route('m', 'sendMessage'),
  );
  expect(found.map(({ path, authorization, accessRule }) => [path, authorization, accessRule])).toEqual([
    ['$connect', 'CUSTOM', 'authorizer'],
    ['sendMessage', 'CUSTOM', 'authorizer'],
  ]);
});

test('a WebSocket API without authorization at $connect is open', () => {
  const found = rows(
    api('WEBSOCKET'),
    route('c', '$connect'),
    route('m', 'sendMessage', { authorization_type: 'AWS_IAM' }),
  );
  expect(found.map(({ accessRule }) => accessRule)).toEqual(['none', 'none']);
});

test('a stage limits its routes, and single ones otherwise', () => {
  const stage: PlannedResource = {
    type: 'aws_apigatewayv2_stage',
    name: 's',
    after: {
      name: 'live',
      default_route_settings: [{ throttling_rate_limit: 100, throttling_burst_limit: 200 }],
      route_settings: [{ route_key: 'GET /b', throttling_rate_limit: 1, throttling_burst_limit: 2 }],
    },
    unknown: { api_id: true },
    expressions: { api_id: API },
  };
  const found = rows(api('HTTP'), stage, route('a', 'GET /a'), route('b', 'GET /b'));
  expect(found.map(({ path, throttle, stages }) => [path, throttle, stages])).toEqual([
    ['/a', '100 rps / 200 burst', ['live']],
    ['/b', '1 rps / 2 burst', ['live']],
  ]);
});

test('an authorizer that is not in the plan leaves a route undecided', () => {
  const [row] = rows(api('HTTP'), route('r', 'GET /a', { authorization_type: 'CUSTOM', authorizer_id: 'auth9' }));
  expect(row?.authorizer).toMatchObject({ name: '?' });
});

test('routes of an API of another stack have rows too', () => {
  const elsewhere = { ...route('r', 'GET /a', { api_id: 'api9' }), unknown: {}, expressions: {} };
  expect(rows(elsewhere)).toMatchObject([{ protocol: 'HTTP', path: '/a', accessRule: 'none' }]);
  const two = rows(elsewhere, { ...elsewhere, name: 's', after: { ...elsewhere.after, route_key: 'GET /b' } });
  expect(new Set(two.map((row) => row.api)).size).toBe(1);
});

test.each([
  ['NONE', 'none', 'fail'],
  ['AWS_IAM', 'iam', 'pass'],
])('a function URL with %s is a way in of its own', (type, rule, verdict) => {
  const found = rows({
    type: 'aws_lambda_function_url',
    name: 'u',
    after: { function_name: 'import', authorization_type: type },
  });
  expect(found).toMatchObject([{ protocol: 'FUNCTION', api: 'import', method: 'ANY', accessRule: rule, verdict }]);
});

describe('an OpenAPI document of an HTTP API', () => {
  const documented = (body: object, ...more: PlannedResource[]) =>
    rows({ ...api('HTTP'), after: { name: 'shop', protocol_type: 'HTTP', body: JSON.stringify(body) } }, ...more);
  const integration = { type: 'HTTP_PROXY', uri: 'https://orders.example.com/admin' };
  const paths = { '/admin': { post: { 'x-amazon-apigateway-integration': integration } } };

  test('has a row for each operation, beside the routes that are resources', () => {
    const found = documented({ paths }, route('r', 'GET /ok', { authorization_type: 'AWS_IAM' }));
    expect(found.map(({ method, path, authorization, answers }) => [method, path, authorization, answers])).toEqual([
      ['POST', '/admin', 'NONE', 'https://orders.example.com/admin'],
      ['GET', '/ok', 'AWS_IAM', '-'],
    ]);
    expect(found[0]).toMatchObject({ accessRule: 'none', verdict: 'fail', api: 'shop', protocol: 'HTTP' });
  });

  test('has JWT authorizers, whose answers nobody keeps', () => {
    const scheme = {
      type: 'oauth2',
      'x-amazon-apigateway-authorizer': { type: 'jwt', identitySource: '$request.header.Authorization' },
    };
    const secured = { ...paths['/admin'].post, security: [{ login: ['orders:write'] }] };
    const [row] = documented({
      paths: { '/admin': { post: secured } },
      components: { securitySchemes: { login: scheme } },
    });
    expect(row).toMatchObject({
      authorization: 'JWT',
      scopes: 'orders:write',
      authorizer: { kind: 'JWT', ttlSeconds: '0' },
    });
  });

  test('that is known only after apply is a row of which nothing is known', () => {
    const [row] = rows({
      ...api('HTTP'),
      unknown: { id: true, body: true },
      expressions: { body: refer('var.document') },
    });
    expect(row).toMatchObject({ path: '?', verdict: 'unknown', protocol: 'HTTP' });
  });
});

describe('an API with a target', () => {
  const quick = (after: JsonObject) =>
    rows({
      ...api('HTTP'),
      after: { name: 'pets', protocol_type: 'HTTP', ...after },
      expressions: {
        target: { constant_value: 'x' },
        ...('route_key' in after ? { route_key: { constant_value: 'x' } } : {}),
      },
    });

  test('answers every request, of everybody', () => {
    expect(quick({ target: 'https://pets.example.com' })).toMatchObject([
      { method: 'ANY', path: '$default', authorization: 'NONE', answers: 'https://pets.example.com', verdict: 'fail' },
    ]);
  });

  test('that is null makes no route, as modules hand it on', () => {
    expect(() => quick({ target: null })).toThrow('no readable route');
  });

  test('answers its route key alone where it has one', () => {
    expect(quick({ target: 'arn:aws:lambda:eu-west-1:123456789012:function:f', route_key: 'GET /pets' })).toMatchObject(
      [{ method: 'GET', path: '/pets', authorization: 'NONE', answers: 'function f' }],
    );
  });
});
