import { z } from '@hono/zod-openapi';
import { TOKEN_ID } from '../../lib/grammar';
import type { CountingState } from '../domain/usage/counting-state';
import type { FindingKind, FindingView } from '../domain/usage/findings';
import type { HygieneQuery, HygieneView, UntidyToken } from '../domain/usage/hygiene';
import type { UsageBatch } from '../domain/usage/usage-batch';
import type {
  CallCounts,
  TokenUsageView,
  UsageBatchView,
  UsagePoint,
  UsageStep,
  UsageTotals,
  UsedSecretView,
} from '../domain/usage/usage-views';
import { shapeOf } from './agreement';
import { application, closedObject, instant, team, time } from './common-schemas';

const STEPS = Object.keys({ hour: true, day: true, total: true } satisfies Record<UsageStep, true>) as UsageStep[];

const tokenId = z.string().regex(TOKEN_ID.pattern, 'expected 16 letters or digits, the public id of a token');

/** Body of a request for the calls of tokens. */
export const UsageBatchRequest = closedObject(
  shapeOf<UsageBatch>()({
    tokenIds: z
      .array(tokenId)
      .min(1)
      .max(100)
      .refine((ids) => new Set(ids).size === ids.length, { error: 'expected each token once' })
      .openapi({ description: 'Public ids of the tokens.' }),
    from: instant.openapi({ description: 'Beginning; the whole hour is in the numbers.' }),
    to: instant.openapi({ description: 'End; the whole hour is in the numbers.' }),
    step: z.enum(STEPS).optional().openapi({ default: 'day', description: 'Length of the periods; total has none.' }),
  }),
).openapi('UsageBatchRequest');

const count = z.int().min(0);

const calls = shapeOf<CallCounts>()({
  calls: count,
  s2xx: count,
  s3xx: count,
  s4xx: count.openapi({ description: '401, 403 and 429 are among them.' }),
  s401: count,
  s403: count,
  s429: count,
  s5xx: count,
  p50: z.int().min(0).optional().openapi({ description: 'Half of the calls took no longer, in milliseconds.' }),
  p95: z.int().min(0).optional().openapi({ description: '95 of 100 calls took no longer, in milliseconds.' }),
});

const byName = z.record(z.string(), count);

const UsedSecret = z
  .object(
    shapeOf<UsedSecretView>()({
      number: z.int().min(1),
      firstAt: time,
      lastAt: time,
      lastAddress: z.string().optional(),
      lastUserAgent: z.string().optional(),
    }),
  )
  .openapi('UsedSecret');

const Totals = z
  .object(
    shapeOf<UsageTotals>()({
      ...calls,
      errors: byName.openapi({ description: 'Calls that the gateway answered, by the type of its response.' }),
      routes: byName.openapi({ description: 'Calls by API and route.' }),
      scopes: byName.openapi({ description: 'Calls by scope that the route required.' }),
      secrets: z.array(UsedSecret),
    }),
  )
  .openapi('UsageTotals');

const Point = z
  .object(shapeOf<UsagePoint>()({ start: time.openapi({ description: 'Beginning of the period.' }), ...calls }))
  .openapi('UsagePoint');

const TokenUsage = z
  .object(
    shapeOf<TokenUsageView>()({
      tokenId,
      state: z.enum(['counted', 'unavailable', 'not-allowed']).openapi({
        description:
          'Zero calls are counted; unavailable calls could not be read; not-allowed are those that the caller may not know, and tokens that do not exist.',
      }),
      totals: Totals.optional(),
      points: z.array(Point).optional().openapi({ description: 'Periods with calls, in their order.' }),
    }),
  )
  .openapi('TokenUsage');

const state = shapeOf<CountingState>()({
  asOf: time.optional().openapi({ description: 'Time of the newest call that was counted.' }),
  lagSeconds: count.optional().openapi({ description: 'How long after a call it was counted lately.' }),
  countedSince: time.optional().openapi({ description: 'When counting began.' }),
});

/** Answer to a request for the calls of tokens. */
export const UsageBatchAnswer = z
  .object(
    shapeOf<UsageBatchView>()({
      ...state,
      from: time,
      to: time,
      step: z.enum(STEPS),
      usage: z.array(TokenUsage),
    }),
  )
  .openapi('UsageBatch');

/** Query of what is untidy. */
export const HygieneParameters = closedObject(
  shapeOf<HygieneQuery>()({
    team: team.optional().openapi({ description: 'Only the tokens of this team.' }),
    application: application.optional().openapi({ description: 'Only the tokens of this application.' }),
    cursor: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,1024}$/, 'expected the nextCursor of the page before')
      .optional()
      .openapi({ description: 'The nextCursor of the page before.' }),
  }),
);

const KINDS = Object.keys({
  'over-longest-lifetime': true,
  'no-networks': true,
  'never-used': true,
  'unused-30-days': true,
  'unused-90-days': true,
  'unused-scopes': true,
  'old-secret-in-use': true,
} satisfies Record<FindingKind, true>) as FindingKind[];

const Finding = z
  .object(
    shapeOf<FindingView>()({
      kind: z.enum(KINDS),
      unusedScopes: z.array(z.string()).optional(),
      usedScopes: z.array(z.string()).optional(),
      since: time.optional(),
      lastUsedAt: time.optional(),
      endsAt: time.optional(),
    }),
  )
  .openapi('Finding');

const Untidy = z
  .object(
    shapeOf<UntidyToken>()({
      tokenId,
      name: z.string(),
      application: z.string(),
      team: z.string().optional(),
      findings: z.array(Finding),
    }),
  )
  .openapi('UntidyToken');

/** A page of what is untidy. */
export const HygienePage = z
  .object(
    shapeOf<HygieneView>()({
      ...state,
      computedAt: time,
      usageKnown: z.boolean().openapi({ description: 'Without the counts nothing is said of use.' }),
      examined: count.openapi({ description: 'Tokens that were looked at.' }),
      tokens: z.array(Untidy),
      nextCursor: z.string().optional(),
    }),
  )
  .openapi('HygienePage');
