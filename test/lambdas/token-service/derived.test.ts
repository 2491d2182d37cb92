import fc from 'fast-check';
import { inRange, parseCidr } from '../../../lambdas/lib/cidr';
import { revocationSet } from '../../../lambdas/lib/revocation-set';
import { mayGrant } from '../../../lambdas/lib/scopes';
import type { TokenRecord } from '../../../lambdas/lib/token-record';
import { contextOfAccessToken, contextOfToken } from './support/callers';
import { Harness, NOW } from './support/harness';

let service: Harness;
beforeEach(async () => {
  service = await Harness.start();
  await service.addTeams('web', 'finance');
  service.config = {
    ...service.config,
    scopes: { ...service.config.scopes, 'applications:write': 'Register', 'revocations:write': 'Revoke' },
  };
});
afterEach(() => service.close());

const NOW_SECONDS = NOW / 1000;
const WRITE = ['tokens:write', 'sales:read'];
const PARENT = { name: 'parent', application: 'dashboard', scopes: WRITE };
const CHILD = { name: 'child', application: 'dashboard', scopes: ['sales:read'] };

/** Issues a token by the administrator and gives its record. */
async function issued(body: object = {}): Promise<TokenRecord> {
  const reply = await service.issue({ ...PARENT, ...body });
  expect(reply.status).toBe(201);
  return service.storedToken(reply.body.id);
}

/** A request by a token. */
function by(parent: TokenRecord, body: object) {
  return service.issue({ ...CHILD, ...body }, { authorizer: contextOfToken(parent) });
}

const WIDER = { type: 'urn:gatehouse:problem:wider-than-caller', status: 403 };

describe('a token that issues', () => {
  test('laundering: a 60-second token bound to one address gets neither a year nor other networks', async () => {
    const parent = await issued({ expiresInSeconds: 60, cidrs: ['192.0.2.7/32'] });
    const year = await by(parent, { expiresInSeconds: 365 * 86_400, cidrs: ['192.0.2.7/32'] });
    expect(year.body).toMatchObject({ ...WIDER, errors: [{ pointer: '#/expiresAt' }] });
    const anywhere = await by(parent, {});
    expect(anywhere.body).toMatchObject({ ...WIDER, errors: [{ pointer: '#/cidrs' }] });
    const elsewhere = await by(parent, { cidrs: ['192.0.2.7/32', '192.0.2.0/24'] });
    expect(elsewhere.body).toMatchObject({ ...WIDER, errors: [{ pointer: '#/cidrs/1' }] });
    const narrow = await by(parent, { cidrs: ['192.0.2.7/32'] });
    expect(narrow.body).toMatchObject({ expiresAt: '2026-01-01T00:01:00Z', cidrs: ['192.0.2.7/32'] });
  });

  test.each<[string, object, object, string]>([
    ['another application', {}, { application: 'partner' }, '#/application'],
    ['another team', { team: 'web' }, { team: 'finance' }, '#/team'],
    ['a team that it has not', {}, { team: 'finance' }, '#/team'],
    ['another tier', { tier: 'free' }, { tier: 'gold' }, '#/tier'],
    ['a tier that it has not', {}, { tier: 'free' }, '#/tier'],
    ['an expiry one second later', { expiresInSeconds: 60 }, { expiresInSeconds: 61 }, '#/expiresAt'],
    ['a network of the other family', { cidrs: ['192.0.2.0/24'] }, { cidrs: ['2001:db8::/32'] }, '#/cidrs/0'],
    ['a network one bit wider', { cidrs: ['2001:db8::/33'] }, { cidrs: ['2001:db8::/32'] }, '#/cidrs/0'],
  ])('cannot give %s, and nothing is stored', async (_, own, asked, pointer) => {
    const parent = await issued(own);
    const before = await service.table.items();
    const { body } = await by(parent, asked);
    expect(body).toMatchObject({ ...WIDER, errors: [{ pointer }] });
    expect(await service.table.items()).toEqual(before);
  });

  test('gives its own tier where none is asked for, and the team that its application has now', async () => {
    const parent = await issued();
    await service.request('PUT', '/v1/applications/dashboard', { body: { tier: 'gold', team: 'web' } });
    const { body } = await by(parent, {});
    expect(body).not.toHaveProperty('tier');
    // In another team than its application's, people of that team could get a secret of the application.
    expect(body.team).toBe('web');
    expect(await service.storedToken(body.id)).not.toHaveProperty('usageKey');
  });

  test('without bounds but its scopes takes the default lifetime, cut at its own end', async () => {
    const { body } = await by(await issued({ expiresInSeconds: 7200 }), {});
    expect(body.expiresAt).toBe('2026-01-01T02:00:00Z');
  });

  test('with applications:write by its name may choose application, team and tier, and nothing else', async () => {
    const parent = await issued({ scopes: [...WRITE, 'applications:write'], expiresInSeconds: 60 });
    const other = await by(parent, { application: 'partner', team: 'finance', tier: 'gold' });
    expect(other.body).toMatchObject({ application: 'partner', team: 'finance', tier: 'gold' });
    expect((await by(parent, { expiresInSeconds: 61 })).status).toBe(403);
  });

  test.each(['applications:write', 'revocations:write'])('with * has not got %s and cannot give it', async (scope) => {
    const parent = await issued({ scopes: ['*'] });
    expect((await by(parent, { application: 'partner' })).status).toBe(403);
    const { body } = await by(parent, { scopes: [scope] });
    expect(body).toMatchObject({ type: 'urn:gatehouse:problem:scope-not-held' });
  });

  test('an administrator, whose token was made by a direct invocation, has no bound', async () => {
    const token = await issued({ expiresInSeconds: 365 * 86_400 });
    expect(token.expiresAt - NOW_SECONDS).toBe(365 * 86_400);
    expect(token.ancestors).toMatchObject([{ administrator: true }]);
  });

  test('of another environment is refused', async () => {
    const parent = await issued();
    const authorizer = { ...contextOfToken(parent), environment: 'prod' };
    expect((await service.issue(CHILD, { authorizer })).body.type).toBe('urn:gatehouse:problem:caller-refused');
  });
});

