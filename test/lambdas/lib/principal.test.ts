import fc from 'fast-check';
import { AUTH_METHODS, type Principal, parsePrincipal, principalText } from '../../../lambdas/lib/principal';

const A: Principal = { method: 'access_token', issuer: 'https://a.example/', subject: 'user-17' };

/** Texts in which separators and their escapes are frequent. */
const text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }),
  fc
    .array(fc.constantFrom('|', '%', '%7C', '%25', '7C', '25', 'a', 'access_token', 'api_token', 'ü'), {
      minLength: 1,
      maxLength: 6,
    })
    .map((parts) => parts.join('')),
);
const principal: fc.Arbitrary<Principal> = fc.record({
  method: fc.constantFrom(...AUTH_METHODS),
  issuer: text,
  subject: text,
});

test('is method, issuer and subject', () => {
  expect(principalText(A)).toBe('access_token|https://a.example/|user-17');
});

test.each<[string, Principal]>([
  ['issuer', { ...A, issuer: 'https://b.example/' }],
  ['method', { ...A, method: 'api_token' }],
  ['subject', { ...A, subject: 'user-18' }],
  ['place of the separator', { ...A, issuer: 'https://a.example/|user', subject: '-17' }],
  ['escape in the issuer', { ...A, issuer: 'https://a.example/%7C' }],
  ['case of the issuer', { ...A, issuer: 'https://A.example/' }],
])('is another with another %s', (_, other) => {
  expect(principalText(other)).not.toBe(principalText(A));
});

test('two different ones never have one text, and each is read back as it was', () => {
  fc.assert(
    fc.property(principal, principal, (one, other) => {
      const same = one.method === other.method && one.issuer === other.issuer && one.subject === other.subject;
      expect(principalText(one) === principalText(other)).toBe(same);
      expect(parsePrincipal(principalText(one))).toEqual(one);
    }),
    { numRuns: 20_000 },
  );
});

test('pairs that differ only in where issuer and subject part have two texts', () => {
  fc.assert(
    fc.property(text, text, text, (a, b, c) => {
      const one = principalText({ ...A, issuer: `${a}|${b}`, subject: c });
      const other = principalText({ ...A, issuer: a, subject: `${b}|${c}` });
      expect(one).not.toBe(other);
    }),
    { numRuns: 10_000 },
  );
});

test.each([
  '',
  'user-17',
  'access_token|user-17',
  'access_token||user-17',
  'access_token|https://a.example/|',
  'password|https://a.example/|user-17',
  'Access_token|https://a.example/|user-17',
  'access_token|https://a.example/%|user-17',
  'access_token|https://a.example/%7c|user-17',
  'direct-invocation',
])('%j is the text of none', (wrong) => {
  expect(parsePrincipal(wrong)).toBeUndefined();
});
