import fc from 'fast-check';
import {
  byAuthorization,
  byContent,
  byPresence,
  byScopes,
  bySize,
  combined,
  type Order,
} from '../../../audit/change/order';

const OPPOSITE: Readonly<Record<Order, Order>> = {
  same: 'same',
  stronger: 'weaker',
  weaker: 'stronger',
  incomparable: 'incomparable',
};

const scope = fc.constantFrom('sales:read', 'sales:write', 'sales:*', 'users:read', '*');
const rule = fc.array(fc.uniqueArray(scope, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 });
const kinds = fc.constantFrom('NONE', 'CUSTOM', 'COGNITO_USER_POOLS', 'JWT', 'AWS_IAM', 'SOMETHING_NEW');
const texts = fc.uniqueArray(fc.constantFrom('a', 'b', 'c')).map((list) => new Set(list));

/** Settings of one kind, and how two of them compare. */
const orders: Readonly<Record<string, [fc.Arbitrary<unknown>, (before: never, after: never) => Order]>> = {
  authorization: [kinds, byAuthorization],
  scopes: [rule, byScopes],
  size: [fc.integer(), bySize],
  presence: [fc.boolean(), byPresence],
  content: [texts, byContent],
};

describe.each(Object.entries(orders))('the order by %s', (_, [setting, compare]) => {
  const order = compare as (before: unknown, after: unknown) => Order;

  test('is reflexive', () => {
    fc.assert(fc.property(setting, (one) => expect(order(one, one)).toBe('same')));
  });

  test('of two turned round is the opposite', () => {
    fc.assert(
      fc.property(setting, setting, (one, other) => expect(order(other, one)).toBe(OPPOSITE[order(one, other)])),
    );
  });

  test('is transitive', () => {
    fc.assert(
      fc.property(setting, setting, setting, (one, two, three) => {
        const [first, second] = [order(one, two), order(two, three)];
        fc.pre(first !== 'incomparable' && second !== 'incomparable' && combined([first, second]) !== 'incomparable');
        expect(order(one, three)).toBe(combined([first, second]));
      }),
    );
  });
});

describe('scopes', () => {
  /** Whether a token with these scopes satisfies a rule, written apart from the code under test. */
  const satisfies = (token: readonly string[], anyOf: readonly (readonly string[])[]) =>
    anyOf.some((all) =>
      all.every((needed) =>
        token.some((held) => held === '*' || held === needed || (held === 'sales:*' && needed.startsWith('sales:'))),
      ),
    );

  test('are weaker just when some token passes that did not, and none fails that passed', () => {
    const all = ['sales:read', 'sales:write', 'users:read', 'sales:*', '*'];
    const tokens = Array.from({ length: 2 ** all.length }, (_, set) => all.filter((__, bit) => (set >> bit) & 1));
    fc.assert(
      fc.property(rule, rule, (before, after) => {
        const gains = tokens.some((token) => satisfies(token, after) && !satisfies(token, before));
        const loses = tokens.some((token) => satisfies(token, before) && !satisfies(token, after));
        const expected = gains ? (loses ? 'incomparable' : 'weaker') : loses ? 'stronger' : 'same';
        expect(byScopes(before, after)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  test.each<[string, string[][], string[][], Order]>([
    ['one more alternative', [['a:b']], [['a:b'], ['c:d']], 'weaker'],
    ['one more scope in an alternative', [['a:b']], [['a:b', 'c:d']], 'stronger'],
    ['another scope', [['a:b']], [['c:d']], 'incomparable'],
    ['a single action in place of all', [['a:*']], [['a:b']], 'weaker'],
    ['another order', [['a:b', 'c:d'], ['e:f']], [['e:f'], ['c:d', 'a:b']], 'same'],
    ['a redundant alternative', [['a:b']], [['a:b'], ['a:b', 'c:d']], 'same'],
  ])('%s', (_, before, after, order) => {
    expect(byScopes(before, after)).toBe(order);
  });
});

test.each<[Order[], Order]>([
  [[], 'same'],
  [['same', 'stronger'], 'stronger'],
  [['weaker', 'same', 'weaker'], 'weaker'],
  [['weaker', 'stronger'], 'incomparable'],
  [['incomparable', 'same'], 'incomparable'],
])('%j together are %s', (list, order) => {
  expect(combined(list)).toBe(order);
});
