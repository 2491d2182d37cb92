import { entriesOf, MAX_APPLICATION_REVOCATION_BYTES, NO_TOKEN_ID } from '../../../lambdas/lib/revocation';
import { revocationSet } from '../../../lambdas/lib/revocation-set';
import type { TokenRecord } from '../../../lambdas/lib/token-record';
import { contextOfAccessToken, contextOfToken } from './support/callers';
import { AUTHORIZER, Harness } from './support/harness';

let service: Harness;
beforeEach(async () => {
  service = await Harness.start();
});
afterEach(() => service.close());

async function issued(scopes: readonly string[], authorizer?: object): Promise<TokenRecord> {
  const body = { name: 'x', application: 'dashboard', scopes };
  const reply = await service.request('POST', '/v1/tokens', { body, ...(authorizer && { authorizer }) });
  expect(reply.status).toBe(201);
  return service.storedToken(reply.body.id);
}

const revoke = (body: object, authorizer: object) => service.request('POST', '/v1/revocations', { body, authorizer });
const end = (id: string, authorizer: object) => service.request('POST', `/v1/tokens/${id}/revoke`, { authorizer });
const takeBack = (id: string, authorizer: object) => service.request('DELETE', `/v1/revocations/${id}`, { authorizer });
const instant = (index: number) => new Date(1000 * (index + 1)).toISOString();

/** Fills the application's share with revocations that mean nothing. */
async function fill(authorizer: object): Promise<number> {
  for (let index = 0; index < 1000; index++) {
    const reason = '界'.repeat(256);
    const { status } = await revoke(
      { kind: 'client', value: 'dashboard', issuedBefore: instant(index), reason },
      authorizer,
    );
    if (status !== 201) {
      expect(status).toBe(409);
      return index;
    }
  }
  throw new Error('the set never was full');
}

describe('a token with tokens:write that fills the set', () => {
  let attacker: TokenRecord;
  beforeEach(async () => {
    attacker = await issued(['tokens:write']);
    await fill(contextOfToken(attacker));
  });

  test('fills the share of its application only', async () => {
    const item = await service.store.getRevocations();
    expect(JSON.stringify(item && entriesOf(item)).length).toBeLessThan(MAX_APPLICATION_REVOCATION_BYTES);
  });

  test('is revoked by an administrator, with what it issued', async () => {
    const child = await issued(['tokens:write'], contextOfToken(attacker));
    expect((await end(attacker.id, AUTHORIZER)).status).toBe(200);
    expect((await service.storedToken(attacker.id)).status).toBe('revoked');
    const reply = await service.request('POST', '/v1/tokens', {
      body: { name: 'x', application: 'dashboard', scopes: ['tokens:write'] },
      authorizer: contextOfToken(child),
    });
    expect(reply.status).toBe(403);
  });

  test('cannot keep a token of its application alive: the record is revoked, although the answer is 409', async () => {
    const other = await issued(['tokens:write']);
    expect((await end(other.id, contextOfToken(attacker))).status).toBe(409);
    expect((await service.storedToken(other.id)).status).toBe('revoked');
  });
});

describe('taking back', () => {
  test.each<[string, (token: TokenRecord) => object]>([
    ['what it issued', ({ id }) => ({ kind: 'ancestor', value: id })],
    ['older tokens of its application', () => ({ kind: 'client', value: 'dashboard', issuedBefore: instant(1) })],
  ])('an administrator revoked %s: the caller cannot', async (_, of) => {
    const token = await issued(['tokens:write']);
    const { body } = await revoke(of(token), AUTHORIZER);
    expect((await takeBack(body.id, contextOfToken(token))).status).toBe(403);
    expect((await takeBack(body.id, AUTHORIZER)).status).toBe(204);
  });

  test('what it revoked itself a caller can', async () => {
    const token = await issued(['tokens:write']);
    const { body } = await revoke(
      { kind: 'client', value: 'dashboard', issuedBefore: instant(1) },
      contextOfToken(token),
    );
    expect((await takeBack(body.id, contextOfToken(token))).status).toBe(204);
  });
});

