import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';

type Schema = Record<string, unknown>;

const MAPS = ['properties', 'patternProperties', 'definitions'];
const SCHEMAS = ['not', 'additionalItems', 'additionalProperties'];
const LISTS = ['allOf', 'anyOf', 'oneOf'];
/** Keywords of draft 4 without subschemas. `format` is left out: API Gateway does not check it. */
const PLAIN = [
  '$ref',
  'enum',
  'maxItems',
  'maxLength',
  'maxProperties',
  'minItems',
  'minLength',
  'minProperties',
  'multipleOf',
  'pattern',
  'required',
  'type',
  'uniqueItems',
];

/**
 * Keywords that API Gateway does not check: "`exclusiveMinimum` is not supported", "the `maxItems` and `minItems` tags are not included
 * in simple request validation".
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
const UNCHECKED = ['exclusiveMinimum', 'maxItems', 'minItems'];

/**
 * Compiles a model as the request validators of API Gateway use it: JSON Schema draft 4 without the keywords that they leave out.
 *
 * @throws {Error} when the schema is invalid or refers outside of itself
 */
export function compileModel(schema: unknown): ValidateFunction {
  return compile(schema, UNCHECKED);
}

/**
 * Compiles a JSON Schema of draft 4. Ajv knows later drafts only, so the schema is rewritten: a boolean `exclusiveMinimum` or
 * `exclusiveMaximum` becomes a number, and what draft 4 does not know is dropped.
 *
 * @throws {Error} when the schema is invalid or refers outside of itself
 */
export function compileDraft4(schema: unknown): ValidateFunction {
  return compile(schema, []);
}

function compile(schema: unknown, unchecked: readonly string[]): ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: true, verbose: true, validateFormats: false, unicodeRegExp: false });
  return ajv.compile(rewrite(schema, unchecked));
}

function rewrite(value: unknown, unchecked: readonly string[]): Schema | boolean {
  if (typeof value === 'boolean') {
    return value;
  }
  if (!isRecord(value)) {
    throw new Error(`schema is ${JSON.stringify(value)}, expected an object`);
  }
  const inner = (item: unknown): Schema | boolean => rewrite(item, unchecked);
  const result: Schema = {};
  for (const [keyword, content] of Object.entries(value)) {
    if (unchecked.includes(keyword)) {
      continue;
    }
    if (PLAIN.includes(keyword)) {
      result[keyword] = content;
    } else if (SCHEMAS.includes(keyword)) {
      result[keyword] = inner(content);
    } else if (LISTS.includes(keyword)) {
      result[keyword] = listOf(content, keyword).map(inner);
    } else if (MAPS.includes(keyword)) {
      result[keyword] = mapOf(content, keyword, inner);
    } else if (keyword === 'items') {
      result.items = Array.isArray(content) ? content.map(inner) : inner(content);
    } else if (keyword === 'dependencies') {
      result.dependencies = mapOf(content, keyword, (item) => (Array.isArray(item) ? item : inner(item)));
    }
  }
  const isExclusive = (keyword: string): boolean => value[keyword] === true && !unchecked.includes(keyword);
  return {
    ...result,
    ...limit(value.minimum, isExclusive('exclusiveMinimum') ? 'exclusiveMinimum' : 'minimum'),
    ...limit(value.maximum, isExclusive('exclusiveMaximum') ? 'exclusiveMaximum' : 'maximum'),
  };
}

function limit(value: unknown, keyword: string): Schema {
  return value === undefined ? {} : { [keyword]: value };
}

/**
 * What is wrong, in the words of the validator that API Gateway uses, as execution logs show them:
 * `[object has missing required properties (["name"])]`. What an alternative finds wrong is not told, only that none was met.
 *
 * @see https://github.com/java-json-tools/json-schema-validator
 */
export function describeErrors(errors: readonly ErrorObject[]): string {
  const told = errors.filter(({ schemaPath }) => !/\/(anyOf|oneOf)\/\d+\//.test(schemaPath));
  const missing = new Map<string, string[]>();
  for (const { keyword, instancePath, params } of told) {
    if (keyword === 'required') {
      missing.set(instancePath, [...(missing.get(instancePath) ?? []), String(params.missingProperty)]);
    }
  }
  const texts = [
    ...[...missing.values()].map((names) => `object has missing required properties (${JSON.stringify(names.sort())})`),
    ...told.filter(({ keyword }) => keyword !== 'required').map(describe),
  ];
  return `[${texts.join(', ')}]`;
}

function describe({ keyword, params, data, schema, message }: ErrorObject): string {
  const value = JSON.stringify(data);
  const length = typeof data === 'string' ? [...data].length : 0;
  const members = isRecord(data) ? Object.keys(data).length : 0;
  const choices = Array.isArray(schema) ? schema.length : 0;
  switch (keyword) {
    case 'type':
      return `instance type (${typeOf(data)}) does not match any allowed primitive type (allowed: ${JSON.stringify([schema].flat())})`;
    case 'enum':
      return `instance value (${value}) not found in enum (possible values: ${JSON.stringify(schema)})`;
    case 'minimum':
      return `numeric instance is lower than the required minimum (minimum: ${params.limit}, found: ${value})`;
    case 'maximum':
      return `numeric instance is greater than the required maximum (maximum: ${params.limit}, found: ${value})`;
    case 'exclusiveMinimum':
      return `numeric instance is not strictly greater than the required minimum ${params.limit}`;
    case 'exclusiveMaximum':
      return `numeric instance is not strictly lower than the required maximum ${params.limit}`;
    case 'multipleOf':
      return `remainder of division is not zero (${value} / ${params.multipleOf})`;
    case 'minLength':
      return `string ${value} is too short (length: ${length}, required minimum: ${params.limit})`;
    case 'maxLength':
      return `string ${value} is too long (length: ${length}, maximum allowed: ${params.limit})`;
    case 'pattern':
      return `ECMA 262 regex ${JSON.stringify(schema)} does not match input string ${value}`;
    case 'uniqueItems':
      return 'array must not contain duplicate elements';
    case 'minProperties':
      return `object has too few properties (found ${members} but schema requires at least ${params.limit})`;
    case 'maxProperties':
      return `object has too many properties (found ${members} but schema requires at most ${params.limit})`;
    case 'additionalProperties':
      return `object instance has properties which are not allowed by the schema: ${JSON.stringify([params.additionalProperty])}`;
    case 'anyOf':
      return `instance failed to match at least one required schema among ${choices}`;
    case 'oneOf':
      return `instance failed to match exactly one schema (matched ${[params.passingSchemas ?? []].flat().length} out of ${choices})`;
    case 'not':
      return 'instance matched a schema which it should not have matched';
    default:
      return message ?? 'instance is invalid';
  }
}

/** Names of draft 4; a number without a fraction is an integer. */
function typeOf(value: unknown): string {
  if (value === null) {
    return 'null';
  }
  if (Array.isArray(value)) {
    return 'array';
  }
  return Number.isInteger(value) ? 'integer' : typeof value;
}

function listOf(value: unknown, keyword: string): unknown[] {
  if (!Array.isArray(value)) {
    throw new Error(`${keyword} is ${JSON.stringify(value)}, expected a list`);
  }
  return value;
}

function mapOf<T>(value: unknown, keyword: string, map: (item: unknown) => T): Record<string, T> {
  if (!isRecord(value)) {
    throw new Error(`${keyword} is ${JSON.stringify(value)}, expected an object`);
  }
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, map(item)]));
}

function isRecord(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
