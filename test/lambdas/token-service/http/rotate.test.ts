import { contextOfToken } from '../support/callers';
import { enforced } from '../support/enforced';
import { Harness, NOW, VALID } from '../support/harness';

const DAY = 86_400;
const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString().replace('.000Z', 'Z');

let service: Harness;
let flushes: number;
beforeEach(async () => {
  service = await Harness.start();
  flushes = 0;
  service.overrides = {
    flushAuthorizerCaches: async () => {
      flushes += 1;
      return { flushed: 1, failures: [] };
    },
  };
});
afterEach(() => service.close());

const rotate = (id: string, body?: object, options = {}) =>
  service.request('POST', `/v1/tokens/${id}/rotate`, { ...(body && { body }), ...options });
const endGrace = (id: string) => service.request('POST', `/v1/tokens/${id}/end-grace`);
const after = (seconds: number) => {
  service.now = NOW + seconds * 1000;
};
const use = (id: string, generation: number, firstAt: number) =>
  service.overwriteToken(id, { uses: { [generation]: { firstAt, lastAt: firstAt } } });

test('the token keeps its id, its expiry and everything else, and has a secret more', async () => {
  const { body: issued } = await service.issue({ description: 'd', tags: { a: 'b' } });
  const { status, body } = await rotate(issued.id);
  expect(status).toBe(200);
  const { token, secrets, version, ...kept } = body;
  const { token: old, secrets: _, version: __, ...before } = issued;
  expect(kept).toEqual(before);
  expect(token).not.toBe(old);
  expect(token.slice(0, 26)).toBe(old.slice(0, 26));
  expect(version).toBe(2);
  expect(secrets).toEqual([
    { number: 1, createdAt: at(0), endsAt: at(DAY) },
    { number: 2, createdAt: at(0), endsAt: issued.expiresAt },
  ]);
});

test('both secrets work during the overlap, and the old one ends at its second', async () => {
  const { body: issued } = await service.issue();
  const { body } = await rotate(issued.id, { overlapSeconds: 60 });
  expect(await enforced(service, body.token)).toBe(2);
  after(59);
  expect(await enforced(service, issued.token)).toBe(1);
  after(60);
  expect(await enforced(service, issued.token)).toBe('expired');
  expect(await enforced(service, body.token)).toBe(2);
});

test('an overlap of 0 ends the old secret at once, and every gateway drops its results', async () => {
  service.config = { ...service.config, revocationBounds: { recordSeconds: 60, setSeconds: 90 } };
  const { body: issued } = await service.issue();
  const { body } = await rotate(issued.id, { overlapSeconds: 0 });
  expect(await enforced(service, issued.token)).toBe('expired');
  expect(flushes).toBe(1);
  expect(body.effectiveWithinSeconds).toBe(60);
});

test('the overlap never lasts longer than the token', async () => {
  const { body: issued } = await service.issue({ expiresInSeconds: 100 });
  const { body } = await rotate(issued.id, { overlapSeconds: 3000 });
  expect(body.secrets[0].endsAt).toBe(issued.expiresAt);
});

test('the platform says how long an overlap is that the request does not name', async () => {
  service.config = { ...service.config, defaultOverlapSeconds: 7200 };
  const { body: issued } = await service.issue();
  expect((await rotate(issued.id)).body.secrets[0].endsAt).toBe(at(7200));
});

describe('an overlap that starts at the first use of the new secret', () => {
  test('has a hard end, and its length is told until it begins', async () => {
    const { body: issued } = await service.issue();
    const { body } = await rotate(issued.id, { overlapSeconds: 60, startsAtFirstUse: true });
    expect(body.secrets[0]).toEqual({ number: 1, createdAt: at(0), endsAt: at(30 * DAY), overlapSeconds: 60 });
    await use(issued.id, 2, NOW / 1000 + 1000);
    const { body: shown } = await service.request('GET', `/v1/tokens/${issued.id}`);
    expect(shown.secrets[0]).toEqual({ number: 1, createdAt: at(0), endsAt: at(1060) });
  });

  test('refuses another rotation until it is over', async () => {
    const { body: issued } = await service.issue();
    await rotate(issued.id, { overlapSeconds: 60, startsAtFirstUse: true });
    after(DAY);
    expect((await rotate(issued.id)).status).toBe(409);
    await use(issued.id, 2, NOW / 1000 + 100);
    expect((await rotate(issued.id)).status).toBe(200);
  });
});

test('while two secrets are accepted there is no third, and the answer says what to do', async () => {
  const { body: issued } = await service.issue();
  await rotate(issued.id, { overlapSeconds: 60 });
  const { status, body } = await rotate(issued.id);
  expect([status, body.type]).toEqual([409, 'urn:gatehouse:problem:overlap-running']);
  expect(body.detail).toContain(`is accepted until ${at(60)}`);
  expect(body.detail).toMatch(/end-grace.*replaceNewest/);
  after(60);
  expect((await rotate(issued.id)).status).toBe(200);
  expect((await service.storedToken(issued.id)).generations.map(({ number }) => number)).toEqual([2, 3]);
});

describe('a newest secret that was lost', () => {
  test('is replaced, and the old one keeps its end', async () => {
    const { body: issued } = await service.issue();
    const { body: lost } = await rotate(issued.id, { overlapSeconds: 60 });
    after(30);
    const { body } = await rotate(issued.id, { replaceNewest: true });
    expect(body.secrets.map(({ number, endsAt }: { number: number; endsAt: string }) => [number, endsAt])).toEqual([
      [1, at(60)],
      [3, issued.expiresAt],
    ]);
    expect(await enforced(service, lost.token)).toBe('unknown_token');
    expect([await enforced(service, issued.token), await enforced(service, body.token)]).toEqual([1, 3]);
  });

  test('ends at once where it is the only one', async () => {
    const { body: issued } = await service.issue();
    const { body } = await rotate(issued.id, { replaceNewest: true });
    expect([await enforced(service, issued.token), await enforced(service, body.token)]).toEqual(['expired', 2]);
  });

  test('has no overlap of its own', async () => {
    const { body: issued } = await service.issue();
    const { status, body } = await rotate(issued.id, { replaceNewest: true, overlapSeconds: 5 });
    expect([status, body.errors[0].pointer]).toEqual([400, '#/overlapSeconds']);
  });
});

