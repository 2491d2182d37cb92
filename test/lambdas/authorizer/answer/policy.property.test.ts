import fc from 'fast-check';
import { apiGrants, buildPolicy, forStage, routeGrants } from '../../../../lambdas/authorizer/answer/policy';
import { compileApiPolicy, MAX_STAGE_ARN_LENGTH } from '../../../../lambdas/authorizer/answer/policy-compiler';
import { compileRoutes } from '../../../../lambdas/authorizer/routes/route-compiler';
import { routeTable } from '../../../../lambdas/authorizer/routes/route-table';
import type { RouteRule } from '../../../../lambdas/lib/access-rule';
import { PATH_READERS, readings, readPath } from '../../../../lambdas/lib/gateway-paths';
import { evaluate } from '../support/iam';
import { isWellWritten, spellingOf } from '../support/raw-paths';
import { judge, resolveSegments } from '../support/routing';
import { requestFor, scopes, table } from '../support/worlds';

const STAGE = 'arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/live';
const VALID_UNTIL = 2_000_000_000;
const NETWORKS = ['192.0.2.0/24', '2001:db8:0:0:0:0:0:0/32'];
const within = { now: VALID_UNTIL - 1, sourceIp: '192.0.2.9' };

const isLong = process.env.GATEHOUSE_TEST_LONG === '1';
/** Requests of each world. In the long run, of a million requests, they are many: compiling a table takes as long as judging a hundred. */
const REQUESTS = isLong ? 100 : 8;
const worlds = isLong ? 10_000 : 600;

const request = (rules: readonly RouteRule[]) =>
  requestFor(rules).chain(({ method, path }) => fc.record({ method: fc.constant(method), path: spellingOf(path) }));

/** A route table, a token, requests for it, and a gateway of the model. */
const world = table.chain((rules) =>
  fc.record({
    rules: fc.constant(rules),
    held: scopes,
    requests: fc.array(request(rules), { minLength: REQUESTS, maxLength: REQUESTS }),
    reader: fc.constantFrom(...PATH_READERS),
  }),
);

/** What the rules say of a request, in every reading of its path. */
function judgements(rules: readonly RouteRule[], held: readonly string[], method: string, path: string): Set<string> {
  return new Set(readings(path).map((segments) => judge(resolveSegments(rules, method, segments), held)));
}

describe('a policy for the whole API', () => {
  test('never allows what a reading of the path withholds, and allows what a plain path is granted', () => {
    const seen = { tables: 0, allowed: 0, withoutScopes: 0, deniedSpellings: 0, plainWithheld: 0 };
    fc.assert(
      fc.property(world, ({ rules, held, requests }) => {
        const compiled = compileApiPolicy(rules);
        if (!compiled) {
          return;
        }
        seen.tables++;
        const policy = buildPolicy(forStage(STAGE, apiGrants(compiled, held)), VALID_UNTIL, NETWORKS);
        for (const { method, path } of requests) {
          const verdict = evaluate(policy, { arn: `${STAGE}/${method}${path}`, ...within });
          const found = judgements(rules, held, method, path);
          if (found.has('withheld')) {
            expect([path, verdict]).toEqual([path, 'explicit deny']);
            seen[isWellWritten(path) ? 'plainWithheld' : 'deniedSpellings']++;
          } else if (found.has('granted') && found.size === 1 && isWellWritten(path) && !isColonSpelled(rules, path)) {
            expect([path, verdict]).toEqual([path, 'allow']);
            seen.allowed++;
            seen.withoutScopes += Number(held.length === 0);
          }
        }
      }),
      { numRuns: worlds },
    );
    // Requests of one world go together: the number is between a tenth and a twentieth of the worlds, seldom less.
    expect(seen.withoutScopes).toBeGreaterThan(worlds / 60);
    // Else the test would say little.
    expect(Math.min(seen.tables, seen.allowed, seen.deniedSpellings, seen.plainWithheld)).toBeGreaterThan(worlds / 10);
  });

  test('leaves room for what a token brings, for every scope set and the longest ARN of a stage', () => {
    fc.assert(
      fc.property(table, scopes, (rules, held) => {
        const compiled = compileApiPolicy(rules);
        if (compiled) {
          const { bytes } = forStage('x'.repeat(MAX_STAGE_ARN_LENGTH), apiGrants(compiled, held));
          expect(bytes).toBeLessThanOrEqual(5200);
        }
      }),
      { numRuns: worlds / 4 },
    );
  });

  test('denies everything explicitly after the expiry, from other networks, and in other stages', () => {
    fc.assert(
      fc.property(world, ({ rules, held, requests }) => {
        const compiled = compileApiPolicy(rules);
        if (!compiled) {
          return;
        }
        const grants = apiGrants(compiled, held);
        const policy = buildPolicy(forStage(STAGE, grants), VALID_UNTIL, NETWORKS);
        for (const { method, path } of requests) {
          const arn = `${STAGE}/${method}${path}`;
          expect(evaluate(policy, { ...within, arn, now: VALID_UNTIL })).toBe('explicit deny');
          expect(evaluate(policy, { ...within, arn, sourceIp: '198.51.100.9' })).toBe('explicit deny');
          expect(evaluate(policy, { ...within, arn: arn.replace('/live/', '/beta/') })).not.toBe('allow');
        }
      }),
      { numRuns: worlds / 8 },
    );
  });
});

describe('a policy for one route, kept for token, method and resource', () => {
  test('allows the plain paths that the gateway takes to the route, and is asked for anew by any other route', () => {
    const seen = { allowed: 0, withheld: 0, reused: 0 };
    fc.assert(
      fc.property(world, ({ rules, held, requests, reader }) => {
        const routes = routeTable(compileRoutes(rules));
        const granted = new Set(routes.granted(held));
        const kept = new Map<string, ReturnType<typeof buildPolicy>>();
        for (const { method, path } of requests) {
          const chosen = resolveSegments(rules, method, readPath(path, reader));
          const route = chosen && routes.find(method, chosen.path);
          if (!chosen || !route || judge(chosen, held) === 'other') {
            continue;
          }
          const key = `${method} ${chosen.path}`;
          seen.reused += Number(kept.has(key));
          const grants = granted.has(route) ? routeGrants(route) : { allowed: [], denied: [] };
          const policy = kept.get(key) ?? buildPolicy(forStage(STAGE, grants), VALID_UNTIL, NETWORKS);
          kept.set(key, policy);
          const verdict = evaluate(policy, { arn: `${STAGE}/${method}${path}`, ...within });
          if (judge(chosen, held) === 'withheld') {
            expect(verdict).toBe('explicit deny');
            seen.withheld++;
          } else if (isWellWritten(path) && !isColonSpelled(rules, path)) {
            expect([path, verdict]).toEqual([path, 'allow']);
            seen.allowed++;
          } else {
            expect(verdict).not.toBe('implicit deny');
          }
        }
      }),
      { numRuns: worlds },
    );
    expect(Math.min(seen.allowed, seen.withheld, seen.reused)).toBeGreaterThan(worlds / 10);
  });
});

/** Whether a path may be another spelling of a literal with a colon: that is the one reserved character of literals. */
function isColonSpelled(rules: readonly RouteRule[], path: string): boolean {
  return /%3a/i.test(path) && rules.some((rule) => rule.path.includes(':'));
}
