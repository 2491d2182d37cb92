/** Where a key is in a text; lines and columns count from 1. */
export interface KeyPlace {
  readonly line: number;
  readonly column: number;
}

/** Strings, and everything else that matters for the nesting, in a text that is JSON. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,\n]/g;

/**
 * Places of the keys of nested objects in a JSON text, down to a depth; by `JSON.stringify` of the keys from the top. What is
 * within lists is left out.
 *
 * @param text JSON that a parser has accepted
 */
export function keyPlaces(text: string, depth: number): ReadonlyMap<string, KeyPlace> {
  const places = new Map<string, KeyPlace>();
  const path: string[] = [];
  const containers: string[] = [];
  let line = 1;
  let lineStart = 0;
  let last: { text: string; place: KeyPlace } | undefined;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '\n') {
      line += 1;
      lineStart = index + 1;
    } else if (token === '{' || token === '[') {
      containers.push(token);
    } else if (token === '}' || token === ']') {
      containers.pop();
      path.length = Math.min(path.length, Math.max(containers.length - 1, 0));
    } else if (token === ':') {
      const level = containers.length;
      if (last !== undefined && level <= depth && !containers.includes('[')) {
        path.length = level - 1;
        path.push(JSON.parse(last.text) as string);
        places.set(JSON.stringify(path), last.place);
      }
    } else if (token !== ',' && containers.length <= depth) {
      last = { text: token, place: { line, column: index - lineStart + 1 } };
    }
  }
  return places;
}