describe('an access token that issues', () => {
  test('gives no more than its own life, application and tier', async () => {
    const authorizer = contextOfAccessToken();
    const { body, status } = await service.issue(CHILD, { authorizer });
    expect({ status, expiresAt: body.expiresAt }).toEqual({ status: 201, expiresAt: '2026-01-01T00:10:00Z' });
    expect((await service.issue({ ...CHILD, expiresInSeconds: 601 }, { authorizer })).body).toMatchObject(WIDER);
    expect((await service.issue({ ...CHILD, tier: 'gold' }, { authorizer })).body).toMatchObject(WIDER);
    expect((await service.issue({ ...CHILD, application: 'partner' }, { authorizer })).body).toMatchObject(WIDER);
  });

  test('that belongs to no application issues none', async () => {
    const { application: _, ...authorizer } = contextOfAccessToken();
    expect((await service.issue(CHILD, { authorizer })).body).toMatchObject({ errors: [{ pointer: '#/application' }] });
  });

  test('createdBy cannot be forged by a subject that looks like another principal', async () => {
    const subjects = ['api_token|urn:gatehouse:platform:dev|administratorAAA', 'direct-invocation', 'dashboard'];
    for (const subject of subjects) {
      const authorizer = contextOfAccessToken({ subject, tokenId: subject });
      const { body } = await service.issue(CHILD, { authorizer });
      expect(body.createdBy).toBe(`access_token|https://issuer.example.com/|${subject}`);
      expect(body.ancestors).toEqual([{ principal: body.createdBy, tokenId: subject }]);
    }
  });
});

