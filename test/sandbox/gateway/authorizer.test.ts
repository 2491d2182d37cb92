import { Authorizers } from '../../../sandbox/gateway/authorizer';
import type { RoutedRequest } from '../../../sandbox/gateway/events';
import { FunctionAccess } from '../../../sandbox/gateway/function-access';
import type { AuthorizerDefinition, MethodDefinition, RestApi } from '../../../sandbox/gateway/model';

const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:guard';
const API: RestApi = {
  ...{ id: 'abcdefghij', name: 'shop', api: 'shop', region: 'eu-west-1', accountId: '123456789012', deploymentId: 'd' },
  stage: { name: 'dev', variables: {}, throttles: {} },
  definition: {
    ...{ apiKeySource: 'AUTHORIZER', binaryMediaTypes: [], resources: [], authorizers: [], models: {} },
    gatewayResponses: {},
  },
};
const METHOD: MethodDefinition = {
  ...{ httpMethod: 'GET', authorization: 'CUSTOM', apiKeyRequired: false, requestParameters: {}, requestModels: {} },
  ...{ validateBody: false, validateParameters: false },
  integration: { type: 'AWS_PROXY', functionArn: FUNCTION, timeoutMilliseconds: 1000 },
};

function authorizer(changes: Partial<AuthorizerDefinition> = {}): AuthorizerDefinition {
  const identitySources = ['method.request.header.Authorization'];
  return { id: 'one', name: 'one', functionArn: FUNCTION, identitySources, ttlSeconds: 60, ...changes };
}

function request(token: string, method = 'GET', path = '/a', template = path): RoutedRequest {
  return {
    api: API,
    route: { resource: { id: template, path: template, methods: [METHOD] }, method: METHOD, pathParameters: {} },
    request: {
      ...{ requestId: 'r', extendedRequestId: 'e', time: 0, method, path, stagePath: `/dev${path}`, query: {} },
      ...{ headers: { Authorization: [token] }, sourceIp: '127.0.0.1', protocol: 'HTTP/1.1', body: Buffer.alloc(0) },
    },
  };
}

/** A gateway whose function allows everything and tells how often it was called. */
function gateway() {
  let calls = 0;
  const invoke = async (_name: string, event: unknown) => {
    calls += 1;
    const { methodArn } = event as { methodArn: string };
    const Resource = `${methodArn.split('/').slice(0, 2).join('/')}/*`;
    const Statement = [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource }];
    return { ok: true as const, payload: { principalId: String(calls), policyDocument: { Statement } } };
  };
  const action = 'lambda:InvokeFunction';
  const access = new FunctionAccess(invoke, [{ functionName: 'guard', action, principal: 'apigateway.amazonaws.com' }]);
  const authorizers = new Authorizers(access, () => 0);
  /** Calls of the function that a request leads to. */
  return async (routed: RoutedRequest, definition = authorizer()): Promise<number> => {
    const before = calls;
    await authorizers.authorize(routed, definition);
    return calls - before;
  };
}

describe('kept results', () => {
  test('are those of one authorizer: another one of the API is asked itself', async () => {
    const asked = gateway();
    expect(await asked(request('t'))).toBe(1);
    expect(await asked(request('t'))).toBe(0);
    expect(await asked(request('t'), authorizer({ id: 'two' }))).toBe(1);
    expect(await asked(request('t'))).toBe(0);
  });

  test('are 10,000 at most, of which the oldest goes first', async () => {
    const asked = gateway();
    for (let index = 0; index < 10_000; index++) {
      expect(await asked(request(`t${index}`))).toBe(1);
    }
    expect(await asked(request('t0'))).toBe(0);
    expect(await asked(request('one more'))).toBe(1);
    expect(await asked(request('t1'))).toBe(0);
    expect(await asked(request('t0'))).toBe(1);
  });

  const perRoute = authorizer({
    identitySources: ['method.request.header.Authorization', 'context.httpMethod', 'context.resourcePath'],
  });

  test.each([
    ['another token', request('u', 'GET', '/items/1', '/items/{id}'), 1],
    ['another method', request('t', 'DELETE', '/items/1', '/items/{id}'), 1],
    ['another resource', request('t', 'GET', '/items/1/parts', '/items/{id}/parts'), 1],
    ['another path of the resource', request('t', 'GET', '/items/2', '/items/{id}'), 0],
    ['a slash at the end', request('t', 'GET', '/items/1/', '/items/{id}'), 0],
  ])('for token, method and resource: %s', async (_, routed, expected) => {
    const asked = gateway();
    await asked(request('t', 'GET', '/items/1', '/items/{id}'), perRoute);
    expect(await asked(routed, perRoute)).toBe(expected);
  });
});
