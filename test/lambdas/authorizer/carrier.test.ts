import { bearerToken, type CarrierEvent, MAX_TOKEN_LENGTH } from '../../../lambdas/authorizer/carrier';

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
  expect(bearerToken(event)).toBe('abc');
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
  ['DPoP', both('DPoP abc'), 'malformed'],
  ['no scheme', both('abc'), 'malformed'],
  ['no token', both('Bearer'), 'malformed'],
  ['an empty token', both('Bearer '), 'malformed'],
  ['a tab', both('Bearer\tabc'), 'malformed'],
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
  expect(bearerToken(event)).toEqual({ refused });
});

test('a value that is no text is refused', () => {
  // As a direct invocation may send it.
  const event = JSON.parse('{"headers":{"Authorization":{"length":20}}}');
  expect(bearerToken(event)).toEqual({ refused: 'malformed' });
});

test('leaves a second space to the token, which no kind of token has', () => {
  expect(bearerToken(both('Bearer  abc'))).toBe(' abc');
});

test('a token may be as long as the limit and no longer', () => {
  const longest = 'a'.repeat(MAX_TOKEN_LENGTH);
  expect(bearerToken(both(`Bearer ${longest}`))).toBe(longest);
  expect(bearerToken(both(`Bearer ${longest}a`))).toEqual({ refused: 'malformed' });
});
