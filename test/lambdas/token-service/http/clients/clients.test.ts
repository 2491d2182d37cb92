import { parseApiToken } from '../../../../../lambdas/lib/api-token';
import { secretEnd } from '../../../../../lambdas/token-endpoint/clients/client-secret';
import { Harness, PEPPER } from '../../support/harness';
import { addApplication, CLIENT, createClient, person, storedClient } from './support';

let service: Harness;
beforeEach(async () => {
  service = await Harness.start();
  await addApplication(service, 'warehouse');
});
afterEach(() => service.close());

describe('a new client', () => {
  test('is answered with its secret, which has the brand of client secrets and the id of the client', async () => {
    const { status, headers, body } = await createClient(service);
    expect({ status, location: headers.location }).toEqual({ status: 201, location: `clients/${body.id}` });
    expect(parseApiToken(body.secret)).toMatchObject({ brand: 'acmecs', environment: 'test', id: body.id });
    expect(body).toMatchObject({
      ...CLIENT,
      team: 'default',
      environment: 'dev',
      status: 'active',
      authMethods: ['client_secret_basic'],
      grants: ['client_credentials'],
      secrets: [{ number: 1, createdAt: '2026-01-01T00:00:00Z' }],
      version: 1,
    });
  });

  test('has a record by which the token endpoint knows its secret, and that holds no secret', async () => {
    const { id, secret } = (await createClient(service)).body;
    const peppers = { find: async () => PEPPER.key, current: async () => PEPPER.key, all: async () => [] };
    expect(await secretEnd(secret, await storedClient(service, id), service.now / 1000, peppers)).toBe(
      Number.POSITIVE_INFINITY,
    );
    expect(JSON.stringify(await service.table.items())).not.toContain(secret);
    expect(service.logText).not.toContain(secret);
  });

  test('keeps the hash of its secret out of every index: `secrets` there is what is shown', async () => {
    const { id } = (await createClient(service)).body;
    const { generations, secrets } = await storedClient(service, id);
    expect(generations[0]?.hash).toMatch(/^[\w-]{43}$/);
    expect(secrets).toEqual([{ number: 1, createdAt: service.now / 1000 }]);
  });

  test('that authenticates by a key alone has no secret', async () => {
    const { body } = await createClient(service, { authMethods: ['private_key_jwt'] });
    expect({ secret: body.secret, secrets: body.secrets }).toEqual({ secret: undefined, secrets: [] });
  });

  test('is made once, however often a request with a key comes, and its secret is shown once', async () => {
    const headers = { 'Idempotency-Key': 'k-1' };
    const first = await createClient(service, {}, { headers });
    const second = await createClient(service, {}, { headers });
    expect(second).toMatchObject({ status: 201, headers: { 'idempotent-replayed': 'true' } });
    expect(second.body).toEqual({ ...first.body, secret: undefined });
    expect((await service.request('GET', '/v1/clients')).body.clients).toHaveLength(1);
  });

  test.each<[string, object, string]>([
    ['a scope that the platform does not declare', { scopes: ['sales:read', 'sales:sell'] }, '#/scopes/1'],
    ['a wildcard', { scopes: ['sales:*'] }, '#/scopes/0'],
    ['another grant', { grants: ['password'] }, '#/grants/0'],
    ['a network that is open to all', { cidrs: ['0.0.0.0/0'] }, '#/cidrs/0'],
    ['a resource with a fragment', { resources: ['https://api.example.com/#x'] }, '#/resources/0'],
    ['tokens that live too long', { accessTokenSeconds: 3601 }, '#/accessTokenSeconds'],
    ['a method with a certificate, and none', { authMethods: ['tls_client_auth'] }, '#/certificate'],
    ['a certificate without a method', { certificate: { sanDns: 'a.example' } }, '#/certificate'],
    [
      'a thumbprint of a certificate that a CA issued',
      { authMethods: ['tls_client_auth'], certificate: { thumbprint: 'a'.repeat(43) } },
      '#/certificate',
    ],
    [
      'two members of a certificate',
      { authMethods: ['tls_client_auth'], certificate: { sanDns: 'a.example', subjectDn: 'CN=a' } },
      '#/certificate',
    ],
    [
      'a subject that is no name',
      { authMethods: ['tls_client_auth'], certificate: { subjectDn: 'a' } },
      '#/certificate/subjectDn',
    ],
    ['an application of administrators', { application: 'gatehouse-administration' }, '#/application'],
  ])('with %s is refused at its place', async (_, body, pointer) => {
    const reply = await createClient(service, body);
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });

  test('of an application that is not registered is refused with 404', async () => {
    const { status, body } = await createClient(service, { application: 'nobody' });
    expect({ status, pointer: body.errors[0].pointer }).toEqual({ status: 404, pointer: '#/application' });
  });

  test('of an application or a team that is archived is refused', async () => {
    await service.request('PATCH', '/v1/applications/warehouse', { body: { archived: true } });
    expect((await createClient(service)).status).toBe(409);
    await service.addTeam('gone', {}, { status: 'archived' });
    await addApplication(service, 'old', 'gone');
    expect((await createClient(service, { application: 'old' })).status).toBe(409);
  });
});

