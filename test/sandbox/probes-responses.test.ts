import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { token } from './support/function-zip';
import { call } from './support/http';
import { allow } from './support/policies';
import { SandboxFixture } from './support/sandbox';

/** Probes of the sandbox reference, section 2: routes, answers, logs, deployments. The number is the row's. */
describe('routes and answers', () => {
  const fixture = new SandboxFixture();

  beforeAll(() => fixture.start());
  afterAll(() => fixture.remove());

  describe('19: gateway responses', () => {
    const styled = { api: 'styled' };

    test('a specific response shuts the family out, and fills its template', async () => {
      const answer = await fixture.get('/a', {
        ...styled,
        headers: { 'User-Agent': 'a "quoted" agent', 'X-Echo': 'hello' },
      });
      expect(answer.status).toBe(401);
      expect(answer.json).toEqual({
        title: 'Unauthorized',
        id: answer.headers['x-amzn-requestid'],
        agent: 'a "quoted" agent',
      });
      expect(answer.headers).toMatchObject({
        'www-authenticate': 'Bearer realm="shop"',
        'x-echo': 'hello',
        'x-stage': 'dev',
        'x-colour': 'dev',
        'x-amzn-errortype': 'UnauthorizedException',
      });
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    });

    test('a header of a denial comes from the context of the authorizer', async () => {
      const denied = token({ returns: allow(['GET/none'], { context: { scope: 'sales:read' } }) });
      const answer = await fixture.get('/a', { ...styled, token: denied });
      expect([answer.status, answer.headers['x-scope']]).toEqual([403, 'sales:read']);
    });

    test("a family's response has its status for every type without one of its own", async () => {
      const granted = token({ returns: allow(['GET/key']) });
      const answer = await fixture.get('/key', { ...styled, token: granted });
      expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([418, '*']);
      expect(answer.json).toEqual({ message: 'Forbidden' });
    });

    test("a family's response without a status keeps the error's", async () => {
      const answer = await fixture.get('/open', { ...styled, headers: { 'X-Behaviour': '{"throws":"x"}' } });
      expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([502, '*']);
    });
  });

  test('20: an unknown path or method is MISSING_AUTHENTICATION_TOKEN, or what it was customised to', async () => {
    for (const [path, method] of [
      ['/none', 'GET'],
      ['/a', 'DELETE'],
      ['/items', 'GET'],
    ] as const) {
      const answer = await fixture.get(path, { method });
      expect([answer.status, answer.text]).toEqual([403, '{"message":"Missing Authentication Token"}']);
    }
    expect((await fixture.get('/none', { api: 'styled' })).status).toBe(404);
  });

  test('a route that needs an AWS signature is refused', async () => {
    expect((await fixture.get('/signed', { headers: { Authorization: 'AWS4-HMAC-SHA256 x' } })).status).toBe(403);
  });

  test.each([
    ['/items/special', '/items/special', null],
    ['/items/7', '/items/{id}', { id: '7' }],
    ['/items/special/parts', '/items/{id}/parts', { id: 'special' }],
    ['/files/a/b%20c', '/files/{proxy+}', { proxy: 'a/b%20c' }],
    ['/open/', '/open', null],
  ])('%s is the route %s', async (path, resource, pathParameters) => {
    const granted = token({ returns: allow(['GET/*']) });
    expect((await fixture.get(path, { token: granted })).json).toMatchObject({
      event: { resource, path, pathParameters },
    });
  });

  describe('Lambda proxy integration', () => {
    const behave = (behaviour: unknown, path = '/open') =>
      fixture.get(path, { headers: { 'X-Behaviour': JSON.stringify(behaviour), Accept: 'image/png' } });

    test('21: a function error is 502 without its text', async () => {
      const answer = await behave({ throws: 'the reason' });
      expect([answer.status, answer.text]).toEqual([502, '{"message":"Internal server error"}']);
    });

    test.each([
      ['a text', 'ok'],
      ['null', null],
      ['a body that is no text', { statusCode: 200, body: { a: 1 } }],
      ['a key of another format', { statusCode: 200, cookies: [] }],
      ['a header with a line break', { statusCode: 200, headers: { a: 'x\r\nSet-Cookie: y' } }],
    ])('a malformed response is 502: %s', async (_name, returns) => {
      expect((await behave({ returns })).status).toBe(502);
    });

    test('headers, repeated ones and the status are sent', async () => {
      const returns = {
        statusCode: '201',
        headers: { 'X-One': 1, 'X-Two': 'too', 'content-length': '1', 'Transfer-Encoding': 'chunked' },
        multiValueHeaders: { 'x-two': ['a', 'b'], 'Set-Cookie': ['a=1', 'b=2'] },
        body: 'done',
      };
      const answer = await behave({ returns });
      expect([answer.status, answer.text]).toEqual([201, 'done']);
      expect(answer.headers).toMatchObject({ 'x-one': '1', 'x-two': 'too, a, b', 'set-cookie': ['a=1', 'b=2'] });
      expect(answer.headers['content-type']).toBe('application/json');
    });

    test('WWW-Authenticate of a function is renamed, as API Gateway does', async () => {
      const answer = await behave({ returns: { statusCode: 401, headers: { 'WWW-Authenticate': 'Bearer' } } });
      expect(answer.headers['www-authenticate']).toBeUndefined();
      expect(answer.headers['x-amzn-remapped-www-authenticate']).toBe('Bearer');
    });

    test('a function that takes too long is 504', async () => {
      const answer = await behave({ hangs: true }, '/late');
      expect([answer.status, answer.text]).toEqual([504, '{"message":"Endpoint request timed out"}']);
    });

    test('the body and the path with the stage reach the function', async () => {
      const answer = await fixture.get('/files/x', { method: 'PUT', body: 'grüße' });
      expect(answer.json).toMatchObject({
        event: { body: 'grüße', isBase64Encoded: false, httpMethod: 'PUT', requestContext: { path: '/dev/files/x' } },
      });
    });
  });

  test.each([
    ['the status of the template, among several that match', {}, 404],
    ['the template of the content type', { 'Content-Type': 'text/plain' }, 202],
  ])('22: MOCK answers by %s', async (_name, headers, status) => {
    const answer = await fixture.get('/a', { method: 'OPTIONS', headers });
    expect([answer.status, answer.headers['x-status'], answer.json]).toEqual([
      status,
      String(status),
      { mock: status },
    ]);
  });

  test('22: MOCK without a template for the content type is 415', async () => {
    expect((await fixture.get('/a', { method: 'OPTIONS', headers: { 'Content-Type': 'text/css' } })).status).toBe(415);
  });

  test('24: every request leaves one line that parses, with "-" for what is absent', async () => {
    fixture.accessLog.length = 0;
    const named = token({ returns: allow(['GET/items/*'], { context: { tokenId: 't-1' } }) });
    await fixture.get('/items/7', { token: named, headers: { 'User-Agent': 'say "hi"' } });
    await fixture.get('/items/7');
    expect(fixture.accessLog).toEqual([
      expect.objectContaining({
        method: 'GET',
        route: '/items/{id}',
        ip: '127.0.0.1',
        ua: 'say "hi"',
        status: 200,
        errType: '-',
        tokenId: 't-1',
        waf: '-',
      }),
      expect.objectContaining({
        route: '/items/{id}',
        status: 401,
        bytes: 26,
        errType: 'UNAUTHORIZED',
        keyId: '-',
        tokenId: '-',
      }),
    ]);
    const file = join(fixture.stateDir, 'logs', 'aws', 'apigateway', 'gh-dev-shop', 'access.log');
    expect(readFileSync(file, 'utf8').trim().split('\n').at(-1)).toBe(JSON.stringify(fixture.accessLog[1]));
  });

  test('25: the address of AWS and that of other emulators are routed', async () => {
    const { restApiId = '' } = fixture.sandbox.apis.find(({ api }) => api === 'shop') ?? {};
    const { url } = fixture.sandbox;
    const host = `${restApiId}.execute-api.eu-west-1.amazonaws.com`;
    expect((await call(`${url}/dev/open`, { headers: { Host: host } })).status).toBe(200);
    expect((await call(`${url}/restapis/${restApiId}/dev/_user_request_/open`)).status).toBe(200);
    expect((await call(`${url}/dev/open`, { headers: { Host: host.replace('eu-west-1', 'us-east-1') } })).status).toBe(
      421,
    );
    expect((await call(`${url}/nothing/dev/open`)).status).toBe(404);
  });

  test('27: edited resources are served once the deployment is made again', async () => {
    await fixture.stop();
    fixture.stacks.shop.addRoute('GET', '/new');
    await fixture.start();
    expect((await fixture.get('/new')).status).toBe(403);
    expect(fixture.sandbox.notes.filter((note) => note.includes('serves what was deployed before'))).toHaveLength(2);
    await fixture.stop();
    fixture.stacks.shop.body('aws_api_gateway_deployment', 'deployment').triggers = { redeployment: '2' };
    await fixture.start();
    expect((await fixture.get('/new')).status).toBe(200);
  });
});
