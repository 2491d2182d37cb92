import { constants, createHmac, sign } from 'node:crypto';
import {
  AUDIENCE,
  claims,
  ecKey,
  edKey,
  ISSUER,
  NOW,
  rsaKey,
  type SigningKey,
  segment,
  signature,
} from './access-tokens';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** Order of the group of P-256 (SEC 2, 2.4.2). */
const P256_ORDER = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');

/** Keys of the issuer; the RSA key without `alg` serves RS256 and PS256. */
export const KEYS = { r1: rsaKey('r1', {}), e1: ecKey('e1'), e2: ecKey('e2'), d1: edKey('d1') } as const;
const STRANGERS = { r1: rsaKey('r1', {}), e1: ecKey('e1'), e2: ecKey('e2'), d1: edKey('d1') } as const;

type KeyName = keyof typeof KEYS;

/** A token in the making: what it says, and who signs it. */
interface Draft {
  header: Record<string, unknown>;
  payload: Record<string, unknown>;
  readonly key: KeyName;
  readonly alg: string;
}

/** Reproducible choices (mulberry32). */
export class Choices {
  constructor(private state: number) {}

  /** A whole number from 0 to `bound`, less one. */
  below(bound: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * bound);
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}

/** Elliptic curves most of the time, because an RSA signature takes ten times as long to make. */
const SIGNERS: readonly (readonly [KeyName, string])[] = [
  ...Array.from({ length: 6 }, () => ['e1', 'ES256'] as const),
  ...Array.from({ length: 3 }, () => ['e2', 'ES256'] as const),
  ...Array.from({ length: 3 }, () => ['d1', 'EdDSA'] as const),
  ['r1', 'RS256'],
  ['r1', 'PS256'],
];

const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  '',
  ' ',
  '1',
  'x',
  [],
  {},
  [[]],
  [AUDIENCE],
  [AUDIENCE, 'other'],
  { a: 1 },
  'a'.repeat(600),
  'é',
  '\u0000',
  '\ud800',
  NOW,
  NOW + 600,
  String(NOW),
  1e308,
  ISSUER,
  AUDIENCE,
  `${ISSUER}x`,
];
const CLAIMS = ['iss', 'aud', 'sub', 'client_id', 'scope', 'jti', 'iat', 'nbf', 'exp', 'cnf', 'other', 'constructor'];
const HEADERS = ['alg', 'kid', 'typ', 'crit', 'b64', 'zip', 'jwk', 'jku', 'x5c', 'cty', 'other'];
const ALGS = ['RS256', 'PS256', 'ES256', 'EdDSA', 'RS512', 'PS384', 'ES384', 'HS256', 'none', 'None', 'Ed25519'];
const TYPES = ['at+jwt', 'AT+JWT', 'application/at+jwt', 'JWT', 'dpop+jwt', 'application/jwt', 'at+jwt '];

/** Changes of what a token says. */
const EDITS: readonly ((draft: Draft, choices: Choices) => void)[] = [
  (draft, choices) => Object.assign(draft.payload, { [choices.of(CLAIMS)]: choices.of(VALUES) }),
  (draft, choices) => Object.assign(draft.header, { [choices.of(HEADERS)]: choices.of(VALUES) }),
  (draft, choices) => Object.assign(draft.payload, { [choices.of(CLAIMS)]: undefined }),
  (draft, choices) => Object.assign(draft.header, { [choices.of(HEADERS)]: undefined }),
  (draft, choices) => Object.assign(draft.header, { alg: choices.of(ALGS) }),
  (draft, choices) => Object.assign(draft.header, { kid: choices.of(Object.keys(KEYS)) }),
  (draft, choices) => Object.assign(draft.header, { typ: choices.of(TYPES) }),
  (draft, choices) => Object.assign(draft.payload, { exp: NOW + choices.below(8000) - 4000 }),
  (draft, choices) => Object.assign(draft.payload, { [choices.of(['iat', 'nbf'])]: NOW + choices.below(80) - 60 }),
  (draft, choices) => Object.assign(draft.payload, { scope: choices.of(['', 'a', 'a b', 'a  b', '*', 'sales:*']) }),
  (draft, choices) => Object.assign(draft.payload, { jti: `jti-${choices.below(1e9)}` }),
];

