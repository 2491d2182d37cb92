import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  KEYWORDS,
  type KeywordOwner,
  keywordRule,
  keywordsOf,
  keywordTables,
} from '../../../../constructs/api/openapi/keywords';
import { firstRoute, jsonBody, readOperation } from './support';

/** Fixed fields of the objects of OpenAPI 3.0.3 (4.7.12, 4.7.13, 4.7.14 and 4.7.24). */
const OPENAPI_3_0: Record<KeywordOwner, readonly string[]> = {
  parameter: [
    ...['name', 'in', 'description', 'required', 'deprecated', 'allowEmptyValue', 'style', 'explode', 'allowReserved'],
    ...['schema', 'example', 'examples', 'content'],
  ],
  requestBody: ['description', 'content', 'required'],
  mediaType: ['schema', 'example', 'examples', 'encoding'],
  schema: [
    ...['title', 'multipleOf', 'maximum', 'exclusiveMaximum', 'minimum', 'exclusiveMinimum', 'maxLength', 'minLength'],
    ...['pattern', 'maxItems', 'minItems', 'uniqueItems', 'maxProperties', 'minProperties', 'required', 'enum', 'type'],
    ...['allOf', 'oneOf', 'anyOf', 'not', 'items', 'properties', 'additionalProperties', 'description', 'format'],
    ...[
      'default',
      'nullable',
      'discriminator',
      'readOnly',
      'writeOnly',
      'xml',
      'externalDocs',
      'example',
      'deprecated',
    ],
    '$ref',
  ],
};
/** Keywords that JSON Schema 2020-12, the language of OpenAPI 3.1, has besides: core, applicator, unevaluated, validation, content. */
const ADDED_BY_3_1 = [
  ...['$id', '$schema', '$anchor', '$dynamicRef', '$dynamicAnchor', '$vocabulary', '$comment', '$defs', 'prefixItems'],
  ...['contains', 'minContains', 'maxContains', 'patternProperties', 'propertyNames', 'if', 'then', 'else'],
  ...['dependentSchemas', 'dependentRequired', 'unevaluatedItems', 'unevaluatedProperties', 'const', 'examples'],
  ...['contentEncoding', 'contentMediaType', 'contentSchema'],
];

describe('for each keyword there is one treatment', () => {
  test.each(Object.entries(OPENAPI_3_0))('OpenAPI 3.0.3: %s', (owner, names) => {
    const known = keywordsOf(owner as KeywordOwner, '3.0');
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
    // In 3.0 are beside them only what other descriptions hold of prose.
    expect(known.filter((name) => !names.includes(name))).toEqual(owner === 'schema' ? ['examples', '$comment'] : []);
  });

  test('OpenAPI 3.1: all of JSON Schema 2020-12', () => {
    const expected = [...OPENAPI_3_0.schema.filter((name) => name !== 'nullable'), ...ADDED_BY_3_1];
    expect(expected.filter((name) => keywordRule('schema', name, '3.1') === undefined)).toEqual([]);
    expect(keywordRule('schema', 'nullable', '3.1')).toBeUndefined();
  });

  test('names that every object inherits are no keywords', () => {
    expect(keywordRule('schema', 'constructor', '3.1')).toBeUndefined();
    expect(keywordRule('schema', '__proto__', '3.1')).toBeUndefined();
  });
});

/** A value of each keyword with which it stands in a schema. */
const VALUES: Record<string, unknown> = {
  ...{ type: 'string', nullable: true, enum: ['a'], multipleOf: 2, minimum: 1, maximum: 1, exclusiveMinimum: true },
  ...{ exclusiveMaximum: true, minLength: 1, maxLength: 1, pattern: 'a', minItems: 1, maxItems: 1, uniqueItems: true },
  ...{ minProperties: 1, maxProperties: 1, required: ['a'], readOnly: true, properties: { a: {} }, not: { enum: [1] } },
  ...{ additionalProperties: false, items: {}, allOf: [{}], anyOf: [{}], oneOf: [{}], format: 'email' },
  ...{ discriminator: { propertyName: 'a' }, $ref: '#/components/schemas/Any' },
};

describe('and the reader keeps to it', () => {
  const securitySchemes = { token: { type: 'openIdConnect', openIdConnectUrl: 'https://x' } };
  const components = { components: { securitySchemes, schemas: { Any: { type: 'string' } } } };
  const around: Record<string, object> = {
    exclusiveMinimum: { minimum: 1 },
    exclusiveMaximum: { maximum: 1 },
    nullable: { type: 'string' },
  };

  test.each(OPENAPI_3_0.schema)('%s', (name) => {
    const rule = keywordRule('schema', name, '3.0');
    const value = VALUES[name] ?? 'x';
    const without = firstRoute(readOperation('post', jsonBody(around[name] ?? {}), components));
    const found = readOperation('post', jsonBody({ ...around[name], [name]: value }), components);
    const noted = found.notes.some(({ detail }) => detail === name);
    expect(noted).toBe(rule?.treatment === 'backend' && rule.demandsNothing !== true);
    if (rule?.treatment === 'enforced' && name !== 'readOnly') {
      expect(firstRoute(found).requestBody?.schema).not.toEqual(without.requestBody?.schema);
    }
    if (rule?.demandsNothing === true) {
      expect(firstRoute(found).requestBody?.schema).toEqual(without.requestBody?.schema);
    }
  });
});

test('docs/openapi.md holds the tables as they are made of the list', () => {
  const page = readFileSync(join(__dirname, '../../../../docs/openapi.md'), 'utf8');
  expect(page).toContain(keywordTables());
});

test('the tables have a row for each keyword', () => {
  const rows = keywordTables()
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  expect(rows).toHaveLength(Object.values(KEYWORDS).flatMap((rules) => Object.keys(rules)).length);
});
