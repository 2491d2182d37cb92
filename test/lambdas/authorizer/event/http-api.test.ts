import type { AuthorizerConfig } from '../../../../lambdas/authorizer/config';
import type { SimpleAnswer } from '../../../../lambdas/authorizer/event/http-api';
import type { AuthorizerEvent } from '../../../../lambdas/authorizer/event/request';
import { compiled, NOW } from '../support/access-tokens';
import { apiHarness, eventFor, ROUTES } from '../support/harness';

const http = { ...compiled(ROUTES), gateway: 'http' as const };

/** An authorizer of an HTTP API, and of a REST API beside it. */
function harness(changes: Partial<AuthorizerConfig['apis'][string]> = {}) {
  return apiHarness({ apis: { sales: { ...http, ...changes }, other: compiled(ROUTES) } });
}

interface Options {
  readonly routeKey?: string;
  readonly path?: string;
  readonly sourceIp?: string;
  readonly changes?: Readonly<Record<string, unknown>>;
  readonly context?: Readonly<Record<string, unknown>>;
}

/** Event of an HTTP API as the developer guide shows it for payload format 2.0. */
function httpEvent(authorization: string, options: Options = {}): AuthorizerEvent {
  const { routeKey = 'GET /v1/sales', path = '/v1/sales', sourceIp = '192.0.2.1' } = options;
  return {
    version: '2.0',
    type: 'REQUEST',
    routeArn: `arn:aws:execute-api:eu-central-1:123456789012:api1/dev/GET${path}`,
    identitySource: [authorization, routeKey, sourceIp],
    routeKey,
    rawPath: path,
    rawQueryString: '',
    headers: { authorization, host: 'api.example.com' },
    requestContext: {
      accountId: '123456789012',
      apiId: 'api1',
      domainName: 'api1.execute-api.eu-central-1.amazonaws.com',
      http: { method: 'GET', path, protocol: 'HTTP/1.1', sourceIp, userAgent: 'agent' },
      requestId: 'request-1',
      routeKey,
      stage: 'dev',
      ...options.context,
    },
    pathParameters: {},
    stageVariables: { gatehouseApi: 'sales' },
    ...options.changes,
  } as AuthorizerEvent;
}

async function answer(options: Options & { record?: Record<string, unknown> } = {}, api = harness()) {
  const token = api.issue(options.record);
  return (await api.decide(httpEvent(`Bearer ${token}`, options))) as SimpleAnswer;
}

/** Public id in an API token. */
function idOf(token: string): string {
  return token.slice('acme_test_'.length, 'acme_test_'.length + 16);
}

describe('a token that may call the route', () => {
  test('is authorized with a real boolean, its context, and nothing else', async () => {
    const api = harness();
    const token = api.issue();
    const result = await api.decide(httpEvent(`Bearer ${token}`));
    expect(result).toEqual({
      isAuthorized: true,
      context: {
        tokenId: idOf(token),
        principal: `api_token|urn:gatehouse:platform:dev|${idOf(token)}`,
        issuer: 'urn:gatehouse:platform:dev',
        application: 'homepage',
        team: 'web',
        environment: 'dev',
        scopes: 'sales:read',
        tier: 'gold',
        issuedAt: result.context.issuedAt,
        expiresAt: String(NOW + 3600),
        expiryTime: new Date((NOW + 3600) * 1000).toISOString().replace('.000', ''),
        authMethod: 'api_token',
        secretGeneration: '1',
      },
    });
  });

  test('is logged as for a REST API', async () => {
    const api = harness();
    await answer({}, api);
    expect(api.ports.decisions).toMatchObject([
      { decision: 'allow', reason: 'ok', route: 'GET /v1/sales', request: { api: 'sales', stage: 'dev' } },
    ]);
  });

  test('finds the route by its key, whatever the path says', async () => {
    const options = { routeKey: 'GET /v1/sales/{region}', path: '/v1/sales/*/admin' };
    expect((await answer(options)).isAuthorized).toBe(true);
  });

  test('is authorized in the stage $default', async () => {
    const routeArn = 'arn:aws:execute-api:eu-central-1:123456789012:api1/$default/GET/v1/sales';
    expect((await answer({ changes: { routeArn }, context: { stage: '$default' } })).isAuthorized).toBe(true);
  });
});

