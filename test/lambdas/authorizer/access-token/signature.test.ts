import { constants, sign } from 'node:crypto';
import { type Algorithm, signatureBytes } from '../../../../lambdas/authorizer/access-token/signature';
import { ecKey, edKey, rsaKey, type SigningKey, segment, signature } from '../support/access-tokens';
import { ENGINES } from '../support/engines';

/** Order of the group of P-256 (SEC 2, 2.4.2). */
const P256_ORDER = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');

/** Order of the base point of Ed25519 (RFC 8032, 5.1). */
const ED25519_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

const rsa = rsaKey('r1');
const ec = ecKey('e1');
const ed = edKey('d1');
const KEYS: Readonly<Record<Algorithm, SigningKey>> = { RS256: rsa, PS256: rsa, ES256: ec, EdDSA: ed };
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;

const input = (alg: string) => `${segment({ alg })}.${segment({ sub: 'user-1' })}`;
const bytes = (value: bigint) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
const withSignature = (alg: string, value: Buffer) => `${input(alg)}.${value.toString('base64url')}`;
const good = (alg: Algorithm) => signature(input(alg), KEYS[alg].privateKey, alg);

/** Good RSASSA-PSS signatures are random: one in 256 begins with a zero byte. */
function pssWithLeadingZero(): Buffer {
  for (;;) {
    const value = good('PS256');
    if (value[0] === 0) {
      return value;
    }
  }
}

