import { contextOfAccessToken } from '../support/callers';
import { Harness, ISSUER, personId } from '../support/harness';

let service: Harness;
beforeEach(async () => {
  service = await Harness.start();
});
afterEach(() => service.close());

/** The authorizer's context of a person. */
function person(subject: string, scopes = 'tokens:read tokens:write teams:write sales:read') {
  const { application: _, ...context } = contextOfAccessToken({ subject, tokenId: `jti-${subject}`, scopes });
  return { authorizer: context };
}

const member = (subject: string, role: string) => ({ body: { issuer: ISSUER, subject, role } });

async function rolesOf(team: string): Promise<Record<string, string>> {
  const { body } = await service.request('GET', `/v1/teams/${team}`);
  return Object.fromEntries(body.members.map(({ subject, role }: Record<string, string>) => [subject, role]));
}

describe('a team', () => {
  test('is made by an operator, with its owners', async () => {
    const owners = [{ issuer: ISSUER, subject: 'olga' }];
    const { status, body } = await service.request('POST', '/v1/teams', { body: { team: 'web', owners } });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      team: 'web',
      status: 'active',
      version: 1,
      members: [{ memberId: personId('olga'), subject: 'olga', role: 'owner' }],
    });
    expect((await service.request('GET', '/v1/teams/web', person('olga'))).body).toMatchObject({ role: 'owner' });
  });

  test('is made once, and the default team never', async () => {
    await service.addTeam('web');
    expect((await service.request('POST', '/v1/teams', { body: { team: 'web' } })).status).toBe(409);
    expect((await service.request('POST', '/v1/teams', { body: { team: 'default' } })).status).toBe(409);
  });

  test('has no owner whose issuer the platform does not trust', async () => {
    const owners = [{ issuer: 'https://other.example.com/', subject: 'olga' }];
    const { body } = await service.request('POST', '/v1/teams', { body: { team: 'web', owners } });
    expect(body).toMatchObject({ status: 400, errors: [{ pointer: '#/owners/0/issuer' }] });
  });

  test('default is there before anything of it was changed, and takes members', async () => {
    expect((await service.request('GET', '/v1/teams/default')).body).toEqual({
      team: 'default',
      status: 'active',
      members: [],
      version: 0,
    });
    expect((await service.request('POST', '/v1/teams/default/members', member('olga', 'owner'))).status).toBe(201);
    expect(await rolesOf('default')).toEqual({ olga: 'owner' });
  });

  test('is archived by its owner once it has no applications, and takes none afterwards', async () => {
    await service.addTeam('web', { olga: 'owner', ann: 'admin' });
    await service.request('PUT', '/v1/applications/shop', { body: { tier: 'free', team: 'web' } });
    const archive = { body: { archived: true } };
    expect((await service.request('PATCH', '/v1/teams/web', { ...archive, ...person('ann') })).status).toBe(403);
    expect((await service.request('PATCH', '/v1/teams/web', { ...archive, ...person('olga') })).status).toBe(409);
    await service.request('PATCH', '/v1/applications/shop', { body: { archived: true } });
    const { body } = await service.request('PATCH', '/v1/teams/web', { ...archive, ...person('olga') });
    expect(body.status).toBe('archived');
    const late = await service.request('PUT', '/v1/applications/other', { body: { tier: 'free', team: 'web' } });
    expect(late.status).toBe(409);
    expect((await service.request('POST', '/v1/teams/web/members', member('new', 'viewer'))).status).toBe(409);
  });
});

describe('lists of teams', () => {
  test('show an operator all of them, the default team too, page by page', async () => {
    await service.addTeams('a', 'b', 'c');
    const first = await service.request('GET', '/v1/teams', { query: { limit: '2' } });
    expect(first.body.teams.map(({ team }: { team: string }) => team)).toContain('default');
    const cursor = first.body.nextCursor;
    const second = await service.request('GET', '/v1/teams', { query: { limit: '2', cursor } });
    const names = [...first.body.teams, ...second.body.teams].map(({ team }: { team: string }) => team);
    expect(names.sort()).toEqual(['a', 'b', 'c', 'default']);
    expect(second.body).not.toHaveProperty('nextCursor');
  });

  test('show a person its own teams alone, with its roles', async () => {
    await service.addTeam('web', { val: 'viewer' });
    await service.addTeam('data', { val: 'owner' });
    await service.addTeam('other', { olga: 'owner' });
    const { body } = await service.request('GET', '/v1/teams', person('val'));
    expect(body.teams).toMatchObject([
      { team: 'data', role: 'owner' },
      { team: 'web', role: 'viewer' },
    ]);
    const page = await service.request('GET', '/v1/teams', { ...person('val'), query: { limit: '1' } });
    const rest = { ...person('val'), query: { limit: '1', cursor: page.body.nextCursor } };
    expect((await service.request('GET', '/v1/teams', rest)).body.teams).toMatchObject([{ team: 'web' }]);
  });

  test('take no cursor of another list, of somebody else, or with a changed place', async () => {
    await service.addTeam('web', { val: 'viewer', eve: 'viewer' });
    await service.addTeam('data', { val: 'viewer', eve: 'viewer' });
    const page = await service.request('GET', '/v1/teams', { ...person('val'), query: { limit: '1' } });
    const { nextCursor: cursor } = page.body;
    const asked = (options: object) => service.request('GET', '/v1/teams', options);
    expect((await asked({ ...person('eve'), query: { limit: '1', cursor } })).status).toBe(400);
    expect((await asked({ query: { cursor } })).status).toBe(400);
    const bytes = Buffer.from(cursor, 'base64url');
    const forged = Buffer.concat([bytes.subarray(0, 16), Buffer.from('["zzz"]')]).toString('base64url');
    expect((await asked({ ...person('val'), query: { limit: '1', cursor: forged } })).status).toBe(400);
  });
});

