import Ajv from 'ajv';
import { type Json, OpenApiDocument } from '../../../../constructs/api/openapi/document';
import { requestSchema } from '../../../../constructs/api/openapi/json-schema';

function convert(schema: unknown, schemas: Record<string, unknown> = {}): Record<string, Json> {
  const document = new OpenApiDocument(
    { openapi: '3.0.3', components: { schemas: { Root: schema, ...schemas } } },
    'api.json',
  );
  return requestSchema(document, { value: schema as Json, pointer: '/components/schemas/Root' });
}

const DRAFT = { $schema: 'http://json-schema.org/draft-04/schema#' };

describe('requestSchema', () => {
  test('keeps what both languages say alike', () => {
    const schema = {
      type: 'object',
      required: ['a'],
      additionalProperties: false,
      minProperties: 1,
      properties: {
        a: { type: 'string', minLength: 1, maxLength: 9, pattern: '^x', enum: ['x', 'xy'] },
        b: {
          type: 'array',
          items: { type: 'integer', minimum: 1, exclusiveMinimum: true, multipleOf: 2 },
          uniqueItems: true,
        },
        c: { oneOf: [{ type: 'boolean' }, { not: { type: 'string' } }] },
      },
    };
    expect(convert(schema)).toEqual({ ...DRAFT, ...schema });
  });

  test('turns nullable into a type list, and only beside a type', () => {
    expect(convert({ type: 'string', nullable: true })).toEqual({ ...DRAFT, type: ['string', 'null'] });
    expect(convert({ type: 'string', nullable: false })).toEqual({ ...DRAFT, type: 'string' });
    expect(convert({ nullable: true, minLength: 1 })).toEqual({ ...DRAFT, minLength: 1 });
  });

  test('drops what validates nothing', () => {
    const prose = {
      title: 't',
      description: 'd',
      default: 1,
      example: 1,
      deprecated: true,
      xml: {},
      discriminator: {},
    };
    expect(convert({ type: 'integer', ...prose, externalDocs: {}, readOnly: true, 'x-own': 1 })).toEqual({
      ...DRAFT,
      type: 'integer',
    });
  });

  test('keeps a property whose name is that of a keyword', () => {
    const schema = { type: 'object', properties: { title: { type: 'string' }, $ref: { type: 'string' } } };
    expect(convert(schema)).toEqual({ ...DRAFT, ...schema });
  });

  test('keeps the formats of draft 4 only', () => {
    expect(convert({ type: 'string', format: 'date-time' })).toHaveProperty('format', 'date-time');
    expect(convert({ type: 'integer', format: 'int64' })).not.toHaveProperty('format');
  });

  test('does not require what is readOnly, and requires no empty list', () => {
    const schema = {
      type: 'object',
      required: ['id', 'at', 'name'],
      properties: {
        id: { type: 'string', readOnly: true },
        at: { $ref: '#/components/schemas/At' },
        name: { type: 'string' },
      },
    };
    expect(convert(schema, { At: { type: 'string', readOnly: true } }).required).toEqual(['name']);
    expect(convert({ type: 'object', required: [] })).not.toHaveProperty('required');
  });

  test('puts what is referred to into definitions', () => {
    const schema = { type: 'object', properties: { a: { $ref: '#/components/schemas/A', description: 'ignored' } } };
    expect(convert(schema, { A: { type: 'string' }, Unused: { type: 'string' } })).toEqual({
      ...DRAFT,
      type: 'object',
      properties: { a: { $ref: '#/definitions/A' } },
      definitions: { A: { type: 'string' } },
    });
  });

  test('a root that is a reference becomes what it refers to', () => {
    expect(convert({ $ref: '#/components/schemas/A' }, { A: { type: 'string' } })).toEqual({
      ...DRAFT,
      type: 'string',
    });
  });

  test('schemas may refer to themselves and to each other', () => {
    const schema = convert(
      { $ref: '#/components/schemas/Node' },
      {
        Node: { type: 'object', required: ['next'], properties: { next: { $ref: '#/components/schemas/Link' } } },
        Link: { type: 'object', properties: { node: { $ref: '#/components/schemas/Node' } } },
      },
    );
    expect(Object.keys(schema.definitions ?? {})).toEqual(['Link', 'Node']);
    const { $schema, ...rest } = schema;
    const validate = new Ajv({ strict: false }).compile(rest);
    expect(validate({ next: { node: { next: {} } } })).toBe(true);
    expect(validate({ next: { node: {} } })).toBe(false);
  });

  test('two places of one name become two definitions', () => {
    const schema = {
      type: 'object',
      properties: { a: { $ref: '#/components/schemas/A' }, b: { $ref: '#/components/schemas/B/properties/A' } },
    };
    const converted = convert(schema, {
      A: { type: 'string' },
      B: { type: 'object', properties: { A: { type: 'integer' } } },
    });
    expect(converted.definitions).toEqual({ A: { type: 'string' }, A_2: { type: 'integer' } });
  });

  test.each([
    [
      { type: 'string', const: 'x' },
      '/components/schemas/Root/const: schema keyword "const" is not one of OpenAPI 3.0',
    ],
    [{ type: ['string', 'null'] }, '/components/schemas/Root/type: is ["string","null"], expected a text'],
    [{ type: 'file' }, 'type is "file", allowed are array, boolean'],
    [{ type: 'integer', exclusiveMinimum: 1 }, '/exclusiveMinimum: is 1, expected true or false'],
    [{ $ref: 'other.json#/A' }, 'allowed are references within the document'],
    [{ $ref: '#/components/schemas/Nobody' }, 'refers to "#/components/schemas/Nobody", which is not in the document'],
    [{ properties: { a: 1 } }, '/components/schemas/Root/properties/a: schema is 1, expected an object'],
  ])('refuses %j', (schema, fault) => {
    expect(() => convert(schema)).toThrow(fault);
  });
});
