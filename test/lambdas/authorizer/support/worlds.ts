import fc from 'fast-check';
import type { AccessRule, RouteRule } from '../../../../lambdas/lib/access-rule';

const scope = fc.constantFrom('x:read', 'x:write', 'y:read');
const alternative = fc.uniqueArray(scope, { minLength: 1, maxLength: 2 });
const rule: fc.Arbitrary<AccessRule> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('scopes' as const),
      anyOf: fc.array(alternative, { minLength: 1, maxLength: 2 }),
    }),
  },
  { weight: 2, arbitrary: fc.constant<AccessRule>({ kind: 'authenticated', reason: 'tells who calls' }) },
  { weight: 1, arbitrary: fc.constant<AccessRule>({ kind: 'public', reason: 'status page' }) },
  { weight: 1, arbitrary: fc.constant<AccessRule>({ kind: 'iam' }) },
);
const part = fc.constantFrom('a', 'a', 'b', 'b', 'c', 'B', 'v1', 'c:d', '{p}', '{p}', '{p}', '{p}');
const path = fc
  .tuple(fc.array(part, { maxLength: 4 }), fc.constantFrom('', '', '', '/{rest+}'))
  .map(([parts, greedy]) => parts.map((one) => `/${one}`).join('') + greedy || '/');
const route: fc.Arbitrary<RouteRule> = fc.record({ method: fc.constantFrom('GET', 'POST'), path, rule });
const routes = (maxLength: number) =>
  fc.uniqueArray(route, { selector: (one) => `${one.method} ${one.path}`, minLength: 1, maxLength });
/** Route tables of up to twelve routes whose paths overlap often; small ones can mostly be expressed by one policy. */
export const table = fc.oneof(routes(12), routes(5), routes(3));
/** Scopes that a token may hold. */
export const scopes = fc.uniqueArray(fc.constantFrom('x:read', 'x:write', 'y:read', 'x:*', '*', 'z:read'), {
  maxLength: 3,
});

/** A request for one of the routes, with segments that other routes spell out, and one that none does. */
export function requestFor(rules: readonly RouteRule[]): fc.Arbitrary<{ method: string; path: string }> {
  const segment = fc.constantFrom('a', 'b', 'c', 'z', 'v1', 'c:d');
  return fc
    .tuple(fc.constantFrom(...rules), fc.array(segment, { minLength: 8, maxLength: 8 }), fc.integer({ min: 1, max: 4 }))
    .map(([{ method, path: template }, values, depth]) => ({
      method,
      path: template
        .replaceAll('{rest+}', values.slice(4, 4 + depth).join('/'))
        .split('/')
        .map((one, index) => (one === '{p}' ? values[index] : one))
        .join('/'),
    }));
}
