/** How the texts of one element of a policy are compared. */
export interface Alphabet {
  /** Whether case does not matter, as in names of actions. */
  readonly caseless: boolean;
  /** Whether `*` and `?` inside a text stand for others. A lone `*` always does. */
  readonly wildcards: boolean;
}

/** Occurs in no policy. */
const FRESH = 'qq0zz';

/**
 * Whether a pattern matches all that another one matches; a text without wildcards matches itself. Only what follows letter by
 * letter is found: false may also mean that a proof would take more.
 */
export function includes(pattern: string, other: string, alphabet: Alphabet): boolean {
  if (pattern === other || pattern === '*') {
    return true;
  }
  const [own, text] = fold(alphabet, pattern, other);
  return alphabet.wildcards ? run(own, text, false) : own === text;
}

/** Whether there is a text that both match. */
export function overlaps(one: string, other: string, alphabet: Alphabet): boolean {
  const [left, right] = fold(alphabet, one, other);
  return alphabet.wildcards ? run(left, right, true) : left === right || one === '*' || other === '*';
}

/** A text that both match, and nothing beyond what that takes; `undefined` where there is no such text. */
export function commonExample(one: string, other: string, alphabet: Alphabet): string | undefined {
  if (!alphabet.wildcards) {
    return overlaps(one, other, alphabet) ? (one === '*' ? other : one) : undefined;
  }
  const [left, right] = fold(alphabet, one, other);
  const hopeless = new Set<string>();
  const walk = (i: number, j: number): string | undefined => {
    const [x, y] = [left[i], right[j]];
    if (x === undefined && y === undefined) {
      return '';
    }
    const place = `${i} ${j}`;
    if (hopeless.has(place)) {
      return undefined;
    }
    const found =
      (x === '*' ? walk(i + 1, j) : undefined) ??
      (y === '*' ? walk(i, j + 1) : undefined) ??
      (x === '*' && y !== undefined && y !== '*' ? letterBefore(y, walk(i, j + 1)) : undefined) ??
      (y === '*' && x !== undefined && x !== '*' ? letterBefore(x, walk(i + 1, j)) : undefined) ??
      (x !== undefined && y !== undefined && x !== '*' && y !== '*' && (x === y || x === '?' || y === '?')
        ? letterBefore(x === '?' ? y : x, walk(i + 1, j + 1))
        : undefined);
    if (found === undefined) {
      hopeless.add(place);
    }
    return found;
  };
  return walk(0, 0);
}

function letterBefore(letter: string, rest: string | undefined): string | undefined {
  return rest === undefined ? undefined : `${letter === '?' ? 'q' : letter}${rest}`;
}

/** A text that the pattern matches and that no other pattern matches by chance. */
export function example(pattern: string, { wildcards }: Alphabet): string {
  return pattern === '*' ? FRESH : wildcards ? pattern.replaceAll('*', FRESH).replaceAll('?', 'q') : pattern;
}

function fold({ caseless }: Alphabet, one: string, other: string): [string, string] {
  return caseless ? [one.toLowerCase(), other.toLowerCase()] : [one, other];
}

/**
 * Whether the pattern can be laid over the other text to its end, by lines of a table whose time is bounded by the product of the
 * lengths, unlike that of a regular expression with many `*`.
 *
 * @param both whether the wildcards of the other text stand for letters too
 */
function run(pattern: string, other: string, both: boolean): boolean {
  let row = [true];
  for (let at = 1; at <= other.length; at += 1) {
    row[at] = both && row[at - 1] === true && other[at - 1] === '*';
  }
  for (const letter of pattern.split('')) {
    const next = [letter === '*' && row[0] === true];
    for (let at = 1; at <= other.length; at += 1) {
      const beside = other[at - 1];
      next[at] =
        letter === '*' || (both && beside === '*')
          ? row[at] === true || next[at - 1] === true
          : row[at - 1] === true &&
            (letter === beside || (letter === '?' && beside !== '*') || (both && beside === '?'));
    }
    row = next;
  }
  return row[other.length] === true;
}
