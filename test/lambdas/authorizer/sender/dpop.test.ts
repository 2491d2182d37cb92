import { calculateJwkThumbprint, exportJWK } from 'jose';
import type { DpopConfig } from '../../../../lambdas/authorizer/config';
import { createProofCheck, type ExpectedProof, thumbprint } from '../../../../lambdas/authorizer/sender/dpop';
import { type Claims, ecKey, edKey, NOW, rsaKey, segment, signed, testPorts } from '../support/access-tokens';
import { dpopProofFor, jktOf, type ProofChanges, SALES_URL } from '../support/proofs';

const CONFIG: DpopConfig = { algorithms: ['ES256', 'RS256', 'PS256', 'EdDSA'], maxAgeSeconds: 60, leewaySeconds: 5 };
const TOKEN = 'access-token';
const KEY = ecKey('k');
const OTHER = ecKey('o');
const RSA = rsaKey('r');

function setUp(changes: Partial<DpopConfig> = {}) {
  const ports = testPorts();
  const check = createProofCheck({ ...CONFIG, ...changes }, ports);
  const expected = { target: { method: 'GET', urls: [SALES_URL] }, token: TOKEN, jkt: jktOf(KEY) };
  return {
    ports,
    check: (proof: string, other: Partial<ExpectedProof> = {}) => check(proof, { ...expected, ...other }),
  };
}

const proofWith = (changes: ProofChanges = {}) => dpopProofFor(TOKEN, KEY, changes);

test.each([
  ['ES256', KEY],
  ['RS256', RSA],
  ['PS256', rsaKey('p', { alg: 'PS256' })],
  ['EdDSA', edKey('e')],
])('accepts a proof with %s', async (_, key) => {
  expect(await setUp().check(dpopProofFor(TOKEN, key), { jkt: jktOf(key) })).toBe(true);
});

test.each<[string, ProofChanges]>([
  ['its media type in full', { header: { typ: 'application/dpop+jwt' } }],
  ['query and fragment', { claims: { htu: `${SALES_URL}?region=europe#top` } }],
  ['an address written in another way', { claims: { htu: 'HTTPS://API.example.com:443/v1/%73ales' } }],
  ['further members', { header: { kid: 'k' }, claims: { nonce: 'n', exp: NOW + 5 } }],
])('accepts a proof with %s', async (_, changes) => {
  expect(await setUp().check(proofWith(changes))).toBe(true);
});

const privateJwk = KEY.privateKey.export({ format: 'jwk' }) as Claims;

test.each<[string, ProofChanges]>([
  ['typ JWT', { header: { typ: 'JWT' } }],
  ['typ at+jwt', { header: { typ: 'at+jwt' } }],
  ['no typ', { header: { typ: undefined } }],
  ['typ as a list', { header: { typ: ['dpop+jwt'] } }],
  ['no alg', { header: { alg: undefined } }],
  ['alg none', { header: { alg: 'none' } }],
  ["an algorithm that is not the key's", { header: { alg: 'RS256' } }],
  ['no jwk', { header: { jwk: undefined } }],
  ['jwk null', { header: { jwk: null } }],
  ['jwk as text', { header: { jwk: JSON.stringify(KEY.jwk) } }],
  ['a private key', { header: { jwk: privateJwk } }],
  ['an empty private member', { header: { jwk: { ...KEY.jwk, d: '' } } }],
  ['the key of somebody else', { header: { jwk: OTHER.jwk } }],
  ['a point that is not on the curve', { header: { jwk: { ...KEY.jwk, y: KEY.jwk.x } } }],
  ['crit', { header: { crit: ['exp'], exp: NOW + 5 } }],
  ['b64', { header: { b64: false } }],
  ['zip', { header: { zip: 'DEF' } }],
  ['another method', { claims: { htm: 'POST' } }],
  ['the method in lower case', { claims: { htm: 'get' } }],
  ['no method', { claims: { htm: undefined } }],
  ['another path', { claims: { htu: 'https://api.example.com/v1/activity' } }],
  ['another path by a dot segment', { claims: { htu: `${SALES_URL}/../activity` } }],
  ['a deeper path', { claims: { htu: `${SALES_URL}/europe` } }],
  ['a slash at the end', { claims: { htu: `${SALES_URL}/` } }],
  ['another host', { claims: { htu: 'https://evil.example/v1/sales' } }],
  ['another port', { claims: { htu: 'https://api.example.com:444/v1/sales' } }],
  ['another scheme', { claims: { htu: 'http://api.example.com/v1/sales' } }],
  ['user information', { claims: { htu: 'https://api.example.com@evil.example/v1/sales' } }],
  ['a relative address', { claims: { htu: '/v1/sales' } }],
  ['an address as a list', { claims: { htu: [SALES_URL] } }],
  ['no address', { claims: { htu: undefined } }],
  ['the hash of another token', { claims: { ath: 'z9SBiCZJcKzYHWJF2mRxlnSjxwLFZgSPQ0dPeZPHJrI' } }],
  ['the token in place of its hash', { claims: { ath: TOKEN } }],
  ['no hash of the token', { claims: { ath: undefined } }],
  ['no jti', { claims: { jti: undefined } }],
  ['an empty jti', { claims: { jti: '' } }],
  ['a jti of 1 KB', { claims: { jti: 'j'.repeat(1024) } }],
  ['a jti that is a number', { claims: { jti: 7 } }],
  ['no iat', { claims: { iat: undefined } }],
  ['iat as text', { claims: { iat: String(NOW) } }],
  ['iat as a list', { claims: { iat: [NOW] } }],
  ['a huge claim', { claims: { note: 'n'.repeat(5000) } }],
])('refuses a proof with %s', async (_, changes) => {
  expect(await setUp().check(proofWith(changes))).toBe(false);
});

