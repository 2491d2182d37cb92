import type { AuthorizerConfig } from '../../../../lambdas/authorizer/config';
import { lineageOf, MAX_MARKS } from '../../../../lambdas/lib/lineage';
import {
  AUDIENCE,
  accessToken,
  bearerEvent,
  type Claims,
  claims,
  compiled,
  issuerConfig,
  NOW,
  rsaKey,
} from '../support/access-tokens';
import { forgedTokens, ISSUER_KEYS, STANDARD } from '../support/forged-tokens';
import { apiHarness, ROUTES } from '../support/harness';

const key = rsaKey('r1');
const SOURCE = `token:${'A'.repeat(16)}`;
const SHOP = 'https://api.example.com/shop';
const OTHER = 'https://api.example.com/other';

function setUp(changes: Partial<AuthorizerConfig> = {}) {
  const { applications: _, ...issuer } = issuerConfig([key], { ownIssuer: true });
  const apis = {
    sales: { ...compiled(ROUTES), resource: SHOP },
    other: { ...compiled(ROUTES), resource: OTHER },
  };
  return apiHarness({ issuers: [issuer], apis, ...changes });
}

const event = (claims: Claims = {}, api = 'sales') => ({
  ...bearerEvent(accessToken(key, { claims: { client_id: 'client-1', src: SOURCE, ...claims } })),
  stageVariables: { gatehouseApi: api },
});

async function outcomeOf(claims: Claims, api?: string) {
  const { authorize, ports } = setUp();
  const result = await authorize(event(claims, api)).catch((error: Error) => error.message);
  return { result, decision: ports.decisions.at(-1) };
}

describe('a token of the platform itself', () => {
  test('tells of its source, and its application is believed', async () => {
    const { result } = await outcomeOf({ application: 'homepage', team: 'web', tier: 'partner' });
    expect(result).toMatchObject({
      context: { source: SOURCE, application: 'homepage', team: 'web', tier: 'partner', environment: 'dev' },
    });
  });

  test('is metered as its application is registered', async () => {
    const { authorize, ports } = setUp();
    const pk = 'application#homepage';
    ports.items.set(pk, { pk, entity: 'application', application: 'homepage', tier: 'gold', usageKey: 'k'.repeat(20) });
    expect(await authorize(event({ application: 'homepage', team: 'web', tier: 'partner' }))).toMatchObject({
      usageIdentifierKey: 'k'.repeat(20),
      context: { team: 'web', tier: 'gold' },
    });
  });

  test('belongs to no application when it names none', async () => {
    const { result } = await outcomeOf({});
    expect(result).not.toHaveProperty('context.application');
  });

  test('is of another environment where it says so', async () => {
    const { decision } = await outcomeOf({ environment: 'live' });
    expect(decision).toMatchObject({ decision: 'deny', reason: 'wrong_environment' });
  });

  test.each<[string, Claims]>([
    ['aud', { aud: [AUDIENCE] }],
    ['src', { src: undefined }],
    ['src', { src: '' }],
    ['src', { src: 'token:*' }],
    ['src', { src: `user:${'A'.repeat(16)}` }],
    ['src', { src: [SOURCE] }],
    ['cidrs', { cidrs: [] }],
    ['cidrs', { cidrs: '192.0.2.0/24' }],
    ['cidrs', { cidrs: ['192.0.2.0/24', 'anywhere'] }],
    ['cidrs', { cidrs: ['192.0.2.1'] }],
    ['cidrs', { cidrs: [7] }],
    ['cidrs', { cidrs: null }],
    ['cidrs', { cidrs: Array.from({ length: 101 }, (_, index) => `192.0.2.${index}/32`) }],
    ['application', { application: 'gatehouse-administration' }],
    ['application', { application: 'Home Page' }],
    ['team', { team: 7 }],
    ['tier', { tier: '' }],
    ['environment', { environment: [] }],
    ['lineage', { lineage: 'AAAAAAAA' }],
    ['lineage', { lineage: ['short'] }],
    ['lineage', { lineage: Array.from({ length: MAX_MARKS + 1 }, () => 'AAAAAAAA') }],
  ])('with another %s is refused: %j', async (claim, claims) => {
    const { result, decision } = await outcomeOf(claims);
    expect(result).toBe('Unauthorized');
    expect(decision).toMatchObject({ reason: 'bad_claims', claim });
  });

  test('an issuer that is not the platform is not believed', async () => {
    const { authorize } = setUp({ issuers: [issuerConfig([key])] });
    const result = await authorize(event({ application: 'homepage', cidrs: ['192.0.2.77/32'] }));
    expect(result).not.toHaveProperty('context.application');
    expect(result).not.toHaveProperty('context.source');
    expect(JSON.stringify(result)).not.toContain('192.0.2.77');
  });
});

