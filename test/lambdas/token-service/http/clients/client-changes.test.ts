import { REVOCATIONS_KEY, type RevocationItem } from '../../../../../lambdas/lib/revocation';
import { DynamoOutboxIndex } from '../../../../../lambdas/token-sweeper/aws/outbox-index';
import { createSweeper } from '../../../../../lambdas/token-sweeper/sweeper';
import { CONFIG, Harness } from '../../support/harness';
import { MemoryTrail } from '../../support/memory-trail';
import { TABLE } from '../../support/token-table';
import { addApplication, createClient, storedClient } from './support';

let service: Harness;
let id: string;
beforeEach(async () => {
  service = await Harness.start();
  service.config = { ...CONFIG, ownIssuer: 'https://id.example.com' };
  await addApplication(service, 'warehouse');
  id = (await createClient(service, { scopes: ['sales:read', 'sales:write'] })).body.id;
});
afterEach(() => service.close());

function patch(body: object, version = 1) {
  return service.request('PATCH', `/v1/clients/${id}`, { body, headers: { 'If-Match': `"${version}"` } });
}

/** Time before which what was derived from the client is refused. */
async function cut(): Promise<number | undefined> {
  const set = await service.ports.items.get<RevocationItem>(REVOCATIONS_KEY);
  return set?.sources?.[`client:${id}`];
}

describe('an update', () => {
  test('changes what it names, and nothing else', async () => {
    const { status, headers, body } = await patch({ name: 'new', description: 'text', accessTokenSeconds: 300 });
    expect({ status, etag: headers.etag }).toEqual({ status: 200, etag: '"2"' });
    expect(body).toMatchObject({
      name: 'new',
      description: 'text',
      accessTokenSeconds: 300,
      authMethods: ['client_secret_basic'],
    });
    const { body: back } = await patch({ description: null, accessTokenSeconds: null }, 2);
    expect([back.description, back.accessTokenSeconds]).toEqual([undefined, undefined]);
  });

  test('needs the version that the caller has seen', async () => {
    expect((await service.request('PATCH', `/v1/clients/${id}`, { body: { name: 'a' } })).status).toBe(428);
    expect((await patch({ name: 'a' }, 2)).status).toBe(412);
  });

  test('that changes nothing writes nothing', async () => {
    expect((await patch({ scopes: ['sales:write', 'sales:read'] })).body.version).toBe(1);
  });

  test('judges the certificate by the methods as they will be', async () => {
    const { body } = await patch({ authMethods: ['self_signed_tls_client_auth'] });
    expect(body.errors).toEqual([expect.objectContaining({ pointer: '#/certificate' })]);
    const certificate = { thumbprint: 'a'.repeat(43) };
    const reply = await patch({ authMethods: ['self_signed_tls_client_auth'], certificate });
    expect(reply.body).toMatchObject({ certificate, secrets: [] });
    expect((await storedClient(service, id)).generations).toEqual([]);
  });

  test.each<[string, object, boolean]>([
    ['less scopes', { scopes: ['sales:read'] }, true],
    ['networks where there were none', { cidrs: ['192.0.2.0/24'] }, true],
    ['proofs of a key', { dpopBoundAccessTokens: true }, true],
    ['another name', { name: 'new' }, false],
    ['more methods', { authMethods: ['client_secret_basic', 'client_secret_post'] }, false],
  ])('to %s ends what was derived from the client only where that may do too much', async (_, body, ends) => {
    await patch(body);
    expect(await cut()).toBe(ends ? service.now / 1000 + 1 : undefined);
  });
});

describe('disabling and removing', () => {
  test('a client that is disabled gets its tokens refused, and is enabled again', async () => {
    const { body } = await service.request('POST', `/v1/clients/${id}/disable`);
    expect(body.status).toBe('disabled');
    expect(await cut()).toBe(service.now / 1000 + 1);
    expect((await service.request('POST', `/v1/clients/${id}/disable`)).body.version).toBe(2);
    expect((await service.request('POST', `/v1/clients/${id}/enable`)).body.status).toBe('active');
  });

  test('a client that is removed has no credential any more, and stays in lists', async () => {
    const { body } = await service.request('DELETE', `/v1/clients/${id}`);
    expect(body).toMatchObject({ status: 'removed', removedAt: '2026-01-01T00:00:00Z', secrets: [], keys: [] });
    expect((await service.request('DELETE', `/v1/clients/${id}`)).body.version).toBe(2);
    expect(await cut()).toBeGreaterThan(service.now / 1000);
    for (const [method, path] of [
      ['POST', '/enable'],
      ['POST', '/rotate'],
      ['POST', '/disable'],
    ] as const) {
      expect((await service.request(method, `/v1/clients/${id}${path}`)).status).toBe(409);
    }
    expect((await service.request('GET', '/v1/clients', { query: { status: 'removed' } })).body.clients).toHaveLength(
      1,
    );
  });

  test('what is archived is contained, and gets nothing new', async () => {
    await service.request('PATCH', '/v1/applications/warehouse', { body: { archived: true } });
    expect((await service.request('POST', `/v1/clients/${id}/rotate`)).status).toBe(409);
    expect((await service.request('POST', `/v1/clients/${id}/disable`)).status).toBe(200);
    expect((await service.request('POST', `/v1/clients/${id}/enable`)).status).toBe(409);
    expect((await service.request('DELETE', `/v1/clients/${id}`)).status).toBe(200);
  });
});

test('the trail tells of each change, without a secret, and no outbox is left', async () => {
  const trail = new MemoryTrail();
  service.overrides = { trail };
  const created = (await createClient(service)).body;
  id = created.id;
  await patch({ scopes: ['reports:read'] });
  const { secret } = (await service.request('POST', `/v1/clients/${id}/rotate`)).body;
  await service.request('DELETE', `/v1/clients/${id}`);
  expect(trail.all.map(({ action, object, application }) => [action, object, application])).toEqual(
    ['client.create', 'client.update', 'client.rotate', 'client.remove'].map((action) => [
      action,
      { kind: 'client', id },
      'warehouse',
    ]),
  );
  expect(trail.all[1]).toMatchObject({ before: { scopes: ['sales:read'] }, after: { scopes: ['reports:read'] } });
  const { hash } = { hash: 'hash', ...(await storedClient(service, id)).generations[0] };
  const told = JSON.stringify(trail.all.map(({ before, after }) => [before, after]));
  for (const text of [created.secret, secret, hash]) {
    expect(told).not.toContain(text);
  }
  expect(Object.keys(await storedClient(service, id)).filter((name) => name.startsWith('outbox'))).toEqual([]);
});

test('what a crash leaves of a change the sweeper does: the note of the source, and the entry in the trail', async () => {
  const trail = new MemoryTrail();
  const store = service.store;
  store.cutSources = () => Promise.reject(new Error('crash'));
  service.overrides = { trail, store };
  expect((await service.request('POST', `/v1/clients/${id}/disable`)).status).toBe(500);
  expect([(await storedClient(service, id)).status, await cut(), trail.told]).toEqual(['disabled', undefined, []]);

  service.overrides = { trail };
  service.now += 60_000;
  const outboxes = new DynamoOutboxIndex(service.table.client, TABLE);
  await createSweeper(service.config, { ...service.ports, outboxes })();
  expect([await cut(), trail.told]).toEqual([service.now / 1000 + 1, [`client.disable ${id}`]]);
  expect(Object.keys(await storedClient(service, id)).filter((name) => name.startsWith('outbox'))).toEqual([]);
});
