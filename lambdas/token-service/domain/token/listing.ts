import type { ListedToken } from '../../../lib/token-record';
import type { Listed } from '../authority/authority';
import { readerOf } from '../authority/authority-of';
import type { ListTokens } from '../commands';
import { refuseAny } from '../fault';
import { filteredPage } from '../filtered-page';
import type { Origin } from '../origin';
import { epochSeconds, type TokenIndexRequest, type TokenPosition, type TokenServicePorts } from '../ports';
import type { TokenSettings } from '../settings';
import { SignedCursors } from '../signed-cursor';
import { type TokenPageView, tokenView } from '../views';
import { isFiltering, listFilter } from './list-filter';

const DEFAULT_PAGE = 20;

/** Items that are read for one page: what a page costs does not depend on how many tokens there are. */
export const MOST_EXAMINED = 500;

/** Items that a filtered list reads at once. */
const PIECE = 250;

/** Lists tokens. */
export class Listing {
  private readonly cursors: SignedCursors;

  constructor(
    private readonly settings: TokenSettings,
    private readonly ports: TokenServicePorts,
  ) {
    this.cursors = new SignedCursors(ports);
  }

  /**
   * A page of the tokens that the caller may read and the query means.
   *
   * @throws {Fault} when the cursor is not one of this list, there is no such order for it, or the caller may not read it
   */
  async list(query: ListTokens, { caller }: Origin): Promise<TokenPageView> {
    const { cursor, limit = DEFAULT_PAGE, ...wanted } = query;
    const listed = await readerOf(caller, this.settings, this.ports).listed('token.read', query);
    const index = indexOf(listed, wanted);
    const signed = { list: 'tokens', ...wanted, ...listed };
    const after = cursor === undefined ? undefined : positionOf(await this.cursors.read(cursor, signed));
    const now = epochSeconds(this.ports);
    const page = await filteredPage<ListedToken, TokenPosition>({
      limit,
      mostExamined: MOST_EXAMINED,
      after,
      ...filterOf(wanted, listed, now),
      read: async (from, most) => {
        const { tokens, ...rest } = await this.ports.store.readTokens({ ...index, after: from, limit: most });
        return { items: tokens, ...rest };
      },
      positionOf: (token) => ({ at: token[index.by], key: token.id }),
    });
    const { environment } = this.settings;
    return {
      tokens: page.items.map((token) => tokenView({ ...token, environment }, now)),
      ...(page.isPartial ? { partial: true } : {}),
      ...(page.next === undefined
        ? {}
        : { nextCursor: await this.cursors.write(signed, [page.next.at, page.next.key]) }),
    };
  }
}

/** Where the list is read from, and in which order. */
function indexOf(
  listed: Listed,
  { sort = 'created', order, expiresBefore }: ListTokens,
): Omit<TokenIndexRequest, 'limit'> {
  const isAscending = (order ?? (sort === 'created' ? 'descending' : 'ascending')) === 'ascending';
  if (sort === 'created') {
    const of =
      listed.of === 'all' ? {} : listed.of === 'team' ? { team: listed.team } : { application: listed.application };
    return { by: 'createdAt', ...of, isAscending };
  }
  if (listed.of === 'all') {
    const text = 'sort is "expires", expected a team or an application with it';
    refuseAny('command-not-valid', [{ path: ['sort'], text }]);
    return { by: 'createdAt', isAscending };
  }
  const before = expiresBefore === undefined ? undefined : Math.ceil(Date.parse(expiresBefore) / 1000);
  return { by: 'expiresAt', team: listed.team, isAscending, before };
}

function filterOf({ team: _, ...wanted }: ListTokens, listed: Listed, now: number) {
  const application = listed.of === 'application' ? listed.application : undefined;
  // By expiry, the query of the index begins or ends there: nothing is read that it leaves out.
  const expiresBefore = wanted.sort === 'expires' ? undefined : wanted.expiresBefore;
  const filter = { ...wanted, application, expiresBefore, sort: undefined, order: undefined };
  const isSparse = isFiltering(filter) || (application !== undefined && wanted.sort === 'expires');
  return { isMeant: listFilter(filter, now), piece: isSparse ? PIECE : undefined };
}

function positionOf([at, key]: readonly (string | number)[]): TokenPosition {
  return { at: Number(at), key: String(key) };
}
