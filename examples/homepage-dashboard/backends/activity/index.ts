import { addDays, dayOf, queryChoice, queryLimit, readBody } from '../request';
import { pick, seeded } from '../seed';
import { type Answer, invalid, ownerOf, Problem, type ProtectedRequest, protectedBackend } from '../shared';

const KINDS = ['order', 'refund', 'deployment', 'campaign', 'note'] as const;
type Kind = (typeof KINDS)[number];

interface Entry {
  readonly id: string;
  readonly kind: Kind;
  readonly title: string;
  readonly detail?: string;
  readonly link?: string;
  readonly at: string;
  readonly actor: string;
}

const TITLES: Readonly<Record<Kind, readonly [string, ...string[]]>> = {
  order: ['Order of 48 travel mugs', 'First order from Portugal', 'Order of 12 desk lamps'],
  refund: ['Refund for a late parcel', 'Refund for a broken lamp'],
  deployment: ['Checkout 4.18 went live', 'Search 2.7 went live', 'Catalogue 9.1 went live'],
  campaign: ['Spring campaign started', 'Newsletter sent to 41,200 readers'],
  note: ['Stocktaking on Friday', 'Support is short of two people today'],
};

const DAYS = 14;
const ENTRIES_PER_DAY = 6;
const MOST_WRITTEN = 100;

/**
 * What was written, newest last, by application. A demonstration keeps it in the memory of one function instance: it is
 * gone with the instance, and a second instance does not see it. A real backend writes to a database.
 */
const written = new Map<string, { count: number; entries: Entry[] }>();

/** Backend of the activity feed: entries made up for each application and day, and those written since. */
export const handler = protectedBackend({
  'GET /v1/activity': list,
  'POST /v1/activity': create,
  'GET /v1/activity/{entryId}': read,
});

function list(request: ProtectedRequest): Answer {
  const { event } = request;
  const limit = queryLimit(event, 50, 20);
  const kind = queryChoice(event, 'kind', KINDS);
  const feed = feedOf(request).filter((entry) => kind === undefined || entry.kind === kind);
  const cursor = event.queryStringParameters?.cursor;
  const start = cursor === undefined ? 0 : feed.findIndex((entry) => entry.id === cursor) + 1;
  if (cursor !== undefined && start === 0) {
    throw invalid('cursor', 'must be the nextCursor of another page of the same list');
  }
  const entries = feed.slice(start, start + limit);
  const last = entries.at(-1);
  const more = start + limit < feed.length && last !== undefined;
  return { status: 200, body: { entries, ...(more ? { nextCursor: last.id } : {}) } };
}

function read(request: ProtectedRequest): Answer {
  const id = request.event.pathParameters?.entryId ?? '';
  const entry = feedOf(request).find((candidate) => candidate.id === id);
  if (entry === undefined) {
    throw new Problem(404, `no activity entry ${id}`);
  }
  return { status: 200, body: entry };
}

function create({ event, now, caller }: ProtectedRequest): Answer {
  const input = readBody<Pick<Entry, 'kind' | 'title' | 'detail' | 'link'>>(event, {
    kind: { type: 'choice', of: KINDS },
    title: { type: 'text', max: 120 },
    detail: { type: 'text', max: 2000, optional: true },
    link: { type: 'text', max: 500, pattern: /^https?:\/\/[^\s"<>]+$/, optional: true },
  });
  const own = written.get(ownerOf(caller)) ?? { count: 0, entries: [] };
  own.count += 1;
  const id = `act-${dayOf(now).replaceAll('-', '')}-n${own.count.toString(36)}`;
  const entry: Entry = { id, ...input, at: now.toISOString(), actor: caller.principal };
  own.entries = [...own.entries, entry].slice(-MOST_WRITTEN);
  written.set(ownerOf(caller), own);
  return { status: 201, body: entry, headers: { Location: `/v1/activity/${id}` } };
}

/** All entries of the caller's application up to the time of the request, newest first. */
function feedOf({ caller, now }: ProtectedRequest): Entry[] {
  const today = dayOf(now);
  const seededEntries = Array.from({ length: DAYS }, (_, index) => addDays(today, -index)).flatMap((day) =>
    Array.from({ length: ENTRIES_PER_DAY }, (_, index) => seededEntry(ownerOf(caller), day, index + 1)),
  );
  const newestFirst = (written.get(ownerOf(caller))?.entries ?? []).toReversed();
  return [...newestFirst, ...seededEntries]
    .filter((entry) => entry.at <= now.toISOString())
    .sort((a, b) => (a.at === b.at ? 0 : a.at < b.at ? 1 : -1));
}

function seededEntry(application: string, day: string, number: number): Entry {
  const kind = pick(KINDS, 'kind', application, day, number);
  const seconds = Math.floor(seeded('at', application, day, number) * 86_400);
  return {
    id: `act-${day.replaceAll('-', '')}-${String(number).padStart(2, '0')}`,
    kind,
    title: pick(TITLES[kind], 'title', application, day, number),
    at: new Date(Date.parse(day) + seconds * 1000).toISOString(),
    actor: 'system',
  };
}