/** Changes of the signature's bytes. */
const FORGERIES: readonly ((value: Buffer, draft: Draft, input: string, choices: Choices) => Buffer)[] = [
  (value, _draft, _input, choices) => {
    const at = choices.below(value.length);
    value[at] = (value[at] ?? 0) ^ (1 << choices.below(8));
    return value;
  },
  (value) => value.subarray(1),
  (value) => value.subarray(0, -1),
  (value) => Buffer.concat([value, Buffer.of(0)]),
  (value) => Buffer.concat([Buffer.of(0), value]),
  (value) => Buffer.alloc(value.length),
  (value) => Buffer.alloc(value.length, 0xff),
  (value) => Buffer.concat([value.subarray(32), value.subarray(0, 32)]),
  // The other s of an ECDSA signature, which holds as well.
  (value) => (value.length === 64 ? Buffer.concat([value.subarray(0, 32), negated(value.subarray(32))]) : value),
  (_value, draft, input) => signature(input, STRANGERS[draft.key].privateKey, draft.alg),
  (_value, _draft, input) => createHmac('sha256', 'secret').update(input).digest(),
  (value, draft, input) =>
    draft.alg === 'ES256' ? sign('sha256', Buffer.from(input), KEYS[draft.key].privateKey) : value,
  (value, draft, input, choices) =>
    draft.alg === 'PS256'
      ? sign('sha256', Buffer.from(input), {
          key: KEYS.r1.privateKey,
          padding: constants.RSA_PKCS1_PSS_PADDING,
          saltLength: choices.below(64),
        })
      : value,
];

/** Changes of a token's text. */
const SCRATCHES: readonly ((token: string, choices: Choices) => string)[] = [
  (token, choices) => replaceAt(token, choices.below(token.length), choices.of([...ALPHABET])),
  (token, choices) => replaceAt(token, choices.below(token.length), choices.of([...'.=+/ \n\u0000é~'])),
  (token, choices) => insertAt(token, choices.below(token.length), choices.of([...ALPHABET, '.', '=', ' ', '\n'])),
  (token, choices) => replaceAt(token, choices.below(token.length), ''),
  (token, choices) => replaceAt(token, token.length - 1, choices.of([...ALPHABET])),
  (token, choices) => token.slice(0, choices.below(token.length)),
  (token, choices) => token.slice(choices.below(token.length)),
  (token, choices) => `${token}${choices.of(['=', '==', '.', '.x', ' ', '\n', 'A', 'AA'])}`,
  (token, choices) => [0, 1, 2].map(() => choices.of(token.split('.'))).join('.'),
  (token) => token.split('.').reverse().join('.'),
  (token) => token.slice(0, token.lastIndexOf('.') + 1),
  (token) => token.replaceAll('-', '+').replaceAll('_', '/'),
];

function negated(s: Buffer): Buffer {
  const value = P256_ORDER - (BigInt(`0x${s.toString('hex')}`) % P256_ORDER);
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
}

function replaceAt(text: string, at: number, by: string): string {
  return text.slice(0, at) + by + text.slice(at + 1);
}

function insertAt(text: string, at: number, what: string): string {
  return text.slice(0, at) + what + text.slice(at);
}

function draft(choices: Choices): Draft {
  const [key, alg] = choices.of(SIGNERS);
  return {
    header: { alg, kid: key, typ: 'at+jwt' },
    payload: { ...claims({ jti: `jti-${choices.below(1000)}` }) },
    key,
    alg,
  };
}

function encoded({ header, payload }: Draft): string {
  return `${segment(header)}.${segment(payload)}`;
}

/** Good tokens, made once: a change of the text needs no new signature. */
function pool(choices: Choices, size: number): readonly string[] {
  return Array.from({ length: size }, () => {
    const one = draft(choices);
    return withSignature(one, encoded(one));
  });
}

function withSignature(one: Draft, input: string, change = (value: Buffer) => value): string {
  const key: SigningKey = KEYS[one.key];
  return `${input}.${change(signature(input, key.privateKey, one.alg)).toString('base64url')}`;
}

/** Tokens with one to three defects each, or now and then none; the same for the same seed. */
export function* mutatedTokens(seed: number, count: number): Generator<string> {
  const choices = new Choices(seed);
  const good = pool(choices, 200);
  for (let number = 0; number < count; number++) {
    yield mutated(choices, good);
  }
}

function mutated(choices: Choices, good: readonly string[]): string {
  const kind = choices.below(20);
  if (kind < 7) {
    let token = choices.of(good);
    for (let times = 1 + choices.below(3); times > 0; times--) {
      token = choices.of(SCRATCHES)(token, choices);
    }
    return token;
  }
  const one = draft(choices);
  const before = encoded(one);
  for (let times = choices.below(3); times > 0; times--) {
    choices.of(EDITS)(one, choices);
  }
  const input = encoded(one);
  if (kind < 11) {
    // The signature of the text as it was before.
    return `${input}${withSignature(one, before).slice(before.length)}`;
  }
  return kind < 14
    ? withSignature(one, input)
    : withSignature(one, input, (value) => choices.of(FORGERIES)(value, one, input, choices));
}
