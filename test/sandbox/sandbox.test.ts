import { connect } from 'node:net';
import { startSandbox } from '../../sandbox';
import { call } from './support/http';
import { SandboxFixture } from './support/sandbox';

describe('startSandbox', () => {
  const fixture = new SandboxFixture();

  beforeAll(() => fixture.start());
  afterAll(() => fixture.remove());

  test('tells what it serves', () => {
    const { url, apis, functions, awsEnvironment } = fixture.sandbox;
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(apis.map(({ api, stage, baseUrl }) => [api, stage, baseUrl])).toEqual([
      ['shop', 'dev', `${url}/shop/dev`],
      ['shop', 'blue', `${url}/shop/blue`],
      ['styled', 'dev', `${url}/styled/dev`],
    ]);
    expect(apis[0]?.routes).toContainEqual({ method: 'GET', path: '/items/{id}', authorization: 'CUSTOM' });
    expect(functions).toEqual(['gh-dev-authorizer', 'gh-dev-backend']);
    expect(awsEnvironment.AWS_ENDPOINT_URL).toMatch(/^http:\/\/127\.0\.0\.1:/);
  });

  test('lists the APIs at the root', async () => {
    const answer = await call(fixture.sandbox.url);
    expect(answer.json).toMatchObject({
      apis: [{ path: '/shop/dev' }, { path: '/shop/blue' }, { path: '/styled/dev' }],
    });
  });

  test('a port in use is an error that names it', async () => {
    const port = Number(new URL(fixture.sandbox.url).port);
    const { synthDir, folder } = fixture;
    const second = startSandbox({ synthDir, environment: 'dev', stateDir: `${folder}/second`, port });
    await expect(second).rejects.toThrow(`port ${port} on 127.0.0.1 is in use`);
  });

  test('close lets a request under way end and frees the port', async () => {
    const other = new SandboxFixture();
    await other.start();
    const { url } = other.sandbox;
    const running = other.get('/open', { headers: { 'X-Behaviour': '{"waits":300}' } });
    while (other.backendCalls === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await other.stop();
    expect((await running).status).toBe(200);
    const refused = new Promise((resolve) => connect(Number(new URL(url).port), '127.0.0.1').once('error', resolve));
    expect(await refused).toMatchObject({ code: 'ECONNREFUSED' });
    await other.remove();
  });
});
