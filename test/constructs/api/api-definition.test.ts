import {
  ApiDefinition,
  ApiDefinitionError,
  type ApiDefinitionProps,
  OpenApiError,
  parseOpenApi,
  type RouteProps,
} from '../../../constructs/api';

const SCOPED: RouteProps = { rule: { kind: 'scopes', anyOf: [['x:read']] } };
const ROUTES = { 'GET /v1/x': SCOPED };
const define = (facts: object = {}) =>
  new ApiDefinition({ id: 'shop', routes: ROUTES, ...facts } as ApiDefinitionProps);

describe('results', () => {
  test.each<[string, object, number]>([
    ['for a minute, unless said otherwise', {}, 60],
    ['as long as is said', { resultCacheSeconds: 3600 }, 3600],
    ['not at all with strict revocation', { revocation: 'strict' }, 0],
    ['not at all with bound tokens', { senderConstraints: ['mtls'] }, 0],
    ['not at all by an HTTP API, unless said otherwise', { gateway: 'http' }, 0],
    ['as long as is said by an HTTP API', { gateway: 'http', resultCacheSeconds: 300 }, 300],
  ])('are kept %s', (_, facts, seconds) => {
    expect(define(facts).resultCacheSeconds).toBe(seconds);
  });

  test.each([1, 60, 3600])('of %s s and strict revocation do not agree', (resultCacheSeconds) => {
    expect(() => define({ revocation: 'strict', resultCacheSeconds })).toThrow(
      `API "shop": resultCacheSeconds is ${resultCacheSeconds}, allowed is 0 where revocation is "strict"`,
    );
  });

  test.each([1, 60, 3600])('of %s s and bound tokens do not agree', (resultCacheSeconds) => {
    expect(() => define({ senderConstraints: ['dpop'], resultCacheSeconds })).toThrow(
      `resultCacheSeconds is ${resultCacheSeconds}, allowed is 0 with senderConstraints`,
    );
  });
});

describe('proofs', () => {
  test('are of every algorithm, unless said otherwise', () => {
    expect(define({ senderConstraints: ['dpop'] }).dpopAlgorithms).toEqual(['ES256', 'EdDSA', 'PS256', 'RS256']);
    expect(define({ senderConstraints: ['dpop'], dpopAlgorithms: ['ES256'] }).dpopAlgorithms).toEqual(['ES256']);
  });

  test('are not offered where tokens are bound by certificates alone', () => {
    expect(define({ senderConstraints: ['mtls'] }).dpopAlgorithms).toEqual([]);
  });
});

