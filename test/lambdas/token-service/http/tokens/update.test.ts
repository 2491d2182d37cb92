import { contextOfToken } from '../../support/callers';
import { enforced } from '../../support/enforced';
import { Harness, NOW, type RequestOptions } from '../../support/harness';
import { MemoryTrail } from '../../support/memory-trail';

const DAY = 86_400;
const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString().replace('.000Z', 'Z');

let service: Harness;
let trail: MemoryTrail;
let flushes: number;
beforeEach(async () => {
  service = await Harness.start();
  trail = new MemoryTrail();
  flushes = 0;
  service.overrides = {
    trail,
    flushAuthorizerCaches: async () => {
      flushes += 1;
      return { flushed: 1, failures: [] };
    },
  };
});
afterEach(() => service.close());

const update = (id: string, body: object, version: number | string = 1, options: RequestOptions = {}) =>
  service.request('PATCH', `/v1/tokens/${id}`, { body, headers: { 'If-Match': `"${version}"` }, ...options });
const post = (id: string, verb: string) => service.request('POST', `/v1/tokens/${id}/${verb}`);

describe('PATCH /tokens/{tokenId}', () => {
  test('changes what is named and nothing else', async () => {
    const { body: issued } = await service.issue({ description: 'd', tags: { a: 'b' }, cidrs: ['10.0.0.0/8'] });
    const { token, ...before } = issued;
    const { status, body, headers } = await update(issued.id, { name: 'other', description: null });
    expect(status).toBe(200);
    const { description: _, ...kept } = before;
    expect(body).toEqual({ ...kept, name: 'other', version: 2 });
    expect(headers.etag).toBe('"2"');
    expect(await enforced(service, token)).toBe(1);
  });

  test('tells the trail what was and what is', async () => {
    const { body } = await service.issue({ scopes: ['sales:read', 'reports:read'] });
    await update(body.id, { scopes: ['sales:read'], tags: { a: 'b' } });
    expect(trail.all.at(-1)).toMatchObject({
      action: 'token.update',
      object: { kind: 'token', id: body.id },
      before: { scopes: ['sales:read', 'reports:read'] },
      after: { scopes: ['sales:read'] },
    });
  });

  test('a change of nothing changes nothing', async () => {
    const { body } = await service.issue({ scopes: ['sales:read', 'reports:read'], tags: { a: '1', b: '2' } });
    const told = trail.all.length;
    const same = { scopes: ['reports:read', 'sales:read'], tags: { b: '2', a: '1' }, name: body.name };
    expect((await update(body.id, same)).body.version).toBe(1);
    expect(trail.all).toHaveLength(told);
    expect(flushes).toBe(0);
  });

  test.each([
    ['scopes', { scopes: ['sales:read'] }, 1],
    ['networks', { cidrs: ['10.0.0.0/8'] }, 1],
    ['expiry', { expiresAt: at(DAY) }, 1],
    ['beginning', { notBefore: at(60) }, 1],
    ['name', { name: 'x' }, 0],
  ])('of the %s lets gateways drop what they keep: %p', async (_, change, times) => {
    const { body } = await service.issue({ scopes: ['sales:read', 'reports:read'] });
    expect((await update(body.id, change)).status).toBe(200);
    expect(flushes).toBe(times);
  });

  test('needs the version that the caller saw', async () => {
    const { body } = await service.issue();
    const missing = await service.request('PATCH', `/v1/tokens/${body.id}`, { body: { name: 'x' } });
    expect(missing).toMatchObject({ status: 428, body: { type: 'urn:gatehouse:problem:precondition-required' } });
    for (const tag of ['*', 'W/"1"', '1', '"0"', '"1", "2"']) {
      const headers = { 'If-Match': tag };
      expect((await update(body.id, { name: 'x' }, 1, { headers })).status).toBe(412);
    }
    await update(body.id, { name: 'first' });
    const second = await update(body.id, { name: 'second' });
    expect(second).toMatchObject({ status: 412, body: { type: 'urn:gatehouse:problem:precondition-failed' } });
    expect(second.body.detail).toContain('version 2');
    expect((await service.storedToken(body.id)).name).toBe('first');
  });

  test('the entity tag of a token that is read is the one to change it by', async () => {
    const { body } = await service.issue();
    const { headers } = await service.request('GET', `/v1/tokens/${body.id}`);
    expect((await update(body.id, { name: 'x' }, 1, { headers: { 'If-Match': headers.etag ?? '' } })).status).toBe(200);
  });

  test.each([
    [{ scopes: ['nobody:declared'] }, 400, '#/scopes/0'],
    [{ scopes: [] }, 400, '#/scopes'],
    [{ expiresAt: at(-1) }, 400, '#/expiresAt'],
    [{ expiresAt: at(400 * DAY) }, 400, '#/expiresAt'],
    [{ notBefore: at(-1) }, 400, '#/notBefore'],
    [{ notBefore: at(91 * DAY) }, 400, '#/notBefore'],
    [{ cidrs: ['nonsense'] }, 400, '#/cidrs/0'],
    [{ tags: { ['__proto__']: 'x' } }, 400, '#/tags/__proto__'],
    [{ application: 'other' }, 400, '#'],
  ])('%p is refused at its place', async (change, status, pointer) => {
    const { body } = await service.issue();
    const reply = await update(body.id, change);
    expect(reply.status).toBe(status);
    expect(reply.body.errors?.[0]?.pointer ?? '#').toContain(pointer);
    expect((await service.storedToken(body.id)).version).toBe(1);
  });

  test('revives nothing', async () => {
    const { body: expired } = await service.issue({ expiresInSeconds: 60 });
    service.now = NOW + 60_000;
    expect((await update(expired.id, { expiresAt: at(DAY) })).status).toBe(409);
    const { body: revoked } = await service.issue();
    await post(revoked.id, 'revoke');
    expect((await update(revoked.id, { name: 'x' }, 2)).status).toBe(409);
  });

  test('an earlier expiry holds for the old secret too', async () => {
    const { body } = await service.issue();
    await service.request('POST', `/v1/tokens/${body.id}/rotate`, { body: { overlapSeconds: 3600 } });
    await update(body.id, { expiresAt: at(60) }, 2);
    service.now = NOW + 59_000;
    expect(await enforced(service, body.token)).toBe(1);
    service.now = NOW + 60_000;
    expect(await enforced(service, body.token)).toBe('expired');
  });

  describe('by a token of the application', () => {
    const CALLER = { scopes: ['tokens:write', 'sales:read'], expiresInSeconds: DAY, cidrs: ['10.0.0.0/8'] };

    async function pair() {
      const { body: caller } = await service.issue(CALLER);
      const stored = await service.storedToken(caller.id);
      const { body: token } = await service.issue({ expiresInSeconds: 60, cidrs: ['10.1.0.0/16'] });
      return { token, authorizer: contextOfToken(stored) };
    }

    test.each([
      ['a scope that the caller lacks', { scopes: ['sales:read', 'sales:write'] }, 'scope-not-held'],
      ['an expiry after its own', { expiresAt: at(2 * DAY) }, 'wider-than-caller'],
      ['a network beyond its own', { cidrs: ['192.168.0.0/16'] }, 'wider-than-caller'],
      ['every network', { cidrs: [] }, 'wider-than-caller'],
    ])('%s is refused', async (_, change, problem) => {
      const { token, authorizer } = await pair();
      const reply = await update(token.id, change, 1, { authorizer });
      expect(reply).toMatchObject({ status: 403, body: { type: `urn:gatehouse:problem:${problem}` } });
      expect((await service.storedToken(token.id)).version).toBe(1);
    });

    test('what lies within the own token is not', async () => {
      const { token, authorizer } = await pair();
      const change = { scopes: ['sales:read'], expiresAt: at(DAY), cidrs: ['10.2.0.0/16'] };
      expect((await update(token.id, change, 1, { authorizer })).status).toBe(200);
    });

    test('a token does not widen itself', async () => {
      const { authorizer } = await pair();
      for (const change of [{ scopes: [...CALLER.scopes, 'sales:write'] }, { expiresAt: at(2 * DAY) }, { cidrs: [] }]) {
        expect((await update(authorizer.tokenId, change, 1, { authorizer })).status).toBe(403);
      }
    });
  });
});

