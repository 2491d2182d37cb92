/**
 * What a REST API of API Gateway makes of the path of a request: the one model of it, for the compiler of policies, the
 * authorizer, the sandbox and their tests.
 *
 * The ARN of a request holds the path below the stage as the client wrote it (recorded: a slash at the end is kept). The
 * resource is chosen by what the gateway *reads* in that path, and the two differ:
 *
 * | in the path | what the gateway does | known from |
 * |---|---|---|
 * | one slash at the end | ignored | recorded |
 * | empty segments, `//` | dropped before the first segment; dropped or kept elsewhere | recorded; assumed |
 * | an encoded character, `%61` | decoded before literals are compared, or not | assumed |
 * | an encoded slash, `%2F` | separates segments, or not | assumed |
 * | `.` and `..`, also encoded | resolved, or segments like any other | assumed |
 * | upper and lower case | are different | documented |
 *
 * Where a row is assumed the model holds every possibility, and what is decided with it is right for each of them. That is
 * to be proven on a live account.
 */

/** One step of a path template: a literal, a parameter (`one` segment), or a greedy parameter (`many`, one and more). */
export type TemplateStep = { readonly literal: string } | 'one' | 'many';

/** Reads a path template: `/v1/sales/{region}`; none for `/`. */
export function templateSteps(template: string): readonly TemplateStep[] {
  return template
    .split('/')
    .filter((part) => part !== '')
    .map((part) => (part.startsWith('{') ? (part.endsWith('+}') ? 'many' : 'one') : { literal: part }));
}

/** What a template matched. */
export interface PathMatch<T> {
  readonly value: T;
  /** The segments that its parameters stand for, in their order; a greedy one has all that are left. */
  readonly parameters: readonly (readonly string[])[];
}

interface Node<T> {
  readonly literals: Map<string, Node<T>>;
  one?: Node<T>;
  many?: { readonly value: T };
  own?: { readonly value: T };
}

/**
 * Templates in the order in which API Gateway prefers them: at the first segment in which two differ, a literal goes before a
 * parameter, and a parameter before a greedy one. The path alone decides: a method that the chosen resource lacks is not
 * looked for in another one.
 */
export class PathTree<T> {
  private readonly root: Node<T> = { literals: new Map() };

  /** Adds a template with what belongs to it, in place of what belonged to it or to one with other parameter names. */
  add(template: string, value: T): void {
    let node = this.root;
    for (const step of templateSteps(template)) {
      if (step === 'many') {
        node.many = { value };
        return;
      }
      node = step === 'one' ? parameterChild(node) : literalChild(node, step.literal);
    }
    node.own = { value };
  }

  /** Finds the template that takes these segments. An empty segment is no literal and no parameter. */
  find(segments: readonly string[]): PathMatch<T> | undefined {
    return findBelow(this.root, segments, 0);
  }
}

function parameterChild<T>(node: Node<T>): Node<T> {
  node.one ??= { literals: new Map() };
  return node.one;
}

function literalChild<T>(node: Node<T>, literal: string): Node<T> {
  const known = node.literals.get(literal);
  if (known) {
    return known;
  }
  const child: Node<T> = { literals: new Map() };
  node.literals.set(literal, child);
  return child;
}

function findBelow<T>(node: Node<T>, segments: readonly string[], index: number): PathMatch<T> | undefined {
  const segment = segments[index];
  if (segment === undefined) {
    return node.own && { value: node.own.value, parameters: [] };
  }
  const literal = node.literals.get(segment);
  const byLiteral = literal && findBelow(literal, segments, index + 1);
  if (byLiteral) {
    return byLiteral;
  }
  const byParameter = node.one && segment !== '' ? findBelow(node.one, segments, index + 1) : undefined;
  if (byParameter) {
    return { value: byParameter.value, parameters: [[segment], ...byParameter.parameters] };
  }
  return node.many && { value: node.many.value, parameters: [segments.slice(index)] };
}

