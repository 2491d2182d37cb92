import { Harness, NOW, proxyEvent } from './support/harness';

let service: Harness;
beforeEach(async () => {
  service = await Harness.start();
  service.config = { ...service.config, canaries: { shop: { scopes: ['sales:read'], tier: 'free' } } };
});
afterEach(() => service.close());

const ALIAS = { invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:acme-dev-token-service:canary' };
const FUNCTION = { invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:acme-dev-token-service' };

const byAlias = (event: unknown) => service.invoke(event, ALIAS);

async function start(): Promise<{ id: string; ended: number }> {
  return (await byAlias({ action: 'startCanary', canary: 'shop' })) as never;
}

test('a canary gets a token with the scopes and the tier that the service was told of, for an hour', async () => {
  const { id } = await start();
  expect(await service.storedToken(id)).toMatchObject({
    application: 'gatehouse-canary-shop',
    scopes: ['sales:read'],
    tier: 'free',
    usageKey: expect.any(String),
    expiresAt: NOW / 1000 + 3600,
    createdBy: 'direct-invocation',
  });
});

test('ends its token as a revocation does', async () => {
  const { id } = await start();
  await byAlias({ action: 'endCanary', canary: 'shop', tokenId: id });
  expect(await service.storedToken(id)).toMatchObject({ status: 'revoked' });
  expect(service.events('token.revoke')).toHaveLength(1);
  // A second time nothing happens, as after a lost answer.
  await byAlias({ action: 'endCanary', canary: 'shop', tokenId: id });
  expect(service.events('token.revoke')).toHaveLength(1);
});

test('a run ends what runs before left', async () => {
  const { id: left } = await start();
  const { id, ended } = await start();
  expect(ended).toBe(1);
  expect(await service.storedToken(left)).toMatchObject({ status: 'revoked' });
  expect(await service.storedToken(id)).toMatchObject({ status: 'active' });
});

test('ends no token but its own', async () => {
  const { body } = await service.issue();
  await expect(byAlias({ action: 'endCanary', canary: 'shop', tokenId: body.id })).rejects.toThrow(
    'no token with this id',
  );
  expect(await service.storedToken(body.id)).toMatchObject({ status: 'active' });
});

test.each([['bank'], ['constructor']])('there is no canary %s', async (canary) => {
  await expect(byAlias({ action: 'startCanary', canary })).rejects.toThrow('expected one of: shop');
});

test.each<[string, unknown]>([
  ['an administrator token', { action: 'issueAdministratorToken' }],
  ['an empty set of revocations', { action: 'resetRevocations' }],
  ['other scopes', { action: 'startCanary', canary: 'shop', scopes: ['*'] }],
  ['a request that API Gateway did not send', proxyEvent('POST', '/v1/tokens', { body: { name: 'x' } })],
  ['nothing', {}],
])('nobody gets %s by the alias', async (_, event) => {
  const before = await service.table.items();
  await expect(byAlias(event)).rejects.toThrow('unsupported event');
  expect(await service.table.items()).toEqual(before);
});

test('the actions of canaries are had by the alias alone', async () => {
  await expect(service.invoke({ action: 'startCanary', canary: 'shop' }, FUNCTION)).rejects.toThrow(
    'unsupported event',
  );
});

test('nobody issues for the application of a canary over HTTP', async () => {
  const { status, body } = await service.issue({ application: 'gatehouse-canary-shop' });
  expect(status).toBe(400);
  expect(body.errors).toMatchObject([
    { pointer: '#/application', detail: expect.stringContaining('revocation canaries') },
  ]);
});
