import { firstRoute, notesOf, read, readOperation } from './support';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly [member: string]: unknown;
}

const TEXT = { schema: { type: 'string' } };
const required = (name: string, location = 'query', more: object = TEXT): Parameter => ({
  name,
  in: location,
  required: true,
  ...more,
});
const withParameters = (...parameters: readonly Parameter[]) => readOperation('get', { parameters });
const demanded = (...parameters: readonly Parameter[]) =>
  Object.keys(firstRoute(withParameters(...parameters)).requestParameters ?? {});

describe('names that API Gateway refuses', () => {
  test('case o01-query-brackets: a required page[size] is left to the backend with a note', () => {
    const found = withParameters(required('page[size]', 'query', { schema: { type: 'integer' } }));
    expect(firstRoute(found)).not.toHaveProperty('requestParameters');
    expect(found.notes).toContainEqual({
      kind: 'parameterName',
      source: 'api.json',
      pointer: '/paths/~1a/get/parameters/0',
      route: 'GET /a',
      detail: 'page[size]',
    });
  });

  test.each(['filter:state', 'größe', 'a b', 'ids[]', 'a/b', '@type', ''])('a required %j too', (name) => {
    expect(demanded(required(name))).toEqual([]);
    expect(notesOf(withParameters(required(name)))).toEqual([`parameterName ${name}`]);
  });

  test.each(['page', 'page.size', 'page_size', 'page-size', '$filter', 'A9'])('but %j is demanded', (name) => {
    expect(demanded(required(name))).toEqual([`method.request.querystring.${name}`]);
  });

  test('an optional one is nobody’s concern', () => {
    const found = withParameters({ name: 'page[size]', in: 'query', ...TEXT });
    expect(found.notes).toEqual([]);
  });
});

describe('names that repeat across query, header and path', () => {
  test('case o01-query-brackets: a query parameter named like one of the path is left to the backend', () => {
    const found = read({
      '/a/{id}': { get: { parameters: [required('id', 'path'), required('id')] } },
    });
    expect(firstRoute(found)).not.toHaveProperty('requestParameters');
    expect(notesOf(found)).toEqual(['parameterTwice id']);
  });

  test('a header named like a query parameter too, in whatever case and order', () => {
    const found = withParameters(required('Trace', 'header'), required('trace'));
    expect(firstRoute(found).requestParameters).toEqual({ 'method.request.querystring.trace': true });
    expect(notesOf(found)).toEqual(['parameterTwice Trace']);
  });

  test('a path parameter that is not described counts as well', () => {
    const found = read({ '/a/{id}': { get: { parameters: [required('id')] } } });
    expect(firstRoute(found)).not.toHaveProperty('requestParameters');
  });

  test('a name that only an optional parameter has besides is demanded', () => {
    expect(demanded(required('id'), { name: 'id', in: 'header', ...TEXT })).toEqual(['method.request.querystring.id']);
  });
});

