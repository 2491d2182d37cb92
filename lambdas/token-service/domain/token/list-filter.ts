import { scopeMatches } from '../../../lib/scopes';
import type { ListedToken } from '../../../lib/token-record';
import type { ListTokens } from '../commands';
import { shownStatus } from '../views';
import { hasWords, wordsOf } from '../words';

/** Everything of a query that a single token is judged by. */
export type ListFilter = Omit<ListTokens, 'team' | 'sort' | 'order' | 'limit' | 'cursor'>;

/** Whether a query leaves out tokens of the list that it is about, so that a page may have to look at many. */
export function isFiltering({ application: _, ...filter }: ListFilter): boolean {
  return Object.values(filter).some((value) => value !== undefined && value !== false);
}

/**
 * Tells whether a token is in a filtered list: everything holds that is given.
 *
 * @param now epoch seconds
 */
export function listFilter(filter: ListFilter, now: number): (token: ListedToken) => boolean {
  const { application, scope, tier, status, createdBy, tag, neverUsed, noNetworks } = filter;
  const words = wordsOf(filter.q ?? '');
  const expiresBefore = secondsOf(filter.expiresBefore);
  const lastUsedBefore = secondsOf(filter.lastUsedBefore);
  return (token) =>
    (application === undefined || token.application === application) &&
    (scope === undefined || token.scopes.some((held) => scopeMatches(held, scope))) &&
    (tier === undefined || token.tier === tier) &&
    (status === undefined || shownStatus(token, now) === status) &&
    (createdBy === undefined || token.createdBy === createdBy) &&
    (tag === undefined || hasTag(token.tags, tag)) &&
    token.expiresAt < expiresBefore &&
    (token.lastUsedAt ?? 0) < lastUsedBefore &&
    (neverUsed !== true || token.lastUsedAt === undefined) &&
    (noNetworks !== true || token.cidrs.length === 0) &&
    (words.length === 0 || hasWords(textsOf(token), words));
}

/** A tag by its name, or by its name and value with `=` between them; a name may hold `=` itself. */
function hasTag(tags: ListedToken['tags'] = {}, wanted: string): boolean {
  return Object.entries(tags).some(([name, value]) => name === wanted || `${name}=${value}` === wanted);
}

function textsOf({ name, description, application, id, tags = {} }: ListedToken): string[] {
  const pairs = Object.entries(tags).map(([tag, value]) => `${tag}=${value}`);
  return [name, description ?? '', application, id, ...pairs];
}

function secondsOf(text: string | undefined): number {
  return text === undefined ? Number.POSITIVE_INFINITY : Date.parse(text) / 1000;
}
