import { nearestName as nearest } from '../../../constructs/api/openapi/nearest';
import { ALLOWED, type Keywords } from './build';

/** Members that are called otherwise since, by any of their places. */
const RENAMED: Readonly<Record<string, string>> = {
  authorizerCacheSeconds: 'resultCacheSeconds',
  authorizerResultPerRoute: 'resultPerRoute',
};

type Found = Record<string, unknown>;
type Check = (schema: Keywords, value: unknown, path: string) => string | undefined;

/**
 * The first thing in a value that a schema does not allow: the path, what was found, what is allowed. A misspelt member is told before
 * those that are missing, for it mostly is one of them.
 */
export function schemaFault(schema: Keywords, value: unknown, path = ''): string | undefined {
  for (const check of CHECKS) {
    const fault = check(schema, value, path);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

const CHECKS: readonly Check[] = [
  (schema, value, path) => {
    const { type } = schema;
    return type === undefined || isOfType(value, type) ? undefined : wrong(path, value, `is a value of type ${type}`);
  },
  ({ enum: values }, value, path) =>
    values === undefined || values.includes(value) ? undefined : wrong(path, value, `are ${listed(values)}`),
  ({ const: only }, value, path) =>
    only === undefined || value === only ? undefined : wrong(path, value, `is ${JSON.stringify(only)}`),
  numberFault,
  textFault,
  listFault,
  membersFault,
  alternativesFault,
];

function numberFault({ minimum, maximum }: Keywords, value: unknown, path: string): string | undefined {
  if (typeof value !== 'number') return undefined;
  const low = minimum !== undefined && value < minimum;
  const high = maximum !== undefined && value > maximum;
  if (!low && !high) return undefined;
  const bounds = [
    minimum === undefined ? '' : `at least ${minimum}`,
    maximum === undefined ? '' : `at most ${maximum}`,
  ];
  return wrong(path, value, `is ${bounds.filter((bound) => bound !== '').join(' and ')}`);
}

function textFault(schema: Keywords, value: unknown, path: string): string | undefined {
  if (typeof value !== 'string') return undefined;
  const allowed = textAllowed(schema, value);
  return allowed === undefined ? undefined : wrong(path, value, `is ${allowed}`);
}

/** What a schema allows for a text, where it does not allow this one. */
function textAllowed(schema: Keywords, value: string): string | undefined {
  const { pattern, minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schema;
  if (pattern !== undefined && !patternOf(pattern).test(value)) {
    return schema[ALLOWED] ?? `text that matches ${pattern}`;
  }
  const { length } = [...value];
  if (length < minLength)
    return minLength === 1 ? 'text that is not empty' : `text of at least ${minLength} characters`;
  return length > maxLength ? `text of at most ${maxLength} characters` : undefined;
}

function listFault(schema: Keywords, value: unknown, path: string): string | undefined {
  if (!Array.isArray(value)) return undefined;
  const { items, minItems = 0, maxItems = Number.POSITIVE_INFINITY, uniqueItems = false } = schema;
  if (value.length < minItems) return wrong(path, value, `are at least ${minItems} entries`);
  if (value.length > maxItems) return wrong(path, value, `are at most ${maxItems} entries`);
  const twice = uniqueItems ? value.find((entry, index) => value.indexOf(entry) < index) : undefined;
  if (twice !== undefined) return `${path} has ${JSON.stringify(twice)} twice, allowed is once`;
  return items === undefined
    ? undefined
    : first(value, (entry, index) => schemaFault(items, entry, `${path}/${index}`));
}

function membersFault(schema: Keywords, value: unknown, path: string): string | undefined {
  if (!isObject(value)) return undefined;
  const { properties = {}, required = [], additionalProperties, propertyNames, minProperties = 0 } = schema;
  const present = Object.keys(value);
  const unknown = additionalProperties === false ? present.find((name) => !Object.hasOwn(properties, name)) : undefined;
  if (unknown !== undefined) return unknownMember(properties, present, unknown, path);
  const missing = required.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) return `${placeOf(path)} lacks the member ${JSON.stringify(missing)}`;
  if (present.length < minProperties) return wrong(path, value, `is at least ${minProperties} member`);
  return first(present, (name) => {
    const allowed = propertyNames === undefined ? undefined : textAllowed(propertyNames, name);
    if (allowed !== undefined) {
      return `${placeOf(path)} has the member name ${JSON.stringify(name)}, allowed is ${allowed}`;
    }
    const own = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    return own === undefined || own === false ? undefined : schemaFault(own, value[name], `${path}/${pointer(name)}`);
  });
}

function alternativesFault(schema: Keywords, value: unknown, path: string): string | undefined {
  const { anyOf, oneOf, not, if: condition } = schema;
  if (condition !== undefined) {
    const then = schemaFault(condition, value) === undefined ? schema.then : schema.else;
    const fault = then === undefined ? undefined : schemaFault(then, value, path);
    if (fault !== undefined) return fault;
  }
  if (anyOf?.every((one) => schemaFault(one, value) !== undefined)) {
    const wanted = anyOf.flatMap(({ required = [] }) => required).map((name) => JSON.stringify(name));
    return `${placeOf(path)} lacks one of the members ${wanted.join(', ')}`;
  }
  if (oneOf !== undefined) {
    // Alternatives are told apart by a constant: the one whose constants fit is meant, else the first.
    const meant = oneOf.find((one) => constantsFit(one, value)) ?? oneOf[0] ?? {};
    const fault = schemaFault(meant, value, path);
    if (fault !== undefined) return constantFault(oneOf, value, path) ?? fault;
  }
  return not !== undefined && schemaFault(not, value) === undefined
    ? `${path} holds a private or symmetric key, allowed are public keys only`
    : undefined;
}

function constantsFit({ properties = {} }: Keywords, value: unknown): boolean {
  return (
    isObject(value) &&
    Object.entries(properties).every(([name, { const: only }]) => only === undefined || value[name] === only)
  );
}

/** The member by which alternatives are told apart, where it fits none of them. */
function constantFault(alternatives: readonly Keywords[], value: unknown, path: string): string | undefined {
  if (!isObject(value) || alternatives.some((one) => constantsFit(one, value))) return undefined;
  const [name] =
    Object.entries(alternatives[0]?.properties ?? {}).find(([, { const: only }]) => only !== undefined) ?? [];
  if (name === undefined || !Object.hasOwn(value, name)) return undefined;
  return wrong(
    `${path}/${name}`,
    value[name],
    `are ${listed(alternatives.map(({ properties = {} }) => properties[name]?.const))}`,
  );
}

function unknownMember(
  properties: Readonly<Record<string, Keywords>>,
  present: readonly string[],
  name: string,
  path: string,
): string {
  const now = Object.hasOwn(RENAMED, name) ? RENAMED[name] : undefined;
  if (now !== undefined && Object.hasOwn(properties, now)) return `${path}/${name} was renamed to ${now}`;
  const known = Object.keys(properties);
  const meant = nearest(
    name,
    known.filter((one) => !present.includes(one)),
  );
  const hint = meant === undefined ? '' : ` (did you mean ${JSON.stringify(meant)}?)`;
  return `${placeOf(path)} has the unknown member ${JSON.stringify(name)}${hint}, allowed are ${known.join(', ')}`;
}

const patterns = new Map<string, RegExp>();

/** As JSON Schema has them, with the flag for Unicode. */
function patternOf(source: string): RegExp {
  const known = patterns.get(source) ?? new RegExp(source, 'u');
  patterns.set(source, known);
  return known;
}

function first<T>(entries: readonly T[], fault: (entry: T, index: number) => string | undefined): string | undefined {
  for (const [index, entry] of entries.entries()) {
    const found = fault(entry, index);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isObject(value: unknown): value is Found {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isOfType(value: unknown, type: NonNullable<Keywords['type']>): boolean {
  if (type === 'object') return isObject(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'number') return Number.isFinite(value);
  return type === 'string' ? typeof value === 'string' : typeof value === 'boolean';
}

function wrong(path: string, value: unknown, allowed: string): string {
  return `${placeOf(path)} is ${shorten(value)}, allowed ${allowed}`;
}

function placeOf(path: string): string {
  return path === '' ? '/' : path;
}

/** A name as a part of a JSON pointer (RFC 6901). */
function pointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function listed(values: readonly unknown[]): string {
  return values.map((value) => JSON.stringify(value)).join(', ');
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}
