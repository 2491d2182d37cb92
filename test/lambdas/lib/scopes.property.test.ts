import fc from 'fast-check';
import { scopeMatches } from '../../../lambdas/lib/scopes';

test('a scope covers what the naive definition says', () => {
  const part = fc.constantFrom('a', 'ab', 'b', '*');
  const scope = fc.oneof(
    fc.tuple(part, part).map((parts) => parts.join(':')),
    part,
  );
  const naive = (granted: string, required: string) => {
    const [resource, action, ...rest] = granted.split(':');
    const isWildcard = action === '*' && rest.length === 0;
    return granted === '*' || granted === required || (isWildcard && required.startsWith(`${resource}:`));
  };
  fc.assert(
    fc.property(scope, scope, (granted, required) => {
      expect(scopeMatches(granted, required)).toBe(naive(granted, required));
    }),
    { numRuns: 1000 },
  );
});
