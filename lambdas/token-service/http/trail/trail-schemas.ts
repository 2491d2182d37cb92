import { z } from '@hono/zod-openapi';
import type { ListTrail, TrailEntryView, TrailPageView, TrailProofView } from '../../domain/trail/trail-list';
import { shapeOf } from '../agreement';
import { closedObject, instant, lineOfText, team } from '../common-schemas';

const CURSOR = /^[A-Za-z0-9_-]{1,1024}$/;
const ACTION = /^[a-z-]{1,40}\.[a-z-]{1,40}$/;
/** The kinds of things that entries are about. */
const OBJECT = /^(token|client|application|team|member|policy|revocation|revocations|job)#.{1,256}$/;

const filter = {
  actor: lineOfText(512).optional().openapi({ description: 'Principal who did it, exactly as entries name it.' }),
  action: z
    .string()
    .regex(ACTION, 'expected an action such as token.rotate')
    .optional()
    .openapi({ description: 'What was done, for example token.rotate.' }),
  object: lineOfText(300)
    .regex(OBJECT, 'expected the kind and the id of an object, such as token#5Jk2Lm9QxT4vW8za')
    .optional()
    .openapi({ description: 'What it was done to: kind and id, such as token#5Jk2Lm9QxT4vW8za.' }),
  team: team.optional().openapi({ description: 'Only what concerns this team.' }),
  from: instant.optional().openapi({ description: 'Not before; 400 days before the end when left out.' }),
  to: instant.optional().openapi({ description: 'Not after; now when left out.' }),
  cursor: z
    .string()
    .regex(CURSOR, 'expected the nextCursor of the page before')
    .optional()
    .openapi({ description: 'The nextCursor of the page before.' }),
};

/** Query of a list of entries. */
export const ListTrailQuery = closedObject(
  shapeOf<ListTrail>()({
    ...filter,
    limit: z
      .string()
      .regex(/^([1-9][0-9]?|100)$/, 'expected an integer from 1 to 100')
      .transform(Number)
      .optional()
      .openapi({ type: 'integer', minimum: 1, maximum: 100, default: 50, description: 'Entries on one page.' }),
  }),
);

/** Body of a request for an export. */
export const ExportTrailRequest = closedObject(
  shapeOf<ListTrail>()({
    ...filter,
    limit: z.int().min(1).max(500).optional().openapi({ description: 'Entries in one part; 500 when left out.' }),
  }),
).openapi('ExportTrailRequest');

export const TrailEntryPath = z.object({
  entryId: z
    .string()
    .max(40)
    .regex(/^[0-9A-Za-z]{16}-[0-9]{1,15}$/, 'expected the id of an entry: 16 letters or digits, - and a number')
    .openapi({ description: 'Id of an entry: its chain and its place there.' }),
});

/** Members of the objects are those of the action; the hash is over all of them. */
const state = z.record(z.string(), z.unknown());

const hash = z.string().openapi({ description: 'SHA-256, hexadecimal.' });

const TrailEntry = z
  .object({
    id: z.string(),
    at: z.int().openapi({ description: 'Milliseconds since 1970.', format: 'int64' }),
    action: z.string(),
    actor: z.string(),
    actorToken: z.string().optional(),
    onBehalfOf: z.string().optional(),
    object: z.object({
      kind: z.enum(['token', 'client', 'application', 'team', 'member', 'policy', 'revocation', 'revocations', 'job']),
      id: z.string(),
    }),
    team: z.string().optional(),
    application: z.string().optional(),
    outcome: z.enum(['done', 'refused']),
    reason: z.string().optional(),
    before: state.optional(),
    after: state.optional(),
    requestId: z.string().optional(),
    address: z.string().optional(),
    writer: z.string(),
    seq: z.int(),
    previous: hash,
    hash,
  })
  .openapi('TrailEntry', { description: 'The members that were hashed, and no others.' });

const ShownTrailEntry = z
  .object(
    shapeOf<Omit<TrailEntryView, 'entry'>>()({
      entryId: z.string(),
      isSealed: z.boolean().openapi({ description: 'Whether a seal has it; the trail is sealed every minute.' }),
    }),
  )
  .extend({ entry: TrailEntry })
  .openapi('ShownTrailEntry');

export const TrailPage = z
  .object(
    shapeOf<Omit<TrailPageView, 'entries'>>()({
      nextCursor: z.string().optional().openapi({
        description: 'Absent on the last page. A page may have fewer entries than asked for, and another one after it.',
      }),
    }),
  )
  .extend({ entries: z.array(ShownTrailEntry) })
  .openapi('TrailPage');

export const TrailProof = z
  .object(
    shapeOf<Omit<TrailProofView, 'entry' | 'proof' | 'seal'>>()({
      entryId: z.string(),
      leafHash: hash,
      signature: z.string().openapi({
        description: 'ECDSA on P-256 with SHA-256 over the canonical JSON (RFC 8785) of the seal: DER, base64.',
      }),
    }),
  )
  .extend({
    entry: TrailEntry,
    proof: z.object({
      leaf: z.int().openapi({ description: 'Number of its leaf, from 0.' }),
      path: z.array(hash).openapi({ description: 'Hashes from the leaf upwards (RFC 9162, 2.1.3).' }),
    }),
    seal: z.object({
      version: z.literal(1),
      trail: z.string(),
      number: z.int(),
      at: z.int().openapi({ format: 'int64' }),
      size: z.int(),
      root: hash,
      previousSize: z.int(),
      previousRoot: hash,
      previousSeal: hash,
      leaves: hash,
      key: hash,
    }),
  })
  .openapi('TrailProof');
