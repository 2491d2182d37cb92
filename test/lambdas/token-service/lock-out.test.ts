import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { TokenRecord } from '../../../lambdas/lib/token-record';
import { contextOfAccessToken, contextOfToken } from './support/callers';
import { AUTHORIZER, Harness } from './support/harness';
import { TABLE } from './support/token-table';

let service: Harness;
let narrow: TokenRecord;
beforeEach(async () => {
  service = await Harness.start();
  const scopes = { ...service.config.scopes, 'revocations:write': 'Revoke' };
  service.config = { ...service.config, scopes };
  narrow = await issued(['tokens:write']);
});
afterEach(() => service.close());

const ISSUER = 'https://issuer.example.com/';

async function issued(scopes: readonly string[], application = 'dashboard'): Promise<TokenRecord> {
  const { body } = await service.issue({ name: 'x', application, scopes });
  return service.storedToken(body.id);
}

const revoke = (body: object, authorizer: object = contextOfToken(narrow)) =>
  service.request('POST', '/v1/revocations', { body, authorizer });

describe('the way back in', () => {
  test.each<[string, object]>([
    ['all administrators', { kind: 'client', value: 'gatehouse-administration' }],
    ['those of before', { kind: 'client', value: 'gatehouse-administration', issuedBefore: '2026-01-01T00:00:00Z' }],
    ['one administrator', { kind: 'token', value: AUTHORIZER.tokenId }],
    ['what one issued', { kind: 'ancestor', value: AUTHORIZER.tokenId }],
  ])('cannot be revoked with tokens:write: %s', async (_, body) => {
    const reply = await revoke(body);
    expect(reply.body).toMatchObject({ status: 403, type: 'urn:gatehouse:problem:protected' });
    expect(await service.store.getRevocations()).toBeUndefined();
  });

  test('cannot be revoked as a whole by an administrator either', async () => {
    const reply = await revoke({ kind: 'client', value: 'gatehouse-administration' }, AUTHORIZER);
    expect(reply.status).toBe(403);
  });

  test.each([
    ['tokens:write', 404, 'not-found'],
    ['revocations:write', 403, 'protected'],
  ])('the record of an administrator is not revoked with %s', async (scope, status, kind) => {
    const caller = await issued(['tokens:write', scope]);
    const authorizer = contextOfToken(caller);
    const reply = await service.request('POST', `/v1/tokens/${AUTHORIZER.tokenId}/revoke`, { authorizer });
    expect(reply.body).toMatchObject({ status, type: `urn:gatehouse:problem:${kind}` });
  });

  test.each<[string, Record<string, unknown>]>([
    ['a text', { named: 'x' }],
    ['a list with an entry that is none', { entries: [{ kind: 'colour' }] }],
    ['nothing at all', {}],
    ['entries of a kind that nobody knows', { named: { e1: { id: 'x', kind: 'colour', value: 'red', until: 1 } } }],
  ])('a set that holds %s is emptied by a direct invocation, and administrators go on', async (_, content) => {
    await service.table.client.send(
      new UpdateCommand({
        TableName: TABLE,
        Key: { pk: 'revocations' },
        UpdateExpression: `SET entity = :e${Object.keys(content)
          .map((name) => `, ${name} = :${name}`)
          .join('')}`,
        ExpressionAttributeValues: {
          ':e': 'revocations',
          ...Object.fromEntries(Object.entries(content).map(([name, value]) => [`:${name}`, value])),
        },
      }),
    );
    expect(await service.invoke({ action: 'issueAdministratorToken' })).toMatchObject({ token: expect.any(String) });
    await service.invoke({ action: 'resetRevocations' });
    expect((await service.request('GET', '/v1/revocations')).body).toEqual({ revocations: [] });
    expect((await revoke({ kind: 'kid', value: 'k1' }, AUTHORIZER)).status).toBe(201);
    expect(service.events('revocation.reset')).toHaveLength(1);
  });

  test('HTTP cannot ask for a reset', async () => {
    const body = { action: 'resetRevocations' };
    expect((await service.request('POST', '/v1/revocations', { body })).status).toBe(400);
  });
});

