import type { ApiDefinition, MethodDefinition } from '../../../sandbox/gateway/model';
import { Router } from '../../../sandbox/gateway/router';

function method(httpMethod: string): MethodDefinition {
  return {
    ...{ httpMethod, authorization: 'NONE', apiKeyRequired: false, requestParameters: {}, requestModels: {} },
    ...{ validateBody: false, validateParameters: false },
    integration: { type: 'AWS_PROXY', functionArn: 'x', timeoutMilliseconds: 1 },
  };
}

function router(paths: Record<string, readonly string[]>): (httpMethod: string, path: string) => string | undefined {
  const resources = Object.entries(paths).map(([path, methods]) => ({ id: path, path, methods: methods.map(method) }));
  const definition: ApiDefinition = {
    ...{ apiKeySource: 'HEADER', binaryMediaTypes: [], authorizers: [], models: {}, gatewayResponses: {}, resources },
  };
  const made = new Router(definition);
  return (httpMethod, path) => {
    const match = made.match(httpMethod, path);
    return match && `${match.method.httpMethod} ${match.resource.path} ${JSON.stringify(match.pathParameters)}`;
  };
}

describe('router', () => {
  const match = router({
    '/': ['GET'],
    '/v1': [],
    '/v1/a': ['GET'],
    '/v1/{x}': ['GET', 'ANY'],
    '/v1/a/{y}/z': ['GET'],
    '/v1/{x}/b': ['GET'],
    '/{proxy+}': ['ANY'],
  });

  test.each([
    ['GET', '/', 'GET / {}'],
    ['GET', '/v1/a', 'GET /v1/a {}'],
    ['GET', '/v1/a/', 'GET /v1/a {}'],
    ['GET', '/v1/c', 'GET /v1/{x} {"x":"c"}'],
    ['PUT', '/v1/c', 'ANY /v1/{x} {"x":"c"}'],
    ['GET', '/v1/a/b', 'GET /v1/{x}/b {"x":"a"}'],
    ['GET', '/v1/a/q/z', 'GET /v1/a/{y}/z {"y":"q"}'],
    ['GET', '/v1', 'ANY /{proxy+} {"proxy":"v1"}'],
    ['GET', '/x/y%2Fz', 'ANY /{proxy+} {"proxy":"x/y%2Fz"}'],
    ['GET', '/v1/%zz', 'GET /v1/{x} {"x":"%zz"}'],
    ['GET', '/v1/%2e%2e', 'GET /v1/{x} {"x":"%2e%2e"}'],
  ])('%s %s is %s', (httpMethod, path, expected) => {
    expect(match(httpMethod, path)).toBe(expected);
  });

  test('the most specific resource decides, even when it lacks the method', () => {
    expect(match('PUT', '/v1/a')).toBeUndefined();
  });

  test.each([
    ['before the path', '//v1/a', 'GET /v1/a {}'],
    ['within it', '/v1//a', 'GET /v1/a {}'],
    ['two at its end', '/v1/a//', 'GET /v1/a {}'],
    ['for a parameter, which it is none of', '/v1//b', 'GET /v1/{x} {"x":"b"}'],
    ['in what a greedy parameter takes', '/x//y/', 'ANY /{proxy+} {"proxy":"x/y"}'],
  ])('an empty segment is dropped, as API Gateway drops it %s: %s', (_, path, expected) => {
    expect(match('GET', path)).toBe(expected);
  });

  test('a greedy parameter needs at least one segment', () => {
    expect(router({ '/files/{proxy+}': ['GET'] })('GET', '/files')).toBeUndefined();
  });
});
