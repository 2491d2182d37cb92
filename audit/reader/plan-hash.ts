import { createHash } from 'node:crypto';
import { arrayOf, compareText, isObject, type Json, type JsonObject, member, stringsOf } from '../json';

/** Actions by which a plan leaves everything that exists as it is. */
const HARMLESS = new Set(['no-op', 'read', 'create']);

/**
 * SHA-256 of what a plan changes: address and actions of every change, and the values before and after of what exists already.
 * Time, versions, order and layout do not count, so the same change that is planned again has the same hash, and an approval of
 * it holds for that change alone.
 */
export function planHash(plan: JsonObject): string {
  const changes = arrayOf(plan.resource_changes).flatMap((entry): [string, Json][] => {
    const change = member(entry, 'change');
    const actions = stringsOf(member(change, 'actions')) ?? [];
    const address = member(entry, 'address');
    if (actions.every((action) => action === 'no-op')) {
      return [];
    }
    const text = typeof address === 'string' ? address : '';
    const deposed = member(entry, 'deposed') ?? null;
    const harmless = actions.every((action) => HARMLESS.has(action));
    return [[`${text} ${String(deposed)}`, [text, deposed, actions, harmless ? null : (change ?? null)]]];
  });
  const hash = createHash('sha256');
  for (const [, change] of changes.sort(([left], [right]) => compareText(left, right))) {
    hash.update(`${JSON.stringify(canonical(change))}\n`);
  }
  return hash.digest('hex');
}

/** The value with the members of its objects in the order of their names. */
function canonical(value: Json): Json {
  if (Array.isArray(value)) {
    return value.map(canonical);
  }
  if (!isObject(value)) {
    return value;
  }
  const members = Object.entries(value).sort(([left], [right]) => compareText(left, right));
  return Object.fromEntries(members.map(([name, item]) => [name, canonical(item)]));
}
