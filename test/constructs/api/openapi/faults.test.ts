import { OpenApiError } from '../../../../constructs/api';
import { documentOf, read } from './support';

function refusal(run: () => unknown): OpenApiError {
  try {
    run();
  } catch (error) {
    if (error instanceof OpenApiError) {
      return error;
    }
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('first hour: all faults of a document in one run', () => {
  const schema = (value: object) => ({ required: true, content: { 'application/json': { schema: value } } });

  test('each with its pointer, below a line with their number', () => {
    const error = refusal(() =>
      read({
        '/a': {
          get: { operationId: 1, parameters: [{ name: 'x', in: 'nowhere' }, { in: 'query' }] },
          put: { security: [{ nobody: ['a:read'] }], requestBody: schema({ type: 'text', minLength: -1 }) },
          trace: {},
        },
        '/b/{x}.json': { get: {} },
        '/c': { get: { security: [] }, post: { requestBody: schema({ $ref: '#/nowhere' }) } },
      }),
    );
    expect(error.faults.map(({ pointer }) => pointer)).toEqual([
      '/paths/~1a/get/operationId',
      '/paths/~1a/get/parameters/0',
      '/paths/~1a/get/parameters/1',
      '/paths/~1a/put/security/0/nobody',
      '/paths/~1a/put/requestBody/content/application~1json/schema/type',
      '/paths/~1a/put/requestBody/content/application~1json/schema/minLength',
      '/paths/~1a/trace',
      '/paths/~1b~1{x}.json/get',
      '/paths/~1c/get',
      '/paths/~1c/post/requestBody/content/application~1json/schema/$ref',
    ]);
    const [head, ...lines] = error.message.split('\n');
    expect(head).toBe('10 faults in api.json:');
    expect(lines).toHaveLength(10);
    expect(lines[0]).toBe('  api.json#/paths/~1a/get/operationId: is 1, expected a text');
  });

  test('one that many operations share is told once', () => {
    const components = {
      schemas: { Bad: { type: 'text' } },
      securitySchemes: { token: { type: 'openIdConnect', openIdConnectUrl: 'https://x' } },
    };
    const operation = { requestBody: schema({ properties: { a: { $ref: '#/components/schemas/Bad' } } }) };
    const error = refusal(() => read({ '/a': { put: operation, post: operation, patch: operation } }, { components }));
    expect(error.faults.map(({ pointer }) => pointer)).toEqual(['/components/schemas/Bad/type']);
    expect(error.message).not.toContain('\n');
  });

  test('of very many the first fifty, and how many more', () => {
    const paths = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`/p${n}`, { get: { operationId: n } }]));
    const error = refusal(() => read(paths));
    expect(error.faults).toHaveLength(60);
    expect(error.message.split('\n')).toHaveLength(52);
    expect(error.message).toMatch(/\n {2}and 10 more$/);
  });

  test('no route is left out without a fault', () => {
    expect(read({ '/a': { get: {}, put: {} }, '/b': { get: {} } }).routes).toHaveLength(3);
  });
});

describe('first hour: extensions that there are not', () => {
  test.each([
    ['x-gatehouse-backnd', { '/a': { get: { 'x-gatehouse-backnd': 'b' } } }, 'did you mean "x-gatehouse-backend"?'],
    ['x-gatehose-public', { '/a': { get: { 'x-gatehose-public': 'b' } } }, 'did you mean "x-gatehouse-public"?'],
    ['X-Gatehouse-Api-Key', { '/a': { get: { 'X-Gatehouse-Api-Key': false } } }, 'did you mean "x-gatehouse-api-key"?'],
    [
      'x-gatehouse-audience',
      { '/a': { 'x-gatehouse-audience': 'b', get: {} } },
      'is not known, allowed are x-gatehouse-backend',
    ],
    ['x_gatehouse_backend', { '/a': { get: { x_gatehouse_backend: 'b' } } }, 'did you mean "x-gatehouse-backend"?'],
    [
      'one in a parameter',
      { '/a': { get: { parameters: [{ name: 'a', in: 'query', 'x-gatehouse-optional': true }] } } },
      'is not known',
    ],
  ])('%s is refused', (_name, paths, fault) => {
    expect(() => read(paths)).toThrow(fault);
  });

  test('one that means nothing where it stands is refused', () => {
    const item = { 'x-gatehouse-public': 'why', get: {} };
    expect(() => read({ '/a': item })).toThrow(
      'api.json#/paths/~1a/x-gatehouse-public: extension "x-gatehouse-public" has no meaning here, allowed is on: operation',
    );
  });

  test('others, and properties and examples of such a name, are nobody’s concern', () => {
    const schema = { properties: { 'x-gatehouse-backnd': { type: 'string' } }, example: { 'x-gatehouse-backnd': 'a' } };
    const requestBody = { required: true, content: { 'application/json': { schema } } };
    expect(read({ '/a': { 'x-gateway-timeout': 3, post: { requestBody, 'x-owner': 'me' } } }).routes).toHaveLength(1);
  });
});

test.each([
  [
    'an operation',
    { '/a': { get: { securty: [] } } },
    '/securty: member "securty" is not one of OpenAPI 3.0, did you mean "security"?',
  ],
  ['a path item', { '/a': { got: {} } }, '/got: member "got" is not one of OpenAPI 3.0, did you mean "get"?'],
])('a misspelt member of %s is refused', (_what, paths, fault) => {
  expect(() => read(paths)).toThrow(fault);
});

test('a misspelt member of the document is refused', () => {
  expect(() => read({}, { securityy: [] })).toThrow(
    'api.json#/securityy: member "securityy" is not one of OpenAPI 3.0',
  );
});

test('operations beside a reference of a path item are refused: OpenAPI does not say what they mean', () => {
  const paths = { '/a': { $ref: '#/x-shared/item', get: {} } };
  expect(() => read(paths, { 'x-shared': { item: { put: {} } } })).toThrow('api.json#/paths/~1a/get: is beside a $ref');
});

test('a document that is none is one fault', () => {
  expect(refusal(() => read({}, { openapi: '2.0' })).faults).toHaveLength(1);
  expect(documentOf({})).toHaveProperty('paths');
});
