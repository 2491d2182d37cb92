import { compile, document, lookUp, newAjv, operations, resolve } from './example';

/** The shape of OpenAPI 3.0.3 that matters here: what every path, operation, parameter and response must have. */
const SHAPE = {
  definitions: {
    reference: {
      type: 'object',
      required: ['$ref'],
      additionalProperties: false,
      properties: { $ref: { type: 'string', pattern: '^#/components/(schemas|parameters|responses)/\\w+$' } },
    },
    media: {
      type: 'object',
      minProperties: 1,
      additionalProperties: {
        type: 'object',
        required: ['schema'],
        additionalProperties: false,
        properties: { schema: { type: 'object' }, example: {} },
      },
    },
    parameter: {
      type: 'object',
      required: ['name', 'in', 'schema', 'description'],
      additionalProperties: false,
      properties: {
        name: { type: 'string', minLength: 1 },
        in: { enum: ['query', 'path', 'header'] },
        required: { type: 'boolean' },
        description: { type: 'string', minLength: 5 },
        schema: { type: 'object' },
        example: {},
      },
      anyOf: [
        { type: 'object', properties: { in: { enum: ['query', 'header'] } } },
        { type: 'object', properties: { in: { const: 'path' }, required: { const: true } }, required: ['required'] },
      ],
    },
    response: {
      type: 'object',
      required: ['description'],
      additionalProperties: false,
      properties: {
        description: { type: 'string', minLength: 5 },
        headers: { type: 'object' },
        content: { $ref: '#/definitions/media' },
      },
    },
    parameters: {
      type: 'array',
      items: { anyOf: [{ $ref: '#/definitions/reference' }, { $ref: '#/definitions/parameter' }] },
    },
    operation: {
      type: 'object',
      required: ['operationId', 'tags', 'summary', 'security', 'responses'],
      additionalProperties: false,
      patternProperties: { '^x-gatehouse-': {} },
      properties: {
        operationId: { type: 'string', pattern: '^[a-z][A-Za-z]+$' },
        tags: { type: 'array', minItems: 1, items: { type: 'string' } },
        summary: { type: 'string', minLength: 5, maxLength: 60 },
        description: { type: 'string', minLength: 20 },
        parameters: { $ref: '#/definitions/parameters' },
        requestBody: {
          type: 'object',
          required: ['required', 'content', 'description'],
          additionalProperties: false,
          properties: {
            required: { const: true },
            description: { type: 'string' },
            content: { $ref: '#/definitions/media' },
          },
        },
        security: {
          type: 'array',
          items: {
            type: 'object',
            required: ['token'],
            additionalProperties: false,
            properties: { token: { type: 'array', minItems: 1, items: { type: 'string' } } },
          },
        },
        responses: {
          type: 'object',
          minProperties: 2,
          additionalProperties: false,
          patternProperties: {
            '^[245][0-9]{2}$': { anyOf: [{ $ref: '#/definitions/reference' }, { $ref: '#/definitions/response' }] },
          },
        },
      },
    },
  },
  type: 'object',
  required: ['openapi', 'info', 'paths', 'components'],
  properties: {
    openapi: { const: '3.0.3' },
    info: {
      type: 'object',
      required: ['title', 'version', 'description'],
      properties: { title: { type: 'string' }, version: { type: 'string' }, description: { type: 'string' } },
    },
    paths: {
      type: 'object',
      additionalProperties: false,
      patternProperties: {
        '^/v1/(?!tokens|applications)': {
          type: 'object',
          required: ['x-gatehouse-backend'],
          additionalProperties: false,
          properties: {
            'x-gatehouse-backend': { type: 'string' },
            parameters: { $ref: '#/definitions/parameters' },
            get: { $ref: '#/definitions/operation' },
            put: { $ref: '#/definitions/operation' },
            post: { $ref: '#/definitions/operation' },
            patch: { $ref: '#/definitions/operation' },
            delete: { $ref: '#/definitions/operation' },
          },
        },
      },
    },
    components: {
      type: 'object',
      required: ['securitySchemes', 'schemas', 'parameters', 'responses'],
      properties: {
        schemas: { type: 'object' },
        securitySchemes: {
          type: 'object',
          required: ['token'],
          properties: { token: { type: 'object', required: ['type'], properties: { type: { const: 'oauth2' } } } },
        },
        parameters: { type: 'object', additionalProperties: { $ref: '#/definitions/parameter' } },
        responses: { type: 'object', additionalProperties: { $ref: '#/definitions/response' } },
      },
    },
  },
};

interface Sample {
  readonly where: string;
  readonly schema: Record<string, unknown>;
  readonly example: unknown;
}

