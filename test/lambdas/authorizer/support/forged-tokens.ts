import type { Reason } from '../../../../lambdas/authorizer/reasons';
import { AUDIENCE, type Claims, claims, ecKey, ISSUER, NOW, rsaKey, segment, signature, signed } from './access-tokens';

const r1 = rsaKey('r1');
const e1 = ecKey('e1');
const small = rsaKey('small', { alg: 'RS256' }, 1024);
const enc = rsaKey('enc', { alg: 'RSA-OAEP-256', use: 'enc' });
const attacker = rsaKey('r1');

/** Keys of the issuer; not all of them are good. */
export const ISSUER_KEYS = { r1, e1, small, enc } as const;

/** A good token, which each forged one differs from in one respect. */
export interface Baseline {
  /** With `alg` RS256 and `kid` r1. */
  readonly header: Claims;
  /** Claims with changes; `undefined` takes one away. */
  readonly claims: (changes?: Claims) => Claims;
  readonly issuer: string;
  readonly audience: string;
  /** What the form of the token calls the claims of RFC 9068. */
  readonly names: { readonly jti: string; readonly scope: string };
}

/** A token as RFC 9068 has it. */
export const STANDARD: Baseline = {
  header: { alg: 'RS256', kid: 'r1', typ: 'at+jwt' },
  claims,
  issuer: ISSUER,
  audience: AUDIENCE,
  names: { jti: 'jti', scope: 'scope' },
};

export type Row = readonly [number: string, title: string, reason: Reason, token: () => string];

/**
 * Forged tokens. What each is refused for is part of the row: it shows that the token has the one defect that it is meant to
 * have; a token of another form may be refused for something else before.
 */
