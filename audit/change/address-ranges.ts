import type { PolicyText } from '../model/types';

/** An answer that may be out of reach. */
export type Answer = 'yes' | 'no' | 'unknown';

/** A range of IPv4 addresses, as numbers. */
interface Range {
  readonly first: number;
  readonly last: number;
}

/** Whether each address of some ranges is in one of others; unknown for what is not a range of IPv4. */
export function rangesWithin(list: readonly PolicyText[], other: readonly PolicyText[]): Answer {
  const [own, others] = [list.map(rangeOf), other.map(rangeOf)];
  if (own.includes(undefined) || others.includes(undefined)) {
    return 'unknown';
  }
  const sorted = (others as Range[]).sort((left, right) => left.first - right.first);
  return (own as Range[]).every((range) => isCovered(range, sorted)) ? 'yes' : 'no';
}

function isCovered({ first, last }: Range, sorted: readonly Range[]): boolean {
  let next = first;
  for (const range of sorted) {
    if (range.first <= next && range.last >= next) {
      next = range.last + 1;
    }
  }
  return next > last;
}

function rangeOf({ text, symbolic }: PolicyText): Range | undefined {
  const [, address = '', bits = '32'] = /^(\d+\.\d+\.\d+\.\d+)(?:\/(\d+))?$/.exec(text) ?? [];
  const parts = address.split('.').map(Number);
  if (symbolic !== 'no' || parts.length !== 4 || parts.some((part) => part > 255) || Number(bits) > 32) {
    return undefined;
  }
  const size = 2 ** (32 - Number(bits));
  const number = parts.reduce((sum, part) => sum * 256 + part, 0);
  const first = Math.floor(number / size) * size;
  return { first, last: first + size - 1 };
}
