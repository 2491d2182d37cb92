import { generateApiToken } from '../../../../lambdas/lib/api-token';
import { redact, shownValue } from '../../../../lambdas/token-service/http/redact';

describe('redact takes out', () => {
  test.each([
    ['an API token', generateApiToken('acme', 'test').token],
    ['20 letters and digits', `${'a'.repeat(19)}1`],
    ['a value of a usage key', 'Ab3'.repeat(13)],
    ['40 letters without a digit', 'k'.repeat(40)],
  ])('%s', (_, secret) => {
    expect(redact(`value ${secret} refused`)).toBe('value (not shown) refused');
  });
});

describe('redact leaves', () => {
  test.each([
    ['19 letters and digits', `${'a'.repeat(18)}1`],
    ['the public id of a token', 'AbCdEfGh12345678'],
    ['the name of an error', 'ProvisionedThroughputExceededException'],
    ['39 letters without a digit', 'k'.repeat(39)],
  ])('%s', (_, text) => {
    expect(redact(`value ${text} refused`)).toBe(`value ${text} refused`);
  });
});

describe('shownValue', () => {
  test.each([
    ['a text', 'sales', '"sales"'],
    ['a number', 7, '7'],
    ['nothing', undefined, 'undefined'],
    ['a list', [1, 2], 'a list of 2'],
    ['an object', { a: 1 }, 'an object'],
    ['a text of 78 characters, which fills the longest line', 'é'.repeat(78), JSON.stringify('é'.repeat(78))],
    ['a longer text', 'é'.repeat(79), 'a string of 79 characters'],
    ['a secret', 'k3y'.repeat(7), '"(not shown)"'],
  ])('of %s', (_, value, shown) => {
    expect(shownValue(value)).toBe(shown);
  });
});
