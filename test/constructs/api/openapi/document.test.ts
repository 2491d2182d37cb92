import { OpenApiDocument } from '../../../../constructs/api/openapi/document';
import { OpenApiError } from '../../../../constructs/api/openapi/faults';

const document = (content: object = {}): OpenApiDocument =>
  new OpenApiDocument({ openapi: '3.0.3', ...content }, 'api.json');

describe('OpenApiDocument', () => {
  test.each([[null], [[]], ['text'], [undefined]])('refuses %j', (value) => {
    expect(() => new OpenApiDocument(value, 'api.json')).toThrow('api.json#: is not a JSON object');
  });

  test.each(['3.2.0', '2.0', '3.10', undefined, 3])('refuses the version %j', (openapi) => {
    expect(() => new OpenApiDocument({ openapi }, 'api.json')).toThrow(
      /api.json#\/openapi: version is .*, allowed are 3.0.x and 3.1.x/,
    );
  });

  test.each([
    ['3.0.0', '3.0'],
    ['3.0.4', '3.0'],
    ['3.1.0', '3.1'],
    ['3.1.1', '3.1'],
  ])('reads the version %j', (openapi, version) => {
    expect(new OpenApiDocument({ openapi }, 'api.json').version).toBe(version);
  });

  test('refuses Swagger 2.0 by its name, and says what to do', () => {
    expect(() => new OpenApiDocument({ swagger: '2.0' }, 'api.json')).toThrow(
      'api.json#/swagger: is Swagger "2.0", allowed is OpenAPI 3.0 or 3.1: convert it',
    );
  });

  test('an error carries document and pointer', () => {
    expect.assertions(1);
    try {
      document().required(document().root, 'paths');
    } catch (error) {
      expect(error).toMatchObject({
        name: 'OpenApiError',
        source: 'api.json',
        pointer: '',
        message: 'api.json#: has no "paths"',
      });
    }
  });

  test('escapes pointers and resolves escaped references', () => {
    const one = document({ paths: { '/a~b': { get: 1 } } });
    const found = one.target({ value: '#/paths/~1a~0b', pointer: '/x' });
    expect(found).toEqual({ value: { get: 1 }, pointer: '/paths/~1a~0b' });
  });

  test('resolves percent-encoded references and list items', () => {
    const one = document({ 'a b': [{ x: 1 }] });
    expect(one.target({ value: '#/a%20b/0', pointer: '/x' }).value).toEqual({ x: 1 });
  });

  test('refuses a malformed percent escape as such', () => {
    expect(() => document().target({ value: '#/%zz', pointer: '/x' })).toThrow(OpenApiError);
  });

  test('refuses a reference that leads to itself', () => {
    const one = document({ a: { $ref: '#/b' }, b: { $ref: '#/a' } });
    expect(() => one.object({ value: { $ref: '#/a' }, pointer: '/x' })).toThrow('api.json#/x: refers to itself');
  });

  test('does not find members that every object inherits', () => {
    expect(document().member(document().root, 'constructor')).toBeUndefined();
    expect(() => document().target({ value: '#/constructor', pointer: '/x' })).toThrow('not in the document');
  });
});
