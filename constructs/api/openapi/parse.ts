import { isAlias, isMap, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { OpenApiError } from './faults';

/** Uses of anchors in YAML up to which a text is read: aliases of aliases grow without bound. */
const MOST_ALIASES = 100;

/** A text of an OpenAPI document, read. */
export interface ParsedDocument {
  readonly document: unknown;
  /** Name of the document in errors, for example its file. */
  readonly source: string;
  /** Line of what a JSON pointer names, or of the nearest thing around it, counted from 1. */
  readonly lineOf: (pointer: string) => number | undefined;
}

/**
 * Reads the text of an OpenAPI document, JSON or YAML 1.2. A text that begins with `{` and ends with `}` is JSON.
 *
 * @throws {OpenApiError} for a text that is neither, and for a name that an object has twice: readers differ in which they take
 */
export function parseOpenApi(text: string, source: string): ParsedDocument {
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  const isJson = trimmed.startsWith('{') && trimmed.endsWith('}');
  return isJson ? parseJson(text.replace(/^\uFEFF/, ''), source) : parseYaml(text, source);
}

function parseJson(text: string, source: string): ParsedDocument {
  const fail = (fault: string, line?: number): never => {
    throw new OpenApiError([{ source, pointer: '', text: fault, line }]);
  };
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    // A flow mapping of YAML begins and ends like JSON.
    const flow = parseDocument(text, { uniqueKeys: true });
    return flow.errors.length === 0 ? parseYaml(text, source) : fail(`is not JSON: ${(cause as Error).message}`);
  }
  const twice = repeatedName(text);
  if (twice !== undefined) {
    fail(`has the name ${JSON.stringify(twice.name)} twice in one object`, lineAt(text, twice.offset));
  }
  return { document, source, lineOf: lines(text) };
}

function parseYaml(text: string, source: string): ParsedDocument {
  const counter = new LineCounter();
  const parsed = parseDocument(text, { uniqueKeys: true, merge: true, lineCounter: counter, prettyErrors: false });
  const faults = parsed.errors.map(({ message, pos }) => ({
    source,
    pointer: '',
    text: `is not YAML: ${message}`,
    line: counter.linePos(pos[0]).line,
  }));
  if (faults.length > 0) {
    throw new OpenApiError(faults);
  }
  try {
    return { document: parsed.toJS({ maxAliasCount: MOST_ALIASES }), source, lineOf: lines(text) };
  } catch (cause) {
    throw new OpenApiError([{ source, pointer: '', text: `cannot be read: ${(cause as Error).message}` }]);
  }
}

/** Looks lines up in the syntax tree, which is made when the first fault asks: JSON is YAML. */
function lines(text: string): (pointer: string) => number | undefined {
  let tree: { readonly root: unknown; readonly counter: LineCounter } | undefined;
  return (pointer) => {
    if (tree === undefined) {
      const counter = new LineCounter();
      tree = { root: parseDocument(text, { lineCounter: counter, prettyErrors: false }).contents, counter };
    }
    const offset = offsetOf(tree.root, pointer);
    return offset === undefined ? undefined : tree.counter.linePos(offset).line;
  };
}

function offsetOf(root: unknown, pointer: string): number | undefined {
  let node = root;
  let offset = startOf(root);
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (isSeq(node)) {
      node = node.items[Number(name)];
      offset = startOf(node) ?? offset;
    } else if (isMap(node)) {
      const pair = node.items.find(({ key }) => String((key as { value?: unknown }).value) === name);
      offset = startOf(pair?.key) ?? offset;
      node = pair?.value;
    } else {
      break;
    }
    if (isAlias(node)) {
      break;
    }
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | undefined | null)?.range?.[0];
}

/** The first name that an object of a JSON text has twice, and where: `JSON.parse` keeps the last without a word. */
function repeatedName(text: string): { readonly name: string; readonly offset: number } | undefined {
  const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;
  const objects: (Set<string> | undefined)[] = [];
  let isName = false;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [found] = match;
    const names = objects.at(-1);
    if (found === '{') {
      objects.push(new Set());
      isName = true;
    } else if (found === '[') {
      objects.push(undefined);
      isName = false;
    } else if (found === '}' || found === ']') {
      objects.pop();
      isName = false;
    } else if (found === ',') {
      isName = names !== undefined;
    } else if (found === ':') {
      isName = false;
    } else if (isName && names !== undefined) {
      const name = JSON.parse(found) as string;
      if (names.has(name)) {
        return { name, offset: match.index };
      }
      names.add(name);
    }
  }
  return undefined;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
