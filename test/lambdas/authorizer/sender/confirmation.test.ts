import { confirmationOf } from '../../../../lambdas/authorizer/sender/confirmation';

const JKT = 'a'.repeat(43);
const X5T = 'b'.repeat(43);

test('reads the thumbprints of key and certificate', () => {
  expect(confirmationOf({ jkt: JKT }, ['dpop'])).toEqual({ jkt: JKT });
  expect(confirmationOf({ 'x5t#S256': X5T }, ['mtls'])).toEqual({ x5t: X5T });
  expect(confirmationOf({ jkt: JKT, 'x5t#S256': X5T }, ['mtls', 'dpop'])).toEqual({ jkt: JKT, x5t: X5T });
});

test.each([
  ['nothing', undefined],
  ['null', null],
  ['an empty object', {}],
  ['a text', JKT],
  ['a list', [{ jkt: JKT }]],
  ['a thumbprint that is too short', { jkt: 'a'.repeat(42) }],
  ['a thumbprint with a newline', { jkt: `${JKT}\n` }],
  ['a thumbprint that is no text', { jkt: [JKT] }],
  ['a thumbprint in another alphabet', { jkt: `${'a'.repeat(42)}+` }],
  ['a whole key', { jwk: { kty: 'EC' } }],
  ['a member that is not understood beside one that is', { jkt: JKT, kid: 'k' }],
  ['a member of every object', { constructor: JKT }],
])('is not given by %s', (_, cnf) => {
  expect(confirmationOf(cnf, ['dpop', 'mtls'])).toBeUndefined();
});

test('is not given by a constraint that the issuer may not use', () => {
  expect(confirmationOf({ jkt: JKT }, ['mtls'])).toBeUndefined();
  expect(confirmationOf({ 'x5t#S256': X5T }, ['dpop'])).toBeUndefined();
  expect(confirmationOf({ jkt: JKT, 'x5t#S256': X5T }, ['dpop'])).toBeUndefined();
  expect(confirmationOf({ jkt: JKT })).toBeUndefined();
});