test('after a reset what a token issued stays refused when that is revoked for good', async () => {
  const parent = await issued(['tokens:write']);
  const child = await issued(['tokens:write'], contextOfToken(parent));
  await issued(['tokens:write'], contextOfToken(child));
  await end(child.id, AUTHORIZER);
  await end(parent.id, AUTHORIZER);
  await service.invoke({ action: 'resetRevocations' });
  const item = await service.store.getRevocations();
  // The child is in the line of its parent.
  expect(item && entriesOf(item).map(({ kind, value }) => [kind, value])).toEqual([['token', parent.id]]);
});

test('a reset that breaks off after its write lets nothing come back that a revoked token issued', async () => {
  const parent = await issued(['tokens:write']);
  await issued(['tokens:write'], contextOfToken(parent));
  await end(parent.id, AUTHORIZER);
  const { store } = service;
  const reset = store.resetRevocations.bind(store);
  let isWritten = false;
  store.resetRevocations = async (...given) => {
    isWritten = await reset(...given);
    return isWritten;
  };
  const list = store.listTokens.bind(store);
  store.listTokens = async (request) => {
    if (isWritten) throw new Error('killed');
    return list(request);
  };
  service.overrides = { store };
  await expect(service.invoke({ action: 'resetRevocations' })).rejects.toThrow();
  expect(isWritten).toBe(true);
  const item = await service.store.getRevocations();
  expect(item && entriesOf(item).map(({ kind, value }) => [kind, value])).toEqual([['token', parent.id]]);
});

test('a reset keeps what is revoked while it reads', async () => {
  const parent = await issued(['tokens:write']);
  const { store } = service;
  const list = store.listTokens.bind(store);
  let lists = 0;
  store.listTokens = async (request) => {
    const page = await list(request);
    lists += 1;
    if (lists === 1) await end(parent.id, AUTHORIZER);
    return page;
  };
  service.overrides = { store };
  await service.invoke({ action: 'resetRevocations' });
  const item = await service.store.getRevocations();
  expect(item && entriesOf(item).map(({ value }) => value)).toEqual([parent.id]);
});

describe('an access token without an id', () => {
  const alice = contextOfAccessToken({ tokenId: NO_TOKEN_ID, subject: 'alice' });
  const bob = contextOfAccessToken({ tokenId: NO_TOKEN_ID, subject: 'bob', application: 'reports' });

  test('reaches nothing that another subject issued', async () => {
    const body = { name: 'x', application: 'reports', scopes: ['tokens:write'] };
    const issuedByBob = await service.request('POST', '/v1/tokens', { body, authorizer: bob });
    expect(issuedByBob.status).toBe(201);
    expect((await end(issuedByBob.body.id, alice)).status).toBe(404);
    expect((await end(issuedByBob.body.id, bob)).status).toBe(200);
  });

  test.each(['jti', 'ancestor'])('is not revoked by it, kind %s', async (kind) => {
    const body = { kind, value: NO_TOKEN_ID, issuer: 'https://issuer.example.com/' };
    expect((await revoke(body, AUTHORIZER)).status).toBe(400);
  });

  test('is not meant by an entry of before', () => {
    const entry = { id: 'e', value: NO_TOKEN_ID, issuer: 'i', until: 9, createdAt: 1, createdBy: 'x' };
    const set = revocationSet([
      { ...entry, kind: 'jti' },
      { ...entry, kind: 'ancestor' },
    ]);
    const carol = { authMethod: 'access_token', issuer: 'i', subject: 'c', tokenId: NO_TOKEN_ID, issuedAt: 2 } as const;
    expect(set.refuses(carol)).toBe(false);
    expect(set.refuses({ ...carol, tokenId: 't', authMethod: 'api_token', ancestors: [carol] })).toBe(false);
  });
});

describe('a secret in its grace period', () => {
  test('issues nothing that outlives it, and nothing when it is over or gone', async () => {
    const token = await issued(['tokens:write']);
    const [first] = token.generations;
    const now = Math.floor(service.ports.now() / 1000);
    const generations = (graceUntil: number) => [{ ...(first as NonNullable<typeof first>), graceUntil }];
    const ask = () =>
      service.request('POST', '/v1/tokens', {
        body: { name: 'x', application: 'dashboard', scopes: ['tokens:write'] },
        authorizer: contextOfToken(token),
      });
    await service.overwriteToken(token.id, { generations: generations(now + 60) });
    const { body } = await ask();
    expect(Date.parse(body.expiresAt) / 1000).toBe(now + 60);
    await service.overwriteToken(token.id, { generations: generations(now) });
    expect((await ask()).status).toBe(403);
  });
});
