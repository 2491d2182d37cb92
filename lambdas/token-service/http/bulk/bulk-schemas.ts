import { z } from '@hono/zod-openapi';
import { GRANTED_SCOPE, TOKEN_ID } from '../../../lib/grammar';
import type { BulkCommand, BulkFilter, ListJobs, ReadJob } from '../../domain/bulk/bulk-command';
import type {
  BulkPreviewView,
  JobCountsView,
  JobPageView,
  JobView,
  JobWithResultsView,
} from '../../domain/bulk/bulk-views';
import {
  BULK_ACTIONS,
  JOB_STATUSES,
  type JobAction,
  MOST_IDS,
  OUTCOMES,
  type TokenResult,
} from '../../domain/bulk/job-record';
import { shapeOf } from '../agreement';
import { application, closedObject, instant, lineOfText, team, time } from '../common-schemas';

const CURSOR = /^[A-Za-z0-9_-]{1,1024}$/;
const cursor = z
  .string()
  .regex(CURSOR, 'expected the nextCursor of the page before')
  .optional()
  .openapi({ description: 'The nextCursor of the page before.' });

const tokenId = z.string().regex(TOKEN_ID.pattern, 'expected 16 letters or digits, the public id of a token');
const count = z.int().min(0).max(2_147_483_647);

const filterMembers = shapeOf<BulkFilter>()({
  application: application.optional(),
  team: team.optional(),
  tag: closedObject(
    shapeOf<NonNullable<BulkFilter['tag']>>()({ name: lineOfText(128), value: lineOfText(256).optional() }),
  )
    .optional()
    .openapi({ description: 'A tag that the tokens have, with this value where there is one.' }),
  scope: z.string().regex(GRANTED_SCOPE.pattern, `expected ${GRANTED_SCOPE.allowed}`).optional().openapi({
    description: 'A scope that the tokens may use, by its name or by a wildcard.',
  }),
  createdFrom: instant.optional(),
  createdBefore: instant.optional(),
  createdBy: lineOfText(1024).optional().openapi({ description: 'Principal that issued the tokens.' }),
  neverUsed: z.boolean().optional().openapi({ description: 'Only tokens that the access log knows no use of.' }),
});

/** Body of a request to change many tokens. */
export const BulkRequest = closedObject(
  shapeOf<BulkCommand>()({
    action: z.enum(BULK_ACTIONS),
    filter: closedObject(filterMembers).optional().openapi({
      description:
        'Which tokens; everything that is given has to hold. Tokens of administrators are meant only with their application.',
    }),
    ids: z
      .array(tokenId)
      .min(1)
      .max(MOST_IDS)
      .refine((ids) => new Set(ids).size === ids.length, { error: 'expected each id once' })
      .optional(),
    team: team.optional().openapi({ description: 'With ids: the team that the caller acts for, of several.' }),
    dryRun: z.boolean().optional().openapi({ description: 'Only counts, and confirms what it found.' }),
    confirmation: z
      .string()
      .regex(CURSOR, 'expected the confirmation of a dry run')
      .optional()
      .openapi({ description: 'The confirmation of a dry run of the same request, at most ten minutes old.' }),
    includeCaller: z.boolean().optional().openapi({ description: "Whether the caller's own token may be changed." }),
    panic: z.boolean().optional().openapi({
      description: 'With revoke: the set of revocations refuses the tokens first, where an entry can mean them.',
    }),
    reason: lineOfText(256).optional().openapi({ description: 'Why, for people; it is in the audit trail.' }),
  }),
).openapi('BulkRequest');

export const BulkPreview = z
  .object(
    shapeOf<BulkPreviewView>()({
      count,
      complete: z.boolean().openapi({ description: 'False when time was up: there are at least so many.' }),
      byStatus: z.record(z.string(), count),
      byTeam: z.record(z.string(), count).openapi({ description: 'The teams with the most tokens, at most 100.' }),
      confirmation: z.string().openapi({ description: 'Starts the job, within ten minutes.' }),
    }),
  )
  .openapi('BulkPreview');

const JOB_ACTIONS = [...BULK_ACTIONS, 'apply-policy'] as const satisfies readonly JobAction[];

const jobMembers = shapeOf<JobView>()({
  id: z.string(),
  action: z.enum(JOB_ACTIONS),
  status: z.enum(JOB_STATUSES),
  stoppedBecause: z.string().optional(),
  filter: z.object(filterMembers).optional(),
  ids: count.optional().openapi({ description: 'How many tokens it names by id.' }),
  team: z.string().optional(),
  reason: z.string().optional(),
  expected: count.optional().openapi({ description: 'Tokens that the dry run counted.' }),
  counts: z.object(
    shapeOf<JobCountsView>()({
      changed: count,
      unchanged: count,
      skipped: count,
      refused: count,
      missing: count,
      failed: count,
    }),
  ),
  createdAt: time,
  createdBy: z.string(),
  finishedAt: time.optional(),
});

export const Job = z.object(jobMembers).openapi('Job');

const Result = z
  .object(shapeOf<TokenResult>()({ tokenId: z.string(), outcome: z.enum(OUTCOMES), reason: z.string().optional() }))
  .openapi('TokenResult');

export const JobWithResults = z
  .object(shapeOf<JobWithResultsView>()({ ...jobMembers, results: z.array(Result), nextCursor: z.string().optional() }))
  .openapi('JobWithResults');

export const JobPage = z
  .object(shapeOf<JobPageView>()({ jobs: z.array(Job), nextCursor: z.string().optional() }))
  .openapi('JobPage');

export const JobPath = z.object({
  jobId: z.string().regex(TOKEN_ID.pattern, 'expected 16 letters or digits, the id of a job'),
});

export const JobQuery = closedObject(shapeOf<Omit<ReadJob, 'jobId'>>()({ cursor }));

export const ListJobsQuery = closedObject(
  shapeOf<ListJobs>()({
    team: team.optional().openapi({ description: 'Only jobs about this team.' }),
    limit: z
      .string()
      .regex(/^([1-9]|[1-4][0-9]|50)$/, 'expected an integer from 1 to 50')
      .transform(Number)
      .optional()
      .openapi({ type: 'integer', minimum: 1, maximum: 50, default: 20, description: 'Jobs on one page.' }),
    cursor,
  }),
);
