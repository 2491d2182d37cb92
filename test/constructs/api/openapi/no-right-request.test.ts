// biome-ignore-all lint/suspicious/noThenProperty: "then" is a keyword of JSON Schema
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { type Json, OpenApiDocument } from '../../../../constructs/api/openapi/document';
import { requestSchema } from '../../../../constructs/api/openapi/json-schema';
import { compileModel } from '../../../../sandbox/gateway/json-schema';

const RUNS = process.env.GATEHOUSE_TEST_LONG === undefined ? 50 : 20_000;
const NAMES = ['a', 'b', 'id'];

type Schema = Record<string, unknown>;

function modelOf(schema: Schema): (body: unknown) => boolean {
  const document = new OpenApiDocument({ openapi: '3.1.0', components: { schemas: { Root: schema } } }, 'api.json');
  const place = { value: schema as Json, pointer: '/components/schemas/Root' };
  return compileModel(requestSchema(document, place)) as (body: unknown) => boolean;
}

const ajv = new Ajv2020({ strict: false, unevaluated: false, validateSchema: false });
addFormats(ajv);

function meaningOf(schema: Schema): (body: unknown) => boolean {
  const validate = ajv.compile(schema);
  return (body) => {
    try {
      return validate(body) as boolean;
    } catch (error) {
      // Ajv writes code for some nestings of `items` that names a variable it never declared: such a body is judged by nobody.
      if (error instanceof ReferenceError) return false;
      throw error;
    }
  };
}

/** Schemas of OpenAPI 3.1 with keywords of every treatment, and read-only properties. */
const schemas = fc.letrec<{ schema: Schema }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<Schema>(
      {},
      { type: 'string' },
      { type: 'integer', exclusiveMinimum: 1 },
      { type: 'string', format: 'date' },
      { type: 'string', format: 'email' },
      { type: 'string', pattern: '^(?<x>a)' },
      { type: 'array', minItems: 1 },
      { contains: { type: 'integer' } },
      { type: ['object', 'null'], propertyNames: { maxLength: 1 } },
      { const: 1 },
      { minProperties: 1 },
      { required: ['id'] },
      { type: 'string', readOnly: true },
    ),
    fc.record(
      {
        properties: fc.dictionary(fc.constantFrom(...NAMES), tie('schema'), { maxKeys: 3 }),
        required: fc.uniqueArray(fc.constantFrom(...NAMES), { maxLength: 2 }),
        additionalProperties: fc.oneof(fc.boolean(), tie('schema')),
        items: tie('schema'),
        not: tie('schema'),
        oneOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }),
        anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
        allOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
        if: tie('schema'),
        then: tie('schema'),
        else: tie('schema'),
        dependentRequired: fc.dictionary(fc.constantFrom(...NAMES), fc.uniqueArray(fc.constantFrom(...NAMES))),
      },
      { requiredKeys: [] },
    ),
  ),
})).schema;

const bodies = fc.letrec<{ body: unknown }>((tie) => ({
  body: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, 0, 1, 2, '', 'a', 'x', '2026-01-01', 'a@b.example', [], {}),
    fc.array(tie('body'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie('body'), { maxKeys: 3 }),
  ),
})).body;

test('for any schema, a body that is right by JSON Schema 2020-12 is not refused by the model', () => {
  let right = 0;
  fc.assert(
    fc.property(schemas, fc.array(bodies, { minLength: 24, maxLength: 24 }), (schema, some) => {
      const [means, model] = [meaningOf(schema), modelOf(schema)];
      for (const body of some.filter((candidate) => means(candidate))) {
        right += 1;
        expect({ schema, body, taken: model(body) }).toEqual({ schema, body, taken: true });
      }
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
  expect(right).toBeGreaterThan(RUNS);
});

describe('what would turn round the meaning is weakened instead', () => {
  test.each<[string, Schema, unknown]>([
    ['oneOf that formats tell apart', { oneOf: [{ format: 'email' }, { format: 'date' }] }, 'a@b.example'],
    [
      'oneOf that minItems tells apart',
      {
        oneOf: [
          { type: 'array', minItems: 2 },
          { type: 'array', maxItems: 1 },
        ],
      },
      [1],
    ],
    ['not of a format', { not: { format: 'email' } }, 'a'],
    ['not of contains', { type: 'array', not: { contains: { const: 1 } } }, [2]],
    ['not of what exclusiveMinimum says', { not: { minimum: 1, exclusiveMinimum: 1 } }, 1],
    ['if with propertyNames', { if: { propertyNames: { maxLength: 1 } }, then: { required: ['a'] } }, { long: 1 }],
    ['if with a recent pattern', { if: { pattern: '(?<=a)b' }, then: { maxLength: 1 }, else: { minLength: 3 } }, 'xxx'],
  ])('%s', (_what, schema, body) => {
    expect([meaningOf(schema)(body), modelOf(schema)(body)]).toEqual([true, true]);
  });

  test('and what API Gateway checks in full keeps its meaning', () => {
    const apart = modelOf({ oneOf: [{ required: ['a'] }, { required: ['b'] }] });
    expect([apart({ a: 1 }), apart({ a: 1, b: 1 })]).toEqual([true, false]);
    expect(modelOf({ not: { type: 'string' } })('a')).toBe(false);
  });
});
