import { createHmac, createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import {
  apiTokenPattern,
  formatApiToken,
  generateApiToken,
  hashApiToken,
  MAX_API_TOKEN_LENGTH,
  parseApiToken,
  secretPattern,
} from '../../../lambdas/lib/api-token';
import type { TokenEnvironment } from '../../../lambdas/lib/grammar';

const PARTS = { brand: 'acme', environment: 'live', id: '0123456789ABCDEF', secret: 'a'.repeat(32) } as const;
const brand = fc.string({ unit: fc.constantFrom(...'abcxyz'), minLength: 2, maxLength: 10 });
const environment = fc.constantFrom<TokenEnvironment>('live', 'test');

test('has the format of the design', () => {
  expect(formatApiToken(PARTS)).toMatch(/^acme_live_0123456789ABCDEFa{32}[0-9A-Za-z]{6}$/);
});

// The checksum is that of Python's zlib.crc32.
test('the format never changes: issued tokens must stay valid', () => {
  expect(formatApiToken(PARTS)).toBe('acme_live_0123456789ABCDEFaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1FFjiJ');
});

test('what is generated can be parsed, and is different each time', () => {
  fc.assert(
    fc.property(brand, environment, (name, word) => {
      const { token, id } = generateApiToken(name, word);
      expect(parseApiToken(token)).toEqual({ brand: name, environment: word, id, secret: expect.any(String) });
      expect(generateApiToken(name, word).token).not.toBe(token);
      expect(token.length).toBeLessThanOrEqual(MAX_API_TOKEN_LENGTH);
    }),
  );
});

test('any changed character is noticed', () => {
  const { token } = generateApiToken('acme', 'test');
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.constantFrom(...'09AZaz_-. \n'), (index, character) => {
      fc.pre(token[index] !== character);
      expect(parseApiToken(token.slice(0, index) + character + token.slice(index + 1))).toBeUndefined();
    }),
  );
});

test.each([
  ['nothing', ''],
  ['a space before', ` ${formatApiToken(PARTS)}`],
  ['a line end after', `${formatApiToken(PARTS)}\n`],
  ['a megabyte', 'a'.repeat(1_000_000)],
  ['other environment words', formatApiToken(PARTS).replace('live', 'prod')],
  ['upper-case brands', formatApiToken(PARTS).replace('acme', 'ACME')],
])('%s is no token', (_, text) => {
  expect(parseApiToken(text)).toBeUndefined();
});

test.each([
  ['brand', { brand: 'a' }],
  ['brand', { brand: 'Acme' }],
  ['brand', { brand: 'abcdefghijk' }],
  ['id', { id: 'short' }],
  ['id', { id: '0123456789ABCDE-' }],
  ['secret', { secret: 'a'.repeat(33) }],
])('a %s outside the format is refused: %j', (_, change) => {
  expect(() => formatApiToken({ ...PARTS, ...change })).toThrow(/expected/);
});

test('an error does not quote the secret', () => {
  expect(() => formatApiToken({ ...PARTS, secret: 'hunter2' })).not.toThrow('hunter2');
});

test('the hash is the HMAC of the whole token', () => {
  const key = Buffer.alloc(32, 7);
  const token = formatApiToken(PARTS);
  const expected = createHmac('sha256', key).update(token).digest('base64url');
  expect(hashApiToken(key, token)).toBe(expected);
  expect(hashApiToken(createSecretKey(key), token)).toBe(expected);
  expect(hashApiToken(key, `${token.slice(0, -1)}-`)).not.toBe(expected);
});

describe('the pattern for scanners', () => {
  const { token } = generateApiToken('acme', 'live');

  test('finds a token in a text', () => {
    for (const text of [token, `key=${token};`, `"${token}"`, `https://user:${token}@host/`]) {
      expect(new RegExp(apiTokenPattern('acme')).exec(text)?.[0]).toBe(token);
    }
  });

  test('of one brand finds no other; of any brand finds all', () => {
    const { token: other } = generateApiToken('other', 'test');
    expect(new RegExp(apiTokenPattern('acme')).test(other)).toBe(false);
    expect(new RegExp(apiTokenPattern()).test(other)).toBe(true);
  });

  test('finds no longer and no shorter text', () => {
    const expression = new RegExp(apiTokenPattern('acme'));
    expect(expression.test(`${token}x`)).toBe(false);
    expect(expression.test(token.slice(0, -1))).toBe(false);
  });
});

test('the pattern of a platform finds its tokens and the secrets of its clients, and those of no other', () => {
  const expression = new RegExp(secretPattern('acme'));
  const found = (brand: string) => expression.exec(`"${generateApiToken(brand, 'live').token}"`)?.[0];
  expect([found('acme'), found('acmecs')]).toEqual([expect.any(String), expect.any(String)]);
  expect([found('acmex'), found('shopcs')]).toEqual([undefined, undefined]);
});
