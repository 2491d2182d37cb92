/**
 * One step of a pattern over path segments: a literal, exactly one segment, or one and more.
 *
 * Route templates and IAM resource patterns are both written in it. A `*` in an IAM pattern stands between slashes here and
 * crosses them, so it is `many`; a path parameter of API Gateway is `one`, and a greedy one (`{proxy+}`) is `many`.
 */
export type Step = { readonly literal: string } | 'one' | 'many';

/** A set of paths. */
export type Pattern = readonly Step[];

/** Stands in examples for a segment that no pattern spells out. */
const ANY_OTHER = '(any)';

/**
 * A path that all of `include` match and none of `exclude`; `undefined` when there is none. The search walks all patterns
 * at once, with the set of positions in each as a bit mask.
 */
export function findPath(include: readonly Pattern[], exclude: readonly Pattern[] = []): string[] | undefined {
  const patterns = [...include, ...exclude];
  const seen = new Set<string>();
  const walk = (states: readonly number[], path: string[]): string[] | undefined => {
    const ended = states.map((state, index) => (state >> (patterns[index]?.length ?? 0)) & 1);
    if (ended.every((end, index) => (index < include.length ? end === 1 : end === 0))) {
      return path;
    }
    const key = states.join();
    if (seen.has(key)) {
      return undefined;
    }
    seen.add(key);
    for (const segment of nextSegments(patterns, states)) {
      const next = states.map((state, index) => advance(patterns[index] ?? [], state, segment));
      if (next.slice(0, include.length).every((state) => state !== 0)) {
        const found = walk(next, [...path, segment]);
        if (found) {
          return found;
        }
      }
    }
    return undefined;
  };
  return walk(
    patterns.map(() => 1),
    [],
  );
}

function advance(pattern: Pattern, state: number, segment: string): number {
  let next = 0;
  for (let position = 0; position < pattern.length; position++) {
    const step = pattern[position];
    if ((state >> position) & 1 && step !== undefined && (typeof step === 'string' || step.literal === segment)) {
      next |= 2 << position;
      if (step === 'many') {
        next |= 1 << position;
      }
    }
  }
  return next;
}

/** Segments worth trying: the literals at the present positions, and one that is none of them. */
function nextSegments(patterns: readonly Pattern[], states: readonly number[]): Set<string> {
  const segments = new Set<string>([ANY_OTHER]);
  patterns.forEach((pattern, index) => {
    pattern.forEach((step, position) => {
      if (typeof step !== 'string' && ((states[index] ?? 0) >> position) & 1) {
        segments.add(step.literal);
      }
    });
  });
  return segments;
}

/**
 * IAM resources for what both patterns match; each `one` becomes a `*`, so they may match more. At most one resource of the
 * same text for each way to lay the two over one another.
 */
export function commonResources(a: Pattern, b: Pattern): ReadonlySet<string> {
  const known = new Map<string, ReadonlySet<string>>();
  const common = (i: number, j: number): ReadonlySet<string> => {
    const key = `${i} ${j}`;
    let found = known.get(key);
    if (!found) {
      found = new Set(lay(i, j));
      known.set(key, found);
    }
    return found;
  };
  const lay = (i: number, j: number): string[] => {
    const x = a[i];
    const y = b[j];
    if (!x || !y) {
      return x === y ? [''] : [];
    }
    const literals = [x, y].flatMap((step) => (typeof step === 'object' ? step.literal : []));
    if (new Set(literals).size > 1) {
      return [];
    }
    const rests = [
      common(i + 1, j + 1),
      // One of the two goes on where the other ends; both going on is in the `*` already.
      x === 'many' ? common(i, j + 1) : [],
      y === 'many' ? common(i + 1, j) : [],
    ];
    return rests.flatMap((rest) => [...rest].map((one) => `/${literals[0] ?? '*'}${one}`));
  };
  return new Set([...common(0, 0)].map((resource) => resource.slice(1)));
}

/** What an IAM resource matches: its `*` stands between slashes and crosses them. */
export function reachOf(resource: string): Pattern {
  return resource.split('/').map((part) => (part === '*' ? 'many' : { literal: part }));
}
