import { token } from './support/function-zip';
import { allow } from './support/policies';
import { SandboxFixture } from './support/sandbox';

/** Probes of the sandbox reference, section 2: usage keys, throttles, quotas, validators. The number is the row's. */
describe('limits and checks', () => {
  const fixture = new SandboxFixture();

  beforeAll(() => fixture.start());
  afterAll(() => fixture.remove());

  function metered(usageIdentifierKey?: string): string {
    return token({ returns: allow(['GET/*'], usageIdentifierKey === undefined ? {} : { usageIdentifierKey }) });
  }

  describe('usage keys', () => {
    test.each([
      ['none from the authorizer', async () => undefined],
      ['an unknown one', async () => 'x'.repeat(40)],
      ['one in no plan', () => fixture.usageKey(undefined)],
      ['one in a plan of another stage', () => fixture.usageKey('gh-dev-shop-elsewhere')],
      ['a disabled one', () => fixture.usageKey('gh-dev-shop-quota', false)],
    ])('13: %s is 403 before the backend', async (_name, key) => {
      const before = fixture.backendCalls;
      const answer = await fixture.get('/metered', { token: metered(await key()) });
      expect([answer.status, answer.text]).toEqual([403, '{"message":"Forbidden"}']);
      expect(fixture.backendCalls).toBe(before);
    });

    test('a key in the header counts for nothing when the authorizer is the source', async () => {
      const value = await fixture.usageKey('gh-dev-shop-quota');
      expect((await fixture.get('/metered', { token: metered(), headers: { 'X-API-Key': value } })).status).toBe(403);
    });

    test('the id of the key is in the access log, and its value is not', async () => {
      const value = await fixture.usageKey('gh-dev-shop-quota');
      fixture.accessLog.length = 0;
      expect((await fixture.get('/metered', { token: metered(value) })).status).toBe(200);
      expect(fixture.accessLog[0]?.keyId).toMatch(/^[a-z0-9]+$/);
      expect(JSON.stringify(fixture.accessLog)).not.toContain(value);
    });
  });

  test('14: of twenty calls at one instant as many pass as the burst, and one more a second later', async () => {
    const caller = metered(await fixture.usageKey('gh-dev-shop-burst'));
    const answers = [];
    for (let call = 0; call < 20; call++) answers.push(await fixture.get('/metered', { token: caller }));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(2).fill(200), ...Array(18).fill(429)]);
    expect(answers.at(-1)?.text).toBe('{"message":"Too Many Requests"}');
    fixture.now += 1000;
    expect((await fixture.get('/metered', { token: caller })).status).toBe(200);
    expect((await fixture.get('/metered', { token: caller })).status).toBe(429);
  });

  test('14: keys of one plan do not share a bucket', async () => {
    const first = metered(await fixture.usageKey('gh-dev-shop-burst'));
    const second = metered(await fixture.usageKey('gh-dev-shop-burst'));
    for (const _ of [1, 2]) await fixture.get('/metered', { token: first });
    expect((await fixture.get('/metered', { token: first })).status).toBe(429);
    expect((await fixture.get('/metered', { token: second })).status).toBe(200);
  });

  test('15: the quota is used up by its calls, and new on the next day', async () => {
    const caller = metered(await fixture.usageKey('gh-dev-shop-quota'));
    for (let call = 0; call < 5; call++) expect((await fixture.get('/metered', { token: caller })).status).toBe(200);
    const sixth = await fixture.get('/metered', { token: caller });
    expect([sixth.status, sixth.text]).toEqual([429, '{"message":"Limit Exceeded"}']);
    fixture.now += 86_400_000;
    expect((await fixture.get('/metered', { token: caller })).status).toBe(200);
  });

  test('15: GetUsage has what was used and what is left of the day', async () => {
    const caller = metered(await fixture.usageKey('gh-dev-shop-quota'));
    for (const _ of [1, 2]) expect((await fixture.get('/metered', { token: caller })).status).toBe(200);
    expect(await fixture.usage('gh-dev-shop-quota')).toContainEqual([[2, 3]]);
  });

  test("16: a method's limit in the plan comes before the plan's", async () => {
    const caller = metered(await fixture.usageKey('gh-dev-shop-burst'));
    expect((await fixture.get('/metered/slow', { token: caller })).status).toBe(200);
    expect((await fixture.get('/metered/slow', { token: caller })).status).toBe(429);
    const other = metered(await fixture.usageKey('gh-dev-shop-burst'));
    expect((await fixture.get('/metered/slow', { token: other })).status).toBe(200);
    // The method's calls took nothing of the plan's burst of two.
    for (const status of [200, 200, 429])
      expect((await fixture.get('/metered', { token: caller })).status).toBe(status);
  });

  test('17: a stage throttle of 0 refuses every call of its method', async () => {
    const answer = await fixture.get('/stopped?q=1');
    expect([answer.status, answer.text]).toEqual([429, '{"message":"Too Many Requests"}']);
    expect((await fixture.get('/stopped?q=1', { stage: 'blue' })).status).toBe(200);
  });

  test('throttles come before the request validator', async () => {
    expect((await fixture.get('/stopped')).status).toBe(429);
    expect((await fixture.get('/stopped', { stage: 'blue' })).status).toBe(400);
  });

  describe('18: request validator', () => {
    const post = (path: string, body: string, headers: Record<string, string> = {}) =>
      fixture.get(path, {
        method: 'POST',
        body,
        headers: { 'X-Shop': '1', 'Content-Type': 'application/json', ...headers },
      });

    test('a good request passes', async () => {
      expect((await post('/orders?q=1', '{"item":"x","count":1}')).status).toBe(200);
    });

    test.each([
      ['a missing query parameter', '/orders', {}, 'q'],
      ['a blank query parameter', '/orders?q=%20', {}, 'q'],
      ['an empty header', '/orders?q=1', { 'X-Shop': '' }, 'X-Shop'],
    ])('%s is 400 with its name', async (_name, path, headers, name) => {
      const answer = await post(path, '{"item":"x"}', headers);
      expect([answer.status, answer.text]).toEqual([
        400,
        `{"message":"Missing required request parameters: [${name}]"}`,
      ]);
    });

    test.each([
      ['against the model', '{"item":1}'],
      ['without a required property', '{}'],
      ['below a limit', '{"item":"x","count":-1}'],
      ['no JSON', '{'],
      ['empty', ''],
    ])('a body that is wrong is 400 before the backend: %s', async (_name, body) => {
      const before = fixture.backendCalls;
      const answer = await post('/orders?q=1', body);
      expect([answer.status, answer.text]).toEqual([400, '{"message":"Invalid request body"}']);
      expect(fixture.backendCalls).toBe(before);
    });

    test('a limit that is exclusive is not: API Gateway does not support exclusiveMinimum', async () => {
      expect((await post('/orders?q=1', '{"item":"x","count":0}')).status).toBe(200);
    });

    test('what is missing is told in the order header, path, query', async () => {
      const answer = await fixture.get('/orders', { method: 'POST', body: '{"item":"x"}' });
      expect(answer.text).toBe('{"message":"Missing required request parameters: [X-Shop, q]"}');
    });

    test('the name of a required header counts as it is written', async () => {
      const headers = { 'x-shop': '1', 'Content-Type': 'application/json' };
      const answer = await fixture.get('/orders?q=1', { method: 'POST', body: '{"item":"x"}', headers });
      expect([answer.status, answer.text]).toEqual([
        400,
        '{"message":"Missing required request parameters: [X-Shop]"}',
      ]);
    });

    test('a validator of bodies leaves parameters, one of parameters leaves the body', async () => {
      const put = (path: string, body: string) => fixture.get(path, { method: 'PUT', body });
      expect((await put('/orders', '{"item":"x"}')).status).toBe(200);
      expect((await put('/orders', '{}')).status).toBe(400);
      expect(
        (await fixture.get('/stopped?q=1', { stage: 'blue', headers: { 'Content-Type': 'application/json' } })).status,
      ).toBe(200);
    });

    test.each(['text/plain', 'constructor'])('a content type without a model is not checked: %s', async (type) => {
      expect((await post('/orders?q=1', 'not json', { 'Content-Type': type })).status).toBe(200);
    });

    test('the content type is compared without its parameters and without case', async () => {
      const answer = await post('/orders?q=1', '{}', { 'Content-Type': 'Application/JSON; charset=utf-8' });
      expect(answer.status).toBe(400);
    });
  });

  test('a body above 10 MB is 413', async () => {
    const answer = await fixture.get('/files/big', { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) });
    expect(answer.status).toBe(413);
  });

  test('headers above 10,240 bytes are refused', async () => {
    const before = fixture.backendCalls;
    expect((await fixture.get('/open', { headers: { 'X-Long': 'x'.repeat(10_240) } })).status).toBe(431);
    expect(fixture.backendCalls).toBe(before);
  });
});
