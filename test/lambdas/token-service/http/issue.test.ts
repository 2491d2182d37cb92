import { apiTokenPattern, hashApiToken, parseApiToken } from '../../../../lambdas/lib/api-token';
import { parseCidr } from '../../../../lambdas/lib/cidr';
import { AUTHORIZER, Harness, NOW, PEPPER, VALID } from '../support/harness';

let service: Harness;
beforeEach(async () => {
  service = await Harness.start();
});
afterEach(() => service.close());

const DAY = 86_400;
const at = (secondsFromNow: number) => new Date(NOW + secondsFromNow * 1000).toISOString();

describe('POST /tokens', () => {
  test('answers 201 with a well-formed token and its record', async () => {
    const { status, body, headers } = await service.issue();
    expect(status).toBe(201);
    expect(body.token).toMatch(new RegExp(`^${apiTokenPattern('acme')}$`));
    expect(parseApiToken(body.token)).toMatchObject({ brand: 'acme', environment: 'test', id: body.id });
    expect(body).toEqual({
      token: body.token,
      id: body.id,
      name: 'nightly import',
      application: 'dashboard',
      team: 'default',
      environment: 'dev',
      scopes: ['sales:read'],
      status: 'active',
      cidrs: [],
      createdAt: '2026-01-01T00:00:00Z',
      createdBy: AUTHORIZER.principal,
      ancestors: [{ principal: AUTHORIZER.principal, tokenId: AUTHORIZER.tokenId, administrator: true }],
      expiresAt: '2026-04-01T00:00:00Z',
      secrets: [{ number: 1, createdAt: '2026-01-01T00:00:00Z', endsAt: '2026-04-01T00:00:00Z' }],
      version: 1,
    });
    expect(headers.location).toBe(`tokens/${body.id}`);
  });

  test('stores the peppered hash of the whole token and its first generation', async () => {
    const { body } = await service.issue();
    const stored = await service.storedToken(body.id);
    expect(stored).toMatchObject({ pk: `token#${body.id}`, entity: 'token', status: 'active', version: 1 });
    expect(stored.generations).toEqual([
      { number: 1, hash: hashApiToken(PEPPER.key, body.token), pepperId: 'p1', createdAt: NOW / 1000 },
    ]);
  });

  test('keeps every member of the request', async () => {
    await service.addTeams('insights');
    const { body } = await service.issue({
      description: 'reads sales',
      tags: { costCentre: '42' },
      team: 'insights',
      cidrs: ['203.0.113.0/24', '2001:DB8:0::/32'],
      notBefore: at(60).toLowerCase(),
      scopes: ['sales:read', 'reports:*', 'sales:read'],
    });
    expect(body).toMatchObject({
      description: 'reads sales',
      tags: { costCentre: '42' },
      team: 'insights',
      cidrs: ['203.0.113.0/24', parseCidr('2001:db8::/32')?.text],
      notBefore: '2026-01-01T00:01:00Z',
      scopes: ['sales:read', 'reports:*'],
      status: 'not-yet-valid',
    });
    expect(await service.storedToken(body.id)).toMatchObject({
      notBefore: NOW / 1000 + 60,
      tags: { costCentre: '42' },
    });
  });

  test('gives two tokens of one application ids of their own', async () => {
    const [first, second] = [await service.issue(), await service.issue()];
    expect(first.body.id).not.toBe(second.body.id);
    expect((await service.table.items()).length).toBe(2);
  });

  test('logs ids only and counts the token', async () => {
    const { body } = await service.issue();
    expect(service.events('token.issue')).toEqual([
      expect.objectContaining({
        fields: expect.objectContaining({
          tokenId: body.id,
          application: 'dashboard',
          actor: AUTHORIZER.principal,
        }),
        metrics: expect.objectContaining({
          namespace: 'Acme',
          dimensions: { Service: 'token-service', Stage: 'dev' },
          values: { TokensIssued: { unit: 'Count', value: 1 } },
        }),
      }),
    ]);
  });

  test('draws another token when the id is taken', async () => {
    const { body: first } = await service.issue();
    const draws = [{ token: first.token, id: first.id }, service.ports.newToken()];
    service.overrides = { newToken: () => draws.shift() ?? service.ports.newToken() };
    const { status, body } = await service.issue();
    expect(status).toBe(201);
    expect(body.id).not.toBe(first.id);
  });

  test('leaves a token alone whose id was drawn again and again', async () => {
    const { body: first } = await service.issue();
    const before = await service.storedToken(first.id);
    service.overrides = { newToken: () => ({ token: first.token, id: first.id }) };
    expect((await service.issue()).status).toBe(500);
    expect(await service.storedToken(first.id)).toEqual(before);
  });

  test('shows no token that was not stored', async () => {
    service.overrides = { store: Object.assign(service.store, { addToken: () => Promise.reject(new Error('down')) }) };
    const { status, text } = await service.issue();
    expect(status).toBe(500);
    expect(text).not.toMatch(new RegExp(apiTokenPattern()));
  });

  test('fails when the pepper cannot be read, and stores nothing', async () => {
    service.overrides = { pepper: () => Promise.reject(new Error('no pepper')) };
    expect((await service.issue()).status).toBe(500);
    expect(await service.table.items()).toEqual([]);
  });
});

