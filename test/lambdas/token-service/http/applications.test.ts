import { contextOfAccessToken, contextOfToken } from '../support/callers';
import { Harness, personId } from '../support/harness';

let service: Harness;
beforeEach(async () => {
  service = await Harness.start();
  await service.addTeam('web', { ann: 'admin', dev: 'developer' });
  await service.addTeam('data', { ann: 'admin' });
  await service.addTeam('other', { olga: 'owner' });
  await service.request('PUT', '/v1/applications/shop', { body: { tier: 'free', team: 'web' } });
});
afterEach(() => service.close());

function person(subject: string) {
  const scopes = 'tokens:read tokens:write sales:read';
  const { application: _, ...context } = contextOfAccessToken({ subject, tokenId: `jti-${subject}`, scopes });
  return { authorizer: context };
}

const change = (body: object, options: object = person('ann')) =>
  service.request('PATCH', '/v1/applications/shop', { body, ...options });

describe('lists of applications', () => {
  const names = async (query: Record<string, string>, options: object = {}) => {
    const { body } = await service.request('GET', '/v1/applications', { query, ...options });
    return { names: (body.applications ?? []).map(({ application }: { application: string }) => application), ...body };
  };

  test('hold the applications of a team by name, page by page', async () => {
    for (const name of ['b', 'a', 'c']) {
      await service.request('PUT', `/v1/applications/${name}`, { body: { tier: 'free', team: 'data' } });
    }
    const first = await names({ team: 'data', limit: '2' });
    expect(first.names).toEqual(['a', 'b']);
    const second = await names({ team: 'data', limit: '2', cursor: first.nextCursor });
    expect(second).toMatchObject({ names: ['c'] });
    expect(second).not.toHaveProperty('nextCursor');
    expect((await names({ team: 'web', cursor: first.nextCursor })).status).toBe(400);
  });

  test('hold everything for an operator, and never a usage key', async () => {
    await service.request('PUT', '/v1/applications/late', { body: { tier: 'gold', team: 'data' } });
    const all = await names({});
    expect(all.names.sort()).toEqual(['late', 'shop']);
    expect(JSON.stringify(all)).not.toContain((await service.storedApplication('shop')).usageKey);
  });

  test('ask a person with several teams which it means, and hold those of the only one', async () => {
    expect((await names({}, person('ann'))).detail).toBe('team is missing, expected one of data, web');
    expect((await names({}, person('dev'))).names).toEqual(['shop']);
    expect((await names({}, person('stranger'))).status).toBe(403);
  });
});

describe('another tier', () => {
  test('moves the key to the plans of the tier, and the tokens follow', async () => {
    const token = await service.issue({ application: 'shop' });
    expect([...service.gateway.attachments]).toEqual(['p1 key1']);
    const { status, body } = await change({ tier: 'gold' }, {});
    expect({ status, tier: body.tier }).toEqual({ status: 200, tier: 'gold' });
    expect([...service.gateway.attachments]).toEqual(['p2 key1']);
    expect(await service.storedToken(token.body.id)).toMatchObject({ tier: 'gold' });
    expect(await service.storedApplication('shop')).not.toHaveProperty('formerTier');
  });

  test('is finished by the same request when the control plane failed in between', async () => {
    service.gateway.failing = 'POST /usageplans';
    expect((await change({ tier: 'gold' }, {})).status).toBe(500);
    expect([...service.gateway.attachments]).toEqual([]);
    service.gateway.failing = undefined;
    expect((await change({ tier: 'gold' }, {})).status).toBe(200);
    expect([...service.gateway.attachments]).toEqual(['p2 key1']);
    expect(await service.storedApplication('shop')).not.toHaveProperty('formerTier');
  });

  test('has to be one of the platform', async () => {
    expect((await change({ tier: 'platinum' }, {})).body).toMatchObject({
      status: 400,
      errors: [{ pointer: '#/tier' }],
    });
  });
});

describe('a transfer', () => {
  test('is done by who may in both teams, and takes the tokens along', async () => {
    const token = await service.issue({ application: 'shop' });
    const { body } = await change({ team: 'data' });
    expect(body).toMatchObject({ application: 'shop', team: 'data' });
    expect((await service.storedToken(token.body.id)).team).toBe('data');
    expect((await service.request('GET', `/v1/tokens/${token.body.id}`, person('dev'))).status).toBe(404);
    expect((await service.request('GET', '/v1/applications', { query: { team: 'web' } })).body.applications).toEqual(
      [],
    );
    expect(
      (await service.request('GET', '/v1/applications', { query: { team: 'data' } })).body.applications,
    ).toHaveLength(1);
  });

  test('takes the maintainers away, who are members of the team before', async () => {
    await change({ maintainers: [personId('dev')] });
    await change({ team: 'data' });
    expect(await service.storedApplication('shop')).not.toHaveProperty('maintainers');
  });

  test.each(['other', 'nowhere'])('to a team where the caller has no role is refused: %s', async (team) => {
    expect((await change({ team })).status).toBe(404);
    expect((await service.storedApplication('shop')).team).toBe('web');
  });

  test('to a team that does not exist is refused for an operator too', async () => {
    expect((await change({ team: 'nowhere' }, {})).body).toMatchObject({
      status: 400,
      errors: [{ pointer: '#/team' }],
    });
  });
});

test('a token whose answer a gateway keeps from before a transfer issues for the new team', async () => {
  const issuer = await service.issue({ application: 'shop', scopes: ['tokens:write', 'sales:read'] });
  const kept = contextOfToken(await service.storedToken(issuer.body.id));
  expect(kept.team).toBe('web');
  await change({ team: 'data' });
  const { status, body } = await service.issue({ application: 'shop', scopes: ['sales:read'] }, { authorizer: kept });
  expect([status, (await service.storedToken(body.id)).team]).toEqual([201, 'data']);
});

test('a maintainer is a member of the team', async () => {
  const { body } = await change({ maintainers: [personId('dev'), personId('olga')] });
  expect(body).toMatchObject({ status: 400, errors: [{ pointer: '#/maintainers/1' }] });
});

test('an archived application issues nothing, names its tokens, and may come back', async () => {
  const token = await service.issue({ application: 'shop' });
  const { body } = await change({ archived: true });
  expect(body).toMatchObject({ archivedAt: '2026-01-01T00:00:00Z', tokens: [{ id: token.body.id }] });
  expect((await service.issue({ application: 'shop' })).status).toBe(409);
  // What it has goes on, and gets no new secret.
  expect((await service.request('POST', `/v1/tokens/${token.body.id}/rotate`)).status).toBe(409);
  expect((await service.storedToken(token.body.id)).status).toBe('active');
  expect((await change({ tier: 'gold' }, {})).status).toBe(409);
  expect((await change({ archived: false })).body).not.toHaveProperty('archivedAt');
  expect((await service.issue({ application: 'shop' })).status).toBe(201);
});