describe('ancestry', () => {
  /** Whether the authorizer refuses a token of the table, by its record and the set. */
  async function isRefused(token: TokenRecord): Promise<boolean> {
    const { id, application, ancestors, createdAt } = await service.storedToken(token.id);
    const item = await service.store.getRevocations();
    const issuer = 'urn:gatehouse:platform:dev';
    const self = {
      authMethod: 'api_token' as const,
      issuer,
      subject: id,
      tokenId: id,
      application,
      issuedAt: createdAt,
    };
    return revocationSet(Object.values(item?.named ?? {})).refuses({ ...self, ancestors });
  }

  async function family(): Promise<readonly TokenRecord[]> {
    const line = [await issued()];
    for (let depth = 0; depth < 3; depth++) {
      const { body } = await by(line[depth] as TokenRecord, { scopes: WRITE });
      line.push(await service.storedToken(body.id));
    }
    return line;
  }

  const revoke = (id: string, authorizer?: object) =>
    service.request('POST', `/v1/tokens/${id}/revoke`, authorizer ? { authorizer } : {});

  test('is recorded from the first to the last, and shown', async () => {
    const [first, second, third] = await family();
    const { body } = await service.request('GET', `/v1/tokens/${third?.id}`);
    expect(body.ancestors.map(({ tokenId }: { tokenId: string }) => tokenId)).toEqual([
      'administratorAAA',
      first?.id,
      second?.id,
    ]);
  });

  test('revoking a token ends its descendants, and nobody else', async () => {
    const [first, second, third, fourth] = (await family()) as [TokenRecord, TokenRecord, TokenRecord, TokenRecord];
    await revoke(second.id);
    expect(await Promise.all([first, second, third, fourth].map(isRefused))).toEqual([false, true, true, true]);
  });

  test('a revocation of the ancestor alone leaves the token itself', async () => {
    const [first, second, third] = (await family()) as [TokenRecord, TokenRecord, TokenRecord];
    await service.request('POST', '/v1/revocations', { body: { kind: 'ancestor', value: second.id } });
    expect(await Promise.all([first, second, third].map(isRefused))).toEqual([false, false, true]);
  });

  test('what an administrator issued outlives the revocation of the administrator, and ends by its ancestor', async () => {
    const token = await issued();
    await service.request('POST', '/v1/revocations', { body: { kind: 'token', value: 'administratorAAA' } });
    expect(await isRefused(token)).toBe(false);
    // The administrator of the tests is revoked now, so that another revokes what it issued.
    await service.store.resetRevocations();
    await service.request('POST', '/v1/revocations', { body: { kind: 'ancestor', value: 'administratorAAA' } });
    expect(await isRefused(token)).toBe(true);
  });

  test('a token issues nothing after its revocation, although the gateway still lets it through', async () => {
    const parent = await issued();
    await revoke(parent.id);
    expect((await by(parent, {})).body).toMatchObject({ status: 403, type: 'urn:gatehouse:problem:caller-refused' });
  });

  test.each<[string, (parent: TokenRecord) => object]>([
    ['its application', ({ application }) => ({ kind: 'client', value: application })],
    ['its id', ({ id }) => ({ kind: 'token', value: id })],
    ['what issued it', () => ({ kind: 'ancestor', value: 'administratorAAA' })],
  ])('a token issues nothing after a revocation of %s', async (_, body) => {
    const parent = await issued();
    expect((await service.request('POST', '/v1/revocations', { body: body(parent) })).status).toBe(201);
    expect((await by(parent, {})).status).toBe(403);
  });

  test('a token that expired or was deleted issues nothing', async () => {
    const parent = await issued({ expiresInSeconds: 60 });
    service.now += 60_000;
    expect((await by(parent, { expiresInSeconds: 1 })).status).toBe(403);
    expect((await by({ ...parent, id: 'AAAAAAAAAAAAAAAA' }, {})).status).toBe(403);
  });

  test('a line has at most five ancestors', async () => {
    let token = await issued();
    for (let depth = 1; depth < 5; depth++) {
      const { body } = await by(token, { scopes: WRITE });
      token = await service.storedToken(body.id);
    }
    expect(token.ancestors).toHaveLength(5);
    expect((await by(token, {})).body.detail).toBe(
      "the caller's token has 5 ancestors, a token with 5 issues no other",
    );
  });

  test('the revocation of a token is final, with what it issued', async () => {
    const parent = await issued();
    await revoke(parent.id);
    const { revocations } = (await service.request('GET', '/v1/revocations')).body;
    expect(revocations).toMatchObject([{ kind: 'token', value: parent.id, until: '2026-04-01T00:00:00Z' }]);
    expect((await service.request('DELETE', `/v1/revocations/${revocations[0].id}`)).status).toBe(409);
  });

  test('a token that cannot have issued any costs no entry in the set', async () => {
    const token = await issued({ scopes: ['sales:read'] });
    await revoke(token.id);
    expect(await service.store.getRevocations()).toBeUndefined();
  });
});