describe('lifetime', () => {
  test.each([
    ['default', {}, 90 * DAY],
    ['expiresInSeconds', { expiresInSeconds: 60 }, 60],
    ['expiresAt', { expiresAt: at(3600) }, 3600],
    ['expiresAt with an offset', { expiresAt: '2026-01-01T02:00:00+01:00' }, 3600],
    ['expiresAt with a lower-case t and z', { expiresAt: '2026-01-01t01:00:00z' }, 3600],
    ['expiresAt with a lower-case t and an offset', { expiresAt: '2026-01-01t02:00:00+01:00' }, 3600],
    ['expiresAt with a lower-case z and a fraction', { expiresAt: '2026-01-01T01:00:00.000z' }, 3600],
    ['the longest lifetime', { expiresInSeconds: 365 * DAY }, 365 * DAY],
    ['the longest lifetime as a date', { expiresAt: at(365 * DAY) }, 365 * DAY],
    ['the shortest lifetime as a date', { expiresAt: at(1) }, 1],
  ])('%s is kept', async (_, body, seconds) => {
    const reply = await service.issue(body);
    expect((await service.storedToken(reply.body.id)).expiresAt).toBe(NOW / 1000 + seconds);
  });

  test.each([
    ['a second over the maximum', { expiresInSeconds: 365 * DAY + 1 }, '#/expiresInSeconds'],
    ['a date a second over the maximum', { expiresAt: at(365 * DAY + 1) }, '#/expiresAt'],
    ['the present', { expiresAt: at(0) }, '#/expiresAt'],
    ['the past', { expiresAt: at(-1) }, '#/expiresAt'],
    ['zero', { expiresInSeconds: 0 }, '#/expiresInSeconds'],
    ['less than zero', { expiresInSeconds: -1 }, '#/expiresInSeconds'],
    ['a fraction', { expiresInSeconds: 1.5 }, '#/expiresInSeconds'],
    ['both ways', { expiresInSeconds: 60, expiresAt: at(60) }, '#/expiresAt'],
    ['a date that is none', { expiresAt: '2026-02-30T00:00:00Z' }, '#/expiresAt'],
    ['a date without time zone', { expiresAt: '2026-02-01T00:00:00' }, '#/expiresAt'],
    ['a beginning in the past', { notBefore: at(-1) }, '#/notBefore'],
    ['a beginning at the end', { expiresInSeconds: 60, notBefore: at(60) }, '#/notBefore'],
  ])('%s is refused', async (_, body, pointer) => {
    const reply = await service.issue(body);
    expect(reply.status).toBe(400);
    expect(reply.body.errors).toEqual([expect.objectContaining({ pointer })]);
    expect(await service.table.items()).toEqual([]);
  });

  test('the default never exceeds the maximum', async () => {
    service.config = { ...service.config, maxLifetimeSeconds: 60 };
    const reply = await service.issue();
    expect((await service.storedToken(reply.body.id)).expiresAt).toBe(NOW / 1000 + 60);
  });
});

