import { AUTHORIZER, Harness, NOW } from '../support/harness';

let service: Harness;
beforeEach(async () => {
  service = await Harness.start();
});
afterEach(() => service.close());

const SUBJECT = { kind: 'sub', value: 'user-1', issuer: 'https://issuer.example.com/' };
const revoke = (body: object, scopes = 'tokens:write') => service.request('POST', '/v1/revocations', { body, scopes });
const list = async () => (await service.request('GET', '/v1/revocations')).body.revocations;
const HOUR = 3600;

describe('POST /revocations', () => {
  test('answers 201 with the revocation, and stores it in the one item that authorizers read', async () => {
    const { status, body } = await revoke({ ...SUBJECT, issuedBefore: '2026-01-01T00:00:00Z', reason: 'left' });
    expect(status).toBe(201);
    expect(body).toEqual({
      ...SUBJECT,
      id: expect.stringMatching(/^[0-9A-Za-z]{16}$/),
      issuedBefore: '2026-01-01T00:00:00Z',
      until: '2026-01-01T01:00:00Z',
      createdAt: '2026-01-01T00:00:00Z',
      createdBy: AUTHORIZER.principal,
      reason: 'left',
    });
    const [item] = (await service.table.items()) as { named: Record<string, unknown> }[];
    expect(item).toEqual({
      pk: 'revocations',
      entity: 'revocations',
      version: 2,
      named: {
        [Object.keys(item?.named ?? {})[0] ?? '']: {
          ...SUBJECT,
          id: body.id,
          issuedBefore: NOW / 1000,
          until: NOW / 1000 + HOUR,
          createdAt: NOW / 1000,
          createdBy: AUTHORIZER.principal,
          reason: 'left',
        },
      },
    });
  });

  test.each([
    ['jti', 'jti-1', HOUR],
    ['kid', 'k1', HOUR],
    ['issuer', 'https://issuer.example.com/', HOUR],
    ['token', 'AAAAAAAAAAAAAAAA', 365 * 24 * HOUR],
    ['client', 'partner', 365 * 24 * HOUR],
    ['source', 'token:AAAAAAAAAAAAAAAA', HOUR + 300],
    ['source', 'session:*', HOUR + 300],
  ])('%s stands until the last token that it means has expired', async (kind, value, seconds) => {
    const { body } = await revoke({ kind, value });
    expect(Date.parse(body.until)).toBe(NOW + seconds * 1000);
  });

  test('a second time answers 200 with the entry of the first, renewed', async () => {
    const { body: first } = await revoke(SUBJECT);
    service.now += 60_000;
    const second = await revoke(SUBJECT);
    expect(second.status).toBe(200);
    expect(second.body).toEqual({ ...first, until: '2026-01-01T01:01:00Z' });
    expect(await list()).toHaveLength(1);
  });

  test('what differs in issuer or time is another revocation', async () => {
    await revoke(SUBJECT);
    service.config = { ...service.config, issuers: [SUBJECT.issuer, 'https://other.example.com/'] };
    await revoke({ ...SUBJECT, issuer: 'https://other.example.com/' });
    await revoke({ ...SUBJECT, issuedBefore: '2026-01-01T00:00:00Z' });
    expect(await list()).toHaveLength(3);
  });

  test('drops what has run out', async () => {
    await revoke({ kind: 'jti', value: 'old' });
    service.now += HOUR * 1000;
    await revoke({ kind: 'jti', value: 'new' });
    expect((await list()).map(({ value }: { value: string }) => value)).toEqual(['new']);
  });

  test('of many at once none is lost', async () => {
    const values = Array.from({ length: 4 }, (_, index) => `jti-${index}`);
    const replies = await Promise.all(values.map((value) => revoke({ kind: 'jti', value })));
    expect(replies.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect((await list()).map(({ value }: { value: string }) => value).sort()).toEqual(values);
  });

  test('is logged and counted without the value', async () => {
    const { body } = await revoke({ kind: 'sub', value: 'jane.doe@example.com' });
    expect(service.events('revocation.add')).toEqual([
      expect.objectContaining({
        fields: expect.objectContaining({ revocationId: body.id, kind: 'sub', actor: AUTHORIZER.principal }),
        metrics: expect.objectContaining({ values: { RevocationsChanged: { unit: 'Count', value: 1 } } }),
      }),
    ]);
    expect(service.logText).not.toContain('jane.doe');
  });

  test.each([
    ['an unknown kind', { kind: 'colour', value: 'red' }],
    ['no value', { kind: 'jti' }],
    ['an empty value', { kind: 'jti', value: '' }],
    ['a value with a newline', { kind: 'jti', value: 'a\nb' }],
    ['an issuer where the kind has none', { kind: 'token', value: 'AAAAAAAAAAAAAAAA', issuer: SUBJECT.issuer }],
    ['a token id that is none', { kind: 'token', value: 'short' }],
    ['a time that is none', { kind: 'jti', value: 'a', issuedBefore: 'yesterday' }],
    ['a source that is none', { kind: 'source', value: 'AAAAAAAAAAAAAAAA' }],
    ['an issuer of a source', { kind: 'source', value: 'token:*', issuer: SUBJECT.issuer }],
    ['an unknown member', { kind: 'jti', value: 'a', colour: 'red' }],
  ])('refuses %s and stores nothing', async (_, body) => {
    expect((await revoke(body)).status).toBe(400);
    expect(await service.table.items()).toEqual([]);
  });

  test('refuses a whole token as a value, and does not repeat it', async () => {
    const { body } = await service.issue();
    const reply = await revoke({ kind: 'jti', value: body.token });
    expect(reply.status).toBe(400);
    expect(reply.text).not.toContain(body.token);
  });

  test('refuses more than the set can hold, and keeps what it has', async () => {
    await revoke(SUBJECT);
    const item = await service.store.getRevocations();
    const [one] = Object.values(item?.named ?? {});
    const entries = Array.from({ length: 250 }, (_, n) => [`e${n}`, { ...one, id: `${n}`, reason: 'x'.repeat(1150) }]);
    await service.store.replaceRevocations({ ...item, named: Object.fromEntries(entries), version: 3 } as never);
    const { status, body } = await revoke({ kind: 'jti', value: 'one more' });
    expect(status).toBe(409);
    expect(body.detail).toContain('the set of revocations is full');
    expect(await list()).toHaveLength(250);
  });

  test('needs tokens:write', async () => {
    expect((await revoke(SUBJECT, 'tokens:read')).status).toBe(403);
  });
});

describe('DELETE /revocations/{revocationId}', () => {
  const remove = (id: string, scopes = 'tokens:write') =>
    service.request('DELETE', `/v1/revocations/${id}`, { scopes });

  test('takes it back, and logs that', async () => {
    const { body } = await revoke(SUBJECT);
    await revoke({ kind: 'jti', value: 'stays' });
    expect((await remove(body.id)).status).toBe(204);
    expect((await list()).map(({ value }: { value: string }) => value)).toEqual(['stays']);
    expect(service.events('revocation.remove')).toHaveLength(1);
  });

  test('answers 404 for an id that none has', async () => {
    expect((await remove('AAAAAAAAAAAAAAAA')).status).toBe(404);
    expect(await service.table.items()).toEqual([]);
  });

  test('needs tokens:write', async () => {
    const { body } = await revoke(SUBJECT);
    expect((await remove(body.id, 'tokens:read')).status).toBe(403);
    expect(await list()).toHaveLength(1);
  });
});
