import { accessToken, compiled, issuerConfig, rsaKey } from './support/access-tokens';
import { apiHarness, eventFor, ROUTES, verdictOf } from './support/harness';
import { scoped } from './support/routing';

/** No policy can tell the second from the third where only one of them is granted. */
const NESTED = [
  scoped('GET /vans/{van}', 'vans:read'),
  scoped('GET /vans/{van}/stops', 'stops:read'),
  scoped('GET /vans/{van}/tours/{tour}/stops', 'tours:read'),
];

const REQUESTS = {
  van: { path: '/vans/7', resource: '/vans/{van}', results: 'route' },
  stops: { path: '/vans/7/stops', resource: '/vans/{van}/stops', results: 'route' },
  tour: { path: '/vans/7/tours/3/stops', resource: '/vans/{van}/tours/{tour}/stops', results: 'route' },
} as const;

describe('answers for one route', () => {
  const apis = { sales: compiled(NESTED) };

  test.each([
    ['vans:read', ['allow', 'explicit deny', 'explicit deny']],
    ['stops:read', ['explicit deny', 'allow', 'explicit deny']],
    ['tours:read', ['explicit deny', 'explicit deny', 'allow']],
    ['stops:read tours:read', ['explicit deny', 'allow', 'allow']],
    ['*', ['allow', 'allow', 'allow']],
  ])('each route of nested ones is decided by its own rule: %s', async (held, expected) => {
    const { authorize, issue, ports } = apiHarness({ apis });
    const token = issue({ scopes: held.split(' ') });
    const verdicts: string[] = [];
    for (const request of Object.values(REQUESTS)) {
      const result = await authorize(eventFor(`Bearer ${token}`, request));
      verdicts.push(verdictOf(result, `GET${request.path}`));
      expect(verdictOf(result, `GET${request.path}/`)).toBe(verdicts.at(-1));
      expect(ports.decisions.at(-1)?.decision).toBe(verdicts.at(-1) === 'allow' ? 'allow' : 'deny');
    }
    expect(verdicts).toEqual(expected);
  });

  test('a withheld route denies everything', async () => {
    const { authorize, issue } = apiHarness({ apis });
    const result = await authorize(eventFor(`Bearer ${issue({ scopes: ['vans:read'] })}`, REQUESTS.stops));
    expect(result.policyDocument.Statement).toHaveLength(1);
    expect(verdictOf(result, 'GET/vans/7')).toBe('explicit deny');
  });

  test('a granted route allows its own method and literals only', async () => {
    const { authorize, issue } = apiHarness({ apis });
    const result = await authorize(eventFor(`Bearer ${issue({ scopes: ['*'] })}`, REQUESTS.stops));
    expect(verdictOf(result, 'GET/vans/7')).toBe('explicit deny');
    expect(verdictOf(result, 'DELETE/vans/7/stops')).toBe('explicit deny');
  });

  test('expiry and networks stay conditions', async () => {
    const { authorize, issue, ports } = apiHarness({ apis });
    const token = issue({ scopes: ['*'], cidrs: ['192.0.2.0/24'], expiresAt: ports.now + 10 });
    const result = await authorize(eventFor(`Bearer ${token}`, REQUESTS.stops));
    expect(verdictOf(result, 'GET/vans/7/stops', { now: ports.now + 9 })).toBe('allow');
    expect(verdictOf(result, 'GET/vans/7/stops', { now: ports.now + 10 })).toBe('explicit deny');
    expect(verdictOf(result, 'GET/vans/7/stops', { sourceIp: '198.51.100.1' })).toBe('explicit deny');
  });

  test('a remembered access token gets each route its own', async () => {
    const key = rsaKey('r1');
    const { authorize } = apiHarness({ issuers: [issuerConfig([key])], apis });
    const authorization = `Bearer ${accessToken(key, { claims: { scope: 'vans:read' } })}`;
    for (const [request, verdict] of [
      [REQUESTS.van, 'allow'],
      [REQUESTS.stops, 'explicit deny'],
      [REQUESTS.van, 'allow'],
    ] as const) {
      expect(verdictOf(await authorize(eventFor(authorization, request)), `GET${request.path}`)).toBe(verdict);
    }
  });

  test('a table with a policy for the whole API gives them too, where the stage asks', async () => {
    const { authorize, issue } = apiHarness({ apis: { sales: compiled(ROUTES) } });
    const result = await authorize(eventFor(`Bearer ${issue()}`, { results: 'route' }));
    expect(verdictOf(result, 'GET/v1/sales')).toBe('allow');
    expect(verdictOf(result, 'GET/v1/sales/emea')).toBe('explicit deny');
  });

  test('a stage that does not ask for them, where only they can be given: an error, and nothing is allowed', async () => {
    const { authorize, issue, ports } = apiHarness({ apis });
    const event = eventFor(`Bearer ${issue({ scopes: ['*'] })}`, { ...REQUESTS.van, results: 'api' });
    await expect(authorize(event)).rejects.toThrow('stage variable gatehouseResults does not ask for');
    expect(ports.decisions.at(-1)).toMatchObject({ decision: 'error', reason: 'config_error' });
  });
});

describe('attack: a slash at the end', () => {
  const routes = [
    scoped('GET /v1/sales/{region}', 'sales:read'),
    scoped('GET /v1/sales/{region}/timeseries', 'sales:read+reports:read'),
  ];
  const request = (path: string, results: 'api' | 'route') => ({
    path,
    resource: '/v1/sales/{region}/timeseries',
    results,
  });

  test.each(['api', 'route'] as const)('%s: is denied and logged as denied', async (results) => {
    const { authorize, issue, ports } = apiHarness({ apis: { sales: compiled(routes) } });
    const token = issue();
    for (const path of [
      '/v1/sales/europe/timeseries',
      '/v1/sales/europe/timeseries/',
      '/v1/sales/europe/time%73eries',
    ]) {
      const result = await authorize(eventFor(`Bearer ${token}`, request(path, results)));
      expect(verdictOf(result, `GET${path}`)).toBe('explicit deny');
      expect(ports.decisions.at(-1)).toMatchObject({ decision: 'deny', reason: 'scope_denied' });
    }
  });

  test('a kept answer denies it too', async () => {
    const { authorize, issue } = apiHarness({ apis: { sales: compiled(routes) } });
    const own = { path: '/v1/sales/europe', resource: '/v1/sales/{region}' };
    const result = await authorize(eventFor(`Bearer ${issue()}`, own));
    expect(verdictOf(result, 'GET/v1/sales/europe/')).toBe('allow');
    for (const path of [
      'timeseries',
      'timeseries/',
      '/timeseries',
      'x/../timeseries',
      '%74imeseries',
      'x%2F../timeseries',
    ]) {
      expect(verdictOf(result, `GET/v1/sales/europe/${path}`)).toBe('explicit deny');
    }
  });
});

test.each([
  ['an empty segment', '//v1/sales'],
  ['an encoded literal', '/v1/s%61les'],
])('a granted path that is written otherwise is denied, and the log says why: %s', async (_, path) => {
  for (const results of ['api', 'route'] as const) {
    const { authorize, issue, ports } = apiHarness();
    const result = await authorize(eventFor(`Bearer ${issue()}`, { path, resource: '/v1/sales', results }));
    expect(verdictOf(result, `GET${path}`)).toBe('explicit deny');
    expect(ports.decisions.at(-1)).toMatchObject({ decision: 'deny', reason: 'unusual_path' });
    expect(result.context).not.toHaveProperty('challenge');
  }
});