describe('members', () => {
  test('come, change and go, and each sees the team only as long', async () => {
    await service.addTeam('web', { olga: 'owner' });
    const added = await service.request('POST', '/v1/teams/web/members', {
      ...member('val', 'viewer'),
      ...person('olga'),
    });
    expect(added).toMatchObject({ status: 201, body: { memberId: personId('val'), role: 'viewer' } });
    expect((await service.request('GET', '/v1/teams', person('val'))).body.teams).toMatchObject([{ team: 'web' }]);
    const path = `/v1/teams/web/members/${personId('val')}`;
    await service.request('PATCH', path, { body: { role: 'admin' }, ...person('olga') });
    expect(await rolesOf('web')).toEqual({ olga: 'owner', val: 'admin' });
    expect((await service.request('DELETE', path, person('olga'))).status).toBe(200);
    expect((await service.request('GET', '/v1/teams/web', person('val'))).status).toBe(404);
    expect((await service.request('GET', '/v1/teams', person('val'))).body.teams).toEqual([]);
    await service.request('POST', '/v1/teams/web/members', { ...member('val', 'viewer'), ...person('olga') });
    expect((await service.request('GET', '/v1/teams', person('val'))).body.teams).toMatchObject([{ team: 'web' }]);
  });

  test('are told apart by their issuer: the same subject of another is nobody', async () => {
    await service.addTeam('web', { olga: 'owner' });
    const other = { authorizer: { ...person('olga').authorizer, issuer: 'https://evil.example.com/' } };
    const context = { ...other.authorizer, principal: 'access_token|https://evil.example.com/|olga' };
    expect((await service.request('GET', '/v1/teams/web', { authorizer: context })).status).toBe(404);
  });

  test('have no role through a token that is bound to an application', async () => {
    await service.addTeam('web', { olga: 'owner' });
    const bound = { ...person('olga').authorizer, application: 'dashboard' };
    expect((await service.request('GET', '/v1/teams/web', { authorizer: bound })).status).toBe(404);
  });

  test('who go leave the tokens that they made, which are named', async () => {
    await service.addTeam('web', { olga: 'owner', ann: 'admin' });
    await service.request('PUT', '/v1/applications/shop', { body: { tier: 'free', team: 'web' } });
    const made = await service.issue({ application: 'shop' }, person('ann'));
    await service.issue({ application: 'shop' }, person('olga'));
    expect(made.status).toBe(201);
    const { body } = await service.request('DELETE', `/v1/teams/web/members/${personId('ann')}`, person('olga'));
    expect(body).toMatchObject({ member: { subject: 'ann' }, tokens: [{ id: made.body.id }], complete: true });
    expect(body.tokens).toHaveLength(1);
  });

  test('the last owner stays, whoever asks', async () => {
    await service.addTeam('web', { olga: 'owner', ann: 'admin' });
    const path = `/v1/teams/web/members/${personId('olga')}`;
    expect((await service.request('DELETE', path, person('olga'))).status).toBe(409);
    expect((await service.request('DELETE', path)).status).toBe(409);
    expect((await service.request('PATCH', path, { body: { role: 'viewer' } })).status).toBe(409);
    expect(await rolesOf('web')).toEqual({ olga: 'owner', ann: 'admin' });
  });

  test('of two owners who go at the same time, by any two requests, one stays', async () => {
    const [one, two] = [personId('olga'), personId('otto')];
    const ends = [
      (id: string, by: string) => service.request('DELETE', `/v1/teams/${id}/members/${personId(by)}`, person(by)),
      (id: string, by: string) =>
        service.request('PATCH', `/v1/teams/${id}/members/${personId(by)}`, {
          body: { role: 'viewer' },
          ...person(by),
        }),
    ];
    for (const first of ends) {
      for (const second of ends) {
        for (let round = 0; round < 5; round++) {
          const team = `race-${ends.indexOf(first)}-${ends.indexOf(second)}-${round}`;
          await service.addTeam(team, { olga: 'owner', otto: 'owner' });
          const replies = await Promise.all([first(team, 'olga'), second(team, 'otto')]);
          expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
          const { owners, members } = (await service.ports.teams.getTeam(team)) ?? {};
          expect(owners?.size).toBe(1);
          expect([one, two].filter((id) => members?.[id]?.role === 'owner')).toEqual([...(owners ?? [])]);
        }
      }
    }
  });

  test('that are added at the same time are all there', async () => {
    await service.addTeam('web', { olga: 'owner' });
    const names = ['a', 'b', 'c', 'd'];
    const replies = await Promise.all(
      names.map((name) =>
        service.request('POST', '/v1/teams/web/members', { ...member(name, 'viewer'), ...person('olga') }),
      ),
    );
    expect(replies.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(Object.keys(await rolesOf('web')).sort()).toEqual([...names, 'olga'].sort());
  });
});

describe('what a person issues', () => {
  beforeEach(async () => {
    await service.addTeam('web', { ann: 'admin', dev: 'developer', val: 'viewer' });
    await service.request('PUT', '/v1/applications/shop', { body: { tier: 'free', team: 'web' } });
  });

  test('stands by itself: it outlives the session, and the end of the session ends it not', async () => {
    const { body } = await service.issue({ application: 'shop' }, person('ann'));
    expect(body).toMatchObject({ team: 'web', tier: 'free', expiresAt: '2026-04-01T00:00:00Z' });
    expect((await service.storedToken(body.id)).ancestors).toMatchObject([{ subject: 'ann', person: true }]);
  });

  test('holds no scope that the session has not', async () => {
    const { body } = await service.issue({ application: 'shop', scopes: ['sales:write'] }, person('ann'));
    expect(body.type).toBe('urn:gatehouse:problem:scope-not-held');
  });

  test('is of a registered application, so that a name is nobody’s before', async () => {
    expect((await service.issue({ application: 'unknown', team: 'web' }, person('ann'))).status).toBe(404);
  });

  test('has no tier that the platform keeps for itself', async () => {
    const body = { tier: 'gold' };
    expect(
      (await service.request('PUT', '/v1/applications/new', { body: { ...body, team: 'web' }, ...person('ann') }))
        .status,
    ).toBe(403);
    expect((await service.request('PATCH', '/v1/applications/shop', { body, ...person('ann') })).status).toBe(403);
    service.config = { ...service.config, policy: { teamTiers: ['gold'] } };
    expect((await service.request('PATCH', '/v1/applications/shop', { body, ...person('ann') })).status).toBe(200);
  });

  test('a developer issues for what it maintains, and for nothing else', async () => {
    const refused = await service.issue({ application: 'shop' }, person('dev'));
    expect(refused.body).toMatchObject({ status: 403, type: 'urn:gatehouse:problem:not-allowed' });
    const maintainers = [personId('dev')];
    await service.request('PATCH', '/v1/applications/shop', { body: { maintainers }, ...person('ann') });
    expect((await service.issue({ application: 'shop' }, person('dev'))).status).toBe(201);
    expect((await service.issue({ application: 'shop' }, person('val'))).status).toBe(403);
  });

  test('meets the policy of the team', async () => {
    const policy = { maxLifetimeSeconds: 86_400, requiredFields: ['description'], allowedScopes: ['sales:read'] };
    const set = await service.request('PATCH', '/v1/teams/web', { body: { policy }, ...person('ann') });
    expect(set.body.policy).toEqual(policy);
    const refused = await service.issue({ application: 'shop', scopes: ['reports:read'], expiresInSeconds: 86_401 });
    expect(refused.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '#/expiresInSeconds',
      '#/scopes/0',
      '#/description',
    ]);
    const { body } = await service.issue({ application: 'shop', description: 'import' }, person('ann'));
    expect(body.expiresAt).toBe('2026-01-02T00:00:00Z');
    const shown = await service.request('GET', '/v1/policy', { query: { team: 'web' }, ...person('ann') });
    expect(shown.body).toEqual({
      team: 'web',
      maxLifetimeSeconds: 86_400,
      defaultLifetimeSeconds: 86_400,
      requiredFields: ['description'],
      scopes: ['sales:read'],
      tiers: [],
    });
  });

  test('a policy that is looser than the platform’s is refused, and changes nothing', async () => {
    const body = { policy: { maxLifetimeSeconds: 366 * 86_400 } };
    const reply = await service.request('PATCH', '/v1/teams/web', { body, ...person('ann') });
    expect(reply.body).toMatchObject({ status: 400, errors: [{ pointer: '#/policy/maxLifetimeSeconds' }] });
    expect((await service.request('GET', '/v1/teams/web')).body).not.toHaveProperty('policy');
  });
});
