import type { TokenRecord } from '../../../lambdas/lib/token-record';
import { contextOfAccessToken, contextOfToken } from './support/callers';
import { Harness, personId } from './support/harness';

/** Every way in which a caller could get more than it has by what it issues or changes, tried and refused. */
let service: Harness;
beforeEach(async () => {
  service = await Harness.start();
  service.config = {
    ...service.config,
    scopes: { ...service.config.scopes, 'applications:write': 'Register', 'revocations:write': 'Revoke' },
    auditors: [{ issuer: 'https://issuer.example.com/', subject: 'audra' }],
  };
  await service.addTeam('web', { ann: 'admin', dev: 'developer' });
  await service.addTeam('data', { dora: 'owner' });
  await service.request('PUT', '/v1/applications/shop', { body: { tier: 'free', team: 'web' } });
  await service.request('PUT', '/v1/applications/lake', { body: { tier: 'gold', team: 'data' } });
});
afterEach(() => service.close());

const SCOPES = ['tokens:write', 'tokens:read', 'teams:write', 'sales:read'];

async function token(body: object = {}): Promise<TokenRecord> {
  const reply = await service.issue({ name: 'caller', application: 'shop', scopes: SCOPES, ...body });
  expect(reply.status).toBe(201);
  return service.storedToken(reply.body.id);
}

const asToken = (record: TokenRecord) => ({ authorizer: contextOfToken(record) });

function asPerson(subject: string, scopes = SCOPES.join(' ')) {
  const { application: _, ...context } = contextOfAccessToken({ subject, tokenId: `jti-${subject}`, scopes });
  return { authorizer: context };
}

type Try = (own: TokenRecord) => Promise<{ readonly status: number }>;

const issues =
  (body: object): Try =>
  (own) =>
    service.issue({ application: 'shop', ...body }, asToken(own));
const patches =
  (path: string, body: object): Try =>
  (own) =>
    service.request('PATCH', path, { body, ...asToken(own) });

describe('a token of an application', () => {
  test.each<[string, Try]>([
    ['issues no scope that it has not', issues({ scopes: ['sales:write'] })],
    ['issues no wildcard over what it has', issues({ scopes: ['sales:*'] })],
    ['issues not everything', issues({ scopes: ['*'] })],
    ['issues no registrar', issues({ scopes: ['applications:write'] })],
    ['issues no revoker', issues({ scopes: ['revocations:write'] })],
    ['issues nothing that lives longer', issues({ expiresInSeconds: 7201 })],
    ['issues nothing for another application', issues({ application: 'lake' })],
    ['issues nothing for an application that nobody registered', issues({ application: 'new' })],
    ['issues nothing for administrators', issues({ application: 'gatehouse-administration' })],
    ['issues nothing for another team', issues({ team: 'data' })],
    ['issues no other tier', issues({ tier: 'gold' })],
    ['issues for any network not, where it has networks', issues({ cidrs: [] })],
    ['issues for a wider network not', issues({ cidrs: ['192.0.0.0/16'] })],
    ['raises not its tier', patches('/v1/applications/shop', { tier: 'gold' })],
    ['moves its application to no other team', patches('/v1/applications/shop', { team: 'data' })],
    ['makes nobody a maintainer', patches('/v1/applications/shop', { maintainers: [personId('dev')] })],
    ['changes no policy', patches('/v1/teams/web', { policy: {} })],
    [
      'makes nobody a member',
      (own) =>
        service.request('POST', '/v1/teams/web/members', {
          body: { issuer: 'https://issuer.example.com/', subject: 'eve', role: 'owner' },
          ...asToken(own),
        }),
    ],
    ['makes no team', (own) => service.request('POST', '/v1/teams', { body: { team: 'mine' }, ...asToken(own) })],
  ])('%s', async (_, attempt) => {
    const own = await token({ expiresInSeconds: 7200, cidrs: ['192.0.2.0/24'] });
    const before = await service.table.items();
    expect([400, 403, 404]).toContain((await attempt(own)).status);
    expect(await service.table.items()).toEqual(before);
  });

  test('issues nothing while it is blocked, disabled or revoked', async () => {
    for (const change of [
      { blocked: { reasons: ['max-lifetime'], since: 1 } },
      { status: 'disabled' },
      { status: 'revoked' },
    ] as const) {
      const own = await token();
      await service.overwriteToken(own.id, change);
      expect((await service.issue({ application: 'shop' }, asToken(own))).body.type).toBe(
        'urn:gatehouse:problem:caller-refused',
      );
    }
  });

  test('that everything may be issued with is still bound to what its own record says', async () => {
    const own = await token({ scopes: ['*'] });
    expect((await service.issue({ application: 'lake' }, asToken(own))).status).toBe(403);
    expect((await service.request('GET', '/v1/teams/data', asToken(own))).status).toBe(404);
  });
});

