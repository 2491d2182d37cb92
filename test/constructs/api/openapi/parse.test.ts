import { OpenApiError, parseOpenApi, readOpenApi } from '../../../../constructs/api';
import { documentOf } from './support';

const YAML = `
openapi: 3.0.3
info: { title: t, version: "1" }
x-gatehouse-backend: b
security:
  - token: ["a:read"]
components:
  securitySchemes:
    token: { type: openIdConnect, openIdConnectUrl: https://x }
paths:
  /a:
    get:
      responses:
        200:
          description: yes
    put: &put
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: objekt
    post: *put
`;

function faults(run: () => unknown): OpenApiError['faults'] {
  try {
    run();
  } catch (error) {
    if (error instanceof OpenApiError) {
      return error.faults;
    }
    throw error;
  }
  throw new Error('nothing was refused');
}

function readText(text: string): ReturnType<typeof readOpenApi> {
  const { document, lineOf } = parseOpenApi(text, 'api.yaml');
  return readOpenApi(document, { source: 'api.yaml', lineOf });
}

describe('YAML', () => {
  test('is read like JSON', () => {
    const { routes } = readText(YAML.replace('objekt', 'object'));
    expect(routes.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /a', 'PUT /a', 'POST /a']);
    expect(routes[2]?.requestBody).toEqual(routes[1]?.requestBody);
  });

  test('faults name their line', () => {
    expect(faults(() => readText(YAML))).toEqual([
      expect.objectContaining({
        pointer: '/paths/~1a/put/requestBody/content/application~1json/schema/type',
        line: 22,
      }),
      expect.objectContaining({
        pointer: '/paths/~1a/post/requestBody/content/application~1json/schema/type',
        line: 23,
      }),
    ]);
    expect(() => readText(YAML)).toThrow(
      'api.yaml#/paths/~1a/put/requestBody/content/application~1json/schema/type: type is "objekt"',
    );
  });

  test('true, false and null are what YAML 1.2 takes for them, and no others', () => {
    const { document } = parseOpenApi('a: yes\nb: no\nc: true\nd: null\ne: 012\n', 'api.yaml');
    expect(document).toEqual({ a: 'yes', b: 'no', c: true, d: null, e: 12 });
  });

  test('a flow mapping that only looks like JSON is YAML', () => {
    expect(parseOpenApi('{ a: 1 }', 'api.yaml').document).toEqual({ a: 1 });
  });

  test.each([
    ['a name twice', 'a: 1\nb: 2\na: 3\n', /^api\.yaml#: is not YAML: Map keys must be unique/, 3],
    ['bad indentation', 'a:\n  b: 1\n c: 2\n', /^api\.yaml#: is not YAML: /, 3],
    ['a tab', 'a:\n\tb: 1\n', /^api\.yaml#: is not YAML: /, 2],
  ])('refuses %s, with its line', (_what, text, message, line) => {
    const [fault] = faults(() => parseOpenApi(text, 'api.yaml'));
    expect(fault?.line).toBe(line);
    expect(() => parseOpenApi(text, 'api.yaml')).toThrow(message);
  });

  test('refuses aliases of aliases that grow without bound', () => {
    const levels = Array.from({ length: 9 }, (_, n) => `l${n + 1}: &l${n + 1} [${Array(9).fill(`*l${n}`).join(', ')}]`);
    expect(() => parseOpenApi(['l0: &l0 [x]', ...levels].join('\n'), 'api.yaml')).toThrow('Excessive alias count');
  });
});

describe('JSON', () => {
  test('faults name their line', () => {
    const text = JSON.stringify(documentOf({ '/a': { get: { operationId: 1 } } }), null, 2);
    const line = text.split('\n').findIndex((row) => row.includes('operationId')) + 1;
    expect(faults(() => readText(text))).toEqual([
      expect.objectContaining({ line, pointer: '/paths/~1a/get/operationId' }),
    ]);
  });

  test('a byte order mark does not matter', () => {
    expect(parseOpenApi('\uFEFF{"a":1}', 'api.json').document).toEqual({ a: 1 });
  });

  test.each([
    ['{"a":1,\n"b":2,\n"a":3}', '"a"', 3],
    ['{"paths":{"/a":{"get":{},\n"get":{}}}}', '"get"', 2],
    ['{"x":[{"a":1},{"b":1,"\\u0062":2}]}', '"b"', 1],
  ])('refuses a name that an object has twice: %j', (text, name, line) => {
    const [fault] = faults(() => parseOpenApi(text, 'api.json'));
    expect(fault).toMatchObject({ text: `has the name ${name} twice in one object`, line });
  });

  test.each(['{"a":{"a":1},"b":["a","a"],"c":"a"}', '{"a":"b\\"a\\":","b":{},"c":[]}'])(
    'one name in two objects, or as a value, is no repetition: %j',
    (text) => {
      expect(parseOpenApi(text, 'api.json').document).toEqual(JSON.parse(text));
    },
  );

  test('refuses what is cut off', () => {
    expect(() => parseOpenApi('{"a":1', 'api.json')).toThrow(/^api\.json#: is not YAML: /);
    expect(() => parseOpenApi('{"a":1]}', 'api.json')).toThrow(/^api\.json#: is not JSON: /);
  });
});