describe('a good token is denied with 403', () => {
  test.each<[string, Options & { record?: Record<string, unknown> }, string]>([
    ['without the scope', { routeKey: 'DELETE /v1/sales/{region}' }, 'scope_denied'],
    ['from another environment', { record: { environment: 'prod' } }, 'wrong_environment'],
    ['from another network', { record: { cidrs: ['198.51.100.0/24'] } }, 'source_address'],
    [
      'on $default, where a slash at the end of a path leads',
      { routeKey: '$default', path: '/v1/sales/' },
      'scope_denied',
    ],
    ['on a route for any method', { routeKey: 'ANY /v1/sales' }, 'scope_denied'],
  ])('%s', async (_, options, reason) => {
    const api = harness();
    const { isAuthorized, context } = await answer(options, api);
    expect(isAuthorized).toBe(false);
    expect(context).toMatchObject({ application: 'homepage' });
    expect(api.ports.decisions).toMatchObject([{ decision: 'deny', reason }]);
  });

  test('also with every scope on $default, which has no access rule', async () => {
    expect((await answer({ routeKey: '$default', record: { scopes: ['*'] } })).isAuthorized).toBe(false);
  });
});

test.each<[string, string]>([
  ['no token', 'Bearer x'],
  ['two values, which the gateway joins with a comma', 'Bearer a,Bearer b'],
  ['an unknown token', 'Bearer acme_test_0000000000000000000000000000000000000000000000000000'],
  ['another scheme', 'Basic YTpi'],
])('answers 401 to %s', async (_, authorization) => {
  await expect(harness().decide(httpEvent(authorization))).rejects.toThrow(/^Unauthorized$/);
});

test('answers 401 to two good tokens in one header', async () => {
  const api = harness();
  const [one, two] = [api.issue(), api.issue()];
  await expect(api.decide(httpEvent(`Bearer ${one},Bearer ${two}`))).rejects.toThrow(/^Unauthorized$/);
});

describe('an error, never cached, comes of', () => {
  const token = 'Bearer x';
  test.each<[string, AuthorizerEvent]>([
    ['no identity sources', httpEvent(token, { changes: { identitySource: null } })],
    ['the token alone as identity source', httpEvent(token, { changes: { identitySource: [token] } })],
    [
      'a verdict that would be kept for all routes',
      httpEvent(token, { changes: { identitySource: [token, '192.0.2.1', 'x'] } }),
    ],
    [
      'a verdict that would be kept for all addresses',
      httpEvent(token, { changes: { identitySource: [token, 'GET /v1/sales', 'x'] } }),
    ],
    ['no route key', httpEvent(token, { changes: { routeKey: undefined } })],
    ['no stage variable', httpEvent(token, { changes: { stageVariables: null } })],
    ['a stage that is not that of the ARN', httpEvent(token, { context: { stage: 'prod' } })],
    ['an API that is not that of the ARN', httpEvent(token, { context: { apiId: 'api2' } })],
    ['a malformed ARN', httpEvent(token, { changes: { routeArn: 'arn:aws:execute-api:*/dev/GET/v1/sales' } })],
    ['no request context', httpEvent(token, { changes: { requestContext: undefined } })],
    ['another type', httpEvent(token, { changes: { type: 'TOKEN' } })],
    ['an API that is a REST API', httpEvent(token, { changes: { stageVariables: { gatehouseApi: 'other' } } })],
    ['an event of a REST API', eventFor(token)],
    ['a route that is not configured', httpEvent(token, { routeKey: 'GET /v1/unknown' })],
  ])('%s', async (_, event) => {
    const api = harness();
    const error = await api.decide(event).catch((cause: Error) => cause);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).not.toBe('Unauthorized');
    expect(api.ports.decisions).toMatchObject([{ decision: 'error', reason: 'config_error' }]);
  });

  test('an event of an HTTP API where none is configured', async () => {
    const api = apiHarness();
    await expect(api.decide(httpEvent(`Bearer ${api.issue()}`))).rejects.toThrow('event is not one of a REST API');
  });
});

test('serves a REST API beside it', async () => {
  const api = harness();
  const event = { ...eventFor(`Bearer ${api.issue()}`), stageVariables: { gatehouseApi: 'other' } };
  expect((await api.authorize(event)).policyDocument.Statement[0]?.Effect).toBe('Allow');
});
