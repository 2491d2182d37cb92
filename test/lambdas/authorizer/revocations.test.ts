import type { Credential } from '../../../lambdas/authorizer/credential';
import { createRevocations } from '../../../lambdas/authorizer/revocations';
import type { RevocationEntry } from '../../../lambdas/lib/revocation';
import { type RevocationSet, revocationSet } from '../../../lambdas/lib/revocation-set';
import {
  accessToken,
  authorizerConfig,
  bearerEvent,
  compiled,
  ISSUER,
  issuerConfig,
  NOW,
  rsaKey,
  testPorts,
} from './support/access-tokens';
import { apiHarness, eventFor, ROUTES } from './support/harness';

function entry(changes: Partial<RevocationEntry>): RevocationEntry {
  return {
    id: 'r1',
    kind: 'jti',
    value: 'jti-1',
    until: NOW + 3600,
    createdAt: NOW,
    createdBy: 'operator',
    ...changes,
  };
}

function item(...entries: readonly Partial<RevocationEntry>[]) {
  return { pk: 'revocations', entity: 'revocations', entries: entries.map(entry), version: 1 };
}

const access: Credential = {
  authMethod: 'access_token',
  tokenId: 'jti-1',
  principal: `access_token|${ISSUER}|user-1`,
  subject: 'user-1',
  application: 'reports',
  environment: 'dev',
  scopes: [],
  issuer: ISSUER,
  keyId: 'r1',
  issuedAt: NOW - 10,
  expiresAt: NOW + 600,
  refusedFrom: NOW + 605,
  cidrs: [],
};
const api: Credential = { ...access, authMethod: 'api_token', tokenId: 'id-1', subject: 'id-1' };

describe('a set refuses', () => {
  test.each<[string, Partial<RevocationEntry>, Credential]>([
    ['an access token by its id', { kind: 'jti', value: 'jti-1' }, access],
    ['an access token by its id and issuer', { kind: 'jti', value: 'jti-1', issuer: ISSUER }, access],
    ['the tokens of a subject', { kind: 'sub', value: 'user-1' }, access],
    ['the tokens of a subject of an issuer', { kind: 'sub', value: 'user-1', issuer: ISSUER }, access],
    ['the tokens of a client', { kind: 'client', value: 'reports' }, access],
    ['what a key signed', { kind: 'kid', value: 'r1' }, access],
    ['what a key of an issuer signed', { kind: 'kid', value: 'r1', issuer: ISSUER }, access],
    ['the tokens of an issuer', { kind: 'issuer', value: ISSUER }, access],
    ['tokens issued before a time', { kind: 'sub', value: 'user-1', issuedBefore: NOW - 9 }, access],
    ['an API token by its id', { kind: 'token', value: 'id-1' }, api],
    ['the API tokens of an application', { kind: 'client', value: 'reports' }, api],
    ['API tokens issued before a time', { kind: 'client', value: 'reports', issuedBefore: NOW }, api],
  ])('%s', (_, changes, credential) => {
    expect(revocationSet([entry(changes)]).refuses(credential)).toBe(true);
  });
});

describe('a set does not refuse', () => {
  test.each<[string, Partial<RevocationEntry>, Credential]>([
    ['another id', { value: 'jti-2' }, access],
    ['the id of another issuer', { issuer: 'https://other.example.com/' }, access],
    ['another subject', { kind: 'sub', value: 'user-2' }, access],
    ['a subject who is called like an id', { kind: 'sub', value: 'jti-1' }, access],
    ['another client', { kind: 'client', value: 'report' }, access],
    ['another key', { kind: 'kid', value: 'r2' }, access],
    ['another issuer', { kind: 'issuer', value: `${ISSUER}/` }, access],
    ['a token issued at the very time', { kind: 'sub', value: 'user-1', issuedBefore: NOW - 10 }, access],
    ['an API token whose id is that of an access token', { kind: 'jti', value: 'id-1' }, api],
    ['an access token whose id is that of an API token', { kind: 'token', value: 'jti-1' }, access],
    ['an API token by a subject', { kind: 'sub', value: 'reports' }, api],
  ])('%s', (_, changes, credential) => {
    expect(revocationSet([entry(changes)]).refuses(credential)).toBe(false);
  });

  test('a subject whose text pretends to be an issuer and a subject', () => {
    const set = revocationSet([entry({ kind: 'sub', value: 'a","b', issuer: 'x' })]);
    expect(set.refuses({ ...access, issuer: 'x","a', subject: 'b' })).toBe(false);
  });
});

test('of two entries for the same the later cut-off holds', () => {
  const cutOffs = [NOW - 20, NOW - 5, NOW - 15].map((issuedBefore) => entry({ issuedBefore }));
  expect(revocationSet(cutOffs).refuses(access)).toBe(true);
});