describe('scopes', () => {
  test.each([['sales:read'], ['sales:*'], ['*']])('%s may be granted by a caller with all scopes', async (scope) => {
    expect((await service.issue({ scopes: [scope] })).body.scopes).toEqual([scope]);
  });

  test.each([
    ['an unknown action', 'sales:delete'],
    ['an unknown resource', 'payroll:read'],
    ['a wildcard over an unknown resource', 'payroll:*'],
    ['a wildcard over the beginning of a resource', 'sale:*'],
    ['a member of every object', 'constructor'],
    ['a wildcard in the resource', '*:read'],
  ])('%s is refused', async (_, scope) => {
    const reply = await service.issue({ scopes: ['sales:read', scope] });
    expect(reply.status).toBe(400);
    expect(reply.body.errors).toEqual([expect.objectContaining({ pointer: '#/scopes/1' })]);
  });

  test('more than the authorizer passes on is refused', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `resource-with-a-long-name-${index}:read`);
    service.config = { ...service.config, scopes: Object.fromEntries(names.map((name) => [name, ''])) };
    expect((await service.issue({ scopes: names.slice(0, 50) })).status).toBe(201);
    expect((await service.issue({ scopes: names })).body.detail).toContain('expected at most 2048 characters');
  });

  test('no scope at all is refused', async () => {
    const reply = await service.issue({ scopes: [] });
    expect(reply.body).toMatchObject({ status: 400, detail: 'scopes is a list of 0, expected at least 1 entry' });
  });

  test.each([
    ['tokens:write sales:read', 'sales:write'],
    ['tokens:write sales:read sales:write', 'sales:*'],
    ['tokens:write sales:*', 'reports:read'],
    ['tokens:* sales:* reports:*', '*'],
  ])('a caller with %s cannot grant %s', async (held, scope) => {
    const reply = await service.issue({ scopes: [scope] }, { scopes: held });
    expect(reply.body).toMatchObject({ status: 403, type: 'urn:gatehouse:problem:scope-not-held' });
    expect(await service.table.items()).toEqual([]);
  });

  test.each([
    ['tokens:write sales:read', 'sales:read'],
    ['tokens:write sales:*', 'sales:write'],
    ['tokens:write sales:*', 'sales:*'],
    ['*', '*'],
  ])('a caller with %s can grant %s', async (held, scope) => {
    expect((await service.issue({ scopes: [scope] }, { scopes: held })).status).toBe(201);
  });
});

describe('members of the request', () => {
  test.each([
    ['name', { name: '' }, '#/name'],
    ['name', { name: 'line\nbreak' }, '#/name'],
    ['name', { name: 'x'.repeat(129) }, '#/name'],
    ['application', { application: 'Dashboard' }, '#/application'],
    ['application', { application: '1st' }, '#/application'],
    ['application', { application: 'a'.repeat(64) }, '#/application'],
    ['application', { application: 'gatehouse-administration' }, '#/application'],
    ['tier', { tier: 'platinum' }, '#/tier'],
    ['tags', { tags: { a: 1 } }, '#/tags/a'],
    ['tags', { tags: { '': 'x' } }, '#/tags'],
    ['tags', { tags: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`t${n}`, ''])) }, '#/tags'],
    ['an unknown member', { status: 'active' }, '#'],
    ['a usage key', { usageKey: 'x'.repeat(40) }, '#'],
  ])('a wrong %s is refused', async (_, body, pointer) => {
    const reply = await service.issue(body);
    expect(reply.status).toBe(400);
    expect(reply.body.errors).toEqual([expect.objectContaining({ pointer })]);
  });

  test.each([
    'everywhere',
    '0.0.0.0/0',
    '::/0',
    '::ffff:0:0/96',
    '10.0.0.1/8',
    '2001:db8::1/64',
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '2001:db8::/129',
    'fe80::1%eth0/128',
    '10.0.0.0/8/8',
  ])('the network %s is refused', async (cidr) => {
    const reply = await service.issue({ cidrs: ['192.0.2.0/24', cidr] });
    expect(reply.status).toBe(400);
    expect(reply.body.errors).toEqual([expect.objectContaining({ pointer: '#/cidrs/1' })]);
  });

  test('an IPv4 network written as IPv6 is kept as IPv4', async () => {
    expect((await service.issue({ cidrs: ['::ffff:192.0.2.0/120'] })).body.cidrs).toEqual(['192.0.2.0/24']);
  });

  test.each(['name', 'application', 'scopes'])('%s must be there', async (member) => {
    const reply = await service.issue({ [member]: undefined });
    expect(reply.body.errors).toEqual([
      { pointer: `#/${member}`, detail: expect.stringMatching(`^${member} is missing, expected `) },
    ]);
  });

  test('every fault of the request is named at once', async () => {
    const reply = await service.issue({ scopes: ['payroll:read'], tier: 'platinum', expiresAt: at(-1) });
    const pointers = reply.body.errors.map((fault: { pointer: string }) => fault.pointer);
    expect(pointers).toEqual(['#/scopes/0', '#/tier', '#/expiresAt']);
  });

  test('a name that is no own member cannot slip in', async () => {
    const rawBody = `${JSON.stringify(VALID).slice(0, -1)},"__proto__":{"tier":"gold"}}`;
    expect((await service.request('POST', '/v1/tokens', { rawBody })).status).toBe(400);
  });
});
