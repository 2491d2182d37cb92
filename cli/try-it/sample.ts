/** A document and its schemas, as JSON. */
type Json = unknown;
type JsonObject = Readonly<Record<string, Json>>;

/** As deep as schemas that hold themselves are followed. */
const MOST_LEVELS = 6;

export function objectOf(value: Json): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** A list of the values that are objects. */
export function objectsOf(value: Json): JsonObject[] {
  return Array.isArray(value) ? value.map(objectOf) : [];
}

/** What a `$ref` within the document points to, or the value itself. */
export function resolve(document: Json, value: Json): JsonObject {
  let found = objectOf(value);
  for (let steps = 0; typeof found.$ref === 'string' && steps < MOST_LEVELS; steps += 1) {
    const parts = found.$ref.split('/').slice(1).map(unescapePointer);
    found = objectOf(parts.reduce<Json>((inside, part) => objectOf(inside)[part], document));
  }
  return found;
}

function unescapePointer(part: string): string {
  const text = part.replaceAll('~1', '/').replaceAll('~0', '~');
  return URL.canParse(`x:${text}`) ? decodeURIComponent(text.replaceAll(/%(?![0-9A-Fa-f]{2})/g, '%25')) : text;
}

/** The example of a parameter or a media type, else one of its schema. */
export function exampleOf(document: Json, holder: JsonObject): Json {
  if (holder.example !== undefined) {
    return holder.example;
  }
  const [first] = Object.values(objectOf(holder.examples));
  const given = first === undefined ? undefined : resolve(document, first).value;
  return given ?? sampleOf(document, holder.schema);
}

/** A value that a schema describes: its example, default or first allowed value, else the plainest one of its type. */
export function sampleOf(document: Json, value: Json, level = 0): Json {
  const schema = resolve(document, value);
  const given = [schema.example, list(schema.examples)[0], schema.default, schema.const, list(schema.enum)[0]];
  const known = given.find((candidate) => candidate !== undefined);
  if (known !== undefined) {
    return known;
  }
  const [alternative] = [...list(schema.oneOf), ...list(schema.anyOf)];
  if (alternative !== undefined && level < MOST_LEVELS) {
    return sampleOf(document, alternative, level + 1);
  }
  switch (typeOf(schema)) {
    case 'object':
      return objectSample(document, schema, level);
    case 'array': {
      const count = level < MOST_LEVELS ? Number(schema.minItems ?? 0) : 0;
      return Array.from({ length: Math.min(count, 10) }, () => sampleOf(document, schema.items, level + 1));
    }
    case 'integer':
    case 'number':
      return numberSample(schema);
    case 'boolean':
      return true;
    default:
      return textSample(schema);
  }
}

function list(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function typeOf(schema: JsonObject): Json {
  const type = Array.isArray(schema.type) ? schema.type.find((one) => one !== 'null') : schema.type;
  return type ?? (schema.properties !== undefined || schema.allOf !== undefined ? 'object' : 'string');
}

/** The required members; those that only answers have are left out. */
function objectSample(document: Json, schema: JsonObject, level: number): JsonObject {
  const parts =
    level < MOST_LEVELS ? list(schema.allOf).map((part) => objectOf(sampleOf(document, part, level + 1))) : [];
  const required = level < MOST_LEVELS ? list(schema.required).map(String) : [];
  const properties = objectOf(schema.properties);
  const own = required
    .filter((name) => resolve(document, properties[name]).readOnly !== true)
    .map((name) => [name, sampleOf(document, properties[name], level + 1)] as const);
  return Object.assign({}, ...parts, Object.fromEntries(own));
}

function numberSample({ minimum, exclusiveMinimum, maximum }: JsonObject): number {
  const least = Number(minimum ?? (typeof exclusiveMinimum === 'number' ? exclusiveMinimum + 1 : 1));
  return typeof maximum === 'number' && maximum < least ? maximum : least;
}

const FORMATS: Readonly<Record<string, string>> = {
  date: '2026-01-31',
  'date-time': '2026-01-31T12:00:00Z',
  email: 'somebody@example.com',
  ipv4: '192.0.2.1',
  uri: 'https://example.com/',
  uuid: '00000000-0000-4000-8000-000000000001',
};

function textSample({ format, minLength, maxLength }: JsonObject): string {
  const text = FORMATS[String(format)] ?? 'example';
  const long = text.padEnd(Math.min(Number(minLength ?? 0), 1000), 'x');
  return typeof maxLength === 'number' ? long.slice(0, maxLength) : long;
}
