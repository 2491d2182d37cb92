// biome-ignore-all lint/suspicious/noThenProperty: "then" is a keyword of JSON Schema
import Ajv2020 from 'ajv/dist/2020';
import { type Json, OpenApiDocument } from '../../../../constructs/api/openapi/document';
import { requestSchema } from '../../../../constructs/api/openapi/json-schema';
import { compileDraft4 } from '../../../../sandbox/gateway/json-schema';
import { firstRoute, jsonBody, notesOf, read, readOperation } from './support';

const V31 = { openapi: '3.1.0' };

function convert(schema: unknown, schemas: Record<string, unknown> = {}): Record<string, Json> {
  const document = new OpenApiDocument({ ...V31, components: { schemas: { Root: schema, ...schemas } } }, 'api.json');
  return requestSchema(document, { value: schema as Json, pointer: '/components/schemas/Root' });
}

/** Bodies of every shape; each schema is asked of each. */
const BODIES = [
  ...[
    null,
    true,
    false,
    0,
    1,
    1.5,
    2,
    3,
    10,
    -1,
    '',
    'a',
    'ab',
    'x-1',
    [],
    [1],
    [1, 'a'],
    ['a'],
    [1, 2, 3],
    ['a', 'a'],
  ],
  ...[{}, { a: 1 }, { a: 'x' }, { b: 1 }, { a: 1, b: 2 }, { 'x-1': 1 }, { 'x-1': 'v' }, { a: { a: 1 } }],
  ...[{ kind: 'card' }, { kind: 'card', number: 1 }, { kind: 'cash' }, { kind: 'cash', number: 1 }],
];

describe('a converted schema means what JSON Schema 2020-12 says', () => {
  test.each<[string, object | boolean]>([
    ['a list of types', { type: ['string', 'null'] }],
    ['the type null', { type: 'null' }],
    ['const', { const: 1 }],
    ['const of an object', { const: { a: 1 } }],
    ['exclusiveMinimum', { type: 'number', exclusiveMinimum: 1 }],
    ['exclusiveMaximum', { type: 'number', exclusiveMaximum: 2 }],
    ['two lower limits, the open one narrower', { type: 'number', minimum: 0, exclusiveMinimum: 1 }],
    ['two lower limits, the closed one narrower', { type: 'number', minimum: 2, exclusiveMinimum: 0 }],
    ['two upper limits, equal', { type: 'number', maximum: 2, exclusiveMaximum: 2 }],
    ['prefixItems', { prefixItems: [{ type: 'integer' }, { type: 'string' }] }],
    ['prefixItems with items', { prefixItems: [{ type: 'integer' }], items: { type: 'string' } }],
    ['prefixItems and no more', { prefixItems: [{ type: 'integer' }], items: false }],
    ['patternProperties', { patternProperties: { '^x-': { type: 'string' } } }],
    ['dependentRequired', { dependentRequired: { a: ['b'], b: ['a'] } }],
    ['dependentSchemas', { dependentSchemas: { a: { required: ['b'] } } }],
    ['both kinds of dependence', { dependentRequired: { a: ['b'] }, dependentSchemas: { a: { maxProperties: 2 } } }],
    ['if, then, else', { if: { required: ['a'] }, then: { required: ['b'] }, else: { maxProperties: 0 } }],
    [
      'if and then',
      { if: { properties: { kind: { const: 'card' } }, required: ['kind'] }, then: { required: ['number'] } },
    ],
    ['if and else', { if: { type: 'object' }, else: { type: 'string' } }],
    [
      'if beside anyOf and allOf',
      {
        if: { type: 'object' },
        then: { required: ['a'] },
        anyOf: [{ type: 'object' }, { type: 'array' }],
        allOf: [{ minProperties: 1 }],
      },
    ],
    ['true', true],
    ['false', false],
    ['false in a property', { properties: { a: false } }],
    ['a reference with siblings', { $ref: '#/components/schemas/Named', required: ['b'] }],
    ['a reference with a description', { $ref: '#/components/schemas/Named', description: 'd' }],
    [
      'a reference into $defs',
      { properties: { a: { $ref: '#/components/schemas/Root/$defs/Count' } }, $defs: { Count: { type: 'integer' } } },
    ],
    [
      'an open object without a type',
      { properties: { a: { type: ['integer', 'string'] } }, additionalProperties: false },
    ],
  ])('%s', (_what, schema) => {
    const schemas = { Named: { type: 'object', required: ['a'] } };
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: 'https://x/', components: { schemas: { Root: schema, ...schemas } } });
    const expected = ajv.compile({ $ref: 'https://x/#/components/schemas/Root' });
    const converted = compileDraft4(convert(schema, schemas));
    const told = BODIES.map((body) => [body, expected(body)]);
    expect(BODIES.map((body) => [body, converted(body)])).toEqual(told);
  });
});

