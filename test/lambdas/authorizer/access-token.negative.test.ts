import type { SignatureEngine } from '../../../lambdas/authorizer/access-token/signature';
import { createAuthorizer } from '../../../lambdas/authorizer/authorizer';
import {
  accessToken,
  authorizerConfig,
  bearerEvent,
  type Claims,
  claims,
  ecKey,
  edKey,
  issuerConfig,
  NOW,
  rsaKey,
  segment,
  signed,
  testPorts,
} from './support/access-tokens';
import { ENGINES } from './support/engines';

// Numbers are those of the project's list of negative tests; forged-tokens.test.ts holds the matrix, claims.test.ts each claim.
const r1 = rsaKey('r1');
const p1 = rsaKey('p1', { alg: 'PS256' });
const e1 = ecKey('e1');
const d1 = edKey('d1');
const other = rsaKey('other');
const unlabelled = rsaKey('plain', {});
const pem = r1.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const HEADER = { alg: 'RS256', kid: 'r1', typ: 'at+jwt' };
const nested = (depth: number): unknown => (depth > 0 ? { in: nested(depth - 1) } : 1);

const hmac = (secret: string | Buffer) => signed({ ...HEADER, alg: 'HS256' }, claims(), secret, 'HS256');
const withHeader = (changes: Claims, key = r1, alg = 'RS256') =>
  signed({ ...HEADER, ...changes }, claims(), key.privateKey, alg);
const withClaims = (changes: Claims) => accessToken(r1, { claims: changes });
const tampered = (part: 0 | 1 | 2) => {
  const parts = accessToken(r1).split('.');
  const bytes = Buffer.from(parts[part] ?? '', 'base64url');
  bytes[20] = (bytes[20] ?? 0) ^ 1;
  parts[part] = bytes.toString('base64url');
  return parts.join('.');
};

const ROWS: readonly (readonly [title: string, token: () => string])[] = [
  ['7 alg None, signature kept', () => withHeader({ alg: 'None' })],
  ['7 alg NONE, signature kept', () => withHeader({ alg: 'NONE' })],
  ['8 HS256 with the PEM behind white space', () => hmac(`\n ${pem}`)],
  ['8 HS256 with the PEM without its last line end', () => hmac(pem.trimEnd())],
  ['8 HS256 with the DER', () => hmac(r1.publicKey.export({ type: 'spki', format: 'der' }))],
  ['8 HS256 with the PKCS #1 DER', () => hmac(r1.publicKey.export({ type: 'pkcs1', format: 'der' }))],
  ['8 HS256 with the modulus', () => hmac(Buffer.from(String(r1.jwk.n), 'base64url'))],
  ['9 RS384, right key', () => withHeader({ alg: 'RS384' }, r1, 'RS384')],
  ['9 PS384, right key', () => withHeader({ alg: 'PS384', kid: 'p1' }, p1, 'PS384')],
  ['10 RS256 with the id of a PS256 key', () => withHeader({ kid: 'p1' }, p1)],
  ['10 EdDSA with the id of a P-256 key', () => withHeader({ alg: 'EdDSA', kid: 'e1' }, d1, 'EdDSA')],
  ['10 ES256 with the id of an Ed25519 key', () => withHeader({ alg: 'ES256', kid: 'd1' }, e1, 'ES256')],
  ['10 ES256 over a key of any RSA algorithm', () => withHeader({ alg: 'ES256', kid: 'plain' }, e1, 'ES256')],
  ['11 x5u of the attacker', () => withHeader({ x5u: 'https://attacker.example/x.pem' }, other)],
  [
    '11 jwk, jku, x5c and x5u at once',
    () => withHeader({ jwk: other.jwk, jku: 'https://a', x5c: [], x5u: 'b' }, other),
  ],
  ['12 kid a number', () => withHeader({ kid: 1 })],
  ['12 kid of 1 KB', () => withHeader({ kid: 'k'.repeat(1024) })],
  ['12 kid null', () => withHeader({ kid: null })],
  ['12 kid for SQL', () => withHeader({ kid: "x' UNION SELECT 'secret" })],
  ['12 kid __proto__', () => withHeader({ kid: '__proto__' })],
  ['12 kid constructor', () => withHeader({ kid: 'constructor' })],
  ['16 header with a bit changed', () => tampered(0)],
  ['16 payload with a bit changed', () => tampered(1)],
  ['16 signature with a bit changed', () => tampered(2)],
  ['17 JWE', () => [{ alg: 'dir', enc: 'A256GCM' }, '', 'iv', 'text', 'tag'].map(segment).join('.')],
  ['18 tab before the token', () => `\t${accessToken(r1)}`],
  ['20 depth of 9', () => withClaims({ more: nested(8) })],
  ['20 header an array', () => signed([HEADER], claims(), r1.privateKey)],
  ['20 payload a string', () => signed(HEADER, '"text"', r1.privateKey)],
  ['20 byte order mark before the payload', () => signed(HEADER, `\ufeff${JSON.stringify(claims())}`, r1.privateKey)],
  ['20 header not UTF-8', () => signed(Buffer.from([0x7b, 0xff, 0x7d]), claims(), r1.privateKey)],
  ['24 exp NaN', () => signed(HEADER, JSON.stringify(claims({ exp: '#' })).replace('"#"', 'NaN'), r1.privateKey)],
  ['26 iat older than the longest life', () => withClaims({ iat: NOW - 3700, nbf: undefined, exp: NOW + 10 })],
  ['27 iss a homograph', () => withClaims({ iss: 'https://іssuer.example.com/' })],
  ['28 several audiences, ours among them', () => withClaims({ aud: [claims().aud, 'https://other.example/'] })],
  ['30 scope with a control character', () => withClaims({ scope: 'sales:read\u0007' })],
];

describe.each(ENGINES)('access tokens that are refused, engine %s', (_name, engine: SignatureEngine) => {
  function authorizer() {
    const ports = testPorts(engine);
    const keys = [r1, p1, e1, d1, unlabelled];
    const issuers = [issuerConfig(keys, { algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'] })];
    return { ports, authorize: createAuthorizer(authorizerConfig(issuers), ports) };
  }

  it.each(ROWS)('%s', async (_title, token) => {
    const { ports, authorize } = authorizer();

    await expect(authorize(bearerEvent(token()))).rejects.toThrow('Unauthorized');
    expect(ports.decisions).toMatchObject([{ decision: 'unauthorized' }]);
    expect([...ports.reads, ...ports.fetches]).toEqual([]);
  });

  it.each([
    ['RS256', r1],
    ['PS256', p1],
    ['ES256', e1],
    ['EdDSA', d1],
  ])('stand against a good %s token', async (_algorithm, key) => {
    expect(await authorizer().authorize(bearerEvent(accessToken(key)))).toMatchObject({
      principalId: 'access_token|https://issuer.example.com/|user-1',
    });
  });

  it('30 a token without scope is authenticated, and no route with a rule is allowed to it', async () => {
    const result = await authorizer().authorize(bearerEvent(withClaims({ scope: undefined })));

    expect(result).toMatchObject({ policyDocument: { Statement: [{ Effect: 'Deny' }] } });
  });

  it('31 members named like those of every object reach neither credential nor context', async () => {
    const result = await authorizer().authorize(bearerEvent(withClaims({ constructor: { tier: 'x' }, toString: 'y' })));

    expect(JSON.stringify(result)).not.toMatch(/constructor|toString/);
  });
});
