import { optionalParts } from '../../../../lambdas/authorizer/optional-parts';
import type { RouteRule } from '../../../../lambdas/lib/access-rule';
import { compiled } from '../support/access-tokens';
import { apiHarness, eventFor, ROUTES } from '../support/harness';
import { scoped } from '../support/routing';

const SHADOW: readonly RouteRule[] = [
  scoped('GET /v1/sales', 'sales:read'),
  scoped('GET /v1/sales/{zone}', 'sales:detail'),
  { method: 'GET', path: '/v1/sales/{region}/admin', rule: { kind: 'public', reason: 'a test' } },
];

const harness = (shadow: readonly RouteRule[] | undefined = SHADOW) =>
  apiHarness({ apis: { sales: { ...compiled(ROUTES), ...(shadow && { shadow }) } } });

/** Decides about a route with and without the shadow rules. */
async function decideBoth(resource: string, method = 'GET', record: Record<string, unknown> = {}) {
  const api = harness();
  const plain = apiHarness();
  const token = api.issue(record);
  plain.ports.items.set(...([...api.ports.items][0] as [string, Record<string, unknown>]));
  const event = eventFor(`Bearer ${token}`, { method, path: resource.replace(/{\w+}/, 'x'), resource });
  const [result, expected] = [await api.authorize(event), await plain.authorize(event)];
  expect(result).toEqual(expected);
  const [{ shadow, ...decision } = { shadow: undefined }] = api.ports.decisions;
  const [{ shadow: _, ...without } = { shadow: undefined }] = plain.ports.decisions;
  expect(decision).toEqual(without);
  return shadow;
}

describe('rules that are not enforced', () => {
  test('say nothing where they decide the same', async () => {
    expect(await decideBoth('/v1/sales')).toBeUndefined();
  });

  test.each<[string, string, string, Record<string, unknown>, unknown]>([
    ['would deny for a scope', '/v1/sales/{region}', 'GET', {}, { decision: 'deny', reason: 'scope_denied' }],
    ['would allow anybody', '/v1/sales/{region}/admin', 'GET', {}, { decision: 'allow', reason: 'public' }],
    [
      'have no such route',
      '/v1/sales/{region}',
      'DELETE',
      { scopes: ['sales:write'] },
      { decision: 'deny', reason: 'no_route' },
    ],
  ])('%s, which is noted and changes nothing', async (_, resource, method, record, expected) => {
    expect(await decideBoth(resource, method, record)).toEqual(expected);
  });

  test('say nothing where both deny', async () => {
    expect(await decideBoth('/v1/sales/{region}', 'DELETE')).toBeUndefined();
  });

  test('say nothing where every valid credential would be enough for what is allowed', async () => {
    const api = harness([{ method: 'GET', path: '/v1/sales', rule: { kind: 'authenticated', reason: 'a test' } }]);
    await api.authorize(eventFor(`Bearer ${api.issue()}`));
    expect(api.ports.decisions).toMatchObject([{ decision: 'allow', shadow: undefined }]);
  });

  test('would allow every valid credential what is denied for a scope', async () => {
    const api = harness([{ method: 'GET', path: '/v1/sales', rule: { kind: 'authenticated', reason: 'a test' } }]);
    await api.authorize(eventFor(`Bearer ${api.issue({ scopes: ['other:read'] })}`));
    expect(api.ports.decisions).toMatchObject([{ decision: 'deny', shadow: { decision: 'allow', reason: 'ok' } }]);
  });

  test('would want a signature of AWS', async () => {
    const api = harness([{ method: 'GET', path: '/v1/sales', rule: { kind: 'iam' } }]);
    await api.authorize(eventFor(`Bearer ${api.issue()}`));
    expect(api.ports.decisions).toMatchObject([{ shadow: { decision: 'deny', reason: 'iam' } }]);
  });

  test.each([
    ['environment', { environment: 'prod' }],
    ['address', { cidrs: ['198.51.100.0/24'] }],
  ])('are not asked where the %s decides', async (_, record) => {
    expect(await decideBoth('/v1/sales', 'GET', record)).toBeUndefined();
  });

  test('change nothing when their evaluation fails', async () => {
    const api = harness([{ method: 'GET', path: '/v1/sales' } as RouteRule]);
    const result = await api.authorize(eventFor(`Bearer ${api.issue()}`));
    expect(result.policyDocument.Statement[0]?.Effect).toBe('Allow');
    expect(api.ports.decisions).toMatchObject([{ decision: 'allow', shadow: undefined }]);
    expect(api.ports.warnings).toEqual(['shadow_failed']);
  });

  test('are not loaded where no API has some', async () => {
    const load = jest.spyOn(optionalParts, 'shadow');
    const api = apiHarness();
    await api.authorize(eventFor(`Bearer ${api.issue()}`));
    expect(load).not.toHaveBeenCalled();
    load.mockRestore();
  });
});
