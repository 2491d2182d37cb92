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
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !hasUniqueMembers(text)) {
    return undefined;
  }
  return value as Record<string, unknown>;
}

/** Walks a text that is known to be JSON. */
function hasUniqueMembers(text: string): boolean {
  // Names seen in each open object; `undefined` for an open list.
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x7b: // {
        open.push(new Set());
        break;
      case 0x5b: // [
        open.push(undefined);
        break;
      case 0x7d: // }
      case 0x5d: // ]
        open.pop();
        break;
      case 0x22: {
        // "
        const end = stringEnd(text, at);
        const names = open[open.length - 1];
        if (names && isFollowedByColon(text, end)) {
          const raw = text.slice(at, end);
          const name: string = raw.includes('\\') ? JSON.parse(raw) : raw.slice(1, -1);
          if (names.has(name) || name === '__proto__') {
            return false;
          }
          names.add(name);
        }
        at = end - 1;
        break;
      }
    }
    if (open.length > MAX_DEPTH) {
      return false;
    }
  }
  return true;
}

/** Index after the closing quote of the string that begins at `start`. */
function stringEnd(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) {
    end = text.indexOf('"', end + 1);
  }
  return end + 1;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === 0x5c) {
    backslashes++;
  }
  return backslashes % 2 === 1;
}

function isFollowedByColon(text: string, at: number): boolean {
  let next = at;
  while (text.charCodeAt(next) <= 0x20) {
    next++;
  }
  return text.charCodeAt(next) === 0x3a;
}