const networks = fc.subarray([
  '192.0.2.0/24',
  '192.0.2.0/25',
  '192.0.2.7/32',
  '198.51.100.0/24',
  '2001:db8::/32',
  '2001:db8:1::/48',
]);
const some = <T>(...values: T[]) => fc.constantFrom(undefined, ...values);
const request = fc.record({
  scopes: fc.subarray(['tokens:write', 'tokens:*', 'sales:read', 'sales:write', 'sales:*', '*', 'applications:write'], {
    minLength: 1,
  }),
  application: fc.constantFrom('dashboard', 'partner'),
  team: some('web', 'finance'),
  tier: some('free', 'gold'),
  cidrs: fc.option(networks, { nil: undefined }),
  expiresInSeconds: some(60, 3600, 86_400),
});

/** What a parent asks for: half of it for its own application, as most of what is issued is. */
const asking = fc.tuple(request, fc.boolean()).map(([drawn, isRelated]) => ({ ...drawn, isRelated }));

/** What of a child is wider than its parent: the model, which shares nothing with the service but the reading of networks. */
function widened(parent: TokenRecord, child: TokenRecord): string[] {
  const isWithin = (cidr: string) =>
    parent.cidrs.some((own) => {
      const [inner, outer] = [parseCidr(cidr), parseCidr(own)];
      return inner && outer && inner.prefix >= outer.prefix && inRange(inner.bytes, outer);
    });
  const free = parent.scopes.includes('applications:write');
  return [
    ...(mayGrant(parent.scopes, child.scopes) ? [] : ['scopes']),
    ...(child.scopes.includes('applications:write') && !free ? ['applications:write'] : []),
    ...(child.expiresAt > parent.expiresAt ? ['expiry'] : []),
    ...(parent.cidrs.length > 0 && (child.cidrs.length === 0 || !child.cidrs.every(isWithin)) ? ['networks'] : []),
    ...(child.environment === parent.environment ? [] : ['environment']),
    ...(free ? [] : (['application', 'team', 'tier'] as const).filter((name) => child[name] !== parent[name])),
  ];
}

describe('a token that another issued cannot be made to outlive it', () => {
  const later = new Date(NOW + 9 * 86_400_000).toISOString();
  const sooner = new Date(NOW + 60_000).toISOString();
  const extend = (id: string, expiresAt: string, options = {}) =>
    service.request('PATCH', `/v1/tokens/${id}`, { body: { expiresAt }, headers: { 'If-Match': '"1"' }, ...options });

  test('not by another token of the application, and not by an operator', async () => {
    const { body: child } = await by(await issued(), { expiresInSeconds: 3600 });
    const authorizer = contextOfToken(await issued({ name: 'sibling' }));
    for (const options of [{ authorizer }, {}]) {
      const { status, text } = await extend(child.id, later, options);
      expect([status, text]).toEqual([403, expect.stringContaining('which it may not outlive')]);
    }
    expect(await service.storedToken(child.id)).toMatchObject({ version: 1, expiresAt: NOW / 1000 + 3600 });
  });

  test('and may end sooner', async () => {
    const { body: child } = await by(await issued(), { expiresInSeconds: 3600 });
    expect((await extend(child.id, sooner)).status).toBe(200);
  });

  test('what an administrator issued may live longer', async () => {
    const { body } = await service.issue({ expiresInSeconds: 3600 });
    expect((await extend(body.id, later)).status).toBe(200);
  });
});

test('for random parents and requests no child is wider than its parent in any dimension', async () => {
  const seen = { issued: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(request, fc.array(asking, { minLength: 4, maxLength: 4 }), async (own, asked) => {
      const reply = await service.issue({ name: 'parent', ...own });
      // One application has one tier and one team, so that some parents contradict those before them.
      if (reply.status !== 201) {
        return;
      }
      const parent = await service.storedToken(reply.body.id);
      for (const { isRelated, ...drawn } of asked) {
        const { application, team, tier } = own;
        const body = isRelated ? { ...drawn, application, team, tier } : drawn;
        const child = await service.issue({ name: 'child', ...body }, { authorizer: contextOfToken(parent) });
        expect([201, 400, 403, 409]).toContain(child.status);
        seen[child.status === 201 ? 'issued' : 'refused'] += 1;
        expect(child.status === 201 ? widened(parent, await service.storedToken(child.body.id)) : []).toEqual([]);
      }
    }),
    { numRuns: 150 },
  );
  // The property is about what is issued, so some has to be.
  expect(seen.issued).toBeGreaterThan(5);
  expect(seen.refused).toBeGreaterThan(50);
}, 60_000);
