import type { SignatureEngine } from '../../../lambdas/authorizer/access-token/signature';
import { createAuthorizer } from '../../../lambdas/authorizer/authorizer';
import { createProofCheck } from '../../../lambdas/authorizer/sender/dpop';
import {
  accessToken,
  authorizerConfig,
  bearerEvent,
  compiled,
  ecKey,
  ISSUER,
  issuerConfig,
  NOW,
  testPorts,
} from './support/access-tokens';
import { ENGINES } from './support/engines';
import { goodAnswer, introspectedIssuer, introspectionHarness, json } from './support/introspection';
import { dpopProofFor, jktOf, SALES_URL } from './support/proofs';
import { scoped } from './support/routing';

// Whoever has a token of ES256 can make its signature (r, s) into (r, n − s), which holds as well, without the key. Issuers
// make either, so both are accepted, and nothing may be decided by the text of a token.

/** Order of the group of P-256 (SEC 2, 2.4.2). */
const ORDER = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');

/** The other text of a token or proof. */
function otherText(token: string): string {
  const end = token.lastIndexOf('.');
  const bytes = Buffer.from(token.slice(end + 1), 'base64url');
  const s = ORDER - BigInt(`0x${bytes.subarray(32).toString('hex')}`);
  const other = Buffer.concat([bytes.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')]);
  return `${token.slice(0, end)}.${other.toString('base64url')}`;
}

const key = ecKey('e1');
const TOKEN = accessToken(key);
const SENDER = ecKey('sender');

function setUp(engine: SignatureEngine, revocation: 'strict' | 'bounded' = 'bounded') {
  const ports = testPorts(engine);
  const apis = { sales: compiled([scoped('GET /v1/sales', 'sales:read')], revocation) };
  const authorize = createAuthorizer({ ...authorizerConfig([issuerConfig([key])]), apis }, ports);
  return {
    ports,
    reasonFor: async (token: string) => {
      await authorize(bearerEvent(token)).catch(() => undefined);
      return ports.decisions.at(-1)?.reason;
    },
    revoke: (kind: string, value: string) => {
      const entry = { id: 'r', kind, value, until: NOW + 3600, createdAt: NOW, createdBy: 'operator' };
      ports.items.set('revocations', { pk: 'revocations', entity: 'revocations', entries: [entry], version: 1 });
    },
  };
}

describe.each(ENGINES)('the other text of an ES256 token, engine %s', (_name, engine) => {
  it('is accepted, and verified by itself', async () => {
    const { ports, reasonFor } = setUp(engine);

    expect(await reasonFor(TOKEN)).toBe('ok');
    expect(await reasonFor(otherText(TOKEN))).toBe('ok');
    expect(ports.decisions.map(({ cacheHit, tokenId }) => [cacheHit, tokenId])).toEqual([
      [false, 'jti-1'],
      [false, 'jti-1'],
    ]);
  });

  describe.each(['strict', 'bounded'] as const)('is revoked with the first, %s', (mode) => {
    it.each([
      ['jti', 'jti-1'],
      ['sub', 'user-1'],
      ['kid', 'e1'],
      ['issuer', ISSUER],
    ])('by %s', async (kind, value) => {
      const { ports, reasonFor, revoke } = setUp(engine, mode);
      expect([await reasonFor(TOKEN), await reasonFor(otherText(TOKEN))]).toEqual(['ok', 'ok']);
      revoke(kind, value);
      ports.now += 31;

      expect([await reasonFor(TOKEN), await reasonFor(otherText(TOKEN))]).toEqual(['revoked', 'revoked']);
    });
  });

  it('of a DPoP proof is a replay', async () => {
    const check = createProofCheck({ algorithms: ['ES256'], maxAgeSeconds: 60, leewaySeconds: 5 }, testPorts(engine));
    const expected = { target: { method: 'GET', urls: [SALES_URL] }, token: TOKEN, jkt: jktOf(SENDER) };
    const [one, two] = [dpopProofFor(TOKEN, SENDER), dpopProofFor(TOKEN, SENDER)];

    expect([await check(one, expected), await check(otherText(one), expected)]).toEqual([true, false]);
    expect([await check(otherText(two), expected), await check(two, expected)]).toEqual([true, false]);
  });

  it('of a token that is bound to a key needs a proof of its own, which only the holder of the key can make', async () => {
    const check = createProofCheck({ algorithms: ['ES256'], maxAgeSeconds: 60, leewaySeconds: 5 }, testPorts(engine));
    const target = { method: 'GET', urls: [SALES_URL] };

    expect(await check(dpopProofFor(TOKEN, SENDER), { target, token: otherText(TOKEN), jkt: jktOf(SENDER) })).toBe(
      false,
    );
  });
});

test('the other text of a token that is introspected is asked about by itself, and gets an answer of its own', async () => {
  const target = introspectionHarness(introspectedIssuer({ jwts: true }));
  target.answer = (form) => json(goodAnswer({ active: form.get('token') === TOKEN, jti: 'jti-1' }));

  expect(await target.ask(TOKEN)).toMatchObject({ tokenId: 'jti-1' });
  expect(await target.ask(otherText(TOKEN))).toEqual({ refused: 'inactive' });
  expect(await target.ask(TOKEN)).toMatchObject({ tokenId: 'jti-1' });
  expect(target.requests).toHaveLength(2);
});
