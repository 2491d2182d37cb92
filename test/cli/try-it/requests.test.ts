import { sampleRequests } from '../../../cli/try-it/requests';
import { sampleOf } from '../../../cli/try-it/sample';
import { type GatehouseConfig, LoadedConfig } from '../../../stacks/config';
import { temporaryFolder } from '../../support/temporary-folder';

const reading = { security: [{ token: ['orders:read'] }], responses: { 200: { description: 'done' } } };
const id = { name: 'id', in: 'path', required: true, schema: { type: 'string' } };

/** Requests of a document with these paths, the first to be tried first. */
function requests(paths: object) {
  const document = {
    openapi: '3.0.3',
    info: { title: 'Shop', version: '1' },
    'x-gatehouse-backend': 'echo',
    components: {
      securitySchemes: {
        token: {
          type: 'oauth2',
          flows: { clientCredentials: { tokenUrl: 'https://i.example/token', scopes: { 'orders:read': 'r' } } },
        },
      },
      parameters: { Day: { name: 'day', in: 'query', required: true, schema: { type: 'string', format: 'date' } } },
    },
    paths,
  };
  const folder = temporaryFolder({ 'openapi.json': JSON.stringify(document) });
  const config = {
    scopes: { 'orders:read': 'r' },
    apis: { shop: { openapi: 'openapi.json', backends: { echo: { bundle: 'echo' } } } },
  };
  return sampleRequests(new LoadedConfig(config as unknown as GatehouseConfig, folder), 'shop').map(
    ({ method, target, headers, body }) => [`${method} ${target}`, headers, body] as const,
  );
}

describe('requests to try', () => {
  test('are also those for which every valid token is enough, and none that needs no token', () => {
    const anybody = { responses: reading.responses, security: [], 'x-gatehouse-public': 'status page' };
    const everyToken = { ...reading, security: [{ token: [] }], 'x-gatehouse-authenticated': 'tells who calls' };
    expect(requests({ '/status': { get: anybody }, '/me': { get: everyToken } }).map(([request]) => request)).toEqual([
      'GET /me',
    ]);
  });

  test.each<[string, object, string]>([
    [
      'a plain GET before one with a parameter',
      { '/a/{id}': { parameters: [id], get: reading }, '/b': { get: reading } },
      'GET /b',
    ],
    ['a GET before a HEAD', { '/a': { head: reading }, '/b/c': { get: reading } }, 'GET /b/c'],
    ['a POST before what destroys', { '/a': { delete: reading }, '/b': { post: reading } }, 'POST /b'],
    ['a path parameter', { '/a/{id}': { parameters: [id], get: reading } }, 'GET /a/example'],
    [
      'the example of a parameter, encoded',
      { '/a/{id}': { parameters: [{ ...id, example: 'x/y z' }], get: reading } },
      'GET /a/x%2Fy%20z',
    ],
    [
      'a parameter of the operation over that of the path',
      { '/a/{id}': { parameters: [id], get: { ...reading, parameters: [{ ...id, example: 7 }] } } },
      'GET /a/7',
    ],
    [
      'a required query parameter by reference',
      { '/a': { get: { ...reading, parameters: [{ $ref: '#/components/parameters/Day' }] } } },
      'GET /a?day=2026-01-31',
    ],
  ])('%s', (_, paths, first) => {
    expect(requests(paths)[0]?.[0]).toBe(first);
  });

  test('leave out routes that no token opens', () => {
    const open = { security: [], 'x-gatehouse-public': 'uptime probes have no token', responses: reading.responses };
    expect(requests({ '/status': { get: open } })).toEqual([]);
  });

  test('leave out what is not required', () => {
    const parameters = [{ name: 'q', in: 'query', schema: { type: 'string' } }];
    expect(requests({ '/a': { get: { ...reading, parameters } } })[0]).toEqual(['GET /a', {}, undefined]);
  });

  test('carry a body of the type that the document names', () => {
    const content = { 'application/json': { schema: { type: 'array', items: { type: 'integer' }, minItems: 2 } } };
    expect(requests({ '/a': { put: { ...reading, requestBody: { required: true, content } } } })[0]).toEqual([
      'PUT /a',
      { 'Content-Type': 'application/json' },
      '[1,1]',
    ]);
  });
});

describe('a sample of a schema', () => {
  const document = {
    components: {
      schemas: {
        Node: { type: 'object', required: ['next'], properties: { next: { $ref: '#/components/schemas/Node' } } },
      },
    },
  };

  test.each<[object, unknown]>([
    [{ type: 'string', example: 'e', default: 'd' }, 'e'],
    [{ type: 'string', default: 'd', enum: ['x'] }, 'd'],
    [{ enum: [3, 4] }, 3],
    [{ type: 'integer', exclusiveMinimum: 5 }, 6],
    [{ type: 'number', maximum: -2 }, -2],
    [{ type: ['null', 'boolean'] }, true],
    [{ type: 'string', minLength: 9 }, 'examplexx'],
    [{ type: 'string', maxLength: 3 }, 'exa'],
    [{ type: 'string', format: 'uuid' }, '00000000-0000-4000-8000-000000000001'],
    [{ oneOf: [{ type: 'boolean' }, { type: 'string' }] }, true],
    [
      {
        allOf: [
          { type: 'object', required: ['a'], properties: { a: { const: 1 } } },
          { required: ['b'], properties: { b: { const: 2 } } },
        ],
      },
      { a: 1, b: 2 },
    ],
    [
      { type: 'object', required: ['a', 'b'], properties: { a: { readOnly: true }, b: { type: 'integer' }, c: {} } },
      { b: 1 },
    ],
  ])('%j is %j', (schema, sample) => {
    expect(sampleOf(document, schema)).toEqual(sample);
  });

  test('of a schema that holds itself ends', () => {
    expect(JSON.stringify(sampleOf(document, { $ref: '#/components/schemas/Node' })).length).toBeLessThan(200);
  });
});
