import fc from 'fast-check';
import { findAmbiguities } from '../../../lambdas/authorizer/route-analysis';
import type { RouteRule } from '../../../lambdas/lib/access-rule';
import { satisfies } from '../../../lambdas/lib/scopes';
import { compiled } from './support/access-tokens';
import { apiHarness, eventFor, verdictOf } from './support/harness';
import { resolve } from './support/routing';
import { requestFor, scopes, table } from './support/worlds';

const world = table.chain((rules) =>
  fc.record({
    rules: fc.constant(rules),
    held: scopes,
    requests: fc.array(requestFor(rules), { minLength: 1, maxLength: 4 }),
    isCached: fc.boolean(),
    hasResourcePolicy: fc.boolean(),
  }),
);
const runs = process.env.GATEHOUSE_TEST_LONG ? 20_000 : 1500;

/** The rule of a request's route, if the authorizer is asked about it. */
function guarded(rules: readonly RouteRule[], { method, path }: { method: string; path: string }) {
  const found = resolve(rules, method, path);
  return found?.rule.kind === 'scopes' ? { resource: found.path, anyOf: found.rule.anyOf } : undefined;
}

test('over routes, scope sets, cached results and resource policies, the gateway decides as the rule of each route', async () => {
  await fc.assert(
    fc.asyncProperty(world, async ({ rules, held, requests, isCached, hasResourcePolicy }) => {
      fc.pre(findAmbiguities(rules).length === 0);
      const { authorize, issue } = apiHarness({ apis: { sales: compiled(rules) } });
      const token = issue({ scopes: held });
      let cached: Awaited<ReturnType<typeof authorize>> | undefined;
      for (const request of requests) {
        const rule = guarded(rules, request);
        if (!rule) {
          continue;
        }
        const { method, path } = request;
        const event = eventFor(`Bearer ${token}`, { method, path, resource: rule.resource });
        const result = (isCached ? cached : undefined) ?? (await authorize(event));
        cached = result;
        const verdict = verdictOf(result, `${method}${path}`);
        // A resource policy that allows everybody overrules what an authorizer merely does not allow.
        const isAllowed = verdict === 'allow' || (verdict === 'implicit deny' && hasResourcePolicy);
        expect(isAllowed).toBe(satisfies(held, rule.anyOf));
      }
    }),
    { numRuns: runs },
  );
});
