import { randomBase62 } from '../../../../../lambdas/lib/base62';
import { MAX_APPLICATION_REVOCATION_BYTES } from '../../../../../lambdas/lib/revocation';
import { DynamoTokenStore } from '../../../../../lambdas/token-service/aws/dynamo-store';
import {
  type EndedSource,
  MAX_SINGLE_BYTES,
  MAX_SOURCE_BYTES,
  Sources,
} from '../../../../../lambdas/token-service/domain/revocation/sources';
import { startTokenTable, TABLE, type TokenTable } from '../../support/token-table';

let table: TokenTable;
let store: DynamoTokenStore;
/** Epoch seconds. */
let now: number;

beforeAll(async () => {
  table = await startTokenTable();
});
beforeEach(async () => {
  store = new DynamoTokenStore(table.client, TABLE);
  await store.resetRevocations();
  now = 1_800_000_000;
});
afterAll(() => table.close());

function sources(): Sources {
  const ports = { store, now: () => now * 1000, wait: async () => {}, random: Math.random };
  return new Sources({ ownIssuer: 'https://id.example.com' }, ports);
}

const cuts = async () => (await store.getRevocations())?.sources ?? {};
const token = (application?: string): EndedSource => ({ source: `token:${randomBase62(16)}`, application });

test('those who end different sources at the same time do not disturb each other, with no set at first', async () => {
  const ended = Array.from({ length: 20 }, () => token('shop'));
  await Promise.all(ended.map((one) => sources().end([one])));
  expect(Object.keys(await cuts()).sort()).toEqual(ended.map(({ source }) => source).sort());
});

test('a time never becomes earlier, whatever the clocks of two functions say', async () => {
  const one = token('shop');
  await sources().end([one]);
  now -= 30;
  await sources().end([one]);
  expect(await cuts()).toEqual({ [one.source]: now + 31 });
});

test('what is over goes with the next that is written: when all that was derived has expired', async () => {
  const session = { source: 'session:s1' };
  const old = token('shop');
  await sources().end([old, session]);
  now += 600;
  await sources().end([token('shop')]);
  expect(Object.keys(await cuts()).sort()).toContain('session:s1');
  now += 1;
  await sources().end([token('shop')]);
  expect(await cuts()).not.toHaveProperty('session:s1');
  now += 599;
  await sources().end([token('shop')]);
  expect(await cuts()).toHaveProperty([old.source]);
  now += 1;
  await sources().end([token('shop')]);
  expect(await cuts()).not.toHaveProperty([old.source]);
});

test('of many of one application at once, one name stands for all; others keep their own', async () => {
  const other = token('ci');
  await sources().end([...Array.from({ length: 11 }, () => token('shop')), other]);
  expect(await cuts()).toEqual({ 'application:shop': now + 1, [other.source]: now + 1 });
});

test('what a wider name refuses already is not written again', async () => {
  await sources().end(Array.from({ length: 11 }, () => token('shop')));
  const { version } = (await store.getRevocations()) ?? {};
  await sources().end([token('shop')]);
  expect((await store.getRevocations())?.version).toBe(version);
});

test('ten thousand sources of as many applications have room, and none is forgotten', async () => {
  const ended = Array.from({ length: 10_000 }, (_, index) => token(`application-${index}`));
  await sources().end(ended);
  const all = await cuts();
  const sizeOf = (names: readonly string[]) => names.reduce((sum, name) => sum + name.length + 8, 0);
  const names = Object.keys(all);
  const single = names.filter((name) => /^token:.{16}$/.test(name));
  expect(sizeOf(single)).toBeGreaterThan(MAX_SINGLE_BYTES - 30);
  expect(sizeOf(names)).toBeLessThanOrEqual(MAX_SOURCE_BYTES + 20);
  expect(MAX_SOURCE_BYTES).toBeLessThan(MAX_APPLICATION_REVOCATION_BYTES);
  const isRefused = ({ source, application }: EndedSource) =>
    [source, `application:${application}`, 'token:*'].some((name) => (all[name] ?? 0) > now);
  expect(ended.filter((one) => !isRefused(one))).toEqual([]);
});

test('without an own issuer nothing is read or written', async () => {
  const refuse = () => {
    throw new Error('the table is none of its business');
  };
  const closed = Object.assign(new DynamoTokenStore(table.client, TABLE), { getRevocations: refuse });
  const ports = { store: closed, now: () => now * 1000, wait: async () => {}, random: Math.random };
  await new Sources({}, ports).end([token('shop')]);
});
