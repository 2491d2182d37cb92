import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { type TokenRecord, withSecrets } from '../../../../lambdas/lib/token-record';
import { DynamoTokenStore } from '../../../../lambdas/token-service/aws/dynamo-store';
import { Harness, NOW, PEPPER } from '../support/harness';
import { TABLE } from '../support/token-table';

let service: Harness;
beforeEach(async () => {
  service = await Harness.start();
});
afterEach(() => service.close());

const SECONDS = NOW / 1000;
const iso = (seconds: number) => new Date(seconds * 1000).toISOString();

async function list(query: Record<string, string> = {}) {
  const reply = await service.request('GET', '/v1/tokens', { query });
  return { ...reply, names: (reply.body.tokens ?? []).map((token: { name: string }) => token.name) as string[] };
}

/** Puts tokens into the table past the service: the later in the list, the later made. */
async function put(...tokens: readonly Partial<TokenRecord>[]): Promise<void> {
  const items = tokens.map((token, index): TokenRecord => {
    const id = `${index}`.padStart(16, 'A');
    const createdAt = SECONDS - tokens.length + index;
    return {
      pk: `token#${id}`,
      entity: 'token',
      id,
      name: `t${index}`,
      application: 'dashboard',
      team: 'default',
      environment: 'dev',
      scopes: ['sales:read'],
      status: 'active',
      cidrs: [],
      createdAt,
      createdBy: 'somebody',
      expiresAt: SECONDS + 1000,
      ...withSecrets([{ number: 1, hash: 'h', pepperId: 'p1', createdAt }]),
      version: 1,
      ...token,
    };
  });
  for (let from = 0; from < items.length; from += 25) {
    const requests = items.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } }));
    await service.table.client.send(new BatchWriteCommand({ RequestItems: { [TABLE]: requests } }));
  }
}

describe('a filter', () => {
  beforeEach(() =>
    put(
      { name: 'Nightly Import', description: 'fills the warehouse', tags: { stage: 'prod', owner: 'ann' } },
      { name: 'partner', application: 'partner', scopes: ['sales:*'], tier: 'gold', cidrs: ['10.0.0.0/8'] },
      { name: 'old', status: 'disabled', expiresAt: SECONDS + 10, lastUsedAt: SECONDS - 100, createdBy: 'ann' },
      { name: 'gone', expiresAt: SECONDS - 1, lastUsedAt: SECONDS - 5, scopes: ['reports:read'] },
    ),
  );

  test.each([
    ['words of the name, in any case', { q: 'import NIGHTLY' }, ['Nightly Import']],
    ['a word of the description', { q: 'warehouse' }, ['Nightly Import']],
    ['words of different members', { q: 'import ann' }, ['Nightly Import']],
    ['a part of the application', { q: 'partn' }, ['partner']],
    ['an id', { q: 'aaa1' }, ['partner']],
    ['words that no token has together', { q: 'import gold' }, []],
    ['the application', { application: 'partner' }, ['partner']],
    ['the team', { team: 'default' }, ['gone', 'old', 'partner', 'Nightly Import']],
    ['a scope, by a wildcard too', { scope: 'sales:read' }, ['old', 'partner', 'Nightly Import']],
    ['the tier', { tier: 'gold' }, ['partner']],
    ['a status that is stored', { status: 'disabled' }, ['old']],
    ['a status that the clock tells', { status: 'expired' }, ['gone']],
    ['the principal that issued', { createdBy: 'ann' }, ['old']],
    ['a tag', { tag: 'stage' }, ['Nightly Import']],
    ['a tag with its value', { tag: 'stage=prod' }, ['Nightly Import']],
    ['a tag with another value', { tag: 'stage=test' }, []],
    ['the end', { expiresBefore: iso(SECONDS + 11) }, ['gone', 'old']],
    ['the last use, or none', { lastUsedBefore: iso(SECONDS - 50) }, ['old', 'partner', 'Nightly Import']],
    ['no use', { neverUsed: 'true' }, ['partner', 'Nightly Import']],
    ['no networks', { noNetworks: 'true', scope: 'sales:read' }, ['old', 'Nightly Import']],
    ['nothing', { neverUsed: 'false' }, ['gone', 'old', 'partner', 'Nightly Import']],
  ])('by %s', async (_, query, names) => {
    const reply = await list(query);
    expect([reply.status, reply.names]).toEqual([200, names]);
  });

  test.each([
    ['status', 'alive'],
    ['sort', 'name'],
    ['order', 'up'],
    ['neverUsed', 'yes'],
    ['expiresBefore', 'soon'],
  ])('%s=%s is refused', async (name, value) => {
    const { status, body } = await list({ [name]: value });
    expect([status, body.errors[0].parameter]).toEqual([400, name]);
  });
});

