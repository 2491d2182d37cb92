// biome-ignore-all lint/suspicious/noThenProperty: "then" is a keyword of JSON Schema
import { type Json, OpenApiDocument } from '../../../../constructs/api/openapi/document';
import { requestSchema } from '../../../../constructs/api/openapi/json-schema';
import { compileDraft4 } from '../../../../sandbox/gateway/json-schema';

type Schema = Record<string, unknown>;

const BASE: Schema = {
  type: 'object',
  properties: { id: { type: 'string', readOnly: true }, note: { type: 'string' } },
};
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const demand = (...required: string[]): Schema => ({ type: 'object', required });

/** Whether a request body meets the model of a schema. */
function accepts(schema: Schema, body: unknown, schemas: Record<string, Schema> = {}, openapi = '3.0.3'): boolean {
  const document = new OpenApiDocument(
    { openapi, components: { schemas: { Root: schema, Base: BASE, ...schemas } } },
    'api.json',
  );
  const place = { value: schema as unknown as Json, pointer: '/components/schemas/Root' };
  return compileDraft4(requestSchema(document, place))(body);
}

/** Such a schema takes a body without `id`, and does not take one without `note`. */
function demandsTheNoteOnly(schema: Schema, schemas?: Record<string, Schema>, openapi?: string): void {
  expect(accepts(schema, { note: 'x' }, schemas, openapi)).toBe(true);
  expect(accepts(schema, { id: 'y', note: 'x' }, schemas, openapi)).toBe(true);
  expect(accepts(schema, { id: 'y' }, schemas, openapi)).toBe(false);
  expect(accepts(schema, {}, schemas, openapi)).toBe(false);
}

describe('a required property that is read-only is not demanded of requests', () => {
  test('case o08-readonly-in-allof: declared in one schema of allOf, required in another', () => {
    demandsTheNoteOnly({ allOf: [ref('Base'), demand('id', 'note')] });
  });

  test.each<[string, Schema]>([
    ['required beside allOf', { allOf: [ref('Base')], required: ['id', 'note'] }],
    ['declared beside allOf', { ...BASE, allOf: [demand('id', 'note')] }],
    ['allOf in allOf', { allOf: [{ allOf: [ref('Base')] }, { allOf: [demand('id'), demand('note')] }] }],
    ['behind references of references', { allOf: [ref('Again'), ref('Demand')] }],
    ['in an alternative', { anyOf: [ref('Base'), demand('nothing')], required: ['id', 'note'] }],
    ['in each of oneOf', { required: ['id', 'note'], oneOf: [ref('Base'), demand('nothing')] }],
  ])('%s', (_what, schema) => {
    demandsTheNoteOnly(schema, { Again: ref('Base'), Demand: demand('id', 'note') });
  });

  test.each<[string, Schema]>([
    ['in a property', { properties: { order: { allOf: [ref('Base'), demand('id', 'note')] } } }],
    ['in an additional property', { additionalProperties: { allOf: [ref('Base'), demand('id', 'note')] } }],
  ])('%s', (_what, schema) => {
    expect(accepts(schema, { order: { note: 'x' } })).toBe(true);
    expect(accepts(schema, { order: { id: 'y' } })).toBe(false);
  });

  test('in items', () => {
    const schema = { type: 'array', items: { allOf: [ref('Base'), demand('id', 'note')] } };
    expect(accepts(schema, [{ note: 'x' }, { note: 'z', id: 'y' }])).toBe(true);
    expect(accepts(schema, [{ id: 'y' }])).toBe(false);
  });

  test('a property that is read-only by what it refers to', () => {
    const properties = { id: { allOf: [ref('Id')] }, note: { type: 'string' } };
    demandsTheNoteOnly({ properties, required: ['id', 'note'] }, { Id: { type: 'string', readOnly: true } });
  });

  test('OpenAPI 3.1: beside a reference', () => {
    const properties = { id: { ...ref('Id'), readOnly: true }, note: { type: 'string' } };
    demandsTheNoteOnly({ properties, required: ['id', 'note'] }, { Id: { type: 'string' } }, '3.1.0');
    demandsTheNoteOnly({ ...ref('Base'), required: ['id', 'note'] }, {}, '3.1.0');
  });

  test('OpenAPI 3.1: in the branches of a condition', () => {
    const schema = { ...BASE, if: { required: ['note'] }, then: demand('id', 'note'), else: demand('note') };
    demandsTheNoteOnly(schema, {}, '3.1.0');
  });
});

describe('and nothing else is dropped', () => {
  test('the same component demands its property where nothing makes that read-only', () => {
    const schema = {
      properties: { made: ref('Demand'), changed: { allOf: [ref('Base'), ref('Demand')] } },
    };
    const schemas = { Demand: demand('id') };
    expect(accepts(schema, { changed: {} }, schemas)).toBe(true);
    expect(accepts(schema, { made: {} }, schemas)).toBe(false);
  });

  test('another property of the same name, one level down', () => {
    const schema = { allOf: [ref('Base'), { properties: { part: demand('id') } }] };
    expect(accepts(schema, { part: {} })).toBe(false);
  });

  test('an alternative in which the property is not read-only', () => {
    const own = { properties: { id: { type: 'string' } }, required: ['id'], additionalProperties: false };
    const schema = { anyOf: [{ allOf: [ref('Base')], required: ['note'] }, own] };
    expect([accepts(schema, { note: 'x' }), accepts(schema, { id: 'x' }), accepts(schema, {})]).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('a write-only property', () => {
    const schema = { properties: { secret: { type: 'string', writeOnly: true } }, required: ['secret'] };
    expect(accepts(schema, {})).toBe(false);
  });

  test('what "not" says: without its demand it would refuse everything', () => {
    const schema = { ...BASE, not: { required: ['id'] } };
    expect([accepts(schema, {}), accepts(schema, { id: 'x' })]).toEqual([true, false]);
  });

  test('what "not" refers to, which another place uses too', () => {
    const schema = { allOf: [ref('Base'), { not: ref('Demand') }, { anyOf: [ref('Demand'), demand('note')] }] };
    const schemas = { Demand: { ...BASE, required: ['id'] } };
    expect([accepts(schema, {}, schemas), accepts(schema, { id: 'x' }, schemas)]).toEqual([true, false]);
  });
});

test('alternatives that only a read-only property tells apart do not exclude each other', () => {
  const schema = { ...BASE, oneOf: [demand('id'), demand('note')] };
  expect([accepts(schema, { note: 'x' }), accepts(schema, { note: 'x', id: 'y' })]).toEqual([true, true]);
  const apart = { oneOf: [demand('a'), demand('b')] };
  expect([accepts(apart, { a: 1 }), accepts(apart, { a: 1, b: 1 })]).toEqual([true, false]);
});

test('schemas that refer to themselves', () => {
  const Node = {
    allOf: [ref('Base'), { type: 'object', required: ['id', 'note'], properties: { next: ref('Node') } }],
  };
  expect(accepts(ref('Node'), { note: 'a', next: { note: 'b' } }, { Node })).toBe(true);
  expect(accepts(ref('Node'), { note: 'a', next: { id: 'b' } }, { Node })).toBe(false);
});