describe('the audience', () => {
  test.each([
    ['the platform', AUDIENCE, 'sales', 'allow'],
    ['the platform', AUDIENCE, 'other', 'allow'],
    ['the API', SHOP, 'sales', 'allow'],
    ['another API', OTHER, 'sales', 'unauthorized'],
    ['another API', SHOP, 'other', 'unauthorized'],
    ['nobody here', 'https://else.example.com', 'sales', 'unauthorized'],
  ])('%s (%s), at the API %s: %s', async (_, aud, api, expected) => {
    const { decision } = await outcomeOf({ aud }, api);
    expect(decision?.decision).toBe(expected);
    expect(decision?.reason).toBe(expected === 'allow' ? 'ok' : 'audience_mismatch');
  });

  test('is looked at for each API, also when the token is remembered', async () => {
    const { authorize } = setUp();
    await authorize(event({ aud: SHOP }));
    await expect(authorize(event({ aud: SHOP }, 'other'))).rejects.toThrow(/^Unauthorized$/);
    await authorize(event({ aud: SHOP }));
  });
});

describe('networks', () => {
  test('are enforced, and are conditions of the policy that the gateway keeps', async () => {
    const { result, decision } = await outcomeOf({ cidrs: ['192.0.2.0/28', '2001:DB8::/32'] });
    expect(decision?.reason).toBe('ok');
    const cidrs = ['192.0.2.0/28', '2001:db8:0:0:0:0:0:0/32'];
    expect(result).toMatchObject({
      policyDocument: {
        Statement: expect.arrayContaining([
          expect.objectContaining({ Condition: { NotIpAddress: { 'aws:SourceIp': cidrs } }, Effect: 'Deny' }),
        ]),
      },
    });
  });

  test('do not let another address in', async () => {
    const { decision } = await outcomeOf({ cidrs: ['198.51.100.0/24'] });
    expect(decision).toMatchObject({ decision: 'deny', reason: 'source_address' });
  });
});