describe('policy', () => {
  beforeEach(() => {
    service.config = { ...service.config, policy: { requiredFields: ['description'], allowedScopes: ['sales:*'] } };
  });

  test('a change may not break it', async () => {
    const { body } = await service.issue({ description: 'd' });
    const { status, body: problem } = await update(body.id, { description: null, scopes: ['reports:read'] });
    expect(status).toBe(400);
    expect(problem.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(['#/scopes/0', '#/description']);
  });

  test('a change of something else is not refused for what was broken before, and blocks nothing', async () => {
    const { body } = await service.issue({ description: 'd' });
    await service.overwriteToken(body.id, { scopes: ['reports:read'] });
    expect(await update(body.id, { name: 'x' })).toMatchObject({ status: 200, body: { status: 'active' } });
  });

  test('a blocked token that meets it again is accepted again', async () => {
    const { body } = await service.issue({ description: 'd' });
    const blocked = { reasons: ['allowed-scopes', 'required-description'], since: NOW / 1000 };
    await service.overwriteToken(body.id, { scopes: ['reports:read'], blocked });
    expect(await enforced(service, body.token)).toBe('blocked');
    expect((await update(body.id, { name: 'x' })).body.blocked.reasons).toEqual(['allowed-scopes']);
    expect((await update(body.id, { scopes: ['sales:read'] }, 2)).body).not.toHaveProperty('blocked');
    expect(await enforced(service, body.token)).toBe(1);
    expect(flushes).toBe(2);
  });
});

describe('disable and enable', () => {
  test('pause the same token and end its pause', async () => {
    const { body } = await service.issue();
    expect((await post(body.id, 'disable')).body).toMatchObject({ status: 'disabled', version: 2 });
    expect(await enforced(service, body.token)).toBe('disabled');
    expect((await post(body.id, 'enable')).body).toMatchObject({ status: 'active', version: 3 });
    expect(await enforced(service, body.token)).toBe(1);
    expect(flushes).toBe(2);
    expect(trail.told.slice(-2)).toEqual([`token.disable ${body.id}`, `token.enable ${body.id}`]);
  });

  test('again they change nothing', async () => {
    const { body } = await service.issue();
    await post(body.id, 'disable');
    expect((await post(body.id, 'disable')).body.version).toBe(2);
    await post(body.id, 'enable');
    expect((await post(body.id, 'enable')).body.version).toBe(3);
    expect(trail.all).toHaveLength(3);
  });

  test('never bring a revoked token back', async () => {
    const { body } = await service.issue();
    await post(body.id, 'disable');
    await post(body.id, 'revoke');
    expect((await post(body.id, 'enable')).status).toBe(409);
    expect((await post(body.id, 'disable')).status).toBe(409);
    expect(await enforced(service, body.token)).toBe('revoked');
  });

  test('state until when every API goes by it', async () => {
    service.config = { ...service.config, revocationBounds: { recordSeconds: 60, setSeconds: 90 } };
    const { body } = await service.issue();
    expect((await post(body.id, 'disable')).body.effectiveWithinSeconds).toBe(60);
  });

  test('an expired token stays expired', async () => {
    const { body } = await service.issue({ expiresInSeconds: 60 });
    await post(body.id, 'disable');
    service.now = NOW + 60_000;
    expect((await post(body.id, 'enable')).body.status).toBe('expired');
    expect(await enforced(service, body.token)).toBe('expired');
  });
});
