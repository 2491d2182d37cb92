import { AUTHORIZER, Harness } from '../support/harness';

let service: Harness;
beforeEach(async () => {
  service = await Harness.start();
});
afterEach(() => service.close());

const revoke = (id: string, scopes?: string) =>
  service.request('POST', `/v1/tokens/${id}/revoke`, scopes === undefined ? {} : { scopes });

describe('POST /tokens/{tokenId}/revoke', () => {
  test('revokes and says when and by whom', async () => {
    const { body: issued } = await service.issue();
    service.now += 5000;
    const { status, body } = await revoke(issued.id);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: issued.id,
      status: 'revoked',
      revokedAt: '2026-01-01T00:00:05Z',
      revokedBy: AUTHORIZER.principal,
      version: 2,
    });
  });

  test('a second time gives the record of the first', async () => {
    const { body: issued } = await service.issue();
    const first = await revoke(issued.id);
    service.now += 5000;
    const second = await revoke(issued.id);
    expect(second.status).toBe(200);
    expect(second.body).toEqual(first.body);
  });

  test('is logged and counted once', async () => {
    const { body } = await service.issue();
    await revoke(body.id);
    await revoke(body.id);
    expect(service.events('token.revoke')).toEqual([
      expect.objectContaining({
        fields: expect.objectContaining({ tokenId: body.id, application: 'dashboard' }),
        metrics: expect.objectContaining({ values: { TokensRevoked: { unit: 'Count', value: 1 } } }),
      }),
    ]);
  });

  test('of many at once one revokes, and all succeed', async () => {
    const { body } = await service.issue();
    const replies = await Promise.all(Array.from({ length: 8 }, () => revoke(body.id)));
    expect(replies.map((reply) => reply.status)).toEqual(Array(8).fill(200));
    expect((await service.storedToken(body.id)).version).toBe(2);
    expect(service.events('token.revoke').length).toBe(1);
  });

  test('wins against a change of the record that was read before it', async () => {
    const { body } = await service.issue();
    const { version } = await service.storedToken(body.id);
    await revoke(body.id);
    const overwritten = service.overwriteToken(body.id, { status: 'active' }, version);
    await expect(overwritten).rejects.toThrow('conditional request failed');
    expect((await service.storedToken(body.id)).status).toBe('revoked');
  });

  test('is not lost when the record changed just before', async () => {
    const { body } = await service.issue();
    await service.overwriteToken(body.id, { version: 7, status: 'disabled' });
    expect((await revoke(body.id)).body).toMatchObject({ status: 'revoked', version: 8 });
  });

  test('works on an expired token', async () => {
    const { body } = await service.issue({ expiresInSeconds: 1 });
    service.now += 10_000;
    expect((await revoke(body.id)).body.status).toBe('revoked');
  });

  test('keeps hash and usage key, so that the token is still recognised as revoked', async () => {
    const { body } = await service.issue({ tier: 'gold' });
    const before = await service.storedToken(body.id);
    await revoke(body.id);
    expect(await service.storedToken(body.id)).toMatchObject({
      generations: before.generations,
      usageKey: before.usageKey,
    });
  });

  test('answers 404 for an id that no token has, and makes no item', async () => {
    expect((await revoke('AAAAAAAAAAAAAAAA')).status).toBe(404);
    expect(await service.table.items()).toEqual([]);
  });

  test('needs tokens:write', async () => {
    const { body } = await service.issue();
    expect((await revoke(body.id, 'tokens:read')).status).toBe(403);
    expect((await service.storedToken(body.id)).status).toBe('active');
  });
});