test('refuses a proof signed with another key than the embedded one', async () => {
  const proof = dpopProofFor(TOKEN, OTHER, { header: { jwk: KEY.jwk } });
  expect(await setUp().check(proof)).toBe(false);
});

test('refuses a proof of another key than the token is bound to', async () => {
  expect(await setUp().check(dpopProofFor(TOKEN, OTHER))).toBe(false);
});

test('refuses a proof for another token', async () => {
  expect(await setUp().check(dpopProofFor('another-token', KEY))).toBe(false);
});

test('refuses a symmetric algorithm, whatever serves as the secret', async () => {
  const jwk = { kty: 'oct', k: segment('secret') };
  const header = { typ: 'dpop+jwt', alg: 'HS256', jwk };
  const { payload } = decoded(proofWith());
  for (const key of ['secret', JSON.stringify(jwk), KEY.publicKey.export({ format: 'pem', type: 'spki' })]) {
    expect(await setUp().check(signed(header, payload, key, 'HS256'))).toBe(false);
    expect(await setUp().check(signed({ ...header, jwk: KEY.jwk }, payload, key, 'HS256'))).toBe(false);
  }
});

test.each<[string, (key: typeof RSA) => ProofChanges]>([
  ['for encryption', ({ jwk }) => ({ header: { jwk: { ...jwk, use: 'enc' } } })],
  ['for another algorithm', ({ jwk }) => ({ header: { jwk: { ...jwk, alg: 'RS512' } } })],
  ['for signing only', ({ jwk }) => ({ header: { jwk: { ...jwk, key_ops: ['sign'] } } })],
])('refuses a key %s', async (_, changes) => {
  expect(await setUp().check(dpopProofFor(TOKEN, RSA, changes(RSA)), { jkt: jktOf(RSA) })).toBe(false);
});

test.each([
  ['of 1024 bits', rsaKey('small', { alg: 'RS256' }, 1024)],
  ['with the exponent 3', rsaKey('three', { alg: 'RS256' }, 2048, 3)],
])('refuses an RSA key %s', async (_, key) => {
  expect(await setUp().check(dpopProofFor(TOKEN, key), { jkt: jktOf(key) })).toBe(false);
});

test('refuses an algorithm that is not configured', async () => {
  const proof = dpopProofFor(TOKEN, RSA);
  expect(await setUp({ algorithms: ['ES256'] }).check(proof, { jkt: jktOf(RSA) })).toBe(false);
});