test('the converted schema is one of draft 4: limits have flags, const and if are gone', () => {
  expect(convert({ exclusiveMinimum: 1 })).toEqual({
    $schema: 'http://json-schema.org/draft-04/schema#',
    minimum: 1,
    exclusiveMinimum: true,
  });
  expect(JSON.stringify(convert({ const: 1, if: {}, then: {} }))).not.toMatch(/const|"if"|"then"/);
});

describe('what is refused, with its pointer', () => {
  test.each<[string, object, string]>([
    [
      'nullable',
      { type: 'string', nullable: true },
      '/nullable: schema keyword "nullable" is not one of OpenAPI 3.1, allowed is "null" in "type"',
    ],
    ['$id', { $id: 'https://x' }, '/$id: schema keyword "$id" cannot be kept'],
    ['$anchor', { $anchor: 'a' }, '/$anchor: schema keyword "$anchor" cannot be kept'],
    ['$dynamicRef', { $dynamicRef: '#a' }, 'schema keyword "$dynamicRef" cannot be kept'],
    ['a reference to an anchor', { $ref: '#name' }, 'allowed are references within the document'],
    ['dependencies of draft 7', { dependencies: {} }, 'it is `dependentRequired` or `dependentSchemas`'],
    ['another dialect', { $schema: 'http://json-schema.org/draft-07/schema#' }, '/$schema: dialect is'],
    [
      'a misspelt keyword',
      { minLenght: 1 },
      'schema keyword "minLenght" is not one of OpenAPI 3.1, did you mean "minLength"?',
    ],
    ['a flag for a limit', { minimum: 1, exclusiveMinimum: true }, '/exclusiveMinimum: is true, expected a number'],
    ['a type twice', { type: ['string', 'string'] }, 'allowed is a list of different types'],
    ['a type that there is not', { type: ['string', 'text'] }, '/type/1: type is "text"'],
  ])('%s', (_what, schema, fault) => {
    expect(() => convert(schema)).toThrow(fault);
  });
});

describe('what is left to the backend, with a note', () => {
  test.each(['contains', 'propertyNames', 'unevaluatedProperties', 'contentSchema', 'x-unknown-is-prose', 'purpose'])(
    '%s',
    (keyword) => {
      const found = readOperation('post', jsonBody({ [keyword]: {} }), V31);
      expect(notesOf(found)).toEqual(keyword.startsWith('x-') ? [] : [`keyword ${keyword}`]);
      expect(firstRoute(found).requestBody?.schema).not.toHaveProperty(keyword);
    },
  );

  test('webhooks', () => {
    expect(notesOf(read({ '/a': { get: {} } }, { ...V31, webhooks: { x: { post: {} } } }))).toEqual(['webhooks']);
  });
});

test('jsonSchemaDialect may be that of OpenAPI 3.1 or of 2020-12', () => {
  const dialect = (jsonSchemaDialect: string) => read({ '/a': { get: {} } }, { ...V31, jsonSchemaDialect });
  expect(dialect('https://spec.openapis.org/oas/3.1/dialect/base').routes).toHaveLength(1);
  expect(dialect('https://json-schema.org/draft/2020-12/schema').routes).toHaveLength(1);
  expect(() => dialect('http://json-schema.org/draft-07/schema#')).toThrow('api.json#/jsonSchemaDialect: is');
});

test('members of 3.1 are none of 3.0', () => {
  expect(() => read({ '/a': { get: {} } }, { webhooks: {} })).toThrow('member "webhooks" is not one of OpenAPI 3.0');
});
