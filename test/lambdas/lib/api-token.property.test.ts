import fc from 'fast-check';
import { apiTokenPattern, generateApiToken } from '../../../lambdas/lib/api-token';

test('the scanner pattern finds every token that is generated', () => {
  const brand = fc.string({ unit: fc.constantFrom(...'abcxyz'), minLength: 2, maxLength: 10 });
  fc.assert(
    fc.property(brand, fc.constantFrom<'live' | 'test'>('live', 'test'), (name, word) => {
      const { token } = generateApiToken(name, word);
      expect(new RegExp(apiTokenPattern(name)).exec(`"${token}"`)?.[0]).toBe(token);
      expect(new RegExp(apiTokenPattern()).exec(`"${token}"`)?.[0]).toBe(token);
    }),
  );
});
