import { planTags } from '../../support/fake-api-gateway';
import { Harness } from '../../support/harness';

let service: Harness;
afterEach(() => service.close());

const PLANS = {
  p1: planTags('acme-dev', 'home', 'free'),
  p2: planTags('acme-dev', 'home', 'gold'),
  p3: planTags('acme-dev', 'shop', 'gold'),
  p4: planTags('acme-prod', 'home', 'gold'),
};

const register = (application: string, body: object = { tier: 'gold' }, scopes = '*') =>
  service.request('PUT', `/v1/applications/${application}`, { body, scopes });

describe('issue with a tier', () => {
  beforeEach(async () => {
    service = await Harness.start({ plans: PLANS });
    await service.addTeams('sales', 'insights');
  });

  test('makes one enabled key for the application and writes it to application and token', async () => {
    const { body } = await service.issue({ tier: 'gold' });
    expect(service.gateway.keys).toEqual([
      { id: 'key1', name: 'acme-dev-dashboard', value: expect.stringMatching(/^[0-9A-Za-z]{40}$/), enabled: true },
    ]);
    const value = service.gateway.keys[0]?.value;
    expect((await service.storedToken(body.id)).usageKey).toBe(value);
    const application = await service.storedApplication('dashboard');
    expect(application).toMatchObject({ tier: 'gold', usageKeyId: 'key1', usageKey: value });
    expect(application).not.toHaveProperty('pendingUsageKey');
  });

  test("attaches the key to the tier's plan of every API of this environment, and to no other", async () => {
    await service.issue({ tier: 'gold' });
    expect([...service.gateway.attachments].sort()).toEqual(['p2 key1', 'p3 key1']);
  });

  test('uses the key again for the next token', async () => {
    const first = await service.issue({ tier: 'gold' });
    const asked = service.gateway.requests.length;
    const second = await service.issue({ tier: 'gold' });
    expect((await service.storedToken(second.body.id)).usageKey).toBe(
      (await service.storedToken(first.body.id)).usageKey,
    );
    expect(service.gateway.requests.length).toBe(asked);
  });

  test('gives a token that names no tier the tier and key of its application', async () => {
    await register('dashboard', { tier: 'gold', team: 'insights' });
    const { body } = await service.issue();
    expect(body).toMatchObject({ tier: 'gold', team: 'insights' });
    expect((await service.storedToken(body.id)).usageKey).toBe(service.gateway.keys[0]?.value);
  });

  test('refuses another tier of the same application', async () => {
    await service.issue({ tier: 'gold' });
    const { status, body } = await service.issue({ tier: 'free' });
    expect(status).toBe(409);
    expect(body).toMatchObject({
      type: 'urn:gatehouse:problem:conflict',
      detail: 'application "dashboard" has the tier "gold", it cannot be given the tier "free"',
    });
    expect((await service.request('GET', '/v1/tokens')).body.tokens.length).toBe(1);
  });

  test('refuses another team of the same application, with and without a tier', async () => {
    await register('dashboard', { tier: 'gold', team: 'insights' });
    expect((await service.issue({ tier: 'gold', team: 'sales' })).status).toBe(409);
    expect((await service.issue({ team: 'sales' })).status).toBe(409);
  });

  test('refuses another team of an application that has no tier', async () => {
    const record = { pk: 'application#plain', entity: 'application', application: 'plain' } as const;
    await service.store.addApplication({ ...record, team: 'insights', createdAt: 1, version: 1 });
    expect((await service.issue({ application: 'plain', team: 'sales' })).status).toBe(409);
    expect((await service.issue({ application: 'plain' })).body.team).toBe('insights');
    expect(service.gateway.keys).toEqual([]);
  });

  test('gives a tier to an application that has none', async () => {
    const record = { pk: 'application#plain', entity: 'application', application: 'plain' } as const;
    await service.store.addApplication({ ...record, team: 'insights', createdAt: 1, version: 1 });
    expect((await service.issue({ application: 'plain', tier: 'gold' })).body).toMatchObject({
      tier: 'gold',
      team: 'insights',
    });
    expect(service.gateway.keys.length).toBe(1);
  });

  test('gives applications keys of their own', async () => {
    await service.issue({ tier: 'gold' });
    await service.issue({ tier: 'gold', application: 'partner' });
    expect(service.gateway.keys.map((key) => key.name)).toEqual(['acme-dev-dashboard', 'acme-dev-partner']);
  });

  test('of a new application at the same time by many ends with one key', async () => {
    const replies = await Promise.all(Array.from({ length: 8 }, () => service.issue({ tier: 'gold' })));
    expect(replies.map((reply) => reply.status)).toEqual(Array(8).fill(201));
    expect(service.gateway.keys.length).toBe(1);
    const keys = await Promise.all(replies.map(async ({ body }) => (await service.storedToken(body.id)).usageKey));
    expect(new Set(keys)).toEqual(new Set([service.gateway.keys[0]?.value]));
  });

  test('with different tiers at the same time lets one tier win', async () => {
    const replies = await Promise.all(['gold', 'free', 'gold', 'free'].map((tier) => service.issue({ tier })));
    const statuses = replies.map((reply) => reply.status).sort();
    expect(statuses).toEqual([201, 201, 409, 409]);
    expect(service.gateway.keys.length).toBe(1);
  });

  test('logs the registration by ids only', async () => {
    await service.issue({ tier: 'gold' });
    expect(service.events('application.register').map((entry) => entry.fields)).toEqual([
      { application: 'dashboard', tier: 'gold', usageKeyId: 'key1' },
    ]);
  });

  test('issues nothing when no usage plan serves the tier', async () => {
    service.config = { ...service.config, tiers: ['free', 'gold', 'silver'] };
    expect((await service.issue({ tier: 'silver' })).status).toBe(500);
    expect((await service.request('GET', '/v1/tokens')).body.tokens).toEqual([]);
    expect(service.logText).toContain(
      'no usage plan has the tags gatehouse:platform \\"acme-dev\\" and gatehouse:tier \\"silver\\"',
    );
  });
});

