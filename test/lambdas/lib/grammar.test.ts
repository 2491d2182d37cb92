import fc from 'fast-check';
import * as grammar from '../../../lambdas/lib/grammar';

const EXPORTS: Readonly<Record<string, unknown>> = { ...grammar };
const { SCOPE, DECLARED_SCOPE, GRANTED_SCOPE } = grammar;

/** Texts near the grammar of scopes: right ones, and ones that are wrong by a character. */
const nearScope = fc.string({ unit: fc.constantFrom('a', 'Z', '0', ':', '*', '.', '/', '-', '_', ' '), maxLength: 12 });

const CASES: [keyof typeof grammar, readonly string[], readonly string[]][] = [
  [
    'SCOPE',
    ['sales:read', 'Orders.Read:all', 'a:b:c', 'v1/sales:read'],
    ['', 'sales', ':read', 'sales:', 'sales:*', '*', 'sales:read ', 'sales read:x', 'sälés:read', 'sales:read\n'],
  ],
  [
    'DECLARED_SCOPE',
    ['sales:read', 'sales:*', 'a:b:*'],
    ['', '*', ':*', 'sales:**', 'sales:r*', '*:read', 'sales:*\n'],
  ],
  ['GRANTED_SCOPE', ['*', 'sales:read', 'sales:*', 'a:b:*'], ['', '**', '*:*', 'sales:r*', 'sales', '*\n']],
  ['TIER', ['free', 'tier-2', `a${'b'.repeat(19)}`], ['', 'Free_1', '2nd', `a${'b'.repeat(20)}`, 'free\n']],
  ['APPLICATION', ['crm', `a${'0'.repeat(62)}`], ['', 'Crm', '-crm', `a${'0'.repeat(63)}`, 'crm\n']],
  [
    'RESOURCE',
    ['https://api.example.com/shop', 'urn:example:stock', 'https://api.example.com/?a=1'],
    ['', '/shop', 'https:', 'https://api.example.com/#top', 'https://api.example.com/a b', 'api.example.com'],
  ],
  ['BRAND', ['gk', 'abcdefghij'], ['g', 'abcdefghijk', 'g1', 'GK', 'gk\n']],
  ['TOKEN_ID', ['0123456789abcDEF'], ['0123456789abcDE', '0123456789abcDEF0', '0123456789abcDE_']],
  ['PREFIX', ['ab', 'shop-1', `a${'b'.repeat(15)}`], ['a', '1a', 'ab-', `a${'b'.repeat(16)}`, 'aB']],
  ['ENVIRONMENT', ['p', 'prod-eu', `a${'b'.repeat(11)}`], ['', '1', 'Prod', `a${'b'.repeat(12)}`]],
  ['API_ID', ['orders', 'Orders.v1_2-x'], ['', 'a b', 'a/b', 'a'.repeat(65), 'a\n']],
  ['BACKEND', ['sales', 'Token_Service-1'], ['', 'a.b', 'a'.repeat(29)]],
  ['ACCOUNT', ['123456789012'], ['12345678901', '1234567890123', '12345678901a']],
  ['REGION', ['eu-central-1', 'us-gov-west-1'], ['eu', 'eu-central', 'EU-central-1', 'eu-central-11']],
  [
    'ORIGIN',
    ['https://app.example.com', 'https://app.example.com:8443', 'http://localhost:5173', 'http://127.0.0.1'],
    [
      '*',
      'https://*.example.com',
      'https://app.example.com/',
      'http://app.example.com',
      'http://localhost.evil',
      "https://a'b",
    ],
  ],
  [
    'PUBLIC_URL',
    ['https://api.example.com', 'https://api.example.com/shop', 'http://localhost:8787/dev'],
    ['http://api.example.com', 'https://user@api.example.com', 'https://api.example.com?x=1', '/shop'],
  ],
  [
    'TEAM',
    ['web', 'a', 'home-page-2', `a${'b'.repeat(62)}`],
    ['', 'Web', '1a', '-a', 'a_b', 'a b', `a${'b'.repeat(63)}`],
  ],
  [
    'MEMBER_ID',
    ['AbCdEfGhIjKlMnOpQrSt_-', '0123456789012345678901'],
    ['', 'a'.repeat(21), 'a'.repeat(23), `${'a'.repeat(21)}+`],
  ],
  ['BASE_PATH', ['/v1', '/platform/tokens'], ['', '/', '/v1/', 'v1', '/V1', '/{x}']],
];

const GRAMMARS = CASES.map(([name, right, wrong]) => ({ name, right, wrong, ...(EXPORTS[name] as grammar.Grammar) }));

test('every grammar is tried here', () => {
  const all = Object.entries(EXPORTS).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && 'pattern' in value ? [name] : [],
  );

  expect(GRAMMARS.map(({ name }) => name).sort()).toEqual(all.sort());
});

test.each(GRAMMARS)('$name takes what is right', ({ pattern, right }) => {
  expect(right.filter((text) => !pattern.test(text))).toEqual([]);
});

test.each(GRAMMARS)('$name refuses what is wrong', ({ pattern, wrong }) => {
  expect(wrong.filter((text) => pattern.test(text))).toEqual([]);
});

test('what a route may require can be declared, and what is declared can be granted', () => {
  fc.assert(
    fc.property(nearScope, (text) => {
      expect(!SCOPE.pattern.test(text) || DECLARED_SCOPE.pattern.test(text)).toBe(true);
      expect(!DECLARED_SCOPE.pattern.test(text) || GRANTED_SCOPE.pattern.test(text)).toBe(true);
    }),
    { numRuns: 5000 },
  );
});

test('what is granted and no wildcard is what a route may require', () => {
  fc.assert(
    fc.property(nearScope, (text) => {
      expect(SCOPE.pattern.test(text)).toBe(GRANTED_SCOPE.pattern.test(text) && !text.includes('*'));
    }),
    { numRuns: 5000 },
  );
});

describe('the brand of client secrets', () => {
  test.each([
    ['acme', 'acmecs'],
    ['gk', 'gkcs'],
    ['abcdefghij', 'abcdefghcs'],
  ])('of %s is %s', (brand, secrets) => {
    expect(grammar.clientSecretBrand(brand)).toBe(secrets);
    expect(secrets).toMatch(grammar.BRAND.pattern);
  });
});