describe('a registrar', () => {
  test('gives any application, team and tier, and nothing that is wider than its own token', async () => {
    const own = await token({ scopes: [...SCOPES, 'applications:write'], expiresInSeconds: 7200 });
    const by = (body: object) => service.issue({ application: 'lake', ...body }, asToken(own));
    expect((await by({ expiresInSeconds: 7200 })).status).toBe(201);
    expect((await by({ expiresInSeconds: 7201 })).status).toBe(403);
    expect((await by({ scopes: ['sales:write'] })).status).toBe(403);
    expect((await by({ scopes: ['revocations:write'] })).status).toBe(403);
  });

  test('changes no team and no member', async () => {
    const own = await token({ scopes: [...SCOPES, 'applications:write'] });
    expect((await service.request('PATCH', '/v1/teams/data', { body: { policy: {} }, ...asToken(own) })).status).toBe(
      403,
    );
  });
});

describe('a person', () => {
  test.each<[string, () => Promise<{ readonly status: number }>]>([
    ['an admin gives no role above its own', () => roleOf('ann', 'eve', 'owner')],
    ['a developer gives no role at all', () => roleOf('dev', 'eve', 'viewer')],
    ['a member of another team gives none here', () => roleOf('dora', 'eve', 'viewer')],
    ['an auditor issues nothing', () => service.issue({ application: 'shop' }, asPerson('audra'))],
    ['an admin issues nothing for another team', () => service.issue({ application: 'lake' }, asPerson('ann'))],
    [
      'an admin takes no application of another team',
      () => service.request('PATCH', '/v1/applications/lake', { body: { team: 'web' }, ...asPerson('ann') }),
    ],
    [
      'an admin registers no name that another team has',
      () =>
        service.request('PUT', '/v1/applications/lake', { body: { tier: 'gold', team: 'web' }, ...asPerson('ann') }),
    ],
    [
      'an admin whose session lacks the scope issues nothing',
      () => service.issue({ application: 'shop' }, asPerson('ann', 'tokens:write')),
    ],
  ])('%s', async (_, attempt) => {
    const before = await service.table.items();
    expect([403, 404]).toContain((await attempt()).status);
    expect(await service.table.items()).toEqual(before);
  });

  test('who was removed issues nothing any more', async () => {
    expect((await service.issue({ application: 'shop' }, asPerson('ann'))).status).toBe(201);
    await service.request('DELETE', `/v1/teams/web/members/${personId('ann')}`);
    expect((await service.issue({ application: 'shop' }, asPerson('ann'))).status).toBe(404);
  });

  test('is no operator by the subject of another issuer', async () => {
    service.config = { ...service.config, operators: [{ issuer: 'https://other.example.com/', subject: 'ann' }] };
    expect((await service.request('GET', '/v1/teams/data', asPerson('ann'))).status).toBe(404);
  });

  function roleOf(by: string, subject: string, role: string) {
    const body = { issuer: 'https://issuer.example.com/', subject, role };
    return service.request('POST', '/v1/teams/web/members', { body, ...asPerson(by) });
  }
});