describe('after a crash', () => {
  beforeEach(async () => {
    service = await Harness.start({ plans: PLANS });
    await service.addTeams('sales', 'insights');
  });

  test.each([
    ['before the key was made', 'POST /apikeys'],
    ['before the plans were read', 'GET /usageplans'],
    ['before the key was attached', 'POST /usageplans/p2'],
    ['before the key was attached to the second plan', 'POST /usageplans/p3'],
  ])('%s the next request ends with one attached key', async (_, failing) => {
    service.gateway.failing = failing;
    expect((await service.issue({ tier: 'gold' })).status).toBe(500);
    service.gateway.failing = undefined;
    const { status, body } = await service.issue({ tier: 'gold' });
    expect(status).toBe(201);
    expect(service.gateway.keys.length).toBe(1);
    expect([...service.gateway.attachments].sort()).toEqual(['p2 key1', 'p3 key1']);
    expect((await service.storedToken(body.id)).usageKey).toBe(service.gateway.keys[0]?.value);
  });

  test('before the key was stored the next request finds it', async () => {
    const { store } = service;
    service.overrides = {
      store: Object.assign(store, { updateApplication: () => Promise.reject(new Error('down')) }),
    };
    expect((await service.issue({ tier: 'gold' })).status).toBe(500);
    expect(await service.storedApplication('dashboard')).not.toHaveProperty('usageKey');
    service.overrides = {};
    expect((await service.issue({ tier: 'gold' })).status).toBe(201);
    expect(service.gateway.keys.length).toBe(1);
    expect((await service.storedApplication('dashboard')).usageKey).toBe(service.gateway.keys[0]?.value);
  });

  test('a token without a tier gets the key that was not finished', async () => {
    service.gateway.failing = 'POST /apikeys';
    await service.issue({ tier: 'gold' });
    service.gateway.failing = undefined;
    const { body } = await service.issue();
    expect((await service.storedToken(body.id)).usageKey).toBe(service.gateway.keys[0]?.value);
  });
});

