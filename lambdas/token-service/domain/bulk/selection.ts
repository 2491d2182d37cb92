import { type ListedToken, tokenKey } from '../../../lib/token-record';
import type { BulkIndex, SelectionPosition } from './bulk-ports';
import { type JobPosition, type JobRecord, PIECE } from './job-record';
import { isMeant, type TokenFilter } from './token-filter';

/** Items that are read at a time. */
const PAGE = 200;

/** Items that are read for one piece: what a step of a job costs has a bound, however rare the tokens are that are meant. */
const MOST_READ = 2000;

/** The next tokens of a job. */
export interface Selected {
  readonly ids: readonly string[];
  /** Where the job goes on; absent when these are its last tokens. */
  readonly next?: JobPosition;
}

/** The tokens that come next in a job, at most {@link PIECE} of them; there may be none although it goes on. */
export async function nextTokens(
  index: Pick<BulkIndex, 'tokens'>,
  { ids, filter = {}, position }: Pick<JobRecord, 'ids' | 'filter' | 'position'>,
): Promise<Selected> {
  if (ids !== undefined) {
    const offset = position !== undefined && 'offset' in position ? position.offset : 0;
    const end = offset + PIECE;
    return { ids: ids.slice(offset, end), ...(end < ids.length ? { next: { offset: end } } : {}) };
  }
  let after = position !== undefined && 'key' in position ? position : undefined;
  const found: ListedToken[] = [];
  for (let read = 0; read < MOST_READ; read += PAGE) {
    const page = await index.tokens(filter, after, PAGE);
    for (const token of page.tokens) {
      if (isMeant(filter, token)) {
        found.push(token);
        if (found.length === PIECE) {
          return { ids: idsOf(found), next: positionOf(token) };
        }
      }
    }
    if (page.next === undefined) {
      return { ids: idsOf(found) };
    }
    after = page.next;
  }
  return { ids: idsOf(found), ...(after === undefined ? {} : { next: after }) };
}

/**
 * Tokens that a filter means, one after the other, until a time.
 *
 * @param until epoch milliseconds
 * @returns whether all of them were visited
 */
export async function eachMeant(
  { bulk, now }: { readonly bulk: Pick<BulkIndex, 'tokens'>; readonly now: () => number },
  filter: TokenFilter,
  until: number,
  visit: (token: ListedToken) => void,
): Promise<boolean> {
  let after: SelectionPosition | undefined;
  do {
    const page = await bulk.tokens(filter, after, COUNTED_PAGE);
    for (const token of page.tokens) {
      if (isMeant(filter, token)) {
        visit(token);
      }
    }
    after = page.next;
  } while (after !== undefined && now() < until);
  return after === undefined;
}

/** DynamoDB ends a page at 1 MB in any case. */
const COUNTED_PAGE = 1000;

function idsOf(tokens: readonly ListedToken[]): string[] {
  return tokens.map(({ id }) => id);
}

function positionOf({ createdAt, id }: ListedToken): JobPosition {
  return { createdAt, key: tokenKey(id) };
}
