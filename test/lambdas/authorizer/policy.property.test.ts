import fc from 'fast-check';
import { collapsedGrantsOf } from '../../../lambdas/authorizer/optional/overflow';
import { buildPolicy, forStage, type Grants, grantsOf } from '../../../lambdas/authorizer/policy';
import { findAmbiguities } from '../../../lambdas/authorizer/route-analysis';
import { compileRoutes } from '../../../lambdas/authorizer/route-compiler';
import { type CompiledRoute, routeTable } from '../../../lambdas/authorizer/route-table';
import type { RouteRule } from '../../../lambdas/lib/access-rule';
import { satisfies } from '../../../lambdas/lib/scopes';
import { evaluate, resourceMatches } from './support/iam';
import { resolve } from './support/routing';
import { requestFor, scopes, table } from './support/worlds';

const STAGE = 'arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/live';
const VALID_UNTIL = 2_000_000_000;
const NETWORKS = ['192.0.2.0/24', '2001:db8:0:0:0:0:0:0/32'];

const world = table.chain((rules) => fc.record({ rules: fc.constant(rules), scopes, request: requestFor(rules) }));
const runs = process.env.GATEHOUSE_TEST_LONG ? 50_000 : 3000;

function exactGrantsOf(compiled: readonly CompiledRoute[], keys: ReadonlySet<string>): Grants {
  const { routes } = routeTable(compiled);
  return grantsOf(routes, new Set(routes.filter(({ key }) => keys.has(key))));
}

describe.each([
  ['exact', exactGrantsOf],
  ['collapsed', collapsedGrantsOf],
] as const)('%s policy', (_, grants) => {
  function policyFor(rules: readonly RouteRule[], held: readonly string[]) {
    const compiled = compileRoutes(rules);
    const granted = routeTable(compiled).granted(held);
    const found = grants(compiled, new Set(granted.map(({ key }) => key)));
    return buildPolicy(forStage(STAGE, found), VALID_UNTIL, NETWORKS);
  }

  test('decides each request as the rule of its route does, and denies explicitly', () => {
    fc.assert(
      fc.property(world, ({ rules, scopes: held, request }) => {
        const found = resolve(rules, request.method, request.path);
        fc.pre(found?.rule.kind === 'scopes');
        const arn = `${STAGE}/${request.method}${request.path}`;
        const verdict = evaluate(policyFor(rules, held), { arn, now: VALID_UNTIL - 1, sourceIp: '192.0.2.9' });
        const isGranted = found?.rule.kind === 'scopes' && satisfies(held, found.rule.anyOf);
        if (!isGranted) {
          expect(verdict).toBe('explicit deny');
        } else if (verdict !== 'allow') {
          // The denial of an exposed route won. Such a case must be one that the analysis reports.
          const key = `${found.method} ${found.path}`;
          const reported = findAmbiguities(rules).filter((one) => one.granted === key);
          expect(reported.some(({ denied }) => resourceMatches(`${STAGE}/${denied}`, arn))).toBe(true);
        }
      }),
      { numRuns: runs },
    );
  });

  test('allows every granted request of a table without ambiguities', () => {
    fc.assert(
      fc.property(world, ({ rules, scopes: held, request }) => {
        const found = resolve(rules, request.method, request.path);
        fc.pre(found?.rule.kind === 'scopes' && satisfies(held, found.rule.anyOf));
        fc.pre(findAmbiguities(rules).length === 0);
        const arn = `${STAGE}/${request.method}${request.path}`;
        expect(evaluate(policyFor(rules, held), { arn, sourceIp: '2001:db8::9' })).toBe('allow');
      }),
      { numRuns: runs / 4 },
    );
  });

  test('denies everything explicitly after the expiry, from other networks, and in other stages', () => {
    fc.assert(
      fc.property(world, ({ rules, scopes: held, request }) => {
        const policy = policyFor(rules, held);
        const arn = `${STAGE}/${request.method}${request.path}`;
        const within = { arn, now: VALID_UNTIL - 1, sourceIp: '192.0.2.9' };
        expect(evaluate(policy, { ...within, now: VALID_UNTIL })).toBe('explicit deny');
        expect(evaluate(policy, { ...within, sourceIp: '198.51.100.9' })).toBe('explicit deny');
        expect(evaluate(policy, { ...within, arn: arn.replace('/live/', '/beta/') })).not.toBe('allow');
      }),
      { numRuns: runs / 4 },
    );
  });
});