/** How a gateway reads paths, where the model holds more than one possibility. */
export interface PathReader {
  /** Whether `%2F` separates segments. */
  readonly splitsEncodedSlash: boolean;
  /** Whether literals are compared with decoded segments. */
  readonly decodes: boolean;
  /** Whether `.` and `..` are resolved: before or after decoding. */
  readonly dots: 'kept' | 'resolved' | 'resolvedDecoded';
  /** What becomes of empty segments; of those before the first one, and of one at the end, always the same. */
  readonly empties: 'dropped' | 'droppedLast' | 'kept';
}

/** Every gateway of the model. */
export const PATH_READERS: readonly PathReader[] = /* @__PURE__ */ [false, true].flatMap((splitsEncodedSlash) =>
  [false, true].flatMap((decodes) =>
    (['kept', 'resolved', 'resolvedDecoded'] as const).flatMap((dots) =>
      (['dropped', 'droppedLast', 'kept'] as const).map((empties) => ({ splitsEncodedSlash, decodes, dots, empties })),
    ),
  ),
);

/** Segments that one gateway sees in a path below the stage, as the client wrote it; none for `/`. */
export function readPath(path: string, reader: PathReader): readonly string[] {
  const text = reader.splitsEncodedSlash ? path.replace(/%2f/gi, '/') : path;
  const raw = text.replace(/^\/+/, '').replace(/\/$/, '').split('/');
  const split = raw.length === 1 && raw[0] === '' ? [] : raw;
  const chosen = reader.empties === 'dropped' ? split.filter(isNotEmpty) : split;
  const resolved = reader.dots === 'resolved' ? withoutDots(chosen) : chosen;
  const decoded = reader.decodes ? resolved.map(decodeSegment) : resolved;
  const segments = reader.dots === 'resolvedDecoded' ? withoutDots(decoded) : decoded;
  return reader.empties === 'droppedLast' ? segments.filter(isNotEmpty) : segments;
}

/** Every list of segments that a gateway of the model may see in a path below the stage. */
export function readings(path: string): readonly (readonly string[])[] {
  if (hasOneReading(path)) {
    return [readPath(path, PATH_READERS[0] as PathReader)];
  }
  const found = new Map<string, readonly string[]>();
  for (const reader of PATH_READERS) {
    const segments = readPath(path, reader);
    // The number tells no segment from one that is empty.
    found.set(`${segments.length}/${segments.join('/')}`, segments);
  }
  return [...found.values()];
}

/**
 * What makes a path other than plain, besides empty segments: `.` and `..`, an encoded slash, and an encoded character that
 * a literal of API Gateway can have, which is a letter, a digit or one of `. _ : -`. With the letters goes the rest of
 * their block, `%60` and `%7B` to `%7F`, because policies cannot tell it apart in short.
 */
const NOT_PLAIN = /\/\/|\/\.\.?(?:\/|$)|%(?:2[D-F]|3[0-9A]|4[1-9A-F]|5[0-9AF]|[67])/i;

/**
 * Whether every gateway of the model chooses the same resource for a path below the stage, whatever the routes are: the path
 * has no more in it than segments, other encoded characters (`%20`, `%40`, UTF-8), and one slash at the end.
 */
export function isPlainPath(path: string): boolean {
  return !NOT_PLAIN.test(path);
}

/** A quick look at a path, which nearly all pass: those are plain. */
export function hasOneReading(path: string): boolean {
  return !path.includes('%') && !path.includes('//') && !path.includes('/.');
}

function isNotEmpty(segment: string): boolean {
  return segment !== '';
}

function withoutDots(segments: readonly string[]): readonly string[] {
  const left: string[] = [];
  for (const segment of segments) {
    if (segment === '..') {
      left.pop();
    } else if (segment !== '.') {
      left.push(segment);
    }
  }
  return left;
}

/** Decodes ASCII, once: literals have no other characters, and what a parameter stands for is not looked at. */
function decodeSegment(segment: string): string {
  return segment.replace(/%[0-7][0-9a-f]/gi, (encoded) => String.fromCharCode(Number.parseInt(encoded.slice(1), 16)));
}
