import type { Caller } from '../../../lib/caller';
import type { TokenFilter } from './token-filter';

/** What people can do to many tokens at once. */
export const BULK_ACTIONS = ['revoke', 'disable', 'enable'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

/** What a job does to each of its tokens. `apply-policy` blocks those that break the policy of their team, and unblocks the others. */
export type JobAction = BulkAction | 'apply-policy';

export const JOB_STATUSES = ['running', 'done', 'stopped'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/**
 * What became of a token in a job: it was changed, it was as wanted already, it was left out because it is the caller's own, whoever started the
 * job may not change it, there is no such token, or its change kept failing.
 */
export const OUTCOMES = ['changed', 'unchanged', 'skipped', 'refused', 'missing', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** How a job ended for one token. */
export interface TokenResult {
  readonly tokenId: string;
  readonly outcome: Outcome;
  /** Why it is not `changed`, or what could not be done besides: the code of a fault. */
  readonly reason?: string | undefined;
}

/** How far a job is: in its list of ids, or in the index that its filter is read from. */
export type JobPosition = { readonly offset: number } | { readonly createdAt: number; readonly key: string };

/** A job as the token table holds it. All times are epoch seconds. */
export interface JobRecord {
  readonly pk: string;
  readonly entity: 'job';
  readonly id: string;
  readonly action: JobAction;
  readonly status: JobStatus;
  /** Why it was stopped: the code of a fault. */
  readonly stoppedBecause?: string;
  /** The tokens, by id; this or `filter`. */
  readonly ids?: readonly string[];
  readonly filter?: TokenFilter;
  /** Team that it is about, whose members may see it. @default - it is about several, or all */
  readonly team?: string;
  /** Whether it may change the token by which it was started. */
  readonly includesCaller?: boolean;
  /** Whether entries in the set of revocations come first; what it is that they mean. */
  readonly atOnce?: { readonly applications: readonly string[]; readonly done: boolean };
  /** Why, for people. */
  readonly reason?: string;
  /** Tokens that the dry run counted. */
  readonly expected?: number;
  readonly counts: Readonly<Partial<Record<Outcome, number>>>;
  /** @default - it has not begun */
  readonly position?: JobPosition;
  /** Complete pieces of results. */
  readonly pieces: number;
  /** Until when nobody else may work on it. */
  readonly leaseUntil?: number;
  /** How often somebody has begun with the next piece. */
  readonly tries: number;
  /** Who started it: it may do what they may. @default - the platform, which changes nothing by it but what policies block */
  readonly caller?: Caller;
  readonly requestId?: string;
  readonly address?: string;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly finishedAt?: number;
  /** Hash key of the index of open jobs, while it is one. */
  readonly openJob?: typeof OPEN_JOB;
  readonly version: number;
  /** DynamoDB time to live. */
  readonly purgeAt: number;
}

/**
 * A piece of a job: some of its tokens, and what became of them. The tokens are written down before the first of them is changed, so that whoever
 * goes on after a crash changes the same ones.
 */
export interface JobPiece {
  readonly pk: string;
  readonly entity: 'job-piece';
  readonly ids: readonly string[];
  /** Where the job goes on after it; absent for the last piece. */
  readonly next?: JobPosition;
  /** @default - not all of them are changed yet */
  readonly results?: readonly TokenResult[];
  readonly version: number;
  /** DynamoDB time to live. */
  readonly purgeAt: number;
}

/** The one hash key of the index of open jobs. */
export const OPEN_JOB = 'open';

/** Most tokens that a job names by id. */
export const MOST_IDS = 500;

/** Tokens of one piece: 2 kB of results. */
export const PIECE = 25;

/** How long a job is kept, in seconds. */
export const JOB_LIFETIME_SECONDS = 90 * 86_400;

export function pieceKey(jobId: string, number: number): string {
  return `job#${jobId}#${number}`;
}
