import { type Json, type JsonObject, type OpenApiDocument, type Place, show } from './document';

/** A schema of OpenAPI 3.0.3 (Schema Object, Data Types) knows all but the last. */
const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string', 'null'];

/** The type in draft 4, which has `null` in place of `nullable`. */
export function typeOf(document: OpenApiDocument, schema: Place<JsonObject>, member: Place): Json {
  const names = document.version === '3.1' && Array.isArray(member.value) ? document.list(member) : [member];
  const allowed = document.version === '3.1' ? TYPES : TYPES.slice(0, -1);
  const types = names.map((place) => {
    const type = document.text(place);
    if (!allowed.includes(type)) {
      document.fail(place, `type is ${show(type)}, allowed are ${allowed.join(', ')}`);
    }
    return type;
  });
  if (new Set(types).size < types.length || types.length === 0) {
    document.fail(member, `type is ${show(member.value)}, allowed is a list of different types`);
  }
  // OpenAPI 3.0.3: `nullable` counts only beside `type`.
  const all = document.version === '3.0' && schema.value.nullable === true ? [...types, 'null'] : types;
  return Array.isArray(member.value) || all.length > 1 ? all : (all[0] ?? '');
}

/**
 * A limit with the flag of draft 4, which means nothing without the limit. In 3.1 there may be two limits, of which the narrower
 * one counts.
 */
export function limitOf(
  document: OpenApiDocument,
  schema: Place<JsonObject>,
  inclusive: 'minimum' | 'maximum',
  exclusive: string,
): Record<string, Json> {
  const [bound, open] = [document.member(schema, inclusive), document.member(schema, exclusive)];
  const limit = bound === undefined ? undefined : numberOf(document, bound);
  if (document.version === '3.0') {
    const isOpen = open === undefined ? undefined : document.flag(open);
    return limit === undefined ? {} : { [inclusive]: limit, ...(isOpen === undefined ? {} : { [exclusive]: isOpen }) };
  }
  const openLimit = open === undefined ? undefined : numberOf(document, open);
  if (openLimit === undefined) {
    return limit === undefined ? {} : { [inclusive]: limit };
  }
  const isNarrower = limit === undefined || (inclusive === 'minimum' ? openLimit >= limit : openLimit <= limit);
  return isNarrower ? { [inclusive]: openLimit, [exclusive]: true } : { [inclusive]: limit };
}

/** A finite number. */
export function numberOf(document: OpenApiDocument, member: Place): number {
  if (typeof member.value !== 'number' || !Number.isFinite(member.value)) {
    return document.fail(member, `is ${show(member.value)}, expected a number`);
  }
  return member.value;
}

/** A whole number, 0 or more. */
export function countOf(document: OpenApiDocument, member: Place): number {
  const value = numberOf(document, member);
  if (!Number.isInteger(value) || value < 0) {
    document.fail(member, `is ${value}, allowed is a whole number, 0 or more`);
  }
  return value;
}

/** Whether a text is a regular expression. */
export function isRegularExpression(pattern: string): boolean {
  try {
    new RegExp(pattern);
    return true;
  } catch {
    return false;
  }
}
