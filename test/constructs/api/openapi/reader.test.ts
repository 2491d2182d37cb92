import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type OpenApiOptions, type RouteDefinition, routesFromOpenApi } from '../../../../constructs/api';

const SECURITY = [{ token: ['a:read'] }];
const COMPONENTS = { securitySchemes: { token: { type: 'openIdConnect', openIdConnectUrl: 'https://x' } } };

function routes(paths: object, root: object = {}, options: Partial<OpenApiOptions> = {}): RouteDefinition[] {
  const document = {
    openapi: '3.0.3',
    'x-gatehouse-backend': 'b',
    security: SECURITY,
    components: COMPONENTS,
    paths,
    ...root,
  };
  return routesFromOpenApi(document, { source: 'api.json', ...options });
}

const body = (content: object, required = true): object => ({ requestBody: { required, content } });
const STRING = { schema: { type: 'string' } };

describe('routesFromOpenApi', () => {
  test('makes a route of each operation', () => {
    const item = { get: { operationId: 'getA' }, put: {}, parameters: [], summary: 'x', 'x-own': 1 };
    expect(routes({ '/a': item, 'x-own': {} })).toEqual([
      { method: 'GET', path: '/a', rule: { kind: 'scopes', anyOf: [['a:read']] }, backend: 'b', operationId: 'getA' },
      { method: 'PUT', path: '/a', rule: { kind: 'scopes', anyOf: [['a:read']] }, backend: 'b' },
    ]);
  });

  test('takes the backend of the operation before that of the path and the document', () => {
    const found = routes({
      '/a': { 'x-gatehouse-backend': 'item', get: { 'x-gatehouse-backend': 'own' }, put: {} },
      '/b': { get: {} },
    });
    expect(found.map((route) => route.backend)).toEqual(['own', 'item', 'b']);
  });

  test('takes the default backend where none is named', () => {
    const [route] = routes({ '/a': { get: {} } }, { 'x-gatehouse-backend': undefined }, { defaultBackend: 'd' });
    expect(route?.backend).toBe('d');
  });

  test('resolves references to path items and parameters', () => {
    const components = {
      ...COMPONENTS,
      parameters: { From: { name: 'from', in: 'query', required: true } },
    };
    const shared = { item: { get: { parameters: [{ $ref: '#/components/parameters/From' }] } } };
    const [route] = routes({ '/a': { $ref: '#/x-shared/item' } }, { components, 'x-shared': shared });
    expect(route?.requestParameters).toEqual({ 'method.request.querystring.from': true });
  });

  test('checks required query and header parameters; those of the operation replace those of the path', () => {
    const [route] = routes({
      '/a/{id}': {
        parameters: [
          { name: 'id', in: 'path', required: true },
          { name: 'q', in: 'query', required: true },
          { name: 'X-Trace', in: 'header', required: true },
        ],
        get: {
          parameters: [
            { name: 'q', in: 'query', required: false },
            { name: 'r', in: 'query', required: true },
            { name: 'c', in: 'cookie', required: true },
            { name: 'authorization', in: 'header', required: true },
          ],
        },
      },
    });
    expect(route?.requestParameters).toEqual({
      'method.request.header.X-Trace': true,
      'method.request.querystring.r': true,
    });
  });

  test('takes a JSON body, required or not', () => {
    const schema = { $schema: 'http://json-schema.org/draft-04/schema#', type: 'string' };
    const [required] = routes({ '/a': { post: body({ 'application/json': STRING }) } });
    const [optional] = routes({ '/a': { post: body({ 'application/json': STRING }, false) } });
    expect(required?.requestBody).toEqual({ schema, required: true, contentTypes: ['application/json'] });
    expect(optional?.requestBody?.required).toBe(false);
  });

  test('takes one schema for several kinds of JSON', () => {
    const merge = 'application/merge-patch+json';
    const [route] = routes({ '/a': { patch: body({ 'application/json': STRING, [merge]: STRING }) } });
    expect(route?.requestBody?.contentTypes).toEqual(['application/json', merge]);
  });

  test('reads whether a usage key is required', () => {
    const found = routes({ '/a': { get: { 'x-gatehouse-api-key': false }, put: {} } });
    expect(found.map((route) => route.apiKeyRequired)).toEqual([false, undefined]);
  });

  test.each([
    ['no paths', undefined, 'api.json#: has no "paths"'],
    ['a method without API Gateway', { '/a': { trace: {} } }, 'method "TRACE", allowed are GET'],
    [
      'a path that API Gateway refuses',
      { '/a/{x}.json': { get: {} } },
      'api.json#/paths/~1a~1{x}.json/get: path "/a/{x}.json"',
    ],
    [
      'ambiguous paths',
      { '/a/{x}': { get: {} }, '/a/{y}': { get: {} } },
      'API Gateway allows one parameter in one place',
    ],
    [
      'a parameter that is not in the path',
      { '/a': { get: { parameters: [{ name: 'id', in: 'path' }] } } },
      'path parameter "id" is not in /a',
    ],
    ['a parameter without a place', { '/a': { get: { parameters: [{ name: 'id' }] } } }, '/parameters/0: has no "in"'],
    [
      'one operationId twice',
      { '/a': { get: { operationId: 'x' }, put: { operationId: 'x' } } },
      'operationId "x" of PUT /a is also that of GET /a',
    ],
    [
      'a key flag that is no flag',
      { '/a': { get: { 'x-gatehouse-api-key': 'no' } } },
      '/x-gatehouse-api-key: is "no", expected true or false',
    ],
  ])('refuses %s', (_what, paths, fault) => {
    expect(() => routes(paths as object)).toThrow(fault);
  });

  test('refuses an operation without a backend', () => {
    expect(() => routes({ '/a': { get: {} } }, { 'x-gatehouse-backend': undefined })).toThrow(
      'operation GET /a has no "x-gatehouse-backend"',
    );
  });

  test('refuses a backend that there is not, and names those that there are', () => {
    expect(() => routes({ '/a': { get: {} } }, {}, { backends: ['x', 'y'] })).toThrow(
      'api.json#/x-gatehouse-backend: operation GET /a names the backend "b", allowed are x, y',
    );
  });

  test('refuses a usage key on a public operation', () => {
    const operation = { security: [], 'x-gatehouse-public': 'why', 'x-gatehouse-api-key': true };
    expect(() => routes({ '/a': { get: operation } })).toThrow('route GET /a is public and requires a usage key');
  });

  test('reads the example', () => {
    const file = join(__dirname, '../../../../examples/homepage-dashboard/openapi.json');
    const document = JSON.parse(readFileSync(file, 'utf8'));
    const found = routesFromOpenApi(document, { source: 'openapi.json' });
    const operations = Object.values<object>(document.paths).flatMap((item) =>
      Object.keys(item).filter((name) => ['get', 'post', 'put', 'patch', 'delete'].includes(name)),
    );
    expect(found).toHaveLength(operations.length);
    expect(found.filter((route) => route.rule.kind === 'public').map((route) => route.path)).toEqual(['/v1/status']);
  });
});
