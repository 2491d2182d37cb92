import { parseApiToken } from '../../../lambdas/lib/api-token';
import { Harness, NOW, proxyEvent } from './support/harness';

let service: Harness;
beforeEach(async () => {
  service = await Harness.start();
});
afterEach(() => service.close());

const ACTION = { action: 'issueAdministratorToken' };

async function issue(request: object = {}) {
  const answer = await service.invoke({ ...ACTION, ...request });
  if (!('token' in answer)) {
    throw new Error('the service answered as to an HTTP request');
  }
  return answer;
}

describe('a direct invocation', () => {
  test('issues a token for everything, for an hour, without tier and usage key', async () => {
    const answer = await issue();
    expect(answer).toEqual({
      token: expect.any(String),
      id: parseApiToken(answer.token)?.id,
      expiresAt: '2026-01-01T01:00:00Z',
    });
    const stored = await service.storedToken(answer.id);
    expect(stored).toMatchObject({
      name: 'administrator',
      application: 'gatehouse-administration',
      scopes: ['*'],
      createdBy: 'direct-invocation',
      status: 'active',
      expiresAt: NOW / 1000 + 3600,
    });
    expect(stored).not.toHaveProperty('tier');
    expect(stored).not.toHaveProperty('usageKey');
    expect(service.gateway.requests).toEqual([]);
  });

  test('keeps name and lifetime of the request', async () => {
    const { id } = await issue({ name: 'set-up', lifetimeSeconds: 86_400 });
    expect(await service.storedToken(id)).toMatchObject({ name: 'set-up', expiresAt: NOW / 1000 + 86_400 });
  });

  test('is logged and counted', async () => {
    const { id } = await issue();
    expect(service.events('token.issue')[0]).toMatchObject({ fields: { tokenId: id, actor: 'direct-invocation' } });
    expect(service.logText).toContain('"TokensIssued":1');
  });

  test.each([
    ['a lifetime over a day', { lifetimeSeconds: 86_401 }],
    ['no lifetime', { lifetimeSeconds: 0 }],
    ['a lifetime that is no number', { lifetimeSeconds: '3600' }],
    ['an empty name', { name: '' }],
    ['an unknown member', { scopes: ['sales:read'] }],
  ])('with %s is refused', async (_, request) => {
    await expect(issue(request)).rejects.toThrow('administrator token refused');
    expect(await service.table.items()).toEqual([]);
  });

  test('that fails says why without secrets, and logs it', async () => {
    const secret = 'k3y'.repeat(14);
    service.overrides = { pepper: () => Promise.reject(new Error(`pepper has no value ${secret}`)) };
    await expect(issue()).rejects.toThrow('administrator token not issued: pepper has no value (not shown)');
    expect(service.events('token-service.error').length).toBe(1);
    expect(service.logText).not.toContain(secret);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'issueAdministratorToken'],
    ['an empty object', {}],
    ['another action', { action: 'revokeEverything' }],
    ['the action with a request context', { ...ACTION, requestContext: {} }],
    ['the action with a method', { ...ACTION, httpMethod: 'POST' }],
    ['an HTTP API event', { ...ACTION, version: '2.0', rawPath: '/', requestContext: { http: {} } }],
    ['a queue event', { Records: [] }],
  ])('with %s is an unsupported event', async (_, event) => {
    await expect(service.invoke(event)).rejects.toThrow(/^unsupported event$/);
    expect(await service.table.items()).toEqual([]);
  });

  test('cannot be made through a gateway, whatever the body or the event holds', async () => {
    const event = { ...proxyEvent('POST', '/v1/tokens', { body: ACTION, authorizer: undefined }), ...ACTION };
    expect(await service.invoke(event)).toMatchObject({ statusCode: 500 });
    expect(await service.table.items()).toEqual([]);
  });

  test('makes a token that an administrator can issue others with', async () => {
    const { id } = await issue();
    const { scopes } = await service.storedToken(id);
    const reply = await service.issue({ scopes: ['*'] }, { scopes: scopes.join(' ') });
    expect(reply.status).toBe(201);
  });
});
