import { connect } from 'node:net';
import { token } from './support/function-zip';
import { call } from './support/http';
import { allow } from './support/policies';
import { SandboxFixture } from './support/sandbox';

interface ProxyEvent {
  readonly headers: Readonly<Record<string, string>>;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
  readonly pathParameters: Readonly<Record<string, string>> | null;
  readonly multiValueQueryStringParameters: Readonly<Record<string, readonly string[]>> | null;
  readonly requestContext: { readonly identity: Readonly<Record<string, unknown>> };
}

/** What API Gateway makes of a request before a function sees it, as documented or recorded. */
describe('requests as functions see them', () => {
  const fixture = new SandboxFixture();

  beforeAll(() => fixture.start());
  afterAll(() => fixture.remove());

  const granted = token({ returns: allow(['GET/*', 'POST/*']) });

  async function seen(path: string, headers: Record<string, string | string[]> = {}): Promise<ProxyEvent> {
    const answer = await fixture.get(path, { token: granted, headers });
    expect(answer.status).toBe(200);
    return (answer.json as { event: ProxyEvent }).event;
  }

  /** Sends a request line as it is, which no client library does, and reads the status. */
  function statusOf(target: string, headers: readonly string[] = []): Promise<number> {
    const { port } = new URL(fixture.sandbox.url);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1');
      const lines = [`GET ${target} HTTP/1.1`, `Host: 127.0.0.1:${port}`, 'Connection: close', ...headers];
      socket.on('error', reject);
      socket.once('data', (data) => {
        socket.destroy();
        resolve(Number(String(data).split(' ')[1]));
      });
      socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    });
  }

  test.each([
    ['/files/user/test%2Balias@example.com/plus/a+b', { proxy: 'user/test%2Balias@example.com/plus/a+b' }],
    ['/files/a%2Fb/c%20d', { proxy: 'a%2Fb/c%20d' }],
    ['/files/folder/', { proxy: 'folder' }],
    ['/items/red%20one', { id: 'red%20one' }],
    ['/items/gr%C3%BCn', { id: 'gr%C3%BCn' }],
    ['/items/50%25', { id: '50%25' }],
  ])('pathParameters are handed on as the client encoded them: %s', async (path, pathParameters) => {
    expect((await seen(path)).pathParameters).toEqual(pathParameters);
  });

  describe('headers', () => {
    test("X-Forwarded-Port, X-Forwarded-Proto and Host are the API's, whatever the client says", async () => {
      const { restApiId } = fixture.sandbox.apis[0] ?? {};
      const { headers, multiValueHeaders } = await seen('/open', {
        'x-forwarded-proto': 'http',
        'X-FORWARDED-PORT': '8080',
      });
      const host = `${restApiId}.execute-api.eu-west-1.amazonaws.com`;
      expect(headers).toMatchObject({ Host: host, 'X-Forwarded-Port': '443', 'X-Forwarded-Proto': 'https' });
      const names = Object.keys(multiValueHeaders).filter((name) => /^(host|x-forwarded-)/i.test(name));
      expect(names.sort()).toEqual(['Host', 'X-Forwarded-For', 'X-Forwarded-Port', 'X-Forwarded-Proto']);
    });

    test('the authorizer sees them too', async () => {
      const showing = token({ returns: allow(['GET/a']), showEvent: true });
      const answer = await fixture.get('/a', { token: showing });
      const { event } = answer.json as { event: { requestContext: { authorizer: { event: string } } } };
      expect(JSON.parse(event.requestContext.authorizer.event)).toMatchObject({
        headers: { Host: expect.stringContaining('.amazonaws.com'), 'X-Forwarded-Proto': 'https' },
      });
    });

    test('the peer is appended to X-Forwarded-For', async () => {
      expect((await seen('/open', { 'X-Forwarded-For': ['10.0.0.1', '10.0.0.2'] })).headers['X-Forwarded-For']).toBe(
        '10.0.0.1, 10.0.0.2, 127.0.0.1',
      );
    });

    test('X-Amzn-Trace-Id is added, and one that the client began goes on', async () => {
      const root = '1-67891233-abcdef012345678912345678';
      expect((await seen('/open')).headers['X-Amzn-Trace-Id']).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
      const { headers } = await seen('/open', { 'x-amzn-trace-id': `Self=1-2-3;Root=${root};Sampled=1` });
      expect(headers['X-Amzn-Trace-Id']).toBe(`Root=${root}`);
      expect((await seen('/open', { 'X-Amzn-Trace-Id': 'Root=x' })).headers['X-Amzn-Trace-Id']).toMatch(/^Root=1-/);
    });

    test.each(['Content-MD5', 'Max-Forwards', 'Proxy-Authenticate', 'Server', 'WWW-Authenticate', 'TE', 'Keep-Alive'])(
      '%s ends at the gateway',
      async (name) => {
        const { headers, multiValueHeaders } = await seen('/open', { [name]: 'trailers' });
        const names = [...Object.keys(headers), ...Object.keys(multiValueHeaders)].map((key) => key.toLowerCase());
        expect(names).not.toContain(name.toLowerCase());
      },
    );

    test('Content-Length ends at the gateway, Content-Type does not', async () => {
      const answer = await fixture.get('/files/x', {
        method: 'POST',
        body: 'abc',
        headers: { 'Content-Type': 'text/plain', 'Content-Length': '3' },
      });
      const { headers } = (answer.json as { event: ProxyEvent }).event;
      expect(headers['Content-Type']).toBe('text/plain');
      expect(Object.keys(headers)).not.toContain('Content-Length');
    });
  });

  test.each([
    ['/open?a=1;b=2', { a: ['1'], b: ['2'] }],
    ['/open?a=1%3B2', { a: ['1;2'] }],
    ['/open?a=1;a=2&a=3', { a: ['1', '2', '3'] }],
    ['/open?a;b', { a: [''], b: [''] }],
  ])('a semicolon splits the query string: %s', async (path, query) => {
    expect((await seen(path)).multiValueQueryStringParameters).toEqual(query);
  });

  describe('a plain character of the query string that must be encoded is 400 before the API', () => {
    test.each(['a=1|2', 'a={1}', '}=1', 'a=1&b={'])('%s', async (query) => {
      const before = fixture.backendCalls;
      expect(await statusOf(`/shop/dev/open?${query}`)).toBe(400);
      expect(fixture.backendCalls).toBe(before);
    });

    test("it takes no gateway response of the API's", async () => {
      expect(await statusOf('/styled/dev/open?a=|')).toBe(400);
    });

    test('encoded, they are values', async () => {
      expect((await seen('/open?a=%7B%7C%7D')).multiValueQueryStringParameters).toEqual({ a: ['{|}'] });
    });
  });

  describe('the ARN of a method with authorization', () => {
    const arnBytes = (path: string) => {
      const { restApiId } = fixture.sandbox.apis[0] ?? {};
      return Buffer.byteLength(`arn:aws:execute-api:eu-west-1:123456789012:${restApiId}/dev/GET${path}`);
    };
    const pathOf = (size: number) => `/items/${'x'.repeat(size - arnBytes('/items/'))}`;

    test('may have 1,600 bytes; with one more it is 414 before the authorizer', async () => {
      expect((await fixture.get(pathOf(1600), { token: granted })).status).toBe(200);
      const before = fixture.authorizerCalls;
      const fresh = token({ returns: allow(['GET/*']), id: 'long path' });
      expect((await fixture.get(pathOf(1601), { token: fresh })).status).toBe(414);
      expect(fixture.authorizerCalls).toBe(before);
    });

    test('is not limited where there is no authorization', async () => {
      const { restApiId } = fixture.sandbox.apis[0] ?? {};
      const url = `${fixture.sandbox.url}/restapis/${restApiId}/dev/_user_request_/files/${'x'.repeat(2000)}`;
      expect((await call(url)).status).toBe(200);
    });
  });

  test('413 cannot be customised', async () => {
    const body = Buffer.alloc(10 * 1024 * 1024 + 1);
    const answer = await fixture.get('/open', { api: 'styled', method: 'POST', body });
    expect(answer.status).toBe(413);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    // Other refusals of that API are 418, by its DEFAULT_4XX.
    expect((await fixture.get('/key', { api: 'styled', token: token({ returns: allow(['GET/key']) }) })).status).toBe(
      418,
    );
  });

  test.each(['/open', '/a'])('without a usage key and a certificate their members are absent: %s', async (path) => {
    const { identity } = (await seen(path)).requestContext;
    for (const name of ['apiKey', 'apiKeyId', 'clientCert']) expect(identity).not.toHaveProperty(name);
    expect(identity).toMatchObject({ accessKey: null, caller: null, sourceIp: '127.0.0.1' });
  });
});
