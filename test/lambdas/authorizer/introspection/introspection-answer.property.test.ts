import fc from 'fast-check';
import { checkAnswer } from '../../../../lambdas/authorizer/introspection/introspection-answer';
import { AUDIENCE, ISSUER, NOW } from '../support/access-tokens';
import { introspectedIssuer } from '../support/introspection';

const TOKEN = 'oat_0123456789abcdef';
const issuer = introspectedIssuer();
const { leewaySeconds, maxLifetimeSeconds } = issuer;

const isText = (value: unknown) => typeof value === 'string' && value !== '' && value.length <= 512;

/** The rules of an answer, said once more: it is good when all of them hold. */
const RULES: Readonly<Record<string, (value: unknown, answer: Readonly<Record<string, unknown>>) => boolean>> = {
  active: (value) => value === true,
  iss: (value) => value === undefined || value === ISSUER,
  aud: (value) => value === AUDIENCE || JSON.stringify(value) === JSON.stringify([AUDIENCE]),
  token_type: (value) => typeof value === 'string' && value.toLowerCase() === 'bearer',
  client_id: (value) => isText(value) && value !== 'a\u0000b',
  sub: (value) => value === undefined || isText(value),
  cnf: (value) => value === undefined,
  scope: (value) => value === undefined || value === '' || ['sales:read', 'a b', 'true'].includes(value as string),
  iat: (value) => value === undefined || (typeof value === 'number' && value >= 0 && value <= NOW + leewaySeconds),
  nbf: (value) => value === undefined || (typeof value === 'number' && value >= 0 && value <= NOW + leewaySeconds),
  exp: (value, { iat }) =>
    typeof value === 'number' &&
    value > NOW - leewaySeconds &&
    value - (typeof iat === 'number' ? iat : NOW) <= maxLifetimeSeconds,
};

test('an answer is good when every rule holds, and only then', () => {
  // Texts come from lists, so that the rules above need no grammar of their own.
  const odd = fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    1,
    -1,
    '',
    'true',
    [],
    {},
    [null],
    1.7e308,
    Number.MAX_VALUE,
  );
  const member = (...values: readonly unknown[]) =>
    fc.oneof(
      { weight: 20, arbitrary: fc.constant(values[0]) },
      { weight: 9, arbitrary: fc.constantFrom(...values) },
      { weight: 1, arbitrary: odd },
    );
  const answers = fc.record({
    active: member(true),
    iss: member(ISSUER, undefined, 'https://other.example/'),
    aud: member(AUDIENCE, [AUDIENCE], ['https://other.example/'], [AUDIENCE, 'b']),
    token_type: member('Bearer', 'bearer', 'BEARER', 'DPoP', undefined),
    client_id: member('reports', undefined, 'a\u0000b'),
    sub: member('user-1', undefined, 'x'.repeat(513)),
    cnf: member(undefined, undefined, undefined, { jkt: 'a'.repeat(43) }),
    scope: member('sales:read', 'a b', '', undefined, 'a  b', ['sales:read']),
    iat: member(NOW - 10, NOW + leewaySeconds, NOW + leewaySeconds + 1, undefined),
    nbf: member(NOW, NOW + leewaySeconds + 1, undefined),
    exp: member(NOW + 600, NOW - leewaySeconds, NOW - leewaySeconds + 1, NOW + 1_000_000, undefined),
  });
  let good = 0;
  fc.assert(
    fc.property(answers, (answer) => {
      const expected = Object.entries(RULES).every(([name, rule]) => rule(answer[name as keyof typeof answer], answer));
      good += Number(expected);
      expect(!('refused' in checkAnswer(answer, TOKEN, issuer, NOW))).toBe(expected);
    }),
    { numRuns: process.env.GATEHOUSE_TEST_LONG ? 200_000 : 10_000 },
  );
  expect(good).toBeGreaterThan(100);
});