describe('sorted by expiry', () => {
  beforeEach(() =>
    put(
      { name: 'late', expiresAt: SECONDS + 30 },
      { name: 'soon', expiresAt: SECONDS + 10 },
      { name: 'other', expiresAt: SECONDS + 20, application: 'partner' },
    ),
  );

  test('reads what is on the page and one more, also where it begins at a time', async () => {
    const read = jest.spyOn(DynamoTokenStore.prototype, 'readTokens');
    const query = { team: 'default', sort: 'expires', expiresBefore: iso(SECONDS + 25), limit: '1' };
    expect((await list(query)).names).toEqual(['soon']);
    expect(read.mock.calls.map(([{ limit }]) => limit)).toEqual([2]);
    read.mockRestore();
  });

  test.each([
    ['a team', { team: 'default' }, ['soon', 'other', 'late']],
    ['a team, the other way round', { team: 'default', order: 'descending' }, ['late', 'other', 'soon']],
    ['an application', { application: 'dashboard' }, ['soon', 'late']],
    ['what ends before a time', { team: 'default', expiresBefore: iso(SECONDS + 30) }, ['soon', 'other']],
  ])('%s', async (_, query, names) => {
    expect((await list({ sort: 'expires', ...query })).names).toEqual(names);
  });

  test('goes on page by page', async () => {
    const first = await list({ sort: 'expires', team: 'default', limit: '2' });
    const { nextCursor: cursor } = first.body;
    expect((await list({ sort: 'expires', team: 'default', limit: '2', cursor })).names).toEqual(['late']);
  });

  test('needs a team or an application', async () => {
    expect((await list({ sort: 'expires' })).body.detail).toBe(
      'sort is "expires", expected a team or an application with it',
    );
  });
});

test('the oldest first', async () => {
  await put({}, {}, {});
  expect((await list({ order: 'ascending' })).names).toEqual(['t0', 't1', 't2']);
});

test('a page looks at 500 tokens at most, says when it ended by that, and the next goes on from there', async () => {
  await put(...Array.from({ length: 1100 }, (_, index) => (index % 600 === 0 ? { tier: 'gold' } : {})));
  const first = await list({ tier: 'gold' });
  expect([first.names, first.body.partial]).toEqual([['t600'], true]);
  const second = await list({ tier: 'gold', cursor: first.body.nextCursor });
  expect([second.names, second.body.partial]).toEqual([[], true]);
  const third = await list({ tier: 'gold', cursor: second.body.nextCursor });
  expect([third.names, third.body.partial, third.body.nextCursor]).toEqual([['t0'], undefined, undefined]);
}, 30_000);

describe('a cursor', () => {
  const cursorOf = async (query: Record<string, string> = {}) => (await list({ limit: '1', ...query })).body.nextCursor;
  beforeEach(() => put({}, {}, {}));

  test.each([
    ['another filter', { q: 't' }],
    ['another order', { order: 'ascending' }],
    ['a team', { team: 'default' }],
  ])('belongs to its query: %s is refused', async (_, query) => {
    expect((await list({ cursor: await cursorOf(), ...query })).status).toBe(400);
  });

  test('that is changed is refused', async () => {
    const bytes = Buffer.from(await cursorOf(), 'base64url');
    for (let index = 0; index < bytes.length; index++) {
      const forged = Buffer.from(bytes);
      forged[index] = (forged[index] ?? 0) ^ 1;
      expect((await list({ cursor: forged.toString('base64url') })).status).toBe(400);
    }
  });

  test('outlives a rotation of the pepper for as long as the old one is accepted', async () => {
    const cursor = await cursorOf();
    const key = Buffer.alloc(32, 8);
    const rotated = (others?: ReadonlyMap<string, Buffer>) => {
      service.overrides = { pepper: async () => ({ id: 'p2', key, others }) };
    };
    rotated(new Map([[PEPPER.id, PEPPER.key]]));
    expect((await list({ cursor })).names).toEqual(['t1', 't0']);
    rotated();
    expect((await list({ cursor })).status).toBe(400);
  });
});
