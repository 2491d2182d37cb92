import { contextOfAccessToken, contextOfToken } from '../../support/callers';
import { Harness, NOW } from '../../support/harness';

let service: Harness;
beforeEach(async () => {
  service = await Harness.start();
});
afterEach(() => service.close());

const ask = (authorizer: unknown) => service.request('GET', '/v1/tokens/self', { authorizer });

/** Issues a token and gives the authorizer's context of a request with it. */
async function issued(body: object = {}) {
  const { id, token } = (await service.issue(body)).body;
  return { id, token, context: contextOfToken(await service.storedToken(id)) };
}

describe('an API token', () => {
  test('reads its own record, as whoever may read tokens sees it, with its ETag and never to be kept', async () => {
    const { id, context } = await issued({ cidrs: ['192.0.2.0/24'], description: 'd' });
    const { status, body, headers } = await ask(context);
    const { body: record } = await service.request('GET', `/v1/tokens/${id}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      authMethod: 'api_token',
      principal: `api_token|urn:gatehouse:platform:dev|${id}`,
      issuer: 'urn:gatehouse:platform:dev',
      subject: id,
      tokenId: id,
      application: 'dashboard',
      team: 'default',
      environment: 'dev',
      scopes: ['sales:read'],
      issuedAt: '2026-01-01T00:00:00Z',
      expiresAt: record.expiresAt,
      secretNumber: 1,
      token: record,
    });
    expect(headers).toMatchObject({ etag: '"1"', 'cache-control': 'no-store' });
  });

  test('needs no scope of the token service, which reading the same record by its id needs', async () => {
    const { id, context } = await issued();
    expect((await ask(context)).status).toBe(200);
    expect((await service.request('GET', `/v1/tokens/${id}`, { authorizer: context })).status).toBe(403);
  });

  test('shows no secret and no hash', async () => {
    const { id, token, context } = await issued();
    const { text } = await ask(context);
    const [{ hash } = { hash: '' }] = (await service.storedToken(id)).generations;
    expect(hash.length).toBeGreaterThan(40);
    expect([text.includes(hash), text.includes(token.slice(-38)), text.includes('usageKey')]).toEqual([
      false,
      false,
      false,
    ]);
  });

  test('with an older secret is told when that one ends, and when both were used', async () => {
    const { id, context } = await issued();
    await service.request('POST', `/v1/tokens/${id}/rotate`, { body: { overlapSeconds: 3600 } });
    await service.overwriteToken(id, { uses: { 1: { firstAt: NOW / 1000, lastAt: NOW / 1000 + 5 } } });
    const { body } = await ask(context);
    expect(body).toMatchObject({
      secretNumber: 1,
      expiresAt: '2026-01-01T01:00:00Z',
      token: {
        secrets: [
          { number: 1, endsAt: '2026-01-01T01:00:00Z', lastUsedAt: '2026-01-01T00:00:05Z' },
          { number: 2, endsAt: body.token.expiresAt },
        ],
      },
    });
  });

  test('sees a change of its record before the gateway knows of it', async () => {
    const { id, context } = await issued();
    await service.overwriteToken(id, { scopes: ['reports:read'], version: 2 });
    const { body, headers } = await ask(context);
    expect([body.scopes, headers.etag]).toEqual([['reports:read'], '"2"']);
  });

  test.each<[string, object]>([
    ['revoked', { status: 'revoked' }],
    ['disabled', { status: 'disabled' }],
    ['blocked', { blocked: { reasons: ['lifetime'], since: 1 } }],
    ['expired', { expiresAt: NOW / 1000 }],
  ])('that is %s while the gateway still keeps its result is refused', async (_, change) => {
    const { id, context } = await issued();
    await service.overwriteToken(id, change);
    expect((await ask(context)).status).toBe(403);
  });

  test('that no table holds any more is refused, and so is one of another environment', async () => {
    const { context } = await issued();
    const unknown = {
      ...context,
      tokenId: 'A'.repeat(16),
      principal: context.principal.replace(/\w+$/, 'A'.repeat(16)),
    };
    expect((await ask(unknown)).status).toBe(403);
    expect((await ask({ ...context, environment: 'prod' })).status).toBe(403);
  });

  test('that the set of revocations means is refused', async () => {
    const { id, context } = await issued();
    const body = { kind: 'token', value: id };
    expect((await service.request('POST', '/v1/revocations', { body })).status).toBe(201);
    expect((await ask(context)).status).toBe(403);
  });
});

describe('an access token', () => {
  test('is told what it says, without a record and an ETag', async () => {
    const { status, body, headers } = await ask(contextOfAccessToken());
    expect(status).toBe(200);
    expect(body).toEqual({
      authMethod: 'access_token',
      principal: 'access_token|https://issuer.example.com/|user-17',
      issuer: 'https://issuer.example.com/',
      subject: 'user-17',
      tokenId: 'jti-1',
      clientId: 'dashboard-spa',
      application: 'dashboard',
      environment: 'dev',
      scopes: ['tokens:write', 'sales:read'],
      issuedAt: '2025-12-31T23:50:00Z',
      expiresAt: '2026-01-01T00:10:00Z',
    });
    expect(headers.etag).toBeUndefined();
    expect(headers['cache-control']).toBe('no-store');
  });

  test('without any scope is answered, too', async () => {
    expect((await ask(contextOfAccessToken({ scopes: '' }))).body.scopes).toEqual([]);
  });

  test('that is revoked is refused', async () => {
    const body = { kind: 'sub', value: 'user-17', issuer: 'https://issuer.example.com/' };
    expect((await service.request('POST', '/v1/revocations', { body })).status).toBe(201);
    expect((await ask(contextOfAccessToken())).status).toBe(403);
  });
});

test('other paths beside it need their scope as before', async () => {
  const { context } = await issued();
  for (const path of ['/v1/tokens/selff', '/v1/tokens/Self', '/v1/tokens/0123456789abcdef']) {
    expect((await service.request('GET', path, { authorizer: context })).status).toBe(403);
  }
});