describe('bounded', () => {
  function setup() {
    const ports = testPorts();
    const revocations = createRevocations(authorizerConfig([]), ports);
    return { ports, read: async (): Promise<RevocationSet> => revocations.read('bounded') };
  }
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  test('reads once for many requests, and ahead of time beside them', async () => {
    const { ports, read } = setup();
    await Promise.all([read(), read(), read()]);
    expect(ports.reads).toEqual(['revocations']);
    ports.items.set('revocations', item({}));
    ports.now += 14.9;
    expect((await read()).refuses(access)).toBe(false);
    expect(ports.reads).toHaveLength(1);
    ports.now += 0.1;
    // This request starts the read and does not wait for it.
    expect((await read()).refuses(access)).toBe(false);
    await settle();
    expect((await read()).refuses(access)).toBe(true);
    expect(ports.reads).toHaveLength(2);
  });

  test('never uses a set older than the refresh time while the table can be read', async () => {
    const { ports, read } = setup();
    await read();
    ports.items.set('revocations', item({}));
    ports.now += 30;
    expect((await read()).refuses(access)).toBe(true);
  });

  test('a removed entry is forgotten with the next read', async () => {
    const { ports, read } = setup();
    ports.items.set('revocations', item({}));
    expect((await read()).refuses(access)).toBe(true);
    ports.items.set('revocations', item());
    ports.now += 30;
    expect((await read()).refuses(access)).toBe(false);
  });

  test('serves while the table is down, then fails, then recovers', async () => {
    const { ports, read } = setup();
    ports.items.set('revocations', item({}));
    await read();
    const { readItem } = ports;
    Object.assign(ports, { readItem: () => Promise.reject(new Error('down')) });
    ports.now += 119;
    expect((await read()).refuses(access)).toBe(true);
    expect(ports.warnings).toEqual(['revocations_refresh_failed']);
    ports.now += 1;
    await expect(read()).rejects.toMatchObject({ reason: 'store_error' });
    Object.assign(ports, { readItem });
    expect((await read()).refuses(access)).toBe(true);
  });

  test('a table that is down is asked once in a second', async () => {
    const { ports, read } = setup();
    await read();
    const readItem = jest.fn(() => Promise.reject(new Error('down')));
    Object.assign(ports, { readItem });
    ports.now += 30;
    for (let request = 0; request < 5; request++) {
      await read();
    }
    expect(readItem).toHaveBeenCalledTimes(1);
    ports.now += 1;
    await read();
    expect(readItem).toHaveBeenCalledTimes(2);
  });

  test.each([
    { entries: 'none' },
    { entries: [{ kind: 'jti', value: 7, until: 0 }] },
    { entries: [{ kind: 'colour', value: 'x', until: 0 }] },
    { entries: [{ kind: 'jti', value: 'x', issuedBefore: 'today', until: 0 }] },
    {},
  ])('a malformed item is a failure, not an empty set: %j', async (content) => {
    const { ports, read } = setup();
    ports.items.set('revocations', { pk: 'revocations', entity: 'revocations', ...content });
    await expect(read()).rejects.toMatchObject({ reason: 'store_error' });
  });
});

describe('in the authorizer', () => {
  const key = rsaKey('r1');

  test('a remembered access token is refused as soon as the set names it', async () => {
    const { authorize, ports } = apiHarness({
      issuers: [issuerConfig([key])],
      revocation: { refreshSeconds: 1, maxAgeSeconds: 2 },
    });
    const event = bearerEvent(accessToken(key));
    await authorize(event);
    ports.items.set('revocations', item({}));
    ports.now += 2;
    await expect(authorize(event)).rejects.toThrow(/^Unauthorized$/);
    expect(ports.decisions.at(-1)).toMatchObject({ reason: 'revoked', tokenId: 'jti-1', cacheHit: true });
  });

  test.each(['token', 'client'] as const)('an API token is refused by its %s', async (kind) => {
    const { authorize, issue, ports } = apiHarness();
    const token = issue();
    const value = { token: token.slice(10, 26), client: 'homepage' }[kind];
    ports.items.set('revocations', item({ kind, value }));
    await expect(authorize(eventFor(`Bearer ${token}`))).rejects.toThrow(/^Unauthorized$/);
  });

  test('without the set nothing is allowed', async () => {
    const { authorize, issue, ports } = apiHarness();
    const token = issue();
    ports.items.set('revocations', { pk: 'revocations', entity: 'revocations', entries: 7 });
    await expect(authorize(eventFor(`Bearer ${token}`))).rejects.toThrow('set of revocations is malformed');
    expect(ports.decisions.at(-1)).toMatchObject({ decision: 'error', reason: 'store_error' });
  });

  test('strict reads the set and the token for each request, consistently', async () => {
    const { authorize, issue, ports } = apiHarness({
      issuers: [issuerConfig([key])],
      apis: { sales: compiled(ROUTES, 'strict') },
    });
    const readItem = jest.spyOn(ports, 'readItem');
    const event = bearerEvent(accessToken(key));
    await authorize(event);
    ports.items.set('revocations', item({}));
    await expect(authorize(event)).rejects.toThrow(/^Unauthorized$/);
    await authorize(eventFor(`Bearer ${issue()}`));
    expect(readItem.mock.calls.filter(([pk]) => pk === 'revocations')).toHaveLength(3);
    expect(readItem.mock.calls.filter(([pk]) => pk.startsWith('token#'))).toEqual([[expect.any(String), true]]);
    expect(readItem.mock.calls.filter(([pk]) => pk === 'revocations').every(([, isConsistent]) => isConsistent)).toBe(
      true,
    );
  });

  test('garbage reads no set', async () => {
    const { authorize, ports } = apiHarness({ apis: { sales: compiled(ROUTES, 'strict') } });
    for (const token of ['garbage', 'a.b.c', 'acme_test_x']) {
      await expect(authorize(eventFor(`Bearer ${token}`))).rejects.toThrow(/^Unauthorized$/);
    }
    expect(ports.reads).toEqual([]);
  });
});
