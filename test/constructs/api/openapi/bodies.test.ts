import type { RouteProps } from '../../../../constructs/api';
import { compileDraft4 } from '../../../../sandbox/gateway/json-schema';
import { Template } from '../../../support/template';
import { gateway, SCOPED } from '../../gateway/fixture';
import { firstRoute, jsonBody, notesOf, readOperation } from './support';

const MERGE = 'application/merge-patch+json';
const PATCH = 'application/json-patch+json';
const OBJECT = { type: 'object' };
const LIST = { type: 'array', items: { type: 'object' } };
const content = (types: Record<string, unknown>, required = true) => ({ requestBody: { required, content: types } });

/** Schemas of the models of a route by content type, as they are planned. */
function models(operation: object): Record<string, unknown> {
  const { requestBody } = firstRoute(readOperation('patch', operation));
  const route: RouteProps = { ...SCOPED, ...(requestBody === undefined ? {} : { requestBody }) };
  const made = Template.of((stack) => gateway(stack, { routes: { 'PATCH /a': route } }));
  const resources = made.resources('aws_api_gateway_model');
  const names = (made.only('aws_api_gateway_method').request_models ?? {}) as Record<string, string>;
  return Object.fromEntries(
    Object.entries(names).map(([type, name]) => {
      const [, id = ''] = /aws_api_gateway_model\.(\w[\w-]*)\.name/.exec(name) ?? [];
      return [type, JSON.parse(String(resources[id]?.schema))];
    }),
  );
}

const DRAFT = { $schema: 'http://json-schema.org/draft-04/schema#' };

