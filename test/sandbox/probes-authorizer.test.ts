import { type TokenBehaviour, token } from './support/function-zip';
import { allow, policy } from './support/policies';
import { SandboxFixture } from './support/sandbox';

/** Probes of the sandbox reference, section 2: what of the authorizer an emulator gets wrong. The number is the row's. */
describe('authorizer', () => {
  const fixture = new SandboxFixture();
  let distinct = 0;

  beforeAll(() => fixture.start());
  afterAll(() => fixture.remove());

  /** A token that no other test has used. */
  function fresh(behaviour: TokenBehaviour): string {
    distinct += 1;
    return token({ ...behaviour, id: String(distinct) });
  }

  test('1: the policy decides on another route of the same token, without the function', async () => {
    const both = fresh({ returns: allow(['GET/a', 'GET/b']) });
    const before = fixture.authorizerCalls;
    expect((await fixture.get('/a', { token: both })).status).toBe(200);
    expect((await fixture.get('/b', { token: both })).status).toBe(200);
    expect((await fixture.get('/items/1', { token: both })).status).toBe(403);
    expect(fixture.authorizerCalls).toBe(before + 1);
  });

  test('2: a denied route leaves the granted one granted', async () => {
    const onlyA = fresh({ returns: allow(['GET/a']) });
    expect((await fixture.get('/a', { token: onlyA })).status).toBe(200);
    expect((await fixture.get('/b', { token: onlyA })).status).toBe(403);
    expect((await fixture.get('/a', { token: onlyA })).status).toBe(200);
  });

  test('3: another stage does not use the cached result', async () => {
    const onlyA = fresh({ returns: allow(['GET/a']) });
    const before = fixture.authorizerCalls;
    await fixture.get('/a', { token: onlyA });
    expect((await fixture.get('/a', { token: onlyA, stage: 'blue' })).status).toBe(200);
    expect(fixture.authorizerCalls).toBe(before + 2);
  });

  test('4: each identity source is part of the cache key', async () => {
    const tenant = fresh({ returns: allow(['GET/tenant']) });
    const before = fixture.authorizerCalls;
    await fixture.get('/tenant?tenant=1', { token: tenant });
    await fixture.get('/tenant?tenant=1', { token: tenant });
    expect(fixture.authorizerCalls).toBe(before + 1);
    await fixture.get('/tenant?tenant=2', { token: tenant });
    expect(fixture.authorizerCalls).toBe(before + 2);
  });

  test.each([
    ['no header', '/a', {}],
    ['an empty header', '/a', { headers: { Authorization: '' } }],
    ['one of two sources', '/tenant', { headers: { Authorization: 'x' } }],
    ['an empty one of two sources', '/tenant?tenant=', { headers: { Authorization: 'x' } }],
  ])('5: a missing identity source is 401 without the function: %s', async (_name, path, options) => {
    const before = fixture.authorizerCalls;
    const answer = await fixture.get(path, options);
    expect([answer.status, answer.text]).toEqual([401, '{"message":"Unauthorized"}']);
    expect(fixture.authorizerCalls).toBe(before);
  });

  test('5: without a cache the function sees a request whose identity source is missing', async () => {
    const before = fixture.authorizerCalls;
    expect((await fixture.get('/uncached')).status).toBe(401);
    expect(fixture.authorizerCalls).toBe(before + 1);
  });

  test('without a cache every request is authorized anew', async () => {
    const same = fresh({ returns: allow(['GET/uncached']) });
    const before = fixture.authorizerCalls;
    await fixture.get('/uncached', { token: same });
    await fixture.get('/uncached', { token: same });
    expect(fixture.authorizerCalls).toBe(before + 2);
  });

  test('a result is kept for its time and no longer', async () => {
    const same = fresh({ returns: allow(['GET/a']) });
    const before = fixture.authorizerCalls;
    await fixture.get('/a', { token: same });
    fixture.now += 59_999;
    await fixture.get('/a', { token: same });
    expect(fixture.authorizerCalls).toBe(before + 1);
    fixture.now += 1;
    await fixture.get('/a', { token: same });
    expect(fixture.authorizerCalls).toBe(before + 2);
  });

  describe('the event', () => {
    async function seen(
      path: string,
      options: Parameters<SandboxFixture['get']>[1] = {},
    ): Promise<Record<string, unknown>> {
      const showing = fresh({ returns: allow(['GET/items/*']), showEvent: true });
      const answer = await fixture.get(path, { token: showing, ...options });
      const body = answer.json as { event: { requestContext: { authorizer: { event: string } } } };
      return JSON.parse(body.event.requestContext.authorizer.event) as Record<string, unknown>;
    }

    test('6: methodArn has the real path, not the template', async () => {
      const { restApiId = '' } = fixture.sandbox.apis.find(({ api, stage }) => api === 'shop' && stage === 'dev') ?? {};
      expect(await seen('/items/red%20one')).toMatchObject({
        type: 'REQUEST',
        methodArn: `arn:aws:execute-api:eu-west-1:123456789012:${restApiId}/dev/GET/items/red%20one`,
        resource: '/items/{id}',
        path: '/items/red%20one',
        requestContext: { path: '/items/red%20one' },
      });
    });

    test('7: it has everything that REST APIs send', async () => {
      const event = await seen('/items/red%20one?x=1&x=2', {
        headers: { 'X-Twice': ['a', 'b'], 'User-Agent': 'probe' },
      });
      expect(event).toMatchObject({
        httpMethod: 'GET',
        headers: { 'X-Twice': 'b' },
        multiValueHeaders: { 'X-Twice': ['a', 'b'] },
        queryStringParameters: { x: '2' },
        multiValueQueryStringParameters: { x: ['1', '2'] },
        pathParameters: { id: 'red%20one' },
        stageVariables: { gatehouseApi: 'shop', colour: 'dev' },
        requestContext: {
          accountId: '123456789012',
          stage: 'dev',
          httpMethod: 'GET',
          resourcePath: '/items/{id}',
          operationName: 'getItem',
          requestTime: expect.stringMatching(/^14\/Jan\/2026:12:\d\d:\d\d \+0000$/),
          requestTimeEpoch: fixture.now,
          requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          identity: { sourceIp: '127.0.0.1', userAgent: 'probe', caller: null },
        },
      });
    });
  });

  test.each(['unauthorized', 'Unauthorized: expired', ''])('8: the thrown text %j is 500', async (throws) => {
    expect((await fixture.get('/a', { token: fresh({ throws }) })).status).toBe(500);
  });

  test('8: the text Unauthorized is 401, any other is 500 without it, and neither is cached', async () => {
    const wrong = fresh({ throws: 'Unauthorized' });
    const broken = fresh({ throws: 'secret reason' });
    const before = fixture.authorizerCalls;
    for (const _ of [1, 2]) {
      expect((await fixture.get('/a', { token: wrong })).text).toBe('{"message":"Unauthorized"}');
      const answer = await fixture.get('/a', { token: broken });
      expect([answer.status, answer.text]).toEqual([500, '{"message":null}']);
    }
    expect(fixture.authorizerCalls).toBe(before + 4);
  });

  test.each([
    ['9: no principalId', { policyDocument: allow(['*']).policyDocument }],
    ['no policy', { principalId: 'tester' }],
    ['null', null],
    [
      'an unknown condition operator',
      policy([{ Effect: 'Allow', Resource: '*', Condition: { StringLike: { 'aws:UserAgent': '*' } } }]),
    ],
    ['12: an object in the context', allow(['*'], { context: { team: { name: 'x' } } })],
    ['12: a list in the context', allow(['*'], { context: { scopes: ['a'] } })],
  ])('a malformed result is 500: %s', async (_name, returns) => {
    expect((await fixture.get('/a', { token: fresh({ returns }) })).status).toBe(500);
  });

  test('context values reach the backend as texts', async () => {
    const typed = fresh({ returns: allow(['GET/a'], { context: { number: 1, flag: true } }) });
    const answer = await fixture.get('/a', { token: typed });
    expect(answer.json).toMatchObject({
      event: { requestContext: { authorizer: { principalId: 'tester', number: '1', flag: 'true' } } },
    });
  });

  test('10: the text of an explicit denial says so, that of an implicit one does not', async () => {
    const explicit = await fixture.get('/b', { token: fresh({ returns: allow(['GET/a']) }) });
    expect(explicit.text).toBe('{"message":"User is not authorized to access this resource with an explicit deny"}');
    const silent = fresh({ returns: policy([{ Effect: 'Allow', Resource: '{prefix}/GET/a' }]) });
    expect((await fixture.get('/b', { token: silent })).text).toBe(
      '{"message":"User is not authorized to access this resource"}',
    );
  });

  test('11: a condition on time holds for a cached result', async () => {
    const end = new Date(fixture.now + 10_000).toISOString();
    const returns = policy([
      { Effect: 'Allow', Resource: '*', Condition: { DateLessThan: { 'aws:CurrentTime': end } } },
    ]);
    const expiring = fresh({ returns });
    const before = fixture.authorizerCalls;
    expect((await fixture.get('/a', { token: expiring })).status).toBe(200);
    fixture.now += 10_000;
    expect((await fixture.get('/a', { token: expiring })).status).toBe(403);
    expect(fixture.authorizerCalls).toBe(before + 1);
  });

  test('11: a condition on the source address holds for a cached result', async () => {
    const Condition = { IpAddress: { 'aws:SourceIp': '127.0.0.2/32' } };
    const bound = fresh({ returns: policy([{ Effect: 'Allow', Resource: '*', Condition }]) });
    expect((await fixture.get('/a', { token: bound, from: '127.0.0.2' })).status).toBe(200);
    expect((await fixture.get('/a', { token: bound, from: '127.0.0.1' })).status).toBe(403);
  });

  test('23: X-Forwarded-For does not change the source address', async () => {
    const Condition = { IpAddress: { 'aws:SourceIp': '127.0.0.2/32' } };
    const bound = fresh({ returns: policy([{ Effect: 'Allow', Resource: '*', Condition }]) });
    const forged = await fixture.get('/a', { token: bound, headers: { 'X-Forwarded-For': '127.0.0.2' } });
    expect(forged.status).toBe(403);
    const open = await fixture.get('/open', { headers: { 'X-Forwarded-For': '127.0.0.2' } });
    expect(open.json).toMatchObject({
      event: {
        headers: { 'X-Forwarded-For': '127.0.0.2, 127.0.0.1' },
        requestContext: { identity: { sourceIp: '127.0.0.1' } },
      },
    });
  });

  test('26: a thrown error leaves the module cache of the function', async () => {
    const counting = (): string => fresh({ returns: allow(['GET/uncached'], { context: { calls: 'count' } }) });
    const count = async (): Promise<number> => {
      const answer = await fixture.get('/uncached', { token: counting() });
      const { event } = answer.json as { event: { requestContext: { authorizer: { calls: string } } } };
      return Number(event.requestContext.authorizer.calls);
    };
    const first = await count();
    await fixture.get('/uncached', { token: fresh({ throws: 'broken' }) });
    expect(await count()).toBe(first + 2);
  });
});
