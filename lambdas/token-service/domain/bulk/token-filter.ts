import { scopeMatches } from '../../../lib/scopes';
import { ADMINISTRATION_APPLICATION, type ListedToken } from '../../../lib/token-record';
import { DEFAULT_TEAM } from '../authority/roles';

/** Which tokens are meant: those for which everything holds that is given. */
export interface TokenFilter {
  readonly application?: string | undefined;
  readonly team?: string | undefined;
  /** A tag that the tokens have; with this value, where there is one. */
  readonly tag?: { readonly name: string; readonly value?: string | undefined } | undefined;
  /** A scope that the tokens may use, by its name or by a wildcard. */
  readonly scope?: string | undefined;
  /** First second of the creation, epoch seconds. */
  readonly createdFrom?: number | undefined;
  /** Second before which they were created, epoch seconds. */
  readonly createdBefore?: number | undefined;
  /** Principal that issued the tokens. */
  readonly createdBy?: string | undefined;
  /** Only tokens that nobody has used yet, as far as the access log told. */
  readonly neverUsed?: boolean | undefined;
}

/** Whether a filter means a token. Administrators' tokens are the way back in: a filter means them only where it names their application. */
export function isMeant(filter: TokenFilter, token: ListedToken): boolean {
  const { application, team, tag, scope, createdFrom = 0, createdBefore = Number.POSITIVE_INFINITY } = filter;
  return (
    (application === undefined
      ? token.application !== ADMINISTRATION_APPLICATION
      : token.application === application) &&
    (team === undefined || (token.team ?? DEFAULT_TEAM) === team) &&
    (tag === undefined || hasTag(token.tags, tag)) &&
    (scope === undefined || token.scopes.some((held) => scopeMatches(held, scope))) &&
    token.createdAt >= createdFrom &&
    token.createdAt < createdBefore &&
    (filter.createdBy === undefined || token.createdBy === filter.createdBy) &&
    (filter.neverUsed !== true || token.lastUsedAt === undefined)
  );
}

function hasTag(tags: ListedToken['tags'], { name, value }: NonNullable<TokenFilter['tag']>): boolean {
  return tags !== undefined && Object.hasOwn(tags, name) && (value === undefined || tags[name] === value);
}