describe('a caller with tokens:write revokes', () => {
  test.each<[string, () => Promise<object> | object, number]>([
    ['its own application', () => ({ kind: 'client', value: 'dashboard' }), 201],
    ['another application', () => ({ kind: 'client', value: 'partner' }), 403],
    ['a client of an issuer', () => ({ kind: 'client', value: 'dashboard', issuer: ISSUER }), 403],
    ['a subject', () => ({ kind: 'sub', value: 'user-17', issuer: ISSUER }), 403],
    ['a key', () => ({ kind: 'kid', value: 'k1', issuer: ISSUER }), 403],
    ['an issuer', () => ({ kind: 'issuer', value: ISSUER }), 403],
    ['an access token', () => ({ kind: 'jti', value: 'jti-1', issuer: ISSUER }), 403],
    ['a token of its application', async () => ({ kind: 'token', value: (await issued(['sales:read'])).id }), 201],
    ['a token of another', async () => ({ kind: 'token', value: (await issued(['sales:read'], 'partner')).id }), 403],
    ['an id that no token has', () => ({ kind: 'token', value: 'AAAAAAAAAAAAAAAA' }), 403],
  ])('%s', async (_, body, status) => {
    expect((await revoke(await body())).status).toBe(status);
  });

  test.each([
    ['its own subject', { kind: 'sub', value: 'user-17', issuer: ISSUER }, 201],
    ['its own id', { kind: 'jti', value: 'jti-1', issuer: ISSUER }, 201],
    ['the same subject of another issuer', { kind: 'sub', value: 'user-17', issuer: 'https://b.example/' }, 403],
  ])('as an access token %s', async (_, body, status) => {
    service.config = { ...service.config, issuers: [ISSUER, 'https://b.example/'] };
    expect((await revoke(body, contextOfAccessToken())).status).toBe(status);
  });

  test('all of it with revocations:write by its name, and not with *', async () => {
    const body = { kind: 'issuer', value: ISSUER };
    const named = await issued(['tokens:write', 'revocations:write']);
    expect((await revoke(body, contextOfToken(await issued(['*'])))).status).toBe(403);
    expect((await revoke(body, contextOfToken(named))).status).toBe(201);
  });

  test('nothing back that it could not revoke', async () => {
    const { body } = await revoke({ kind: 'kid', value: 'k1' }, AUTHORIZER);
    const authorizer = contextOfToken(narrow);
    expect((await service.request('DELETE', `/v1/revocations/${body.id}`, { authorizer })).status).toBe(403);
  });

  test('not its own revocation back, although the gateway still lets it through', async () => {
    const { body } = await revoke({ kind: 'token', value: narrow.id }, AUTHORIZER);
    const authorizer = contextOfToken(narrow);
    const reply = await service.request('DELETE', `/v1/revocations/${body.id}`, { authorizer });
    expect(reply.body).toMatchObject({ status: 403, type: 'urn:gatehouse:problem:caller-refused' });
  });
});

describe('the issuer of a revocation', () => {
  const several = () => {
    service.config = { ...service.config, issuers: [ISSUER, 'https://b.example/'] };
  };

  test.each(['sub', 'jti', 'kid'])('is needed for %s where there are several', async (kind) => {
    several();
    const { body } = await revoke({ kind, value: 'x' }, AUTHORIZER);
    expect(body).toMatchObject({ status: 400, errors: [{ pointer: '#/issuer' }] });
  });

  test('is the only one where there is one, and stands in the entry', async () => {
    expect((await revoke({ kind: 'sub', value: 'x' }, AUTHORIZER)).body.issuer).toBe(ISSUER);
  });

  test.each([
    [{ kind: 'sub', value: 'x', issuer: 'https://issuer.example.com' }, '#/issuer'],
    [{ kind: 'client', value: 'x', issuer: 'https://c.example/' }, '#/issuer'],
    [{ kind: 'issuer', value: 'https://c.example/' }, '#/value'],
  ])('that the platform does not trust is refused: %j', async (body, pointer) => {
    several();
    expect((await revoke(body, AUTHORIZER)).body).toMatchObject({ status: 400, errors: [{ pointer }] });
  });
});

describe('an application', () => {
  const register = (name: string, body: object) =>
    service.request('PUT', `/v1/applications/${name}`, { body, authorizer: contextOfToken(narrow) });

  test('is not registered by another, nor with a tier that the caller has not', async () => {
    expect((await register('partner', { tier: 'gold' })).status).toBe(403);
    expect((await register('dashboard', { tier: 'gold' })).status).toBe(403);
  });
});
