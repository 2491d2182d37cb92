import fc from 'fast-check';
import type { SimpleAnswer } from '../../../../lambdas/authorizer/event/http-api';
import type { AuthorizerEvent } from '../../../../lambdas/authorizer/event/request';
import { addressCheck } from '../../../../lambdas/authorizer/event/source-address';
import { compiled } from '../support/access-tokens';
import { apiHarness, ROUTES as SCOPED } from '../support/harness';
import { judge, ruled } from '../support/routing';

const ROUTES = [...SCOPED, ruled('GET /v1/me', { kind: 'authenticated', reason: 'tells who calls' })];
const KEYS = [...ROUTES.map(({ method, path }) => `${method} ${path}`), '$default', 'ANY /v1/sales'];
const SCOPES = ['sales:read', 'sales:write', 'sales:admin', 'sales:*', '*', 'other:read'];
const NETWORKS = ['192.0.2.0/24', '2001:db8:0:0:0:0:0:0/32', '0.0.0.0/0'];
const ADDRESSES = ['192.0.2.1', '198.51.100.1', '2001:db8::1', '2001:db9::1'];

const token = fc.record({
  scopes: fc.uniqueArray(fc.constantFrom(...SCOPES), { minLength: 1, maxLength: 2 }),
  cidrs: fc.uniqueArray(fc.constantFrom(...NETWORKS), { maxLength: 2 }),
});
const request = fc.record({
  token: fc.nat({ max: 1 }),
  routeKey: fc.constantFrom(...KEYS),
  sourceIp: fc.constantFrom(...ADDRESSES),
});

/** An HTTP API that keeps verdicts by its identity sources, and asks only where it has none. */
function httpApi(cidrs: readonly string[]) {
  const sales = {
    ...compiled(ROUTES),
    gateway: 'http' as const,
    resultCacheSeconds: 300,
    ...(cidrs.length > 0 && { cidrs }),
  };
  const authorizer = apiHarness({ apis: { sales } });
  const kept = new Map<string, boolean>();
  const call = async (authorization: string, routeKey: string, sourceIp: string): Promise<boolean> => {
    const identitySource = [authorization, routeKey, sourceIp];
    const key = JSON.stringify(identitySource);
    const known = kept.get(key);
    if (known !== undefined) {
      return known;
    }
    const event = {
      version: '2.0',
      type: 'REQUEST',
      routeArn: 'arn:aws:execute-api:eu-central-1:123456789012:api1/dev/GET/x',
      routeKey,
      identitySource,
      headers: { authorization },
      stageVariables: { gatehouseApi: 'sales' },
      requestContext: { apiId: 'api1', stage: 'dev', requestId: 'r', http: { sourceIp } },
    } as AuthorizerEvent;
    const { isAuthorized } = (await authorizer.decide(event)) as SimpleAnswer;
    kept.set(key, isAuthorized);
    return isAuthorized;
  };
  return { issue: authorizer.issue, call, kept };
}

test('a kept verdict is the direct rule for every route, address and token', async () => {
  let kept = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(token, token),
      fc.uniqueArray(fc.constantFrom(...NETWORKS), { maxLength: 2 }),
      fc.array(request, { minLength: 10, maxLength: 40 }),
      async (records, cidrs, requests) => {
        const api = httpApi(cidrs);
        const tokens = records.map((record) => api.issue(record));
        for (const { token: index, routeKey, sourceIp } of requests) {
          const record = records[index as 0 | 1];
          const route = ROUTES.find(({ method, path }) => `${method} ${path}` === routeKey);
          const expected =
            judge(route, record.scopes) === 'granted' &&
            addressCheck(record.cidrs)(sourceIp) &&
            addressCheck(cidrs)(sourceIp);
          expect(await api.call(`Bearer ${tokens[index]}`, routeKey, sourceIp)).toBe(expected);
        }
        kept += requests.length - api.kept.size;
      },
    ),
    { numRuns: 150 },
  );
  expect(kept).toBeGreaterThan(50);
});
