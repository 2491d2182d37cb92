import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { token } from './support/function-zip';
import { allow } from './support/policies';
import { SandboxFixture } from './support/sandbox';

/** What API Gateway makes of a function's answer, as documented or recorded. */
describe('answers of functions as clients see them', () => {
  const fixture = new SandboxFixture();

  beforeAll(() => fixture.start());
  afterAll(() => fixture.remove());

  const behave = (behaviour: unknown, headers: Record<string, string> = {}) =>
    fixture.get('/open', { headers: { 'X-Behaviour': escaped(behaviour), ...headers } });

  /** JSON that a header can carry. */
  function escaped(value: unknown): string {
    return JSON.stringify(value).replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  }

  function executionLog(): string {
    const { restApiId } = fixture.sandbox.apis.find(({ api }) => api === 'shop') ?? {};
    return readFileSync(join(fixture.stateDir, 'logs', `API-Gateway-Execution-Logs_${restApiId}`, 'dev.log'), 'utf8');
  }

  test.each([
    ['an empty object', {}, ''],
    ['no statusCode', { body: 'x' }, 'x'],
    ['a statusCode that is null', { statusCode: null, body: 'y' }, 'y'],
    ['headers only', { headers: { 'X-One': '1' } }, ''],
  ])('%s is 200', async (_name, returns, text) => {
    const answer = await behave({ returns });
    expect([answer.status, answer.text, answer.headers['content-type']]).toEqual([200, text, 'application/json']);
  });

  test.each([99, 100, 199, 600, 1000, 200.5, -200, '', '2e2', '0xC8', ' 200', true, [200], { code: 200 }])(
    'the statusCode %j is 502, and the execution log says so',
    async (statusCode) => {
      const answer = await behave({ returns: { statusCode } });
      expect([answer.status, answer.text]).toEqual([502, '{"message":"Internal server error"}']);
      expect(executionLog()).toContain(
        `${answer.headers['x-amzn-requestid']} 502 DEFAULT_5XX: malformed Lambda proxy response: its statusCode is no status`,
      );
    },
  );

  test.each([
    ['a value with a character that is no byte', { headers: { 'X-Name': 'price in €' } }],
    ['a value with a control character', { headers: { 'X-Name': 'a\u0001b' } }],
    ['a value with a line break', { headers: { 'X-Name': 'a\r\nSet-Cookie: b' } }],
    ['a repeated value with a null', { multiValueHeaders: { 'X-Name': ['good', 'a\u0000'] } }],
    ['a name with a space', { headers: { 'X Name': 'a' } }],
    ['an empty name', { headers: { '': 'a' } }],
    ['a name with an umlaut', { multiValueHeaders: { 'X-Größe': ['1'] } }],
  ])('a header that cannot be sent is 502 and a line in the execution log: %s', async (_name, returns) => {
    const answer = await behave({ returns: { statusCode: 200, ...returns } });
    expect([answer.status, answer.text]).toEqual([502, '{"message":"Internal server error"}']);
    const id = answer.headers['x-amzn-requestid'];
    expect(executionLog()).toMatch(new RegExp(`${id} 502 DEFAULT_5XX: malformed Lambda proxy response: .*header`));
    expect(executionLog()).not.toContain('price in');
  });

  test('a name that is in headers and in multiValueHeaders has the values of both, and an equal pair once', async () => {
    const returns = {
      headers: { 'x-tag': 'single', 'X-Same': 'a', Vary: 'Origin' },
      multiValueHeaders: { 'X-Tag': ['one', 'two'], 'x-same': ['a', 'b'] },
    };
    expect((await behave({ returns })).headers).toMatchObject({
      'x-tag': 'single, one, two',
      'x-same': 'a, b',
      vary: 'Origin',
    });
  });

  test('cookies of both members are all set', async () => {
    const returns = { headers: { 'Set-Cookie': 'a=1' }, multiValueHeaders: { 'Set-Cookie': ['b=2', 'c=3'] } };
    expect((await behave({ returns })).headers['set-cookie']).toEqual(['a=1', 'b=2', 'c=3']);
  });

  test.each(['Host', 'Expect', 'TE', 'Upgrade', 'Proxy-Authenticate', 'Trailer', 'Transfer-Encoding'])(
    'the header %s is dropped',
    async (name) => {
      const answer = await behave({ returns: { headers: { [name]: 'x', 'X-Kept': '1' }, body: 'whole' } });
      expect([answer.status, answer.text, answer.headers['x-kept']]).toEqual([200, 'whole', '1']);
      expect(answer.headers[name.toLowerCase()]).toBeUndefined();
      expect(answer.headers[`x-amzn-remapped-${name.toLowerCase()}`]).toBeUndefined();
    },
  );

  test.each(['Date', 'Server', 'Content-Length', 'Connection', 'Content-MD5', 'User-Agent', 'Max-Forwards'])(
    'the header %s is not the function’s own: what it says is renamed',
    async (name) => {
      const { headers, text } = await behave({ returns: { headers: { [name]: '17' }, body: 'whole' } });
      expect(headers[name.toLowerCase()]).not.toBe('17');
      expect(headers[`x-amzn-remapped-${name.toLowerCase()}`]).toBe('17');
      expect(Date.parse(headers.date ?? '')).not.toBeNaN();
      expect(text).toBe('whole');
    },
  );

  test('X-Amzn-Trace-Id is that of the request on answers of integrations, and absent on gateway responses', async () => {
    const root = 'Root=1-67891233-abcdef012345678912345678';
    const sent = { 'X-Amzn-Trace-Id': root };
    const returns = { headers: { 'X-Amzn-Trace-Id': 'its own' } };
    expect((await behave({ returns }, sent)).headers['x-amzn-trace-id']).toBe(root);
    const mock = await fixture.get('/a', { method: 'OPTIONS' });
    expect(mock.headers['x-amzn-trace-id']).toMatch(/^Root=1-/);
    expect((await fixture.get('/none', { headers: sent })).headers['x-amzn-trace-id']).toBeUndefined();
  });

  test('a header of a denial that HTTP cannot carry is left out, and the denial stays', async () => {
    const denied = token({ returns: allow(['GET/none'], { context: { scope: 'a\nb' } }) });
    const answer = await fixture.get('/a', { api: 'styled', token: denied });
    expect([answer.status, answer.headers['x-scope']]).toEqual([403, undefined]);
  });

  test('a request that a function fails is told, with its route and without a text of the function', async () => {
    fixture.failures.length = 0;
    await behave({ throws: 'the reason' });
    await behave({ returns: {} });
    await fixture.get('/none');
    expect(fixture.failures).toEqual([
      {
        api: 'shop',
        requestId: expect.any(String),
        method: 'GET',
        route: '/open',
        status: 502,
        type: 'DEFAULT_5XX',
        reason: 'function gh-dev-backend failed: Error',
      },
    ]);
  });
});