describe('a control plane whose names are unique', () => {
  test('gives the key of that name that somebody else made', async () => {
    service = await Harness.start({ plans: PLANS, uniqueNames: true });
    const left = { id: 'old', name: 'acme-dev-dashboard', value: 'x'.repeat(40), enabled: true };
    service.gateway.keys.push({ ...left, id: 'other', name: 'acme-dev-dashboard-2', value: 'y'.repeat(40) }, left);
    const { body } = await service.issue({ tier: 'gold' });
    expect((await service.storedToken(body.id)).usageKey).toBe(left.value);
    expect((await service.storedApplication('dashboard')).usageKeyId).toBe('old');
  });
});

describe('PUT /applications/{application}', () => {
  beforeEach(async () => {
    service = await Harness.start({ plans: PLANS });
    await service.addTeams('sales', 'insights');
  });

  test('registers an application and its key', async () => {
    const { status, body } = await register('partner', { tier: 'gold', team: 'sales' });
    expect(status).toBe(201);
    expect(body).toEqual({
      application: 'partner',
      team: 'sales',
      tier: 'gold',
      createdAt: '2026-01-01T00:00:00Z',
      version: 2,
    });
    expect(service.gateway.keys.map((key) => key.name)).toEqual(['acme-dev-partner']);
  });

  test('a second time answers 200 and changes nothing', async () => {
    const first = await register('partner');
    const second = await register('partner');
    expect(second.status).toBe(200);
    expect(second.body).toEqual(first.body);
    expect(service.gateway.keys.length).toBe(1);
  });

  test('a second time attaches the key to plans that came later', async () => {
    await register('partner');
    service.gateway.attachments.clear();
    await register('partner');
    expect([...service.gateway.attachments].sort()).toEqual(['p2 key1', 'p3 key1']);
  });

  test('gives the default team to an application that names none, and refuses another one', async () => {
    expect((await register('partner')).body.team).toBe('default');
    expect((await register('partner', { tier: 'gold', team: 'sales' })).status).toBe(409);
    expect((await register('partner', { tier: 'gold', team: 'default' })).status).toBe(200);
  });

  test('adds a team to a record of an earlier version that has none', async () => {
    const record = { pk: 'application#old', entity: 'application', application: 'old', tier: 'gold' } as const;
    await service.store.addApplication({ ...record, createdAt: 1, version: 1 });
    expect((await register('old', { tier: 'gold', team: 'sales' })).body.team).toBe('sales');
    expect((await register('old', { tier: 'gold', team: 'insights' })).status).toBe(409);
    expect((await register('old')).body.team).toBe('sales');
  });

  test('refuses a team that does not exist', async () => {
    const { status, body } = await register('partner', { tier: 'gold', team: 'nobody' });
    expect({ status, errors: body.errors }).toMatchObject({ status: 400, errors: [{ pointer: '#/team' }] });
  });

  test('refuses another tier', async () => {
    await register('partner');
    expect((await register('partner', { tier: 'free' })).status).toBe(409);
  });

  test.each([
    ['an unknown tier', 'partner', { tier: 'platinum' }, { pointer: '#/tier' }],
    ['no tier', 'partner', {}, { pointer: '#/tier' }],
    ['an unknown member', 'partner', { tier: 'gold', usageKey: 'x' }, { pointer: '#' }],
    ['a wrong name', 'Partner', { tier: 'gold' }, { parameter: 'application' }],
    ['a reserved name', 'gatehouse-administration', { tier: 'gold' }, { parameter: 'application' }],
  ])('refuses %s', async (_, application, body, place) => {
    const reply = await register(application, body);
    expect(reply.status).toBe(400);
    expect(reply.body.errors).toEqual([expect.objectContaining(place)]);
    expect(service.gateway.requests).toEqual([]);
  });

  test('needs tokens:write', async () => {
    expect((await register('partner', { tier: 'gold' }, 'tokens:read')).status).toBe(403);
  });
});
