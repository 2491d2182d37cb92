import { connect } from 'node:net';
import { call } from './support/http';
import { SandboxFixture } from './support/sandbox';

/** DNS rebinding: a page's own name leads to 127.0.0.1, and its browser takes the sandbox for the page's server. */
describe('the host that a request names', () => {
  const fixture = new SandboxFixture();

  beforeAll(() => fixture.start());
  afterAll(() => fixture.remove());

  const path = '/shop/dev/open';
  const servers = (): [name: string, url: string][] => [
    ['gateway', fixture.sandbox.url],
    ['AWS services', fixture.sandbox.awsEnvironment.AWS_ENDPOINT_URL ?? ''],
    ['DynamoDB', fixture.sandbox.awsEnvironment.AWS_ENDPOINT_URL_DYNAMODB ?? ''],
  ];

  test.each(['127.0.0.1', 'localhost', 'LocalHost', '[::1]'])('%s with the port is served', async (name) => {
    const { port } = new URL(fixture.sandbox.url);
    expect((await call(`${fixture.sandbox.url}${path}`, { headers: { Host: `${name}:${port}` } })).status).toBe(200);
  });

  test('the name of an API on AWS is served', async () => {
    const { restApiId } = fixture.sandbox.apis[0] ?? {};
    const host = `${restApiId}.execute-api.eu-west-1.amazonaws.com`;
    expect((await call(`${fixture.sandbox.url}/dev/open`, { headers: { Host: host } })).status).toBe(200);
  });

  test.each([
    'rebound.example.com',
    'rebound.example.com:PORT',
    '127.0.0.1',
    'localhost',
    '127.0.0.1:1',
    '127.0.0.1.example.com:PORT',
    'localhost.example.com:PORT',
    '127.0.0.2:PORT',
    '0.0.0.0:PORT',
    'user@127.0.0.1:PORT',
    '[::1]:PORT:PORT',
    'zzzzzzzzzz.execute-api.eu-west-1.amazonaws.com',
  ])('%s is refused by every server', async (host) => {
    const before = fixture.backendCalls;
    for (const [server, url] of servers()) {
      const { port } = new URL(url);
      const headers = { Host: host.replaceAll('PORT', port), Authorization: 'x' };
      const answer = await call(`${url}${path}`, { method: 'POST', headers });
      expect([server, answer.status]).toEqual([server, server === 'gateway' ? 421 : 403]);
    }
    expect(fixture.backendCalls).toBe(before);
  });

  test('a whole URL as the target and a second Host do not hide the host', async () => {
    const { port, host } = new URL(fixture.sandbox.url);
    const status = (lines: readonly string[]) =>
      new Promise<number>((resolve, reject) => {
        const socket = connect(Number(port), '127.0.0.1');
        socket.on('error', reject);
        socket.once('data', (data) => {
          socket.destroy();
          resolve(Number(String(data).split(' ')[1]));
        });
        socket.write(`${lines.join('\r\n')}\r\n\r\n`);
      });
    expect(await status([`GET http://${host}${path} HTTP/1.1`, `Host: ${host}`])).toBe(200);
    expect(await status([`GET http://evil.example${path} HTTP/1.1`, `Host: ${host}`])).toBe(421);
    expect(await status([`GET ${path} HTTP/1.1`, `Host: ${host}`, 'Host: evil.example'])).not.toBe(200);
    expect(await status([`GET ${path} HTTP/1.0`])).toBe(421);
  });
});