describe('several JSON media types', () => {
  test('case o19-multi-json-types: a model for each', () => {
    expect(models(content({ [MERGE]: { schema: OBJECT }, [PATCH]: { schema: LIST } }))).toEqual({
      [MERGE]: { ...DRAFT, ...OBJECT },
      [PATCH]: { ...DRAFT, ...LIST },
      $default: { ...DRAFT, anyOf: [OBJECT, LIST] },
    });
  });

  test('any other type has to meet one of them, with definitions kept apart', () => {
    const node = { type: 'object', properties: { next: { $ref: '#/components/schemas/Node' } } };
    const other = { type: 'object', properties: { next: { $ref: '#/components/schemas/Other' } }, required: ['next'] };
    const operation = content({
      'application/json': { schema: { $ref: '#/components/schemas/Node' } },
      [MERGE]: { schema: { $ref: '#/components/schemas/Other' } },
    });
    const securitySchemes = { token: { type: 'openIdConnect', openIdConnectUrl: 'https://x' } };
    const schemas = { Node: node, Other: { ...other, properties: { next: { type: 'integer' } } } };
    const { requestBody } = firstRoute(readOperation('patch', operation, { components: { schemas, securitySchemes } }));
    const made = Template.of((stack) =>
      gateway(stack, { routes: { 'PATCH /a': { ...SCOPED, ...(requestBody ? { requestBody } : {}) } } }),
    );
    const fallback = made
      .find('aws_api_gateway_model')
      .map(({ schema }) => JSON.parse(String(schema)))
      .find((schema) => schema.anyOf !== undefined);
    const validate = compileDraft4(fallback);
    expect([validate({ next: { next: {} } }), validate({ next: 1 }), validate({ next: 'x' }), validate(1)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test('equal schemas share a model', () => {
    const made = models(
      content({ 'application/json': { schema: OBJECT }, 'application/vnd.x+json': { schema: OBJECT } }),
    );
    expect(Object.keys(made)).toEqual(['$default', 'application/json', 'application/vnd.x+json']);
    expect(new Set(Object.values(made).map((schema) => JSON.stringify(schema))).size).toBe(1);
  });

  test.each(['application/problem+json', 'model/gltf+json', 'application/vnd.api+json'])('%s is JSON', (type) => {
    expect(Object.keys(models(content({ [type]: { schema: OBJECT } })))).toEqual(['$default', type]);
  });
});

describe('media types with parameters and in other cases', () => {
  test('case o20-json-charset: application/json; charset=utf-8 is checked like application/json', () => {
    const schema = { type: 'object', required: ['a'], properties: { a: { type: 'string' } } };
    expect(models(content({ 'application/json; charset=utf-8': { schema } }))).toEqual({
      'application/json': { ...DRAFT, ...schema },
      $default: { ...DRAFT, ...schema },
    });
  });

  test.each(['Application/JSON', 'application/json;charset=UTF-8', ' application/json ', 'application/json; v="1;2"'])(
    '%j too',
    (type) => {
      expect(Object.keys(models(content({ [type]: { schema: OBJECT } })))).toEqual(['$default', 'application/json']);
    },
  );

  test('one type twice is read once when the schemas are equal, and refused when not', () => {
    const both = (other: object) =>
      content({ 'application/json': { schema: OBJECT }, 'application/json; v=2': { schema: other } });
    expect(Object.keys(models(both(OBJECT)))).toEqual(['$default', 'application/json']);
    expect(() => readOperation('patch', both(LIST))).toThrow(
      'content/application~1json; v=2: is application/json with another schema, allowed is one schema',
    );
  });

  test('what is no media type is refused', () => {
    expect(() => readOperation('patch', content({ json: { schema: OBJECT } }))).toThrow('"json" is not a media type');
  });
});

describe('bodies that are not checked', () => {
  test('first hour: a body without required: true is left to the backend, by name', () => {
    const found = readOperation('post', content({ 'application/json': { schema: OBJECT } }, false));
    expect(found.notes).toEqual([
      { kind: 'optionalBody', source: 'api.json', pointer: '/paths/~1a/post/requestBody', route: 'POST /a' },
    ]);
    expect(firstRoute(found).requestBody?.required).toBe(false);
  });

  test('beside another media type JSON is checked, and the other is left to the backend', () => {
    const operation = content({ 'application/json': { schema: OBJECT }, 'text/csv': {} });
    expect(Object.keys(models(operation))).toEqual(['application/json']);
    expect(notesOf(readOperation('post', operation))).toEqual(['otherMediaType text/csv']);
  });

  test.each([
    ['application/x-www-form-urlencoded', 'otherMediaType'],
    ['application/xml', 'otherMediaType'],
    ['*/*', 'rangeMediaType'],
    ['application/*', 'rangeMediaType'],
  ])('%s is noted as %s', (type, kind) => {
    expect(notesOf(readOperation('post', content({ [type]: { schema: OBJECT } })))).toEqual([`${kind} ${type}`]);
  });

  test('a JSON body without a schema is noted', () => {
    expect(notesOf(readOperation('post', content({ 'application/json': {} })))).toEqual([
      'bodyWithoutSchema application/json',
    ]);
  });

  test.each(['get', 'head', 'delete'])('a body of %s means nothing in HTTP, and is not demanded', (method) => {
    const found = readOperation(method, jsonBody(OBJECT));
    expect(firstRoute(found)).not.toHaveProperty('requestBody');
    expect(notesOf(found)).toEqual(['ignoredBody']);
  });

  test('the encoding of a form is noted', () => {
    const form = { 'application/x-www-form-urlencoded': { schema: OBJECT, encoding: { a: { explode: false } } } };
    expect(notesOf(readOperation('post', content(form)))).toContain('encoding');
  });
});

test.each([
  ['no content', { requestBody: {} }, '/requestBody: has no "content"'],
  ['a misspelt member', { requestBody: { requred: true, content: {} } }, 'did you mean "required"?'],
  ['a misspelt member of a media type', content({ 'application/json': { shema: {} } }), 'did you mean "schema"?'],
  ['a flag that is none', { requestBody: { required: 'yes', content: {} } }, 'is "yes", expected true or false'],
])('refuses %s', (_what, operation, fault) => {
  expect(() => readOperation('post', operation)).toThrow(fault);
});

test('refuses a schema that is larger than a model may be, with its size', () => {
  const { requestBody } = firstRoute(readOperation('post', jsonBody({ enum: ['x'.repeat(410_000)] })));
  const routes = { 'POST /a': { ...SCOPED, ...(requestBody ? { requestBody } : {}) } };
  expect(() => Template.of((stack) => gateway(stack, { routes }))).toThrow(
    /route POST \/a has a schema of 4100\d\d bytes, allowed are 409600/,
  );
});