test.each<[string, (proof: string) => string]>([
  ['nothing', () => ''],
  ['no JWT', () => 'proof'],
  ['two proofs in one header', (proof) => `${proof}, ${proof}`],
  ['a changed signature', (proof) => `${proof.slice(0, -4)}AAAA`],
  ['no signature', (proof) => `${proof.split('.').slice(0, 2).join('.')}.`],
  ['a changed payload', (proof) => proof.replace(/\.[^.]+\./, `.${segment({ ...decoded(proof).payload, jti: 'x' })}.`)],
  ['padding', (proof) => `${proof}==`],
  ['a newline at the end', (proof) => `${proof}\n`],
  ['a fourth segment', (proof) => `${proof}.AAAA`],
])('refuses %s', async (_, spoil) => {
  expect(await setUp().check(spoil(proofWith()))).toBe(false);
});

test.each(['header', 'payload'] as const)('refuses duplicate members in the %s', async (part) => {
  const { header, payload } = decoded(proofWith());
  const twice = (value: Claims) => JSON.stringify(value).replace('{', '{"jti":"a","jti":"b",');
  const proof =
    part === 'header'
      ? signed(twice(header), payload, KEY.privateKey, 'ES256')
      : signed(header, twice({ ...payload, jti: undefined }), KEY.privateKey, 'ES256');
  expect(await setUp().check(proof)).toBe(false);
});

test.each<[number, boolean]>([
  [NOW + 5, true],
  [NOW + 5.001, false],
  [NOW + 3600, false],
  [NOW - 64, true],
  [NOW - 64.999, true],
  [NOW - 65, false],
  [NOW - 3600, false],
  [-1, false],
])('a proof of iat %d is judged by the clock: %p', async (iat, isGood) => {
  expect(await setUp().check(proofWith({ claims: { iat } }))).toBe(isGood);
});

test('refuses a proof that comes again, as long as it would hold', async () => {
  const { check, ports } = setUp();
  const proof = proofWith({ claims: { iat: NOW + 5 } });
  expect(await check(proof)).toBe(true);
  for (const later of [0, 1, 30, 69.999, 70, 1000]) {
    ports.now = NOW + later;
    expect(await check(proof)).toBe(false);
  }
});

test('of equal proofs at the same time one is accepted', async () => {
  const { check } = setUp();
  const proof = proofWith();
  const answers = await Promise.all(Array.from({ length: 5 }, () => check(proof)));
  expect(answers.filter(Boolean)).toHaveLength(1);
});

test('refuses another proof with a jti that was used, and accepts it from another key', async () => {
  const { check } = setUp();
  const claims = { jti: 'same' };
  expect(await check(proofWith({ claims }))).toBe(true);
  expect(await check(proofWith({ claims: { ...claims, iat: NOW - 1 } }))).toBe(false);
  expect(await check(dpopProofFor(TOKEN, OTHER, { claims }), { jkt: jktOf(OTHER) })).toBe(true);
});

test('a proof that was refused does not use up its jti', async () => {
  const { check } = setUp();
  const claims = { jti: 'same' };
  expect(await check(`${proofWith({ claims }).slice(0, -4)}AAAA`)).toBe(false);
  expect(await check(proofWith({ claims }))).toBe(true);
});

test('a failure of the engine is no refusal', async () => {
  const ports = { ...testPorts(), verifySignature: () => Promise.reject(new Error('engine')) };
  const check = createProofCheck(CONFIG, ports);
  const expected = { target: { method: 'GET', urls: [SALES_URL] }, token: TOKEN, jkt: jktOf(KEY) };
  await expect(check(proofWith(), expected)).rejects.toThrow('engine');
});

test.each([
  ['EC', KEY],
  ['RSA', RSA],
  ['OKP', edKey('e')],
])('the thumbprint of a key of type %s is that of jose', async (_, { publicKey }) => {
  expect(thumbprint(publicKey)).toBe(await calculateJwkThumbprint(await exportJWK(publicKey)));
});

function decoded(jwt: string): { header: Claims; payload: Claims } {
  const [header = '', payload = ''] = jwt.split('.').map((part) => Buffer.from(part, 'base64url').toString());
  return { header: JSON.parse(header) as Claims, payload: JSON.parse(payload) as Claims };
}