describe('the set of revocations', () => {
  const set = (content: object) => ({ pk: 'revocations', entity: 'revocations', named: {}, version: 1, ...content });
  const lineage = lineageOf([
    { authMethod: 'api_token', issuer: 'urn:p', subject: 'B', tokenId: 'B'.repeat(16), application: 'ci', issuedAt: 1 },
  ]);
  const entry = { id: 'r1', until: NOW + 3600, createdAt: NOW, createdBy: 'operator' };

  test.each<[string, object]>([
    ['its source', { sources: { [SOURCE]: NOW } }],
    ['its application', { sources: { 'application:homepage': NOW } }],
    ['all of its type', { sources: { 'token:*': NOW } }],
    ['an entry for its source', { named: { e: { ...entry, kind: 'source', value: SOURCE } } }],
    ['its API token', { named: { e: { ...entry, kind: 'token', value: 'A'.repeat(16) } } }],
    [
      'an API token of before a time',
      { named: { e: { ...entry, kind: 'token', value: 'A'.repeat(16), issuedBefore: 5 } } },
    ],
    ['what its API token comes from', { named: { e: { ...entry, kind: 'token', value: 'B'.repeat(16) } } }],
    ['what another issued', { named: { e: { ...entry, kind: 'ancestor', value: 'B'.repeat(16) } } }],
    [
      'the application of what it comes from',
      { named: { e: { ...entry, kind: 'client', value: 'ci', issuedBefore: 5 } } },
    ],
  ])('refuses by %s', async (_, content) => {
    const { authorize, ports } = setUp();
    ports.items.set('revocations', set(content));
    await expect(authorize(event({ application: 'homepage', lineage }))).rejects.toThrow(/^Unauthorized$/);
    expect(ports.decisions.at(-1)?.reason).toBe('revoked');
  });

  test.each<[string, object]>([
    ['another source', { sources: { [`token:${'B'.repeat(16)}`]: NOW + 9 } }],
    ['a client with its id', { sources: { [`client:${'A'.repeat(16)}`]: NOW + 9 } }],
    ['another application', { sources: { 'application:home': NOW + 9 } }],
    ['all of another type', { sources: { 'client:*': NOW + 9, 'session:*': NOW + 9 } }],
    ['what its source was before it was derived', { sources: { [SOURCE]: NOW - 10 } }],
    [
      'a revocation from before',
      { named: { e: { ...entry, kind: 'token', value: 'A'.repeat(16), createdAt: NOW - 11 } } },
    ],
    ['a revocation of a stranger', { named: { e: { ...entry, kind: 'sub', value: 'C' } } }],
  ])('does not refuse by %s', async (_, content) => {
    const { authorize, ports } = setUp();
    ports.items.set('revocations', set(content));
    await authorize(event({ application: 'homepage', lineage }));
    expect(ports.decisions.at(-1)?.reason).toBe('ok');
  });

  describe('of an API token that the access token of a client issued', () => {
    const client = `client:${'C'.repeat(16)}`;
    const issuedBy = (changes: object = {}) =>
      lineageOf([
        {
          authMethod: 'access_token',
          issuer: 'https://id.example.com',
          subject: 'app:C',
          tokenId: 'jti-1',
          application: 'ci',
          source: client,
          issuedAt: 1,
          ...changes,
        },
      ]);
    const reasonFor = async (content: object, line: readonly string[]) => {
      const { authorize, ports } = setUp();
      ports.items.set('revocations', set(content));
      await authorize(event({ application: 'homepage', lineage: line })).catch(() => undefined);
      return ports.decisions.at(-1)?.reason;
    };

    test.each<[string, object]>([
      ['the client', { sources: { [client]: NOW } }],
      ['an entry for the client', { named: { e: { ...entry, kind: 'source', value: client } } }],
      ['all clients', { sources: { 'client:*': NOW } }],
      ['the application of the client', { sources: { 'application:ci': NOW } }],
    ])('what was exchanged ends with %s', async (_, content) => {
      expect(await reasonFor(content, issuedBy())).toBe('revoked');
    });

    test.each<[string, object, object]>([
      ['another client', { sources: { [`client:${'D'.repeat(16)}`]: NOW } }, {}],
      ['what the client was before the exchange', { sources: { [client]: NOW - 10 } }, {}],
      ['the session of a person, whose tokens stand by themselves', { sources: { [client]: NOW } }, { person: true }],
    ])('it does not end with %s', async (_, content, changes) => {
      expect(await reasonFor(content, issuedBy(changes))).toBe('ok');
    });
  });

  test.each([{ sources: [] }, { sources: 'none' }, { sources: { [SOURCE]: 'now' } }])(
    'that is malformed is a failure: %j',
    async (content) => {
      const { authorize, ports } = setUp();
      ports.items.set('revocations', set(content));
      await expect(authorize(event())).rejects.toThrow('malformed sources');
    },
  );
});

describe('forged tokens of the platform itself', () => {
  const { r1, e1, small, enc } = ISSUER_KEYS;
  const rows = forgedTokens({ ...STANDARD, claims: (changes) => claims({ src: SOURCE, ...changes }) });

  test.each(rows)('%s %s', async (_number, _title, reason, token) => {
    const { authorize, ports } = apiHarness({ issuers: [issuerConfig([r1, e1, small, enc], { ownIssuer: true })] });
    await expect(authorize(bearerEvent(token()))).rejects.toThrow(/^Unauthorized$/);
    expect(ports.decisions).toMatchObject([{ decision: 'unauthorized', reason }]);
    expect([...ports.reads, ...ports.fetches]).toEqual([]);
  });
});
