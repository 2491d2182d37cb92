/**
 * One step of a pattern over path segments: a literal, exactly one segment, one and more (`many`), or none and more (`any`).
 *
 * Route templates and IAM resources are both written in it. A `*` in an IAM resource stands between slashes here and
 * crosses them; a path parameter of API Gateway is `one`, and a greedy one (`{proxy+}`) is `many`.
 */
export type Step = { readonly literal: string } | 'one' | 'many' | 'any';

/** A set of lists of segments. */
export type Pattern = readonly Step[];

/** Positions in a pattern, and the end behind them, are bits of a 32-bit number. */
export const MAX_STEPS = 30;

/** Stands for a segment that no pattern spells out. */
const ANY_OTHER = '(any)';

/**
 * A list of segments that all of `include` match and none of `exclude`; `undefined` when there is none. The search walks all
 * patterns at once, with the set of positions in each as a bit mask.
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
    patterns.map((pattern) => closed(pattern, 1)),
    [],
  );
}

/** Whether two patterns have a list of segments in common. A look at their beginnings spares nearly all searches. */
export function overlap(a: Pattern, b: Pattern): boolean {
  for (let index = 0; ; index++) {
    const x = a[index];
    const y = b[index];
    if (x === 'many' || x === 'any' || y === 'many' || y === 'any') {
      return findPath([a, b]) !== undefined;
    }
    if (x === undefined || y === undefined) {
      return x === y;
    }
    if (typeof x === 'object' && typeof y === 'object' && x.literal !== y.literal) {
      return false;
    }
  }
}

function advance(pattern: Pattern, state: number, segment: string): number {
  let next = 0;
  for (let position = 0; position < pattern.length; position++) {
    const step = pattern[position];
    if ((state >> position) & 1 && step !== undefined && (typeof step === 'string' || step.literal === segment)) {
      next |= 2 << position;
      if (step === 'many' || step === 'any') {
        next |= 1 << position;
      }
    }
  }
  return closed(pattern, next);
}

/** A state with what stands behind steps that may match nothing. */
function closed(pattern: Pattern, state: number): number {
  let whole = state;
  for (let position = 0; position < pattern.length; position++) {
    if ((whole >> position) & 1 && pattern[position] === 'any') {
      whole |= 2 << position;
    }
  }
  return whole;
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