test.each([
  ['revoked', { status: 'revoked' as const }],
  ['expired', { expiresAt: NOW / 1000 }],
  ['disabled', { status: 'disabled' as const }],
  ['blocked', { blocked: { reasons: ['max-lifetime'], since: 1 } }],
])('a token that is %s is not rotated', async (word, change) => {
  const { body: issued } = await service.issue();
  await service.overwriteToken(issued.id, change);
  const { status, body } = await rotate(issued.id, { replaceNewest: true });
  expect([status, body.type]).toEqual([409, 'urn:gatehouse:problem:conflict']);
  expect(body.detail).toContain(word);
  expect((await service.storedToken(issued.id)).generations).toHaveLength(1);
});

test.each([-1, 30 * DAY + 1, 1.5, '60'])('an overlap of %j seconds is refused', async (overlapSeconds) => {
  const { body: issued } = await service.issue();
  expect((await rotate(issued.id, { overlapSeconds })).status).toBe(400);
});

test('uses of secrets that are gone are forgotten, those of the others stay', async () => {
  const { body: issued } = await service.issue();
  await service.overwriteToken(issued.id, { uses: { 1: { firstAt: 1, lastAt: 2 } } });
  await rotate(issued.id, { overlapSeconds: 0 });
  expect((await service.storedToken(issued.id)).uses).toEqual({ 1: { firstAt: 1, lastAt: 2 } });
  await rotate(issued.id, { overlapSeconds: 0 });
  expect((await service.storedToken(issued.id)).uses).toEqual({});
});

describe('ending the grace', () => {
  test('refuses the old secret at once; a second call changes nothing', async () => {
    const { body: issued } = await service.issue();
    const { body: rotated } = await rotate(issued.id, { overlapSeconds: 60, startsAtFirstUse: true });
    after(10);
    const { status, body } = await endGrace(issued.id);
    expect([status, body.secrets[0]]).toEqual([200, { number: 1, createdAt: at(0), endsAt: at(10) }]);
    expect([await enforced(service, issued.token), await enforced(service, rotated.token)]).toEqual(['expired', 2]);
    expect((await endGrace(issued.id)).body).toEqual(body);
    expect(flushes).toBe(2);
  });

  test('of a token that is revoked changes nothing', async () => {
    const { body: issued } = await service.issue();
    await rotate(issued.id);
    await service.request('POST', `/v1/tokens/${issued.id}/revoke`);
    expect((await endGrace(issued.id)).body).toMatchObject({ status: 'revoked', version: 3 });
  });
});

test('a token that is not there is 404', async () => {
  expect((await rotate('AAAAAAAAAAAAAAA1')).status).toBe(404);
  expect((await endGrace('AAAAAAAAAAAAAAA1')).status).toBe(404);
});

describe('whoever rotates gets what the token may do', () => {
  const caller = async (body: object = {}, context: object = {}) => {
    const { body: issued } = await service.issue({ scopes: ['tokens:write', 'sales:read'], ...body });
    const record = await service.storedToken(issued.id);
    return { id: issued.id, authorizer: { ...contextOfToken(record), ...context } };
  };

  test('a token rotates itself', async () => {
    const { id, authorizer } = await caller();
    expect((await rotate(id, {}, { authorizer })).status).toBe(200);
  });

  test('an older secret of it does not', async () => {
    const { id, authorizer } = await caller();
    await rotate(id);
    const { status, body } = await rotate(id, { replaceNewest: true }, { authorizer });
    expect([status, body.type]).toEqual([403, 'urn:gatehouse:problem:wider-than-caller']);
  });

  test.each([
    ['more scopes', { scopes: ['sales:read', 'sales:write'] }, {}, 'scope-not-held'],
    ['a longer life', { expiresInSeconds: 300 * DAY }, {}, 'wider-than-caller'],
    ['any network', {}, { cidrs: ['10.0.0.0/8'] }, 'wider-than-caller'],
  ])('and none with %s', async (_, target, own, problem) => {
    const { authorizer } = await caller(own);
    const { body: wide } = await service.issue(target);
    const { status, body } = await rotate(wide.id, {}, { authorizer });
    expect([status, body.type]).toEqual([403, `urn:gatehouse:problem:${problem}`]);
  });

  test("a token of another application is as if it were not there, and nobody but an administrator rotates an administrator's", async () => {
    const { authorizer } = await caller();
    const { body: foreign } = await service.issue({ application: 'other' });
    expect((await rotate(foreign.id, {}, { authorizer })).status).toBe(404);
    const { authorizer: registrar } = await caller({}, { scopes: '* applications:write' });
    const admin = (await service.invoke({ action: 'issueAdministratorToken' })) as { id: string };
    expect((await rotate(admin.id, {}, { authorizer: registrar })).body.type).toBe('urn:gatehouse:problem:protected');
  });
});

test('neither table nor log holds the new secret, and no later answer shows it', async () => {
  const { body: issued } = await service.issue(VALID);
  const { body } = await rotate(issued.id);
  const secret = body.token.slice(26, -6);
  const { text } = await service.request('GET', `/v1/tokens/${issued.id}`);
  expect(JSON.stringify(await service.table.items()) + service.logText + text).not.toContain(secret);
});
