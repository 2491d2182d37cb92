import { outboxEntries } from '../../../lambdas/lib/outbox';
import { AUTHORIZER, Harness, NOW, VALID } from './support/harness';
import { MemoryTrail } from './support/memory-trail';

let service: Harness;
let trail: MemoryTrail;
beforeEach(async () => {
  service = await Harness.start();
  trail = new MemoryTrail();
  service.overrides = { trail };
});
afterEach(() => service.close());

const revoke = (id: string) => service.request('POST', `/v1/tokens/${id}/revoke`);
const waiting = async () => (await service.table.items()).flatMap(outboxEntries);

test('an issue and a revocation are in the trail, with who did it, on what, and what changed', async () => {
  const { body } = await service.issue({ team: undefined });
  await revoke(body.id);
  expect(trail.all).toMatchObject([
    {
      action: 'token.issue',
      actor: AUTHORIZER.principal,
      actorToken: AUTHORIZER.tokenId,
      object: { kind: 'token', id: body.id },
      application: VALID.application,
      at: NOW,
      outcome: 'done',
      requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
      after: { scopes: VALID.scopes, status: 'active', secrets: [{ number: 1 }] },
    },
    { action: 'token.revoke', object: { id: body.id }, before: { status: 'active' }, after: { status: 'revoked' } },
  ]);
});

test('a request that changes nothing tells nothing', async () => {
  const { body } = await service.issue();
  await revoke(body.id);
  const before = trail.all.length;
  expect((await revoke(body.id)).status).toBe(200);
  expect(trail.all).toHaveLength(before);
});

test('the registration of an application tells its key by the id, never by the value', async () => {
  await service.request('PUT', '/v1/applications/partner', { body: { tier: 'gold' } });
  expect(trail.told).toEqual(['application.register partner', 'application.usage-key partner']);
  expect(trail.all[1]?.after).toMatchObject({ tier: 'gold', usageKeyId: 'key1' });
  const [key] = service.gateway.keys;
  expect(JSON.stringify(trail.all)).not.toContain(key?.value);
});

test('revocations tell their kind, and not whom they mean', async () => {
  const body = { kind: 'sub', value: 'person-17' };
  const { body: added } = await service.request('POST', '/v1/revocations', { body });
  await service.request('DELETE', `/v1/revocations/${added.id}`);
  expect(trail.told).toEqual([`revocation.add ${added.id}`, `revocation.remove ${added.id}`]);
  expect(JSON.stringify(trail.all)).not.toContain('person-17');
});

test("an administrator's token and a reset are told as direct invocations", async () => {
  const token = await service.invoke({ action: 'issueAdministratorToken' });
  await service.invoke({ action: 'resetRevocations' });
  expect(trail.all).toMatchObject([
    { action: 'token.issue', actor: 'direct-invocation', object: { id: (token as { id: string }).id } },
    { action: 'revocation.reset', actor: 'direct-invocation' },
  ]);
});

test('nothing waits once the trail has it', async () => {
  const { body } = await service.issue({ tier: 'gold' });
  await revoke(body.id);
  await service.request('POST', '/v1/revocations', { body: { kind: 'jti', value: 'x' } });
  expect(trail.all.length).toBeGreaterThan(4);
  expect(await waiting()).toEqual([]);
});

test('while the trail is out of reach changes are made, and their entries wait', async () => {
  trail.beforeAppend = async () => {
    throw new Error('unreachable');
  };
  const { body, status } = await service.issue();
  expect(status).toBe(201);
  expect((await revoke(body.id)).status).toBe(200);
  expect(trail.all).toEqual([]);
  expect((await waiting()).map(({ action }) => action).sort()).toEqual(['token.issue', 'token.revoke']);
  expect(service.events('trail.pending')).toHaveLength(2);
});

test('no entry holds a token, a hash or a usage key', async () => {
  const { body } = await service.issue({ tier: 'gold' });
  const { generations, usageKey } = await service.storedToken(body.id);
  const text = JSON.stringify(trail.all);
  for (const secret of [body.token, generations[0]?.hash, usageKey]) {
    expect(secret).toBeDefined();
    expect(text).not.toContain(secret);
  }
});

describe('teams in the trail', () => {
  const ISSUED_BY = 'https://issuer.example.com/';
  const add = (role: string) =>
    service.request('POST', '/v1/teams/web/members', { body: { issuer: ISSUED_BY, subject: 'val', role } });

  test('a team, its policy and its members have entries of their own', async () => {
    await service.request('POST', '/v1/teams', { body: { team: 'web' } });
    const path = '/v1/teams/web';
    const { body: updated } = await service.request('PATCH', path, { body: { policy: { maxLifetimeSeconds: 60 } } });
    const { body } = await add('viewer');
    const member = `${path}/members/${body.memberId}`;
    await service.request('PATCH', member, { body: { role: 'admin' } });
    await service.request('DELETE', member);
    expect(trail.told).toEqual([
      'team.create web',
      // The job that applies the policy is written down before it: a policy without its job would block nothing.
      `bulk.start ${updated.policyJob}`,
      'team.update web',
      `bulk.finish ${updated.policyJob}`,
      `member.add ${body.memberId}`,
      `member.change ${body.memberId}`,
      `member.remove ${body.memberId}`,
    ]);
    expect(trail.all[5]).toMatchObject({ team: 'web', before: { role: 'viewer' }, after: { role: 'admin' } });
    expect(await waiting()).toEqual([]);
  });

  test('a change that the condition of the write refused is told nobody', async () => {
    await service.addTeam('web', { olga: 'owner' });
    const { teams } = service.ports;
    const team = await teams.getTeam('web');
    await add('viewer');
    expect(await teams.updateTeam('web', team?.version ?? 0, { description: 'late' })).toBeUndefined();
    expect(trail.all).toHaveLength(1);
  });

  test('a refusal is told with its action, its object and its reason, and what is hidden is not', async () => {
    await service.addTeam('web', { val: 'viewer' });
    const authorizer = {
      ...AUTHORIZER,
      application: '',
      principal: `access_token|${ISSUED_BY}|val`,
      issuer: ISSUED_BY,
      authMethod: 'access_token',
      scopes: 'teams:write tokens:read',
    };
    await service.request('PATCH', '/v1/teams/web', { body: { description: 'd' }, authorizer });
    await service.request('PATCH', '/v1/teams/hidden', { body: { description: 'd' }, authorizer });
    expect(trail.all).toMatchObject([
      {
        action: 'team.update',
        actor: authorizer.principal,
        object: { kind: 'team', id: 'web' },
        outcome: 'refused',
        reason: 'not-allowed',
      },
    ]);
    expect(trail.all).toHaveLength(1);
  });
});
