import {
  type CarrierEvent,
  dpopProof,
  MAX_TOKEN_LENGTH,
  presentedToken,
} from '../../../../lambdas/authorizer/event/carrier';

const both = (value: string): CarrierEvent => ({
  headers: { Authorization: value },
  multiValueHeaders: { Authorization: [value] },
});

test.each<[string, CarrierEvent]>([
  ['both forms of the header', both('Bearer abc')],
  ['headers alone', { headers: { Authorization: 'Bearer abc' } }],
  ['multi-value headers alone', { headers: null, multiValueHeaders: { Authorization: ['Bearer abc'] } }],
  ['lower case, as HTTP/2 has it', { headers: { authorization: 'Bearer abc' } }],
  ['a scheme in another case', both('bEARER abc')],
  ['other headers beside', { headers: { 'X-Authorization': 'Bearer x', Authorization: 'Bearer abc', Cookie: 'a' } }],
])('takes the token from %s', (_, event) => {
  expect(presentedToken(event)).toEqual({ scheme: 'bearer', token: 'abc' });
});

test.each<[string, CarrierEvent, string]>([
  ['no headers', {}, 'missing'],
  ['null headers', { headers: null, multiValueHeaders: null }, 'missing'],
  [
    'other headers only',
    { headers: { 'Proxy-Authorization': 'Bearer abc', Cookie: 'Authorization=Bearer abc' } },
    'missing',
  ],
  ['an undefined value', { headers: { Authorization: undefined } }, 'missing'],
  ['an empty value', both(''), 'malformed'],
  ['another scheme', both('Basic abc'), 'malformed'],
  ['DPoP without a token', both('DPoP '), 'malformed'],
  ['a scheme that begins like another', both('DPoPx abc'), 'malformed'],
  [
    'Bearer and DPoP',
    { multiValueHeaders: { Authorization: ['DPoP abc'], authorization: ['Bearer abc'] } },
    'malformed',
  ],
  ['no scheme', both('abc'), 'malformed'],
  ['no token', both('Bearer'), 'malformed'],
  ['an empty token', both('Bearer '), 'malformed'],
  ['a tab', both('Bearer\tabc'), 'malformed'],
  ['a tab before the space', both('Bearer\t abc'), 'malformed'],
  ['a no-break space', both('Bearer\u00a0abc'), 'malformed'],
  ['spaces alone', both('Bearer   '), 'malformed'],
  ['a space before', both(' Bearer abc'), 'malformed'],
  ['two values', { multiValueHeaders: { Authorization: ['Bearer abc', 'Bearer def'] } }, 'malformed'],
  ['the same value twice', { multiValueHeaders: { Authorization: ['Bearer abc', 'Bearer abc'] } }, 'malformed'],
  ['two spellings', { headers: { Authorization: 'Bearer abc', authorization: 'Bearer abc' } }, 'malformed'],
  [
    'two spellings with several values',
    { multiValueHeaders: { Authorization: ['Bearer abc'], AUTHORIZATION: ['Bearer def'] } },
    'malformed',
  ],
  [
    'different values in both forms',
    { headers: { Authorization: 'Bearer abc' }, multiValueHeaders: { Authorization: ['Bearer def'] } },
    'malformed',
  ],
])('refuses %s', (_, event, refused) => {
  expect(presentedToken(event)).toEqual({ refused });
});

test('a value that is no text is refused', () => {
  // As a direct invocation may send it.
  const event = JSON.parse('{"headers":{"Authorization":{"length":20}}}');
  expect(presentedToken(event)).toEqual({ refused: 'malformed' });
});

test.each<[string, string, string]>([
  ['two spaces after Bearer', 'Bearer  abc', 'bearer'],
  ['three spaces after bearer', 'bearer   abc', 'bearer'],
  ['two spaces after DPoP', 'DPoP  abc', 'dpop'],
])('takes the token behind %s, as the grammar has it', (_, value, scheme) => {
  expect(presentedToken(both(value))).toEqual({ scheme, token: 'abc' });
});

test('counts the spaces before a token neither to it nor to its length', () => {
  const longest = 'a'.repeat(MAX_TOKEN_LENGTH);
  expect(presentedToken(both(`Bearer  ${longest}`))).toEqual({ scheme: 'bearer', token: longest });
  expect(presentedToken(both(`Bearer  ${longest}a`))).toEqual({ refused: 'malformed' });
});

test.each(['Bearer abc def', 'Bearer abc ', 'Bearer abc\t', 'Bearer abc,', 'Bearer \tabc', 'Bearer \u00a0abc'])(
  'leaves to the token what follows or precedes it in %j, which no kind of token has',
  (value) => {
    expect(presentedToken(both(value))).toEqual({ scheme: 'bearer', token: value.slice('Bearer '.length) });
  },
);

test('a token may be as long as the limit and no longer', () => {
  const longest = 'a'.repeat(MAX_TOKEN_LENGTH);
  expect(presentedToken(both(`Bearer ${longest}`))).toEqual({ scheme: 'bearer', token: longest });
  expect(presentedToken(both(`DPoP ${longest}`))).toEqual({ scheme: 'dpop', token: longest });
  expect(presentedToken(both(`DPoP ${longest}a`))).toEqual({ refused: 'malformed' });
  expect(presentedToken(both(`Bearer ${longest}a`))).toEqual({ refused: 'malformed' });
});

test.each(['DPoP abc', 'dpop abc', 'DPOP abc'])('takes the token of %s with its scheme', (value) => {
  expect(presentedToken(both(value))).toEqual({ scheme: 'dpop', token: 'abc' });
});

test.each<[string, CarrierEvent]>([
  ['both forms of the header', { headers: { DPoP: 'proof' }, multiValueHeaders: { DPoP: ['proof'] } }],
  ['lower case, as HTTP/2 has it', { headers: { dpop: 'proof' } }],
])('takes the DPoP proof from %s', (_, event) => {
  expect(dpopProof(event)).toBe('proof');
});

test.each<[string, CarrierEvent]>([
  ['no header', { headers: { 'X-DPoP': 'proof' } }],
  ['two values', { multiValueHeaders: { DPoP: ['proof', 'other'] } }],
  ['the same value twice', { multiValueHeaders: { DPoP: ['proof', 'proof'] } }],
  ['two spellings', { headers: { DPoP: 'proof', dpop: 'proof' } }],
  ['different values in both forms', { headers: { DPoP: 'proof' }, multiValueHeaders: { DPoP: ['other'] } }],
])('takes no DPoP proof from %s', (_, event) => {
  expect(dpopProof(event)).toBeUndefined();
});
