import { createAccessTokenVerifier } from '../../../../lambdas/authorizer/access-token/access-token-verifier';
import type { AuthorizerConfig } from '../../../../lambdas/authorizer/config';
import {
  accessToken,
  authorizerConfig,
  ecKey,
  ISSUER,
  issuerConfig,
  NOW,
  rsaKey,
  testPorts,
} from '../support/access-tokens';
import { ENGINES } from '../support/engines';

const OTHER = 'https://other.example.com/';
const APPLICATION = 'application#reports';
const r1 = rsaKey('r1');
const e1 = ecKey('e1');
const other = rsaKey('r1');

const RECORD = {
  pk: APPLICATION,
  entity: 'application',
  application: 'reports',
  team: 'finance',
  tier: 'gold',
  usageKey: 'usage-key-of-reports',
  createdAt: NOW,
  version: 1,
};

describe.each(ENGINES)('createAccessTokenVerifier, engine %s', (_name, engine) => {
  function setUp(changes: Partial<AuthorizerConfig> = {}) {
    const ports = testPorts(engine);
    const config = { ...authorizerConfig([issuerConfig([r1, e1])]), ...changes };
    const verifier = createAccessTokenVerifier(config, ports);
    return { ports, verify: async (token: string) => verifier(token) };
  }

  it.each([
    ['RS256', r1],
    ['ES256', e1],
  ])('gives the caller of a good %s token', async (_algorithm, key) => {
    const { verify } = setUp();

    expect(await verify(accessToken(key))).toEqual({
      authMethod: 'access_token',
      tokenId: 'jti-1',
      principal: `access_token|${ISSUER}|user-1`,
      subject: 'user-1',
      application: 'reports',
      clientId: 'reports',
      environment: 'dev',
      scopes: ['sales:read'],
      issuer: ISSUER,
      keyId: key.jwk.kid,
      issuedAt: NOW - 10,
      expiresAt: NOW + 600,
      refusedFrom: NOW + 605,
      cidrs: [],
    });
  });

  describe('issuers', () => {
    const both = () => ({ issuers: [issuerConfig([r1]), issuerConfig([other], { issuer: OTHER })] });

    it('verifies the tokens of each issuer with its own keys', async () => {
      const { verify } = setUp(both());

      expect(await verify(accessToken(r1))).toMatchObject({ subject: 'user-1' });
      expect(await verify(accessToken(other, { claims: { iss: OTHER } }))).toMatchObject({ subject: 'user-1' });
    });

    it('refuses a token of one issuer signed with the key of another, which has the same id', async () => {
      const { verify } = setUp(both());

      expect(await verify(accessToken(other))).toEqual({ refused: 'bad_signature' });
      expect(await verify(accessToken(r1, { claims: { iss: OTHER } }))).toEqual({ refused: 'bad_signature' });
    });

    it('refuses a key id that only another issuer has', async () => {
      const { verify } = setUp({ issuers: [issuerConfig([r1]), issuerConfig([e1], { issuer: OTHER })] });

      expect(await verify(accessToken(e1))).toEqual({ refused: 'unknown_key' });
    });

    it.each([ISSUER.toUpperCase(), ISSUER.slice(0, -1), ISSUER.replace('i', 'і'), [ISSUER], undefined, 'constructor'])(
      'refuses the issuer %j',
      async (iss) => {
        const { verify } = setUp();

        expect(await verify(accessToken(r1, { claims: { iss } }))).toEqual({ refused: 'issuer_mismatch' });
      },
    );

    it('cannot be given twice', () => {
      expect(() => setUp({ issuers: [issuerConfig([r1]), issuerConfig([e1])] })).toThrow('an issuer is given twice');
    });

    it('cannot be given without a key set', () => {
      expect(() => setUp({ issuers: [issuerConfig([], { jwksUri: '' })] })).toThrow('key set has no list of keys');
    });
  });

  describe('before the signature', () => {
    it('refuses text that is no token', async () => {
      const { verify } = setUp();

      expect(await verify('a.b.c')).toEqual({ refused: 'malformed' });
    });

    it('refuses bad claims without asking for a key', async () => {
      const { verify, ports } = setUp({ issuers: [issuerConfig([], { jwksUri: 'https://issuer.example.com/jwks' })] });

      expect(await verify(accessToken(r1, { claims: { exp: NOW - 60 } }))).toEqual({ refused: 'expired' });
      expect(ports.fetches).toEqual([]);
    });

    it('refuses a bad signature without reading the application', async () => {
      const { verify, ports } = setUp();

      expect(await verify(accessToken(other))).toEqual({ refused: 'bad_signature' });
      expect(ports.reads).toEqual([]);
    });

    it('rejects when the key set cannot be had, instead of refusing the token', async () => {
      const { verify } = setUp({ issuers: [issuerConfig([], { jwksUri: 'https://issuer.example.com/jwks' })] });

      await expect(verify(accessToken(r1))).rejects.toMatchObject({ reason: 'store_error' });
    });
  });

  describe('application', () => {
    it('gives team, tier and usage key of a registered one', async () => {
      const { verify, ports } = setUp();
      ports.items.set(APPLICATION, RECORD);

      expect(await verify(accessToken(r1))).toMatchObject({
        team: 'finance',
        tier: 'gold',
        usageKey: 'usage-key-of-reports',
      });
    });

    it('is not read when the platform has no token table', async () => {
      const { apiTokens: _, ...config } = authorizerConfig([issuerConfig([r1])]);
      const ports = testPorts();

      await createAccessTokenVerifier(config, ports)(accessToken(r1));

      expect(ports.reads).toEqual([]);
    });

    it('is read once in 300 s', async () => {
      const { verify, ports } = setUp();
      ports.items.set(APPLICATION, RECORD);
      await verify(accessToken(r1));
      ports.now += 299;
      await verify(accessToken(r1));
      expect(ports.reads).toEqual([APPLICATION]);
      ports.now += 1;
      await verify(accessToken(r1));

      expect(ports.reads).toEqual([APPLICATION, APPLICATION]);
    });

    it('is looked for again after 30 s when it was not registered', async () => {
      const { verify, ports } = setUp();
      await verify(accessToken(r1));
      ports.items.set(APPLICATION, RECORD);
      ports.now += 29;
      expect(await verify(accessToken(r1))).toMatchObject({ usageKey: undefined });
      ports.now += 1;

      expect(await verify(accessToken(r1))).toMatchObject({ usageKey: 'usage-key-of-reports' });
      expect(ports.reads).toEqual([APPLICATION, APPLICATION]);
    });

    it('rejects when the table cannot be read', async () => {
      const { verify, ports } = setUp();
      Object.assign(ports, { readItem: () => Promise.reject(new Error('throttled')) });

      await expect(verify(accessToken(r1))).rejects.toMatchObject({ reason: 'store_error' });
    });
  });
});
