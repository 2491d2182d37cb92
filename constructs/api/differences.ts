import type { RouteRule } from '../../lambdas/lib/access-rule';
import { routeKey } from './route';

const LONGEST_VALUE = 60;
const MOST_ROUTES = 5;

/** How two values of a fact differ, with both values where they are short; `undefined` where they do not. */
export function factDifference(fact: string, here: unknown, there: unknown): string | undefined {
  const [one, other] = [canonicalText(here), canonicalText(there)];
  if (one === other) {
    return undefined;
  }
  const isShort = [one, other].every((text = '') => text.length <= LONGEST_VALUE);
  return isShort ? `${fact} (${one ?? 'none'} and ${other ?? 'none'})` : fact;
}

/** How two lists of routes differ, with the routes that only one of them has or whose rules differ; `undefined` where they do not. */
export function routeDifference(
  fact: string,
  here: readonly RouteRule[] | undefined,
  there: readonly RouteRule[] | undefined,
): string | undefined {
  const [one, other] = [rulesByKey(here), rulesByKey(there)];
  const keys = [...new Set([...one.keys(), ...other.keys()])].filter((key) => one.get(key) !== other.get(key));
  if (keys.length === 0) {
    return factDifference(fact, here, there);
  }
  const more = keys.length > MOST_ROUTES ? ` and ${keys.length - MOST_ROUTES} more` : '';
  return `${fact} of ${keys.slice(0, MOST_ROUTES).join(', ')}${more}`;
}

function rulesByKey(routes: readonly RouteRule[] = []): Map<string, string | undefined> {
  return new Map(routes.map((route) => [routeKey(route), canonicalText(route.rule)]));
}

/** JSON whose text does not depend on the order in which members were written. */
function canonicalText(value: unknown): string | undefined {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