export function forgedTokens(base: Baseline): readonly Row[] {
  const { header: HEADER, claims, issuer: ISSUER, audience: AUDIENCE, names } = base;
  const good = signed(HEADER, claims(), r1.privateKey);
  const [goodHeader = '', goodPayload = '', goodSignature = ''] = good.split('.');
  const pem = r1.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const ES_INPUT = `${segment({ ...HEADER, alg: 'ES256', kid: 'e1' })}.${segment(claims())}`;

  const withHeader = (changes: Claims, key = r1.privateKey) => signed({ ...HEADER, ...changes }, claims(), key);
  const withClaims = (changes: Claims) => signed(HEADER, claims(changes), r1.privateKey);
  /** A good payload as text, with members added as written. */
  const withText = (members: string) =>
    signed(HEADER, JSON.stringify(claims()).replace(/}$/, `,${members}}`), r1.privateKey);
  const asHmac = (secret: string) => signed({ ...HEADER, alg: 'HS256' }, claims(), secret, 'HS256');
  const unsigned = (alg: string) => `${segment({ ...HEADER, alg })}.${goodPayload}.`;

  /** A good token whose signature has characters in which the two base64 alphabets differ. */
  function tokenWithUrlCharacters(): string {
    for (let number = 0; ; number++) {
      const token = withClaims({ jti: `jti-${number}` });
      if (/[-_]/.test(token.split('.')[2] ?? '')) {
        return token;
      }
    }
  }

  function standardAlphabet(token: string): string {
    const [header, payload, text = ''] = token.split('.');
    return `${header}.${payload}.${text.replaceAll('-', '+').replaceAll('_', '/')}`;
  }

  /** The same bytes with a spare bit set: 256 bytes leave four unused bits in the last character. */
  function withSpareBit(text: string): string {
    const next: Readonly<Record<string, string>> = { A: 'B', Q: 'R', g: 'h', w: 'x' };
    return text.slice(0, -1) + next[text.slice(-1)];
  }

  function withFlippedBit(text: string): string {
    const bytes = Buffer.from(text, 'base64url');
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    return bytes.toString('base64url');
  }

  function derSignature(): string {
    const bytes = signature(ES_INPUT, e1.privateKey, 'ES256');
    const integer = (part: Buffer) => {
      const positive = (part[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), part]) : part;
      return Buffer.concat([Buffer.of(2, positive.length), positive]);
    };
    const body = Buffer.concat([integer(bytes.subarray(0, 32)), integer(bytes.subarray(32))]);
    return Buffer.concat([Buffer.of(0x30, body.length), body]).toString('base64url');
  }

  return [
    // algorithm
    ['01', 'alg none, empty signature', 'malformed', () => unsigned('none')],
    ['02', 'alg nOnE', 'malformed', () => unsigned('nOnE')],
    ['03', 'alg none, signature kept', 'bad_claims', () => `${unsigned('none')}${goodSignature}`],
    ['04', 'HS256 with the PEM as secret', 'bad_claims', () => asHmac(pem)],
    ['05', 'HS256 with the JWK as secret', 'bad_claims', () => asHmac(JSON.stringify(r1.jwk))],
    ['06', 'HS256 with an empty secret', 'bad_claims', () => asHmac('')],
    [
      '52',
      'alg twice in the header',
      'malformed',
      () => signed('{"alg":"none","alg":"RS256","kid":"r1","typ":"at+jwt"}', claims(), r1.privateKey),
    ],
    [
      '60',
      'PS256 with an RS256 key',
      'bad_claims',
      () => signed({ ...HEADER, alg: 'PS256' }, claims(), r1.privateKey, 'PS256'),
    ],
    [
      '61',
      'RS512 with an RS256 key',
      'bad_claims',
      () => signed({ ...HEADER, alg: 'RS512' }, claims(), r1.privateKey, 'RS512'),
    ],
    [
      '64',
      'ES256 with the id of an RSA key',
      'unknown_key',
      () => signed({ ...HEADER, alg: 'ES256' }, claims(), e1.privateKey, 'ES256'),
    ],
    ['69', 'alg missing', 'bad_claims', () => withHeader({ alg: undefined })],
    // key
    [
      '07',
      'jwk of the attacker, kid kept',
      'bad_signature',
      () => withHeader({ jwk: attacker.jwk }, attacker.privateKey),
    ],
    [
      '08',
      'jku of the attacker',
      'bad_signature',
      () => withHeader({ jku: 'https://attacker.example/jwks.json' }, attacker.privateKey),
    ],
    ['09', 'x5c of the attacker', 'bad_signature', () => withHeader({ x5c: ['MIIB'] }, attacker.privateKey)],
    ['10', 'kid unknown', 'unknown_key', () => withHeader({ kid: 'r2' })],
    ['11', 'kid missing, right key', 'bad_claims', () => withHeader({ kid: undefined })],
    ['12', 'kid a list', 'bad_claims', () => withHeader({ kid: ['r1'] })],
    ['13', 'kid a path', 'unknown_key', () => withHeader({ kid: '../../../../dev/null' })],
    ['62', 'key for encryption', 'unknown_key', () => withHeader({ kid: 'enc' }, enc.privateKey)],
    ['63', 'RSA key of 1024 bits', 'unknown_key', () => withHeader({ kid: 'small' }, small.privateKey)],
    // header
    ['14', 'crit unknown', 'bad_claims', () => withHeader({ crit: ['exp'], exp: NOW + 600 })],
    ['15', 'crit b64 false', 'bad_claims', () => withHeader({ crit: ['b64'], b64: false })],
    ['16', 'typ missing', 'bad_claims', () => withHeader({ typ: undefined })],
    ['17', 'typ JWT', 'bad_claims', () => withHeader({ typ: 'JWT' })],
    ['18', 'typ dpop+jwt', 'bad_claims', () => withHeader({ typ: 'dpop+jwt' })],
    [
      '66',
      'byte order mark before the header',
      'malformed',
      () => signed(`\ufeff${JSON.stringify(HEADER)}`, claims(), r1.privateKey),
    ],
    ['70', 'zip DEF', 'bad_claims', () => withHeader({ zip: 'DEF' })],
    // times
    ['19', 'exp missing', 'bad_claims', () => withClaims({ exp: undefined })],
    ['20', 'exp past', 'expired', () => withClaims({ exp: NOW - 6 })],
    ['21', 'exp a string', 'bad_claims', () => withClaims({ exp: String(NOW + 600) })],
    [
      '22',
      'exp 1e400',
      'bad_claims',
      () => signed(HEADER, JSON.stringify(claims({ exp: '#' })).replace('"#"', '1e400'), r1.privateKey),
    ],
    ['23', 'exp null', 'bad_claims', () => withClaims({ exp: null })],
    ['24', 'nbf future', 'not_yet_valid', () => withClaims({ nbf: NOW + 60 })],
    ['25', 'nbf a string', 'bad_claims', () => withClaims({ nbf: String(NOW - 10) })],
    ['26', 'iat far future', 'not_yet_valid', () => withClaims({ iat: NOW + 31_536_000, exp: NOW + 31_536_600 })],
    ['27', 'iat missing', 'bad_claims', () => withClaims({ iat: undefined })],
    ['67', 'exp ten years after iat', 'bad_claims', () => withClaims({ exp: NOW + 315_360_000 })],
    // claims
    ['28', 'jti missing', 'bad_claims', () => withClaims({ [names.jti]: undefined })],
    ['29', 'iss missing', 'issuer_mismatch', () => withClaims({ iss: undefined })],
    ['30', 'iss other', 'issuer_mismatch', () => withClaims({ iss: 'https://attacker.example/' })],
    ['31', 'iss a list with the good one', 'issuer_mismatch', () => withClaims({ iss: [ISSUER] })],
    ['32', 'iss without the slash at its end', 'issuer_mismatch', () => withClaims({ iss: ISSUER.slice(0, -1) })],
    ['33', 'aud missing', 'audience_mismatch', () => withClaims({ aud: undefined })],
    ['34', 'aud other', 'audience_mismatch', () => withClaims({ aud: 'https://other.example.com/' })],
    ['35', 'aud a list of mixed types', 'audience_mismatch', () => withClaims({ aud: [AUDIENCE, 1] })],
    ['36', 'aud an object', 'audience_mismatch', () => withClaims({ aud: { 0: AUDIENCE, length: 1 } })],
    ['37', 'sub missing', 'bad_claims', () => withClaims({ sub: undefined })],
    ['38', 'sub no string', 'bad_claims', () => withClaims({ sub: { id: 'user-1' } })],
    ['39', 'scope a list', 'bad_claims', () => withClaims({ [names.scope]: ['sales:read'] })],
    ['51', 'a claim twice', 'malformed', () => withText('"sub":"admin"')],
    ['56', '__proto__ as a claim', 'malformed', () => withText('"__proto__":{"scope":"*"}')],
    ['68', 'bound to a key, as Bearer', 'bad_claims', () => withClaims({ cnf: { jkt: 'thumbprint' } })],
    // signature and shape
    [
      '40',
      'signature with one bit flipped',
      'bad_signature',
      () => `${goodHeader}.${goodPayload}.${withFlippedBit(goodSignature)}`,
    ],
    [
      '41',
      'payload swapped',
      'bad_signature',
      () => `${goodHeader}.${segment(claims({ sub: 'admin' }))}.${goodSignature}`,
    ],
    ['42', 'signature stripped', 'malformed', () => `${goodHeader}.${goodPayload}.`],
    ['43', 'two segments', 'malformed', () => `${goodHeader}.${goodPayload}`],
    ['44', 'four segments', 'malformed', () => `${good}.${goodSignature}`],
    ['45', 'five segments', 'malformed', () => `${good}.${goodSignature}.${goodSignature}`],
    ['46', 'space in the signature', 'malformed', () => `${good.slice(0, -10)} ${good.slice(-10)}`],
    ['47', 'newline before and after', 'malformed', () => `\n${good}\n`],
    ['48', 'signature with padding', 'malformed', () => `${good}==`],
    ['49', 'standard base64 alphabet', 'malformed', () => standardAlphabet(tokenWithUrlCharacters())],
    ['50', 'spare bits not zero', 'malformed', () => withSpareBit(good)],
    ['53', 'payload a list', 'malformed', () => signed(HEADER, [claims()], r1.privateKey)],
    ['54', 'payload not JSON', 'malformed', () => signed(HEADER, 'iss=me', r1.privateKey)],
    [
      '55',
      'payload not UTF-8',
      'malformed',
      () => signed(HEADER, Buffer.from(JSON.stringify(claims({ sub: 'user-\xff' })), 'latin1'), r1.privateKey),
    ],
    ['57', '200 KB', 'malformed', () => withClaims({ more: 'x'.repeat(150_000) })],
    ['58', 'ES256 with r and s zero', 'bad_signature', () => `${ES_INPUT}.${segment(Buffer.alloc(64))}`],
    ['59', 'ES256 signature as DER', 'bad_signature', () => `${ES_INPUT}.${derSignature()}`],
    [
      '65',
      'JSON serialization',
      'malformed',
      () => JSON.stringify({ protected: goodHeader, payload: goodPayload, signature: goodSignature }),
    ],
  ];
}
