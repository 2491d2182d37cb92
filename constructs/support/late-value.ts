import { Token } from 'cdktf';

/** Markers of a text, a list and a map that are resolved later. */
const MARKER = /[$#&]\{TfToken\[/;

/**
 * The first member of a JSON text that is not known at synthesis, as `issuers[0].audience[0]`; `''` where the text as a whole is no JSON
 * and holds such a value, `undefined` where there is none.
 */
export function lateMember(text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return MARKER.test(text) ? '' : undefined;
  }
  return find(value, '');
}

function find(value: unknown, path: string): string | undefined {
  if (typeof value === 'string') {
    return MARKER.test(value) ? path : undefined;
  }
  if (typeof value === 'number') {
    // A token that was calculated with is no token any more; no setting is as far below zero as what comes out.
    return Token.isUnresolved(value) || value < -Number.MAX_SAFE_INTEGER ? path : undefined;
  }
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  for (const [name, member] of Object.entries(value)) {
    const inside = Array.isArray(value) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;
    const late = MARKER.test(name) ? path || 'a name' : find(member, inside);
    if (late !== undefined) {
      return late;
    }
  }
  return undefined;
}