describe('routes', () => {
  test('come in the order of path and method', () => {
    const { routes } = define({ routes: { 'PUT /b': SCOPED, 'GET /b': SCOPED, 'GET /a': SCOPED } });
    expect(routes.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /a', 'GET /b', 'PUT /b']);
  });

  test('of the token service are below its base path', () => {
    const { routes, rules, shadow } = define({ tokenService: { basePath: '/platform' }, shadow: ROUTES });
    const issue = routes.find(({ operationId }) => operationId === 'issueToken');
    expect(issue).toMatchObject({ method: 'POST', path: '/platform/tokens', backend: 'token-service' });
    expect(rules).toContainEqual({ method: 'POST', path: '/platform/tokens', rule: issue?.rule });
    expect(shadow).toContainEqual({ method: 'POST', path: '/platform/tokens', rule: issue?.rule });
  });

  test('of a document come with those that are listed, and with its binary types and what it demands', () => {
    const document = {
      openapi: '3.0.3',
      info: { title: 'Shop', version: '1' },
      security: [],
      paths: {
        '/image': {
          get: {
            'x-gatehouse-public': 'why',
            parameters: [{ name: 'size', in: 'query', required: true, schema: { type: 'integer' } }],
            responses: { 200: { description: 'An image', content: { 'image/png': {} } } },
          },
        },
      },
    };
    const api = ApiDefinition.fromOpenApi(parseOpenApi(JSON.stringify(document), 'shop.json'), {
      id: 'shop',
      defaultBackend: 'shop',
      routes: { 'GET /list': SCOPED },
    });
    expect(api.routes.map(({ path, backend }) => [path, backend])).toEqual([
      ['/image', 'shop'],
      ['/list', undefined],
    ]);
    expect(api.binaryMediaTypes).toEqual(['image/png']);
    expect(api.notes.map(({ kind }) => kind)).toContain('parameterValue');
  });

  test('a faulty document is told of by pointer and line', () => {
    const source = parseOpenApi('{\n "openapi": "2.0"\n}', 'shop.json');
    expect(() => ApiDefinition.fromOpenApi(source, { id: 'shop' })).toThrow(OpenApiError);
    expect(() => ApiDefinition.fromOpenApi(source, { id: 'shop' })).toThrow(/shop\.json.*#\/openapi/);
  });
});

test.each<[object, string]>([
  [{ id: 'a b' }, 'API "a b": id is "a b", allowed are 1 to 64 of A-Z a-z 0-9 . _ -'],
  [{ id: '${TfToken[TOKEN.1]}' }, 'allowed are 1 to 64 of'],
  [{ gateway: 'websocket' }, 'gateway is "websocket", allowed are "rest" and "http"'],
  [{ revocation: 'never' }, 'revocation is "never", allowed are "strict" and "bounded"'],
  [{ resultCacheSeconds: 3601 }, 'resultCacheSeconds is 3601, allowed is an integer from 0 to 3600'],
  [{ resultCacheSeconds: 1.5 }, 'resultCacheSeconds is 1.5'],
  [{ resultCacheSeconds: -1 }, 'resultCacheSeconds is -1'],
  [{ gateway: 'http', resultCacheSeconds: 301 }, 'resultCacheSeconds is 301, allowed is an integer from 0 to 300'],
  [{ senderConstraints: ['ip'] }, 'senderConstraints holds "ip", allowed are "dpop" and "mtls"'],
  [{ senderConstraints: ['dpop'], dpopAlgorithms: ['HS256'] }, 'dpopAlgorithms is ["HS256"], allowed are RS256,'],
  [
    { senderConstraints: ['mtls'], dpopAlgorithms: ['ES256'] },
    'allowed is no value without "dpop" in senderConstraints',
  ],
  [{ cidrs: ['192.0.2'] }, 'cidrs has "192.0.2", allowed are networks such as "192.0.2.0/24"'],
  [{ cidrs: [] }, 'cidrs has no entry'],
  [{ publicUrls: ['https://api.example.com/?a'] }, 'publicUrls has "https://api.example.com/?a"'],
  [{ resource: 'shop' }, 'resource is "shop", allowed is an absolute URI without a fragment'],
  [{ resource: 'https://a.example/#b' }, 'resource is "https://a.example/#b"'],
  [{ resourceMetadata: 'http://a.example/' }, 'resourceMetadata is "http://a.example/"'],
  [{ resourceMetadata: `https://a.example/'"` }, 'resourceMetadata is '],
  [{ gateway: 'http', usageKeys: true }, 'usageKeys is true, allowed is false for an HTTP API'],
  [{ tokenService: { basePath: 'v1' } }, 'tokenService.basePath is "v1", allowed is "" or a path such as "/v1"'],
  [{ tokenService: { basePath: '/v1/' } }, 'tokenService.basePath is "/v1/"'],
  [{ routes: {} }, 'the API has no route, allowed is at least one'],
  [{ routes: { GET: SCOPED } }, 'route key is "GET"'],
  [
    {
      routes: [
        { method: 'GET', path: '/a', ...SCOPED },
        { method: 'GET', path: '/a', ...SCOPED },
      ],
    },
    'is there twice',
  ],
  [{ routes: { 'GET /a': { rule: { kind: 'scopes', anyOf: [[]] } } } }, 'route GET /a requires no scope'],
  [{ routes: { 'GET /a': { rule: { kind: 'public', reason: ' ' } } } }, 'route GET /a is public without a reason'],
  [{ routes: { 'GET /a/{x}': SCOPED, 'GET /a/{y}': SCOPED } }, 'API Gateway allows one parameter in one place'],
  [
    { routes: { 'GET /a': { ...SCOPED, apiKeyRequired: true } } },
    'route GET /a requires a usage key, which needs usageKeys true',
  ],
  [{ shadow: [{ method: 'GET', path: 'x', ...SCOPED }] }, 'path "x" does not begin'],
  [
    { tokenService: { basePath: '' }, routes: { 'POST /tokens': SCOPED } },
    "the API has the route POST /tokens, which is the token service's",
  ],
])('refuses %j', (facts, fault) => {
  expect(() => define(facts)).toThrow(fault);
  expect(() => define(facts)).toThrow(ApiDefinitionError);
});

describe('two definitions of one API', () => {
  test('differ in nothing when the same is said of both', () => {
    expect(define({ cidrs: ['192.0.2.0/24'] }).differences(define({ cidrs: ['192.0.2.0/24'] }))).toEqual([]);
  });

  test('differ in nothing when members are written in another order', () => {
    const turned = { 'GET /v1/x': { rule: { anyOf: [['x:read']], kind: 'scopes' } } };
    expect(define().differences(define({ routes: turned }))).toEqual([]);
  });

  test('name five of many routes', () => {
    const many = Object.fromEntries(Array.from({ length: 7 }, (_, n) => [`GET /v1/x/${n}`, SCOPED]));
    expect(define({ routes: { ...ROUTES, ...many } }).differences(define())).toEqual([
      'rules of GET /v1/x/0, GET /v1/x/1, GET /v1/x/2, GET /v1/x/3, GET /v1/x/4 and 2 more',
    ]);
  });

  test.each<[object, string]>([
    [{ resultCacheSeconds: 5 }, 'resultCacheSeconds (60 and 5)'],
    [{ resultPerRoute: true }, 'resultPerRoute (false and true)'],
    [{ usageKeys: true }, 'usageKeys (false and true)'],
    [{ publicUrls: ['https://a.example'] }, 'publicUrls (none and ["https://a.example"])'],
    [{ resource: 'https://a.example' }, 'resource (none and "https://a.example")'],
    [{ resourceMetadata: 'https://a.example/m' }, 'resourceMetadata (none and "https://a.example/m")'],
    [{ routes: { 'GET /v1/y': SCOPED } }, 'rules of GET /v1/x, GET /v1/y'],
    [{ shadow: ROUTES }, 'shadow of GET /v1/x'],
    [{ routes: { 'GET /v1/x': { rule: { kind: 'iam' } } } }, 'rules of GET /v1/x'],
  ])('differ by %j', (facts, difference) => {
    expect(define().differences(define(facts))).toEqual([difference]);
  });
});

describe('members that JavaScript lets pass', () => {
  test.each<[string, object, string]>([
    ['misspelt', { revokation: 'strict' }, 'API "shop": revokation is not known, did you mean revocation?'],
    ['unknown', { domain: 'x' }, 'domain is not known, allowed are id, gateway, routes'],
    ['text for a flag', { usageKeys: 'false' }, 'usageKeys is "false", allowed is true and false'],
    ['text for a list', { cidrs: '192.0.2.0/24' }, 'cidrs is "192.0.2.0/24", allowed is a list'],
    ['text for a number', { resultCacheSeconds: '0' }, 'resultCacheSeconds is "0", allowed is a number'],
    ['a list for an object', { cors: ['*'] }, 'cors is ["*"], allowed is an object'],
    [
      'another kind of rule',
      { routes: { 'GET /x': { rule: { kind: 'scope', anyOf: [['x:read']] } } } },
      'route GET /x has the rule "scope", allowed are scopes, authenticated, public, iam',
    ],
  ])('are refused: %s', (_, facts, fault) => {
    expect(() => define(facts)).toThrow(fault);
  });

  test('a name of Object.prototype is unknown too', () => {
    expect(() => define({ constructor: 1 })).toThrow('constructor is not known');
  });
});
