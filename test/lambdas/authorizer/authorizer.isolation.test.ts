import { generateApiToken } from '../../../lambdas/lib/api-token';
import { accessToken, bearerEvent, compiled, issuerConfig, rsaKey } from './support/access-tokens';
import { apiHarness, eventFor, ROUTES, STAGE_ARN, verdictOf } from './support/harness';
import { scoped } from './support/routing';

describe('tokens side by side', () => {
  test('each gets the routes of its own scopes', async () => {
    const { authorize, issue } = apiHarness();
    const wide = await authorize(eventFor(`Bearer ${issue({ scopes: ['*'] })}`));
    const narrow = await authorize(eventFor(`Bearer ${issue()}`));
    expect(verdictOf(wide, 'GET/v1/sales/emea/admin')).toBe('allow');
    expect(verdictOf(narrow, 'GET/v1/sales/emea/admin')).toBe('explicit deny');
  });

  test('a scope with a space does not get what two scopes grant', async () => {
    const { authorize, issue } = apiHarness();
    const two = await authorize(eventFor(`Bearer ${issue({ scopes: ['sales:read', 'sales:admin'] })}`));
    expect(verdictOf(two, 'GET/v1/sales/emea/admin')).toBe('allow');
    await expect(authorize(eventFor(`Bearer ${issue({ scopes: ['sales:read sales:admin'] })}`))).rejects.toThrow(
      'is malformed',
    );
  });

  const apis = { sales: compiled(ROUTES), other: compiled([scoped('GET /v1/sales', 'sales:write')]) };
  test('of two APIs with the same stage ARN get the route table of their own', async () => {
    const { authorize, issue } = apiHarness({ apis });
    const token = issue();
    const event = eventFor(`Bearer ${token}`);
    const sales = await authorize(event);
    const other = await authorize({ ...event, stageVariables: { gatehouseApi: 'other' } });
    expect(verdictOf(sales, 'GET/v1/sales')).toBe('allow');
    expect(verdictOf(other, 'GET/v1/sales')).toBe('explicit deny');
  });

  test('an access token that was remembered for one API is judged anew for another', async () => {
    const key = rsaKey('r1');
    const { authorize } = apiHarness({ issuers: [issuerConfig([key])], apis });
    const event = bearerEvent(accessToken(key));
    await authorize(event);
    const other = await authorize({ ...event, stageVariables: { gatehouseApi: 'other' } });
    expect(verdictOf(other, 'GET/v1/sales')).toBe('explicit deny');
  });
});

test.each(['api*/dev', 'api?/dev', 'api1/d*v', 'api1/de?'])('a wildcard in %s never reaches a policy', async (tail) => {
  const { authorize, issue } = apiHarness();
  const [apiId, stage] = tail.split('/');
  const event = eventFor(`Bearer ${issue()}`);
  const methodArn = `${STAGE_ARN.replace('api1/dev', tail)}/GET/v1/sales`;
  await expect(
    authorize({ ...event, methodArn, requestContext: { ...event.requestContext, apiId, stage } }),
  ).rejects.toThrow('not one of a REST API authorizer');
});

test.each([
  { number: 'x', hash: 'h', pepperId: 'p1' },
  { number: -1, hash: 'h', pepperId: 'p1' },
  { number: 1, hash: 'h' },
])('a malformed generation is a failure: %j', async (generation) => {
  const { authorize, issue } = apiHarness();
  await expect(authorize(eventFor(`Bearer ${issue({ generations: [generation] })}`))).rejects.toThrow('is malformed');
});

test.each([{ expiresAt: -1 }, { notBefore: -1 }])('a time before 1970 is malformed: %j', async (changes) => {
  const { authorize, issue } = apiHarness();
  await expect(authorize(eventFor(`Bearer ${issue(changes)}`))).rejects.toThrow('is malformed');
});

test('a second access token does not drive the first out of memory', async () => {
  const key = rsaKey('r1');
  const { authorize, ports } = apiHarness({ issuers: [issuerConfig([key])] });
  const first = accessToken(key, { claims: { jti: 'first' } });
  const second = accessToken(key, { claims: { jti: 'second' } });
  for (const token of [first, second, first]) {
    await authorize(bearerEvent(token));
  }
  expect(ports.decisions.at(-1)?.cacheHit).toBe(true);
});

test('more unknown tokens than fit drive the oldest out', async () => {
  const { authorize, ports } = apiHarness();
  const [first, ...rest] = Array.from({ length: 2001 }, () => generateApiToken('acme', 'test').token);
  for (const token of [first, ...rest, first]) {
    await expect(authorize(eventFor(`Bearer ${token}`))).rejects.toThrow(/^Unauthorized$/);
  }
  expect(ports.reads.filter((key) => key.startsWith('token#'))).toHaveLength(2002);
});

test.each(['queryStringParameters', 'body', 'pathParameters'])('a token in %s alone is no credential', async (part) => {
  const { authorize, issue, ports } = apiHarness();
  const { headers, multiValueHeaders, ...event } = eventFor('');
  const token = issue();
  const carrier = { Authorization: `Bearer ${token}`, access_token: token };
  await expect(authorize({ ...event, [part]: carrier })).rejects.toThrow(/^Unauthorized$/);
  expect(ports.reads).toEqual([]);
});
