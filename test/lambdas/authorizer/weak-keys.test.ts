import { createHash, createPublicKey, verify } from 'node:crypto';
import type { SignatureEngine } from '../../../lambdas/authorizer/access-token/signature';
import { createAuthorizer } from '../../../lambdas/authorizer/authorizer';
import { createProofCheck } from '../../../lambdas/authorizer/sender/dpop';
import {
  authorizerConfig,
  bearerEvent,
  claims,
  edKey,
  issuerConfig,
  NOW,
  segment,
  signature,
  testPorts,
} from './support/access-tokens';
import { ENGINES } from './support/engines';
import { SALES_URL } from './support/proofs';

/** Points of small order, canonical or not, in hexadecimal. */
const SMALL: readonly (readonly [string, string])[] = [
  ['order 1', `01${'00'.repeat(31)}`],
  ['order 1, its x called negative', `01${'00'.repeat(30)}80`],
  ['order 1, y = p + 1', `ee${'ff'.repeat(30)}7f`],
  ['order 2', `ec${'ff'.repeat(30)}7f`],
  ['order 2, its x called negative', `ec${'ff'.repeat(31)}`],
  ['order 4: all zero', '00'.repeat(32)],
  ['order 4, negative', `${'00'.repeat(31)}80`],
  ['order 4, y = p', `ed${'ff'.repeat(30)}7f`],
  ['order 8', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'],
  ['order 8, negative', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85'],
  ['order 8, the other y', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'],
  ['order 8, the other y, negative', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa'],
];

const HEADER = { alg: 'EdDSA', kid: 'd1', typ: 'at+jwt' };
/** R the neutral element and S zero: under a point of small order such signatures hold for one message in eight, or for all. */
const NOBODYS = Buffer.from(`01${'00'.repeat(63)}`, 'hex').toString('base64url');

/** Forged tokens that differ in their `jti`. */
function forged(number: number): string {
  return `${segment(HEADER)}.${segment(claims({ jti: `jti-${number}` }))}.${NOBODYS}`;
}

/** What becomes of a token by an issuer whose key set has one key, given in place or fetched. */
async function judge(engine: SignatureEngine, jwk: Record<string, unknown>, token: string, isFetched: boolean) {
  const ports = testPorts(engine);
  ports.keySet = async () => ({ keys: [jwk] });
  const issuer = issuerConfig([], {
    algorithms: ['EdDSA'],
    ...(isFetched ? { jwksUri: 'https://issuer.example.com/jwks' } : { jwks: { keys: [jwk] } }),
  });
  const { jwks, ...fetched } = issuer;
  const authorize = createAuthorizer(authorizerConfig([isFetched ? fetched : issuer]), ports);
  await authorize(bearerEvent(token)).catch(() => undefined);
  return ports.decisions.map(({ reason }) => reason);
}

test('OpenSSL takes a signature that nobody made under the point of order 1', () => {
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(`01${'00'.repeat(31)}`, 'hex').toString('base64url') },
    format: 'jwk',
  });
  const [header, payload] = forged(0).split('.');

  expect(verify(null, Buffer.from(`${header}.${payload}`), key, Buffer.from(NOBODYS, 'base64url'))).toBe(true);
});

describe.each(ENGINES)('Ed25519 keys of small order, engine %s', (_name, engine) => {
  it.each(SMALL)('%s: no token holds, whether the key was given or fetched', async (_title, hex) => {
    const jwk = { kty: 'OKP', crv: 'Ed25519', kid: 'd1', x: Buffer.from(hex, 'hex').toString('base64url') };
    const verdicts = new Set<string>();
    for (let number = 0; number < 16; number++) {
      for (const isFetched of [false, true]) {
        for (const reason of await judge(engine, jwk, forged(number), isFetched)) {
          verdicts.add(reason);
        }
      }
    }

    expect([...verdicts]).toEqual(['unknown_key']);
  });

  it.each(SMALL)('%s: no DPoP proof holds', async (_title, hex) => {
    const x = Buffer.from(hex, 'hex').toString('base64url');
    const jkt = createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url');
    const ath = createHash('sha256').update('token').digest('base64url');
    const check = createProofCheck({ algorithms: ['EdDSA'], maxAgeSeconds: 60, leewaySeconds: 5 }, testPorts(engine));
    const proofs = Array.from({ length: 16 }, (_, number) => {
      const header = { typ: 'dpop+jwt', alg: 'EdDSA', jwk: { kty: 'OKP', crv: 'Ed25519', x } };
      const payload = { jti: `p${number}`, htm: 'GET', htu: SALES_URL, iat: NOW, ath };
      return `${segment(header)}.${segment(payload)}.${NOBODYS}`;
    });
    const target = { method: 'GET', urls: [SALES_URL] };

    const verdicts = await Promise.all(proofs.map((proof) => check(proof, { target, token: 'token', jkt })));

    expect(new Set(verdicts)).toEqual(new Set([false]));
  });

  it('stand against a good key, whose tokens hold', async () => {
    const key = edKey('d1');
    const input = `${segment(HEADER)}.${segment(claims())}`;
    const token = `${input}.${signature(input, key.privateKey, 'EdDSA').toString('base64url')}`;

    expect(await judge(engine, key.jwk, token, false)).toEqual(['ok']);
    expect(await judge(engine, key.jwk, token, true)).toEqual(['ok']);
    expect(await judge(engine, key.jwk, forged(0), true)).toEqual(['bad_signature']);
  });
});
