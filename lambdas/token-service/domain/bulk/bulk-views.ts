import type { BulkFilter } from './bulk-command';
import type { JobAction, JobRecord, JobStatus, TokenResult } from './job-record';

/** What a dry run found. */
export interface BulkPreviewView {
  /** Tokens that are meant. */
  readonly count: number;
  /** Whether all were counted in time; otherwise there are at least so many. */
  readonly complete: boolean;
  /** Tokens by the status that they are shown with. */
  readonly byStatus: Record<string, number>;
  /** Tokens by team, for the teams with the most. */
  readonly byTeam: Record<string, number>;
  /** What starts the job, within ten minutes. */
  readonly confirmation: string;
}

/** How many tokens had which outcome. */
export interface JobCountsView {
  readonly changed: number;
  readonly unchanged: number;
  readonly skipped: number;
  readonly refused: number;
  readonly missing: number;
  readonly failed: number;
}

/** A job. Times are RFC 3339. */
export interface JobView {
  readonly id: string;
  readonly action: JobAction;
  readonly status: JobStatus;
  readonly stoppedBecause?: string | undefined;
  readonly filter?: BulkFilter | undefined;
  /** How many tokens it names by id. */
  readonly ids?: number | undefined;
  readonly team?: string | undefined;
  readonly reason?: string | undefined;
  /** Tokens that the dry run counted. */
  readonly expected?: number | undefined;
  readonly counts: JobCountsView;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly finishedAt?: string | undefined;
}

export interface JobWithResultsView extends JobView {
  readonly results: TokenResult[];
  readonly nextCursor?: string | undefined;
}

export interface JobPageView {
  readonly jobs: JobView[];
  readonly nextCursor?: string | undefined;
}

/** Teams that a dry run names. */
const MOST_TEAMS = 100;

/** The teams with the most tokens, these first. */
export function mostTeams(byTeam: Readonly<Record<string, number>>): Record<string, number> {
  const teams = Object.entries(byTeam).sort(([one, some], [other, more]) => more - some || (one < other ? -1 : 1));
  return Object.fromEntries(teams.slice(0, MOST_TEAMS));
}

export function jobView(job: JobRecord): JobView {
  const { id, action, status, stoppedBecause, filter, ids, team, reason, expected, createdBy } = job;
  return {
    id,
    action,
    status,
    ...(stoppedBecause === undefined ? {} : { stoppedBecause }),
    ...(filter === undefined ? {} : { filter: filterView(filter) }),
    ...(ids === undefined ? {} : { ids: ids.length }),
    ...(team === undefined ? {} : { team }),
    ...(reason === undefined ? {} : { reason }),
    ...(expected === undefined ? {} : { expected }),
    counts: { changed: 0, unchanged: 0, skipped: 0, refused: 0, missing: 0, failed: 0, ...job.counts },
    createdAt: time(job.createdAt),
    createdBy,
    ...(job.finishedAt === undefined ? {} : { finishedAt: time(job.finishedAt) }),
  };
}

function filterView({ createdFrom, createdBefore, ...others }: NonNullable<JobRecord['filter']>): BulkFilter {
  return {
    ...others,
    ...(createdFrom === undefined ? {} : { createdFrom: time(createdFrom) }),
    ...(createdBefore === undefined ? {} : { createdBefore: time(createdBefore) }),
  };
}

function time(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
