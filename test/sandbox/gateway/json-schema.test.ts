import { compileDraft4, compileModel, describeErrors } from '../../../sandbox/gateway/json-schema';

describe('JSON Schema draft 4', () => {
  test.each([
    [{ minimum: 1, exclusiveMinimum: true }, 1, false],
    [{ minimum: 1, exclusiveMinimum: false }, 1, true],
    [{ maximum: 1, exclusiveMaximum: true }, 1, false],
    [{ maximum: 1, exclusiveMaximum: true }, 0, true],
    [{ items: [{ type: 'string' }], additionalItems: false }, ['a', 'b'], false],
    [{ dependencies: { a: ['b'] } }, { a: 1 }, false],
    [{ $schema: 'http://json-schema.org/draft-04/schema#', id: 'x', type: 'object' }, {}, true],
    [{ type: 'string', format: 'date-time' }, 'no date', true],
    [{ type: 'string', nullable: true }, null, false],
    [{ const: 1 }, 2, true],
    [{ properties: { nullable: { type: 'string' }, const: { type: 'string' } } }, { const: 1 }, false],
    [{ $ref: '#/definitions/name', definitions: { name: { type: 'string' } } }, 1, false],
    [{ enum: [{ format: 'x' }] }, { format: 'x' }, true],
  ])('%j accepts %j: %s', (schema, value, valid) => {
    expect(compileDraft4(schema)(value)).toBe(valid);
  });

  test('a reference to another model is an error', () => {
    expect(() => compileDraft4({ $ref: 'https://apigateway.amazonaws.com/restapis/x/models/Y' })).toThrow();
  });

  test('a message of each keyword is in the words of the validator of API Gateway', () => {
    const told = (schema: object, body: unknown): string => {
      const validate = compileDraft4(schema);
      validate(body);
      return describeErrors(validate.errors ?? []);
    };
    expect([
      told({ required: ['b', 'a'], properties: { n: { type: 'integer' } } }, { n: 'x' }),
      told({ type: ['string', 'null'] }, 1.5),
      told({ enum: ['dog', 'cat'] }, 'cow'),
      told({ minimum: 25 }, 3),
      told({ maximum: 5 }, 6),
      told({ maximum: 5, exclusiveMaximum: true }, 5),
      told({ minLength: 2 }, 'a'),
      told({ maxLength: 2 }, 'abc'),
      told({ pattern: '^a' }, 'b'),
      told({ uniqueItems: true }, [1, 1]),
      told({ minProperties: 1 }, {}),
      told({ properties: {}, additionalProperties: false }, { a: 1 }),
      told({ anyOf: [{ type: 'string' }, { required: ['a'], type: 'object' }] }, {}),
      told({ oneOf: [{ type: 'object' }, { minProperties: 0 }] }, {}),
      told({ not: {} }, 1),
    ]).toEqual([
      '[object has missing required properties (["a","b"]), instance type (string) does not match any allowed primitive type (allowed: ["integer"])]',
      '[instance type (number) does not match any allowed primitive type (allowed: ["string","null"])]',
      '[instance value ("cow") not found in enum (possible values: ["dog","cat"])]',
      '[numeric instance is lower than the required minimum (minimum: 25, found: 3)]',
      '[numeric instance is greater than the required maximum (maximum: 5, found: 6)]',
      '[numeric instance is not strictly lower than the required maximum 5]',
      '[string "a" is too short (length: 1, required minimum: 2)]',
      '[string "abc" is too long (length: 3, maximum allowed: 2)]',
      '[ECMA 262 regex "^a" does not match input string "b"]',
      '[array must not contain duplicate elements]',
      '[object has too few properties (found 0 but schema requires at least 1)]',
      '[object instance has properties which are not allowed by the schema: ["a"]]',
      '[instance failed to match at least one required schema among 2]',
      '[instance failed to match exactly one schema (matched 2 out of 2)]',
      '[instance matched a schema which it should not have matched]',
    ]);
  });
});

describe('a model of API Gateway', () => {
  test.each([
    [{ maxItems: 1 }, [1, 2]],
    [{ minItems: 1 }, []],
    [{ properties: { a: { items: { minItems: 2 } } } }, { a: [[1]] }],
    [{ minimum: 1, exclusiveMinimum: true }, 1],
    [{ anyOf: [{ minimum: 1, exclusiveMinimum: true }] }, 1],
  ])('%j takes %j: the keyword is not part of simple request validation', (schema, body) => {
    expect(compileModel(schema)(body)).toBe(true);
    expect(compileDraft4(schema)(body)).toBe(false);
  });

  test.each([
    [{ minimum: 1, exclusiveMinimum: true }, 0],
    [{ maximum: 1, exclusiveMaximum: true }, 1],
    [{ properties: { maxItems: { type: 'string' } } }, { maxItems: 1 }],
    [{ uniqueItems: true, maxItems: 1 }, [1, 1]],
  ])('%j does not take %j', (schema, body) => {
    expect(compileModel(schema)(body)).toBe(false);
  });
});
