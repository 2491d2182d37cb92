import type { OpenApiVersion } from './document';

/**
 * What becomes of a keyword: API Gateway enforces it, it is left to the backend, or the document is refused with a pointer. This is
 * the one list: the reader acts by it, and the table of docs/openapi.md is made of it.
 */
export type Treatment = 'enforced' | 'backend' | 'refused';

export interface KeywordRule {
  readonly treatment: Treatment;
  /** How it is enforced, or why it is not: a phrase for the documentation and the notes. */
  readonly how: string;
  /** @default - both versions know it */
  readonly version?: OpenApiVersion;
  /** The keyword demands nothing of a request, so leaving it to the backend is not worth a note. @default false */
  readonly demandsNothing?: true;
}

const PROSE: KeywordRule = { treatment: 'backend', how: 'says nothing about what is valid', demandsNothing: true };
const ENFORCED: KeywordRule & { treatment: 'enforced' } = { treatment: 'enforced', how: 'as it is, in the model' };
const MODEL_ONLY = 'is in the model, but AWS says that simple request validation ignores it';
const NO_DRAFT_4 = 'draft 4 of JSON Schema, the language of models, has nothing like it';
const OTHER_BASE = 'a model holds no reference by another name than that of its definition';

/** Keywords of a parameter object. */
const PARAMETER = {
  name: { treatment: 'enforced', how: 'of a required query or header parameter, where API Gateway takes such a name' },
  in: { treatment: 'enforced', how: 'query, header and path; a required cookie is left to the backend' },
  required: {
    treatment: 'enforced',
    how: 'the parameter has to be there and not blank, but for those that the notes name',
  },
  allowEmptyValue: { treatment: 'backend', how: 'API Gateway takes an empty value for a missing one' },
  style: { treatment: 'backend', how: 'how a value is written is not checked', demandsNothing: true },
  explode: { treatment: 'backend', how: 'how a value is written is not checked', demandsNothing: true },
  allowReserved: { treatment: 'backend', how: 'how a value is written is not checked', demandsNothing: true },
  schema: { treatment: 'backend', how: 'API Gateway checks that a parameter is there, not its type or value' },
  content: { treatment: 'backend', how: 'API Gateway checks that a parameter is there, not its type or value' },
  description: PROSE,
  deprecated: PROSE,
  example: PROSE,
  examples: PROSE,
} as const satisfies Record<string, KeywordRule>;

/** Keywords of a request body object. */
const REQUEST_BODY = {
  content: { treatment: 'enforced', how: 'JSON media types, a model for each; all others are left to the backend' },
  required: {
    treatment: 'enforced',
    how: 'only a required body is checked: API Gateway cannot let a body be absent and check it otherwise',
  },
  description: PROSE,
} as const satisfies Record<string, KeywordRule>;

/** Keywords of a media type object. */
const MEDIA_TYPE = {
  schema: { treatment: 'enforced', how: 'of a JSON media type, as a model' },
  encoding: { treatment: 'backend', how: 'parts of forms are not looked at' },
  example: PROSE,
  examples: PROSE,
} as const satisfies Record<string, KeywordRule>;

