/** Key of an instance: a string of `for_each`, a number of `count`, or nothing. */
export type InstanceKey = string | number | undefined;

/** A step of a reference or an address: a name, or the index after it. */
export type Step = { readonly name: string } | { readonly index: string | number };

/** A call of a module on the way to a resource, with the key of its instance. */
export interface ModuleStep {
  readonly name: string;
  readonly key: InstanceKey;
}

const NAME = /[\p{ID_Start}_][\p{ID_Continue}-]*/uy;
const NUMBER = /\d+/y;

/**
 * Reads a traversal such as `module.x["a.b"].aws_thing.y[0].id` from the beginning of the text. Keys may hold dots, brackets
 * and escaped quotes, so an address is never split at its dots.
 *
 * @returns the steps and the position behind them; undefined when the text begins with no traversal
 */
export function readTraversal(text: string, start = 0): { steps: Step[]; end: number } | undefined {
  const first = match(NAME, text, start);
  if (first === undefined) {
    return undefined;
  }
  const steps: Step[] = [{ name: first }];
  let position = start + first.length;
  for (;;) {
    if (text[position] === '.') {
      const name = match(NAME, text, position + 1) ?? match(NUMBER, text, position + 1);
      if (name === undefined) {
        return { steps, end: position };
      }
      steps.push(/^\d/.test(name) ? { index: Number(name) } : { name });
      position += 1 + name.length;
    } else if (text[position] === '[') {
      const index = readIndex(text, position + 1);
      if (index === undefined) {
        return { steps, end: position };
      }
      steps.push({ index: index.value });
      position = index.end;
    } else {
      return { steps, end: position };
    }
  }
}

/** Reads a whole reference; undefined when the text is not a single traversal. */
export function parseTraversal(text: string): Step[] | undefined {
  const result = readTraversal(text);
  return result !== undefined && result.end === text.length ? result.steps : undefined;
}

/** Reads a module address (`module.a["x.y"].module.b[0]`); undefined when it is not a module address. An empty text is the root module. */
export function parseModuleAddress(text: string): ModuleStep[] | undefined {
  if (text === '') {
    return [];
  }
  const steps = parseTraversal(text);
  if (steps === undefined) {
    return undefined;
  }
  const result: ModuleStep[] = [];
  for (let at = 0; at < steps.length; ) {
    const word = steps[at];
    const name = steps[at + 1];
    if (word === undefined || !('name' in word) || word.name !== 'module' || name === undefined || !('name' in name)) {
      return undefined;
    }
    const index = steps[at + 2];
    const key = index !== undefined && 'index' in index ? index.index : undefined;
    result.push({ name: name.name, key });
    at += key === undefined ? 2 : 3;
  }
  return result;
}

function readIndex(text: string, start: number): { value: string | number; end: number } | undefined {
  const digits = match(NUMBER, text, start);
  if (digits !== undefined && text[start + digits.length] === ']') {
    return { value: Number(digits), end: start + digits.length + 1 };
  }
  if (text[start] !== '"') {
    return undefined;
  }
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') {
      at += 1;
    } else if (text[at] === '"') {
      if (text[at + 1] !== ']') {
        return undefined;
      }
      const value = unquote(text.slice(start, at + 1));
      return value === undefined ? undefined : { value, end: at + 2 };
    }
  }
  return undefined;
}

/** HCL quotes keys as JSON does, knows `\UXXXXXXXX` besides, and escapes `${` and `%{` by doubling their first character. */
function unquote(quoted: string): string | undefined {
  try {
    const long = quoted.replace(
      /(?<!\\)((?:\\\\)*)\\U([0-9A-Fa-f]{8})/g,
      (_, before: string, code: string) => before + String.fromCodePoint(Number.parseInt(code, 16)),
    );
    const value: unknown = JSON.parse(long);
    return typeof value === 'string' ? value.replaceAll('$${', '${').replaceAll('%%{', '%{') : undefined;
  } catch {
    // An escape that JSON does not have: the caller treats the text as no traversal.
    return undefined;
  }
}

function match(pattern: RegExp, text: string, position: number): string | undefined {
  pattern.lastIndex = position;
  return pattern.exec(text)?.[0];
}
