import type { ListedToken } from '../../../lib/token-record';
import type { TokenFilter } from './token-filter';

/** Place in an index: the creation and the key of the item there. */
export interface SelectionPosition {
  readonly createdAt: number;
  readonly key: string;
}

/** Place in the list of jobs after which the next page begins. */
export interface JobListPosition {
  /** Epoch seconds. */
  readonly createdAt: number;
  readonly id: string;
}

/** Part of the tokens of an application, a team, or all, the oldest first. */
export interface SelectionPage {
  readonly tokens: readonly ListedToken[];
  /** Absent at the end. */
  readonly next?: SelectionPosition;
}

/** What bulk operations read from the indexes of the token table, which may lag behind by moments. */
export interface BulkIndex {
  /**
   * Tokens of the application or the team of a filter, from its times of creation. The other members of the filter are not looked at.
   *
   * @param limit items that are read at most
   */
  tokens(filter: TokenFilter, after: SelectionPosition | undefined, limit: number): Promise<SelectionPage>;
  /** Ids of jobs, the newest first. */
  jobs(request: {
    /** Only jobs about this team. @default - all */
    readonly team?: string | undefined;
    readonly limit: number;
    readonly after?: JobListPosition | undefined;
  }): Promise<{ readonly ids: readonly string[]; readonly next?: JobListPosition }>;
  /** Ids of the jobs that are not over, the oldest first. */
  openJobs(limit: number): Promise<readonly string[]>;
}
