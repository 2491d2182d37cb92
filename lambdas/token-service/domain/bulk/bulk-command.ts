import type { FaultDetail } from '../fault';
import type { BulkAction } from './job-record';
import type { TokenFilter } from './token-filter';

/** A filter as a request has it. Times are RFC 3339. */
export interface BulkFilter extends Omit<TokenFilter, 'createdFrom' | 'createdBefore'> {
  /** Only tokens created at this time or later. */
  readonly createdFrom?: string | undefined;
  /** Only tokens created before this time. */
  readonly createdBefore?: string | undefined;
}

/** A request to change many tokens. */
export interface BulkCommand {
  readonly action: BulkAction;
  /** Which tokens, by what they are; this or `ids`. Without members, everything that the caller may change. */
  readonly filter?: BulkFilter | undefined;
  /** Which tokens, by id. */
  readonly ids?: readonly string[] | undefined;
  /** Team for whose tokens somebody with a role in several acts; for `ids`. */
  readonly team?: string | undefined;
  /** Whether only to count. @default false */
  readonly dryRun?: boolean | undefined;
  /** The `confirmation` of the dry run of the same request. */
  readonly confirmation?: string | undefined;
  /** Whether the token of the caller itself may be changed. @default false */
  readonly includeCaller?: boolean | undefined;
  /** Whether the set of revocations refuses the tokens before the first record is changed; for operators. @default false */
  readonly panic?: boolean | undefined;
  /** Why, for people. */
  readonly reason?: string | undefined;
}

/** Which jobs to list. */
export interface ListJobs {
  /** @default - all that the caller may see */
  readonly team?: string | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** A job, and a page of its results. */
export interface ReadJob {
  readonly jobId: string;
  readonly cursor?: string | undefined;
}

/** What of a request contradicts itself. */
export function bulkFaults({ action, filter, ids, panic, dryRun, confirmation, team }: BulkCommand): FaultDetail[] {
  const faults: FaultDetail[] = [];
  if ((filter === undefined) === (ids === undefined)) {
    const found = filter === undefined ? 'neither filter nor ids is there' : 'both filter and ids are there';
    faults.push({ path: ['filter'], text: `${found}, expected one of them` });
  }
  if (panic === true && (action !== 'revoke' || filter === undefined)) {
    faults.push({ path: ['panic'], text: `panic is true, expected it with the action revoke and a filter only` });
  }
  if (dryRun === true && confirmation !== undefined) {
    faults.push({ path: ['confirmation'], text: 'confirmation is there, expected none with a dry run' });
  }
  if (team !== undefined && filter !== undefined) {
    faults.push({ path: ['team'], text: 'team is there beside filter, expected it in filter' });
  }
  return faults;
}

/** A filter with times in epoch seconds; a part of a second counts as begun. */
export function filterOf({ createdFrom, createdBefore, ...others }: BulkFilter): TokenFilter {
  return {
    ...others,
    ...(createdFrom === undefined ? {} : { createdFrom: seconds(createdFrom) }),
    ...(createdBefore === undefined ? {} : { createdBefore: seconds(createdBefore) }),
  };
}

function seconds(time: string): number {
  return Math.ceil(Date.parse(time) / 1000);
}
