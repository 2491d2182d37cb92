/** Deepest accepted nesting of objects and lists. */
const MAX_DEPTH = 8;

/**
 * Parses a JSON object as tokens must have it: no member name twice in one object, because two parsers may take different ones
 * (RFC 7515, 4); no member `__proto__`; nesting of at most 8.
 *
 * @returns `undefined` when the text is anything else
 */
export function parseStrictObject(text: string): Readonly<Record<string, unknown>> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  // A name that stands twice in the text is one member of the value.
  return typeof value === 'object' && value !== null && !Array.isArray(value) && membersOf(value, 1) === namesIn(text)
    ? (value as Record<string, unknown>)
    : undefined;
}

/** Number of members in a value and all below it; not a number where it is nested too deeply or has a member `__proto__`. */
function membersOf(value: object, depth: number): number {
  if (depth > MAX_DEPTH) {
    return Number.NaN;
  }
  const isList = Array.isArray(value);
  let count = 0;
  for (const name in value) {
    const member: unknown = value[name as keyof typeof value];
    count += isList ? 0 : name === '__proto__' ? Number.NaN : 1;
    if (typeof member === 'object' && member !== null) {
      count += membersOf(member, depth + 1);
    }
  }
  return count;
}

/** Number of member names in a text that is known to be JSON: strings that a colon follows. */
function namesIn(text: string): number {
  let count = 0;
  let start = text.indexOf('"');
  while (start >= 0) {
    let end = text.indexOf('"', start + 1);
    while (isEscaped(text, end)) {
      end = text.indexOf('"', end + 1);
    }
    let next = end + 1;
    while (text.charCodeAt(next) <= 0x20) {
      next++;
    }
    if (text.charCodeAt(next) === 0x3a) {
      count++;
    }
    start = text.indexOf('"', next);
  }
  return count;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === 0x5c) {
    backslashes++;
  }
  return backslashes % 2 === 1;
}