/** Keywords of a schema object. */
const SCHEMA = {
  type: { ...ENFORCED, how: 'as it is; `null` and lists of types in 3.1' },
  nullable: { ...ENFORCED, version: '3.0', how: 'beside `type`, as one type more' },
  enum: ENFORCED,
  const: { ...ENFORCED, version: '3.1', how: 'as an `enum` of one' },
  multipleOf: ENFORCED,
  minimum: ENFORCED,
  maximum: ENFORCED,
  exclusiveMaximum: { ...ENFORCED, how: 'as it is; a number of 3.1 as `maximum` with a flag' },
  minLength: ENFORCED,
  maxLength: ENFORCED,
  pattern: {
    ...ENFORCED,
    how: 'as it is; left to the backend where it uses what came after ECMA 262, edition 5 (look-behind, named groups, `\\p`)',
  },
  uniqueItems: ENFORCED,
  minProperties: ENFORCED,
  maxProperties: ENFORCED,
  required: { ...ENFORCED, how: 'but for properties that are `readOnly`, wherever that is said' },
  readOnly: { ...ENFORCED, how: 'such a property is not demanded of requests' },
  properties: ENFORCED,
  patternProperties: { ...ENFORCED, version: '3.1' },
  additionalProperties: ENFORCED,
  items: { ...ENFORCED, how: 'as it is; beside `prefixItems` as `additionalItems`' },
  prefixItems: { ...ENFORCED, version: '3.1', how: 'as a list of `items`' },
  allOf: ENFORCED,
  anyOf: ENFORCED,
  oneOf: {
    ...ENFORCED,
    how: 'as it is; as `anyOf` where the alternatives hold what API Gateway does not check, or a required `readOnly` property',
  },
  not: { ...ENFORCED, how: 'as it is; left to the backend where it holds what API Gateway does not check' },
  if: {
    ...ENFORCED,
    version: '3.1',
    how: 'with `then` and `else` as two alternatives of `anyOf`; where it holds what API Gateway does not check, either of them',
  },
  // biome-ignore lint/suspicious/noThenProperty: the name of the keyword
  then: { ...ENFORCED, version: '3.1', how: 'beside `if`' },
  else: { ...ENFORCED, version: '3.1', how: 'beside `if`' },
  dependentRequired: { ...ENFORCED, version: '3.1', how: 'as `dependencies`' },
  dependentSchemas: { ...ENFORCED, version: '3.1', how: 'as `dependencies`' },
  $ref: { ...ENFORCED, how: 'within the document, as a definition of the model; others are refused' },
  $defs: { ...ENFORCED, version: '3.1', how: 'what `$ref` points at' },
  $schema: {
    ...ENFORCED,
    version: '3.1',
    how: 'the dialect of OpenAPI 3.1 and JSON Schema 2020-12; others are refused',
  },

  exclusiveMinimum: { treatment: 'backend', how: MODEL_ONLY },
  minItems: { treatment: 'backend', how: MODEL_ONLY },
  maxItems: { treatment: 'backend', how: MODEL_ONLY },
  format: {
    treatment: 'backend',
    how: 'a model names the formats of draft 4; whether they are checked is not documented',
  },
  discriminator: { treatment: 'backend', how: 'API Gateway does not know it' },
  contains: { treatment: 'backend', version: '3.1', how: NO_DRAFT_4 },
  minContains: { treatment: 'backend', version: '3.1', how: NO_DRAFT_4 },
  maxContains: { treatment: 'backend', version: '3.1', how: NO_DRAFT_4 },
  propertyNames: { treatment: 'backend', version: '3.1', how: NO_DRAFT_4 },
  unevaluatedItems: { treatment: 'backend', version: '3.1', how: NO_DRAFT_4 },
  unevaluatedProperties: { treatment: 'backend', version: '3.1', how: NO_DRAFT_4 },
  contentEncoding: { treatment: 'backend', version: '3.1', how: NO_DRAFT_4 },
  contentMediaType: { treatment: 'backend', version: '3.1', how: NO_DRAFT_4 },
  contentSchema: { treatment: 'backend', version: '3.1', how: NO_DRAFT_4 },

  title: PROSE,
  description: PROSE,
  default: PROSE,
  example: PROSE,
  examples: PROSE,
  deprecated: PROSE,
  externalDocs: PROSE,
  writeOnly: { ...PROSE, how: 'such a property is one of requests: it is treated like any other' },
  xml: PROSE,
  $comment: PROSE,

  $id: { treatment: 'refused', version: '3.1', how: OTHER_BASE },
  $anchor: { treatment: 'refused', version: '3.1', how: OTHER_BASE },
  $dynamicRef: { treatment: 'refused', version: '3.1', how: OTHER_BASE },
  $dynamicAnchor: { treatment: 'refused', version: '3.1', how: OTHER_BASE },
  $vocabulary: { treatment: 'refused', version: '3.1', how: 'it belongs in a meta-schema' },
  definitions: { treatment: 'refused', version: '3.1', how: 'it is `$defs` since draft 2019-09' },
  dependencies: {
    treatment: 'refused',
    version: '3.1',
    how: 'it is `dependentRequired` or `dependentSchemas` since draft 2019-09',
  },
} as const satisfies Record<string, KeywordRule>;

export const KEYWORDS = {
  parameter: PARAMETER,
  requestBody: REQUEST_BODY,
  mediaType: MEDIA_TYPE,
  schema: SCHEMA,
} as const satisfies Record<string, Record<string, KeywordRule>>;

export type KeywordOwner = keyof typeof KEYWORDS;
export type SchemaKeyword = keyof typeof SCHEMA;

/** Keywords that have to be converted: the converter does not compile without each of them. */
export type EnforcedSchemaKeyword = {
  [Name in SchemaKeyword]: (typeof SCHEMA)[Name]['treatment'] extends 'enforced' ? Name : never;
}[SchemaKeyword];

/** What becomes of a keyword, or `undefined` when that version does not know it. */
export function keywordRule(owner: KeywordOwner, name: string, version: OpenApiVersion): KeywordRule | undefined {
  const rules: Record<string, KeywordRule> = KEYWORDS[owner];
  const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
  return rule?.version === undefined || rule.version === version ? rule : undefined;
}

/** Keywords of an object that a version knows. */
export function keywordsOf(owner: KeywordOwner, version: OpenApiVersion): string[] {
  return Object.keys(KEYWORDS[owner]).filter((name) => keywordRule(owner, name, version) !== undefined);
}

const OWNER_TITLES: Record<KeywordOwner, string> = {
  parameter: 'Parameters',
  requestBody: 'Request bodies',
  mediaType: 'Media types of request bodies',
  schema: 'Schemas of JSON request bodies',
};
const TREATMENT_TITLES: Record<Treatment, string> = {
  enforced: 'enforced',
  backend: 'left to the backend',
  refused: 'refused',
};

/** The keywords as tables of Markdown, as they stand in docs/openapi.md. */
export function keywordTables(): string {
  return Object.entries(KEYWORDS)
    .map(([owner, rules]: [string, Record<string, KeywordRule>]) => {
      const rows = Object.entries(rules).map(([name, { treatment, how, version }]) => {
        const keyword = `\`${name}\`${version === undefined ? '' : ` (${version})`}`;
        return `| ${keyword} | ${TREATMENT_TITLES[treatment]} | ${how} |`;
      });
      const head = [
        `### ${OWNER_TITLES[owner as KeywordOwner]}`,
        '',
        '| keyword | what becomes of it | how, or why not |',
        '|---|---|---|',
      ];
      return [...head, ...rows].join('\n');
    })
    .join('\n\n');
}
