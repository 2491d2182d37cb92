import { compileDraft4, describeErrors } from '../../../sandbox/gateway/json-schema';

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

  test('errors are told as API Gateway tells them', () => {
    const validate = compileDraft4({ required: ['b', 'a'], properties: { n: { type: 'integer' } } });
    validate({ n: 'x' });
    expect(describeErrors(validate.errors ?? [])).toBe(
      '[object has missing required properties (["a","b"]), /n does not match any allowed primitive type (allowed: ["integer"])]',
    );
  });
});