describe.each(ENGINES)('engine %s', (_name, engine) => {
  async function verify(token: string, alg: Algorithm, key = KEYS[alg]): Promise<boolean> {
    return engine(token, key.publicKey, alg);
  }

  it.each(ALGORITHMS)('accepts a good %s signature', async (alg) => {
    expect(await verify(withSignature(alg, good(alg)), alg)).toBe(true);
  });

  it.each(ALGORITHMS)('refuses a %s signature with any byte changed', async (alg) => {
    const verdicts = [0, 31, 63].map((at) => {
      const changed = good(alg);
      changed[at] = (changed[at] ?? 0) ^ 1;
      return verify(withSignature(alg, changed), alg);
    });

    expect(await Promise.all(verdicts)).toEqual([false, false, false]);
  });

  it.each(ALGORITHMS)('refuses a %s signature that is shorter or longer', async (alg) => {
    const lengths = [good(alg).subarray(1), good(alg).subarray(0, -1), Buffer.concat([good(alg), Buffer.of(0)])];

    const verdicts = await Promise.all(lengths.map((one) => verify(withSignature(alg, one), alg)));

    expect(verdicts).toEqual([false, false, false]);
  });

  it.each(ALGORITHMS)('refuses a %s signature of other text', async (alg) => {
    const other = signature(`${input(alg)}A`, KEYS[alg].privateKey, alg);

    expect(await verify(withSignature(alg, other), alg)).toBe(false);
  });

  it.each([
    ['RS256', rsaKey('r2')],
    ['ES256', ecKey('e2')],
    ['EdDSA', edKey('d2')],
  ] as const)('refuses a good %s signature under another key', async (alg, key) => {
    expect(await verify(withSignature(alg, good(alg)), alg, key)).toBe(false);
  });

  it('refuses a signature with another scheme of the same key', async () => {
    expect(await verify(withSignature('PS256', good('PS256')), 'RS256')).toBe(false);
    expect(await verify(withSignature('RS256', good('RS256')), 'PS256')).toBe(false);
  });

  it.each([0, 20, 64, 222])('refuses a PS256 signature whose salt has %d bytes', async (saltLength) => {
    const value = sign('sha256', Buffer.from(input('PS256')), {
      key: rsa.privateKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength,
    });

    expect(await verify(withSignature('PS256', value), 'PS256')).toBe(false);
  });

  it('refuses a PS256 signature without its leading zero byte, which would be a second text of the token', async () => {
    const value = pssWithLeadingZero();

    expect(await verify(withSignature('PS256', value), 'PS256')).toBe(true);
    expect(await verify(withSignature('PS256', value.subarray(1)), 'PS256')).toBe(false);
  });

  it.each([256, 384, 512])('refuses an ES256 signature over SHA-%d when it is DER', async (bits) => {
    const value = sign(`sha${bits}`, Buffer.from(input('ES256')), ec.privateKey);

    expect(await verify(withSignature('ES256', value), 'ES256')).toBe(false);
  });

  it.each([
    ['r and s zero', 0n, 0n],
    ['r zero', 0n, 1n],
    ['s zero', 1n, 0n],
    ['r and s the order', P256_ORDER, P256_ORDER],
    ['r and s one', 1n, 1n],
  ])('refuses an ES256 signature with %s', async (_title, r, s) => {
    expect(await verify(withSignature('ES256', Buffer.concat([bytes(r), bytes(s)])), 'ES256')).toBe(false);
  });

  it.each(['r', 's'])('refuses an ES256 signature whose %s has the order added', async (part) => {
    const value = good('ES256');
    const offset = part === 'r' ? 0 : 32;
    const number = BigInt(`0x${value.subarray(offset, offset + 32).toString('hex')}`);
    const longer = Buffer.from((number + P256_ORDER).toString(16).padStart(66, '0'), 'hex');
    const both = part === 'r' ? [longer, value.subarray(32)] : [value.subarray(0, 32), longer];

    expect(await verify(withSignature('ES256', Buffer.concat(both)), 'ES256')).toBe(false);
  });

  it.each([1n, 2n, 8n, 15n])('refuses an EdDSA signature whose S has the order added %d times', async (times) => {
    const value = good('EdDSA');
    const number = BigInt(`0x${Buffer.from(value.subarray(32)).reverse().toString('hex')}`) + times * ED25519_ORDER;
    const longer = Buffer.from(number.toString(16).padStart(64, '0'), 'hex').reverse();

    expect(await verify(withSignature('EdDSA', Buffer.concat([value.subarray(0, 32), longer])), 'EdDSA')).toBe(false);
  });

  it.each([
    ['y = p, not canonical', `ed${'ff'.repeat(30)}7f`],
    ['y = p + 1, not canonical', `ee${'ff'.repeat(30)}7f`],
    ['all bits set', 'ff'.repeat(32)],
    ['the neutral element', `01${'00'.repeat(31)}`],
  ])('refuses an EdDSA signature whose R is %s', async (_title, hex) => {
    const value = Buffer.concat([Buffer.from(hex, 'hex'), good('EdDSA').subarray(32)]);

    expect(await verify(withSignature('EdDSA', value), 'EdDSA')).toBe(false);
  });

  it('accepts both s of an ES256 signature, because most issuers make either: nothing may rely on one text', async () => {
    const value = good('ES256');
    const s = P256_ORDER - BigInt(`0x${value.subarray(32).toString('hex')}`);
    const other = Buffer.concat([value.subarray(0, 32), bytes(s)]);

    expect(await verify(withSignature('ES256', value), 'ES256')).toBe(true);
    expect(await verify(withSignature('ES256', other), 'ES256')).toBe(true);
  });

  it.each([
    ['RS256', ec],
    ['RS256', ed],
    ['PS256', ec],
    ['ES256', rsa],
    ['ES256', ed],
    ['ES256', ecKey('e3', {}, 'P-384')],
    ['EdDSA', ec],
    ['EdDSA', rsa],
  ] as const)('refuses for %s a key of another type or curve', async (alg, key) => {
    expect(await verify(withSignature(alg, good(alg)), alg, key)).toBe(false);
  });

  it('fails when the key cannot be used at all, which is no fault of the token', async () => {
    const token = withSignature('RS256', good('RS256'));

    await expect(verify(token, 'RS256', rsaKey('small', {}, 1024))).rejects.toThrow(TypeError);
  });
});

test.each([
  ['RS256', rsa, 256],
  ['PS256', rsaKey('r3', {}, 3072), 384],
  ['ES256', ec, 64],
  ['EdDSA', ed, 64],
] as const)('a %s signature has the length of its key', (alg, key, bytes) => {
  expect(signatureBytes(key.publicKey, alg)).toBe(bytes);
});
