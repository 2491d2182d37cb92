import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';

type Schema = Record<string, unknown>;

const MAPS = ['properties', 'patternProperties', 'definitions'];
const SCHEMAS = ['not', 'additionalItems', 'additionalProperties'];
const LISTS = ['allOf', 'anyOf', 'oneOf'];
/** Keywords of draft 4 without subschemas. `format` is left out: API Gateway does not check it. */
const PLAIN = [
  ...['$ref', 'enum', 'maxItems', 'maxLength', 'maxProperties', 'minItems', 'minLength', 'minProperties'],
  ...['multipleOf', 'pattern', 'required', 'type', 'uniqueItems'],
];

/**
 * Compiles a model of API Gateway, which is JSON Schema draft 4. Ajv knows later drafts only, so the schema is rewritten:
 * a boolean `exclusiveMinimum` or `exclusiveMaximum` becomes a number, and what draft 4 does not know is dropped, as
 * API Gateway ignores it.
 *
 * @throws {Error} when the schema is invalid or refers outside of itself
 */
export function compileDraft4(schema: unknown): ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, unicodeRegExp: false });
  return ajv.compile(rewrite(schema));
}

function rewrite(value: unknown): Schema | boolean {
  if (typeof value === 'boolean') return value;
  if (!isRecord(value)) throw new Error(`schema is ${JSON.stringify(value)}, expected an object`);
  const result: Schema = {};
  for (const [keyword, content] of Object.entries(value)) {
    if (PLAIN.includes(keyword)) result[keyword] = content;
    else if (SCHEMAS.includes(keyword)) result[keyword] = rewrite(content);
    else if (LISTS.includes(keyword)) result[keyword] = listOf(content, keyword).map(rewrite);
    else if (MAPS.includes(keyword)) result[keyword] = mapOf(content, keyword, rewrite);
    else if (keyword === 'items') result.items = Array.isArray(content) ? content.map(rewrite) : rewrite(content);
    else if (keyword === 'dependencies') {
      result.dependencies = mapOf(content, keyword, (item) => (Array.isArray(item) ? item : rewrite(item)));
    }
  }
  return { ...result, ...limit(value, 'minimum', 'exclusiveMinimum'), ...limit(value, 'maximum', 'exclusiveMaximum') };
}

function limit(schema: Schema, inclusive: string, exclusive: string): Schema {
  const value = schema[inclusive];
  if (value === undefined) return {};
  return { [schema[exclusive] === true ? exclusive : inclusive]: value };
}

/** What is wrong, as API Gateway's validator says it where that is known: `[object has missing required properties (["name"])]`. */
export function describeErrors(errors: readonly ErrorObject[]): string {
  const missing = errors.filter((error) => error.keyword === 'required');
  const names = missing.map((error) => String(error.params.missingProperty)).sort();
  const others = errors.filter((error) => error.keyword !== 'required').map(describe);
  return `[${[...(names.length === 0 ? [] : [`object has missing required properties (${JSON.stringify(names)})`]), ...others].join(', ')}]`;
}

function describe(error: ErrorObject): string {
  if (error.keyword !== 'type') return `${error.instancePath || 'body'} ${error.message ?? 'is invalid'}`;
  const allowed: unknown = error.params.type;
  return `${error.instancePath || 'body'} does not match any allowed primitive type (allowed: ${JSON.stringify([allowed].flat())})`;
}

function listOf(value: unknown, keyword: string): unknown[] {
  if (!Array.isArray(value)) throw new Error(`${keyword} is ${JSON.stringify(value)}, expected a list`);
  return value;
}

function mapOf<T>(value: unknown, keyword: string, map: (item: unknown) => T): Record<string, T> {
  if (!isRecord(value)) throw new Error(`${keyword} is ${JSON.stringify(value)}, expected an object`);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, map(item)]));
}

function isRecord(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