describe('a list', () => {
  test('of a team has the clients of its applications in their order, page by page', async () => {
    await service.addTeams('sales', 'other');
    await addApplication(service, 'shop', 'sales');
    await addApplication(service, 'crm', 'sales');
    await addApplication(service, 'else', 'other');
    for (const application of ['shop', 'crm', 'shop', 'else']) {
      await createClient(service, { application });
    }
    // A token of the team is in none of the lists of clients.
    await service.issue({ application: 'shop', team: 'sales' });
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const query = { team: 'sales', limit: '1', ...(cursor === undefined ? {} : { cursor }) };
      const { body } = await service.request('GET', '/v1/clients', { query });
      names.push(...body.clients.map(({ application }: { application: string }) => application));
      cursor = body.nextCursor;
    } while (cursor !== undefined);
    expect(names).toEqual(['crm', 'shop', 'shop']);
    const ofOne = await service.request('GET', '/v1/clients', { query: { application: 'crm' } });
    expect(ofOne.body.clients).toHaveLength(1);
  });

  test('refuses the cursor of another query', async () => {
    await createClient(service);
    await createClient(service);
    const { body } = await service.request('GET', '/v1/clients', { query: { limit: '1' } });
    const query = { limit: '1', status: 'active', cursor: body.nextCursor };
    expect((await service.request('GET', '/v1/clients', { query })).status).toBe(400);
  });

  test('is filtered by everything that is given', async () => {
    const old = (await createClient(service, { name: 'Old one', cidrs: ['192.0.2.0/24'] })).body.id;
    service.now += 100 * 86_400_000;
    const fresh = (await createClient(service, { scopes: ['sales:write'], authMethods: ['private_key_jwt'] })).body.id;
    const found = async (query: Record<string, string>) =>
      (await service.request('GET', '/v1/clients', { query })).body.clients.map(({ id }: { id: string }) => id);
    expect(await found({})).toEqual([fresh, old]);
    expect(await found({ q: 'old' })).toEqual([old]);
    expect(await found({ scope: 'sales:write' })).toEqual([fresh]);
    expect(await found({ authMethod: 'private_key_jwt' })).toEqual([fresh]);
    expect(await found({ noNetworks: 'true' })).toEqual([fresh]);
    expect(await found({ secretBefore: '2026-02-01T00:00:00Z' })).toEqual([old]);
    expect(await found({ status: 'disabled' })).toEqual([]);
  });
});

describe('bounds', () => {
  beforeEach(async () => {
    await service.addTeam('sales', { developer: 'developer', admin: 'admin' });
    await addApplication(service, 'shop', 'sales');
  });

  test('nobody gives a client a scope that it does not hold, nor a credential to a client that has one', async () => {
    const narrow = person('admin', 'tokens:read tokens:write sales:read');
    expect((await createClient(service, { application: 'shop', scopes: ['sales:write'] }, narrow)).status).toBe(403);
    const { id } = (await createClient(service, { application: 'shop', scopes: ['sales:write'] })).body;
    const key = { body: { jwk: {} }, ...narrow };
    expect((await service.request('POST', `/v1/clients/${id}/rotate`, narrow)).status).toBe(403);
    expect((await service.request('POST', `/v1/clients/${id}/keys`, key)).status).toBe(403);
    const methods = { body: { authMethods: ['client_secret_post'] }, headers: { 'If-Match': '"1"' }, ...narrow };
    expect((await service.request('PATCH', `/v1/clients/${id}`, methods)).status).toBe(403);
    const cut = { body: { scopes: ['sales:read'] }, headers: { 'If-Match': '"1"' }, ...narrow };
    expect((await service.request('PATCH', `/v1/clients/${id}`, cut)).status).toBe(200);
  });

  test('the policy of the team holds for clients: scopes, required fields, the life of their tokens', async () => {
    const policy = { allowedScopes: ['sales:read'], requiredFields: ['cidrs', 'tags'], maxLifetimeSeconds: 900 };
    await service.addTeam('strict', {}, { policy } as never);
    await addApplication(service, 'till', 'strict');
    const body = { application: 'till', scopes: ['sales:write'], accessTokenSeconds: 1800 };
    const reply = await createClient(service, body);
    expect(reply.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '#/scopes/0',
      '#/cidrs',
      '#/accessTokenSeconds',
    ]);
    const cidrs = ['192.0.2.0/24'];
    expect((await createClient(service, { application: 'till', cidrs })).status).toBe(201);
  });

  test('a client of a foreign team does not exist for a caller', async () => {
    const { id } = (await createClient(service)).body;
    expect((await service.request('GET', `/v1/clients/${id}`, person('admin'))).status).toBe(404);
    expect((await service.request('DELETE', `/v1/clients/${id}`, person('admin'))).status).toBe(404);
  });

  test('clients go with their application to another team', async () => {
    const { id } = (await createClient(service, { application: 'shop' })).body;
    await service.addTeam('next', { other: 'admin' });
    await service.request('PATCH', '/v1/applications/shop', { body: { team: 'next' } });
    expect((await service.request('GET', `/v1/clients/${id}`, person('other'))).body.team).toBe('next');
    expect((await service.request('GET', `/v1/clients/${id}`, person('admin'))).status).toBe(404);
    const { body } = await service.request('GET', '/v1/clients', { query: { team: 'next' } });
    expect(body.clients).toHaveLength(1);
  });
});
