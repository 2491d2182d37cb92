import { compareText, isObject, type Json, type JsonObject } from '../json';
import type { AttributeClass } from './classes';
import { byContent, bySize, type Order } from './order';

/**
 * Whether a value says nothing: an empty list or map is the same as none, for the provider and for AWS. A block in a list is there
 * even where it is empty: `count {}` says much.
 */
export function isUnset(value: Json | undefined): value is undefined | null {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    (Array.isArray(value) && value.every((item) => !isObject(item) && isUnset(item))) ||
    (isObject(value) && Object.values(value).every(isUnset))
  );
}

/** Text of a value that does not depend on the order of members, on numbers written as text, and on the layout of a document. */
export function canonical(value: Json | undefined): string {
  if (isUnset(value)) {
    return 'null';
  }
  if (Array.isArray(value)) {
    return `[${value.map((item) => (isObject(item) ? `block ${membersOf(item)}` : canonical(item))).join()}]`;
  }
  if (isObject(value)) {
    return membersOf(value);
  }
  const document = typeof value === 'string' ? documentOf(value) : undefined;
  return document === undefined ? JSON.stringify(String(value)) : `document ${canonical(document)}`;
}

function membersOf(value: JsonObject): string {
  const members = Object.keys(value).filter((name) => !isUnset(value[name]));
  return `{${members
    .sort(compareText)
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`)
    .join()}}`;
}

function documentOf(text: string): Json | undefined {
  if (!/^\s*[[{]/.test(text)) {
    return undefined;
  }
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Compares two values of an attribute that differ. What its order cannot rank is incomparable, so that it is told. */
export function valueOrder(one: AttributeClass & { kind: 'ordered' }, before: Json, after: Json): Order {
  const { order, unset } = one;
  if (typeof order === 'function') {
    return order(before, after);
  }
  const [from, to] = [isUnset(before) ? unset : before, isUnset(after) ? unset : after];
  switch (order) {
    case 'on':
    case 'off': {
      const [was, is] = [isTrue(from), isTrue(to)];
      return order === 'on' ? bySize(Number(!was), Number(!is)) : bySize(Number(was), Number(is));
    }
    case 'more':
    case 'less':
      return bySafety(safety(from, order), safety(to, order));
    case 'set':
      // What applies where nothing is set, such as `NONE`, may be written out too.
      return [before, from].some((value) => isUnset(value) || value === unset)
        ? 'stronger'
        : isUnset(after) || after === unset
          ? 'weaker'
          : 'incomparable';
    case 'all':
    case 'few': {
      const [old, now] = [new Set(list(before)), new Set(list(after))];
      return order === 'all' ? byContent(old, now) : byContent(now, old);
    }
    default: {
      // A text that the list does not hold, such as the name of a later policy, has no rank.
      const [was, is] = [rank(order, from), rank(order, to)];
      return was === undefined || is === undefined ? 'incomparable' : bySafety(was, is);
    }
  }
}

function bySafety(before: number, after: number): Order {
  return Number.isNaN(before) || Number.isNaN(after) ? 'incomparable' : bySize(-before, -after);
}

/** How safe a number is; none set, and a negative one, is no limit at all. */
function safety(value: Json | undefined, order: 'more' | 'less'): number {
  const number = isUnset(value) ? -1 : Number(value);
  return number < 0 ? Number.NEGATIVE_INFINITY : order === 'more' ? number : -number;
}

function rank(order: readonly string[], value: Json | undefined): number | undefined {
  if (isUnset(value)) {
    return -1;
  }
  const index = order.indexOf(String(value));
  return index < 0 ? undefined : index;
}

function isTrue(value: Json | undefined): boolean {
  return value === true || value === 'true';
}

function list(value: Json): string[] {
  return Array.isArray(value) ? value.map(canonical) : isUnset(value) ? [] : [canonical(value)];
}
