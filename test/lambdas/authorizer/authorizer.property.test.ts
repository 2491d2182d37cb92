import fc from 'fast-check';
import { answerForm } from '../../../lambdas/authorizer/answer/answer-form';
import type { RouteRule } from '../../../lambdas/lib/access-rule';
import { PATH_READERS, readings, readPath } from '../../../lambdas/lib/gateway-paths';
import { compiled } from './support/access-tokens';
import { apiHarness, eventFor, verdictOf } from './support/harness';
import { isWellWritten, spellingOf } from './support/raw-paths';
import { judge, resolveSegments } from './support/routing';
import { requestFor, scopes, table } from './support/worlds';

const request = (rules: readonly RouteRule[]) =>
  requestFor(rules).chain(({ method, path }) => fc.record({ method: fc.constant(method), path: spellingOf(path) }));

const world = table.chain((rules) =>
  fc.record({
    rules: fc.constant(rules),
    held: scopes,
    requests: fc.array(request(rules), { minLength: 1, maxLength: 6 }),
    reader: fc.constantFrom(...PATH_READERS),
    ttlSeconds: fc.constantFrom(0, 60, 60, 60),
    hasResourcePolicy: fc.boolean(),
  }),
);
const runs = process.env.GATEHOUSE_TEST_LONG ? 50_000 : 1000;

test('over routes, scope sets, spellings, kept results and resource policies, gateway and log decide as the rule of each route', async () => {
  const seen = { api: 0, route: 0, reused: 0, allowed: 0, denied: 0 };
  await fc.assert(
    fc.asyncProperty(world, async ({ rules, held, requests, reader, ttlSeconds, hasResourcePolicy }) => {
      const { authorize, issue, ports } = apiHarness({ apis: { sales: compiled(rules) } });
      const authorization = `Bearer ${issue({ scopes: held })}`;
      const form = answerForm(rules, ttlSeconds, 'dev');
      const kept = new Map<string, Awaited<ReturnType<typeof authorize>>>();
      for (const { method, path } of requests) {
        const chosen = resolveSegments(rules, method, readPath(path, reader));
        const judgement = judge(chosen, held);
        if (chosen === undefined || judgement === 'other') {
          continue;
        }
        const event = eventFor(authorization, { method, path, resource: chosen.path, results: form });
        // What the identity sources of the construct are, and what a gateway without a time to live keeps.
        const key = form === 'api' ? authorization : [authorization, method, chosen.path].join();
        const known = ttlSeconds > 0 ? kept.get(key) : undefined;
        const result = known ?? (await authorize(event));
        kept.set(key, result);
        seen[form]++;
        const verdict = verdictOf(result, `${method}${path}`);
        // A resource policy that allows everybody overrules what an authorizer merely does not allow.
        const isAllowed = verdict === 'allow' || (verdict === 'implicit deny' && hasResourcePolicy);
        const isGranted = judgement === 'granted';
        seen[isAllowed ? 'allowed' : 'denied']++;
        if (known) {
          seen.reused++;
        } else {
          expect([path, ports.decisions.at(-1)?.decision]).toEqual([path, isAllowed ? 'allow' : 'deny']);
          expect(ports.decisions.at(-1)?.reason).toBe(isAllowed ? 'ok' : isGranted ? 'unusual_path' : 'scope_denied');
        }
        if (!isGranted) {
          expect([path, isAllowed]).toEqual([path, false]);
        } else if (isWellWritten(path) && readings(path).length === 1) {
          expect([path, isAllowed]).toEqual([path, true]);
        }
      }
    }),
    { numRuns: runs },
  );
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(runs / 10);
});