describe('styles in which the name does not stand in the query', () => {
  const OBJECT = { schema: { type: 'object', properties: { state: { type: 'string' } } } };

  test('case o03-deepobject: a required deepObject is left to the backend', () => {
    const found = withParameters(required('filter', 'query', { style: 'deepObject', explode: true, ...OBJECT }));
    expect(firstRoute(found)).not.toHaveProperty('requestParameters');
    expect(notesOf(found)).toContain('parameterStyle filter');
  });

  test.each([
    ['an object by default', OBJECT],
    ['an exploded form', { style: 'form', explode: true, ...OBJECT }],
    ['an object behind a reference', { schema: { $ref: '#/components/schemas/Filter' } }],
    ['an object behind allOf', { schema: { allOf: [{ $ref: '#/components/schemas/Filter' }] } }],
    ['an object or a text', { schema: { oneOf: [{ type: 'string' }, { type: 'object' }] } }],
    ['an exploded spaceDelimited object', { style: 'spaceDelimited', explode: true, ...OBJECT }],
    ['deepObject without a schema', { style: 'deepObject' }],
  ])('%s too', (_what, more) => {
    const components = { schemas: { Filter: OBJECT.schema } };
    const found = readOperation(
      'get',
      { parameters: [required('filter', 'query', more)] },
      {
        components: {
          ...components,
          securitySchemes: { token: { type: 'openIdConnect', openIdConnectUrl: 'https://x' } },
        },
      },
    );
    expect(firstRoute(found)).not.toHaveProperty('requestParameters');
    expect(notesOf(found)).toContain('parameterStyle filter');
  });

  test.each([
    ['a form that is not exploded', { explode: false, ...OBJECT }],
    ['a list', { schema: { type: 'array', items: { type: 'string' } } }],
    ['a pipeDelimited list', { style: 'pipeDelimited', schema: { type: 'array', items: {} } }],
    ['JSON in the value', { content: { 'application/json': OBJECT } }],
    ['nothing said', {}],
  ])('but %s is demanded', (_what, more) => {
    expect(demanded(required('filter', 'query', more))).toEqual(['method.request.querystring.filter']);
  });

  test('an object in a header is demanded: the name stands there', () => {
    expect(demanded(required('X-Filter', 'header', OBJECT))).toEqual(['method.request.header.X-Filter']);
  });
});

describe('empty values', () => {
  test('case o05-allow-empty-value: a required parameter that may be empty is not demanded', () => {
    const found = withParameters(required('archived', 'query', { allowEmptyValue: true, schema: { type: 'boolean' } }));
    expect(firstRoute(found)).not.toHaveProperty('requestParameters');
    expect(notesOf(found)).toContain('parameterEmpty archived');
  });

  test.each([
    ['false', { allowEmptyValue: false }],
    ['left out', {}],
  ])('allowEmptyValue %s: it is demanded', (_what, more) => {
    expect(demanded(required('archived', 'query', { ...more, ...TEXT }))).toHaveLength(1);
  });

  test('means nothing for a header (OAS 3.0.3: query parameters only)', () => {
    expect(demanded(required('X-A', 'header', { allowEmptyValue: true }))).toEqual(['method.request.header.X-A']);
  });
});

test('a required cookie is left to the backend', () => {
  expect(notesOf(withParameters(required('session', 'cookie')))).toEqual(['parameterCookie session']);
});

test('a required header is demanded, with a note that the case of its name counts', () => {
  expect(notesOf(withParameters(required('X-Trace', 'header')))).toEqual(['headerCase X-Trace']);
});

test.each([
  [{ type: 'integer' }],
  [{ type: 'string', maxLength: 3 }],
  [{ type: 'string', format: 'date' }],
  [{ enum: ['a'] }],
])('a parameter of %j is noted: API Gateway does not check its value', (schema) => {
  expect(notesOf(withParameters({ name: 'a', in: 'query', schema }))).toEqual(['parameterValue']);
});

test.each([[{ type: 'string' }], [{ type: 'string', description: 'd', example: 'e', 'x-own': 1 }], [{}]])(
  'a parameter of %j demands nothing of a text',
  (schema) => {
    expect(withParameters({ name: 'a', in: 'query', schema }).notes).toEqual([]);
  },
);

test.each([
  [
    'a place that there is not',
    [{ name: 'a', in: 'body' }],
    '/parameters/0: parameter "a" is in "body", allowed are query',
  ],
  ['one parameter twice', [required('a'), required('a')], '/parameters/1: query parameter "a" is there twice'],
  [
    'a misspelt member',
    [{ name: 'a', in: 'query', requird: true }],
    '/requird: member "requird" is not one of OpenAPI 3.0, did you mean "required"?',
  ],
  [
    'a member of Swagger 2.0',
    [{ name: 'a', in: 'query', collectionFormat: 'csv' }],
    'member "collectionFormat" is not one of OpenAPI 3.0',
  ],
])('refuses %s', (_what, parameters, fault) => {
  expect(() => readOperation('get', { parameters })).toThrow(fault);
});