/** Every object with `schema` and `example`, wherever it is. */
function samples(node: unknown, where = '#'): Sample[] {
  if (typeof node !== 'object' || node === null) {
    return [];
  }
  const object = node as Record<string, unknown>;
  const own =
    'schema' in object && 'example' in object
      ? [{ where, schema: object.schema as Record<string, unknown>, example: object.example }]
      : [];
  return [...own, ...Object.entries(object).flatMap(([name, value]) => samples(value, `${where}/${name}`))];
}

function references(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) {
    return [];
  }
  return Object.entries(node).flatMap(([name, value]) =>
    name === '$ref' && typeof value === 'string' ? [value] : references(value),
  );
}

describe('OpenAPI document of the home-page dashboard', () => {
  test('has the shape of OpenAPI 3.0.3', () => {
    const validate = newAjv().compile(SHAPE);
    validate(document);
    expect(validate.errors).toBeNull();
  });

  test('has at least 14 operations', () => {
    expect(operations.length).toBeGreaterThanOrEqual(14);
  });

  test('has unique operation ids', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('resolves every reference', () => {
    const found = references(document);
    expect(found.length).toBeGreaterThan(50);
    expect(found.filter((reference) => lookUp(reference) === undefined)).toEqual([]);
  });

  test('uses every component', () => {
    const used = new Set(references(document));
    const declared = (['schemas', 'parameters', 'responses'] as const).flatMap((kind) =>
      Object.keys(document.components[kind]).map((name) => `#/components/${kind}/${name}`),
    );
    expect(declared.filter((reference) => !used.has(reference))).toEqual([]);
  });

  test.each(Object.entries(document.components.schemas))('schema %s compiles in strict mode', (_, schema) => {
    expect(() => compile(schema)).not.toThrow();
  });

  test.each(samples(document).map((sample) => [sample.where, sample] as const))(
    'example at %s matches its schema',
    (_, { schema, example }) => {
      const validate = compile(schema);
      validate(example);
      expect(validate.errors).toBeNull();
    },
  );

  test('declares every scope that an operation needs, and needs every scope it declares', () => {
    const used = operations.flatMap(({ operation }) => operation.security.flatMap(({ token }) => token ?? []));
    const declared = Object.keys(document.components.securitySchemes.token.flows.clientCredentials.scopes);
    expect([...new Set(used)].sort()).toEqual([...declared].sort());
  });

  test('gives a reason for every public operation, and for no other', () => {
    const open = operations.filter(({ operation }) => operation.security.length === 0);
    const reasoned = operations.filter(({ operation }) => (operation['x-gatehouse-public'] ?? '').length > 20);
    expect(open.map(({ path }) => path)).toEqual(['/v1/status']);
    expect(reasoned).toEqual(open);
  });

  test('shows alternatives of scopes and scopes that are needed together', () => {
    const securities = operations.map(({ operation }) => operation.security);
    expect(securities.some((alternatives) => alternatives.length > 1)).toBe(true);
    expect(securities.some(([only, ...more]) => more.length === 0 && (only?.token?.length ?? 0) > 1)).toBe(true);
  });

  test('declares each path parameter of a template, and no other', () => {
    for (const { path, item, operation } of operations) {
      const declared = [...((item.parameters as []) ?? []), ...(operation.parameters ?? [])]
        .map((parameter) => resolve(parameter))
        .filter((parameter) => parameter.in === 'path')
        .map(({ name }) => name);
      const templated = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(declared).toEqual(templated);
    }
  });

  test('requires a query parameter somewhere', () => {
    const required = operations.flatMap(({ operation }) =>
      (operation.parameters ?? []).map((p) => resolve(p)).filter((p) => p.in === 'query' && p.required),
    );
    expect(required.map(({ name }) => name)).toEqual(['from', 'to', 'period']);
  });

  test('closes every object but the problem, which RFC 9457 keeps open', () => {
    const open = Object.entries(document.components.schemas)
      .filter(([, schema]) => schema.type === 'object' && schema.additionalProperties !== false)
      .map(([name]) => name);
    expect(open).toEqual(['Problem']);
  });

  test('sends every error as problem details', () => {
    for (const { operation } of operations) {
      for (const [status, response] of Object.entries(operation.responses).filter(([code]) => code >= '400')) {
        const { content } = resolve(response);
        expect([status, Object.keys(content ?? {})]).toEqual([status, ['application/problem+json']]);
      }
    }
  });

  test('documents 401, 403 and 429 on every operation that needs a token', () => {
    for (const { operation } of operations.filter(({ operation: { security } }) => security.length > 0)) {
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['401', '403', '429', '500']));
    }
  });
});
