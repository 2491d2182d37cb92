import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import type { CliError } from '../../../cli/errors';
import { deployedUrl, tokenByAws, tokenServiceOf } from '../../../cli/token-service/deployed';
import { EXAMPLE, writeExampleConfig } from '../../e2e/support';
import { temporaryFolder } from '../../support/temporary-folder';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const SERVED = { api: 'homepage', basePath: '/v1', publicUrls: [] };

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A platform whose AWS answers so, by the path of the request, and what it was asked. */
async function platformWith(answers: Readonly<Record<string, unknown>>) {
  const asked: { path: string; body: string }[] = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const path = request.url ?? '';
      asked.push({ path, body });
      const answer = answers[path];
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? { message: 'no such thing' }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const target = {
    namePrefix: 'homepage-prod',
    region: 'eu-west-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials,
  };
  return { target, asked };
}

describe('the address of a deployed token service', () => {
  test('is the first public one of its API, and AWS is not asked', async () => {
    const { target, asked } = await platformWith({});
    const publicUrls = ['https://api.example.com/shop/', 'https://other.example.com'];
    expect(await deployedUrl(target, 'prod', { ...SERVED, publicUrls })).toBe('https://api.example.com/shop/v1');
    expect(asked).toEqual([]);
  });

  test('is else that of the stage of the REST API that has its name, on whatever page it stands', async () => {
    const { target } = await platformWith({
      '/restapis?limit=500': { item: [{ id: 'other', name: 'homepage-dev-homepage' }], position: 'p2' },
      '/restapis?limit=500&position=p2': { item: [{ id: 'a1b2c3', name: 'homepage-prod-homepage' }] },
    });
    expect(await deployedUrl(target, 'prod', SERVED)).toBe(
      'https://a1b2c3.execute-api.eu-west-1.amazonaws.com/prod/v1',
    );
  });

  test.each([
    [
      [],
      /^API Gateway has no REST API of the name homepage-prod-homepage in eu-west-1: name the address .* with --url$/,
    ],
    [
      [
        { id: 'a', name: 'homepage-prod-homepage' },
        { id: 'b', name: 'homepage-prod-homepage' },
      ],
      /^API Gateway has 2 REST APIs of the name homepage-prod-homepage/,
    ],
  ])('is not guessed from %j', async (item, message) => {
    const { target } = await platformWith({ '/restapis?limit=500': { item } });
    await expect(deployedUrl(target, 'prod', SERVED)).rejects.toThrow(message);
  });
});

describe('the API that serves the token service', () => {
  test('is the one of the configuration that says so', () => {
    expect(tokenServiceOf(join(EXAMPLE, 'gatehouse.config.json'))).toEqual(SERVED);
  });

  test('is missed with what to add', () => {
    const file = writeExampleConfig(temporaryFolder(), (config) => ({
      ...config,
      apis: Object.fromEntries(Object.entries(config.apis).map(([name, { tokenService: _, ...api }]) => [name, api])),
    }));
    expect(() => tokenServiceOf(file)).toThrow(
      /^no API of .* serves the token service: add "tokenService": \{ "basePath": "\/gatehouse" \} to an API, or name an address with --url$/,
    );
  });
});

const INVOKE = '/2015-03-31/functions/homepage-prod-token-service/invocations';

test('a command takes an administrator token of five minutes that has its name', async () => {
  const answer = { token: 'acme_live_x', id: 'x', expiresAt: '2026-12-01T12:00:00Z' };
  const { target, asked } = await platformWith({ [INVOKE]: answer });
  expect(await tokenByAws(target, 'gatehouse token list')).toBe('acme_live_x');
  expect(asked.map(({ body }) => JSON.parse(body))).toEqual([
    { action: 'issueAdministratorToken', name: 'gatehouse token list', lifetimeSeconds: 300 },
  ]);
});

test('whoever may not invoke the token service is told so in one line', async () => {
  const { target } = await platformWith({});
  const error = await tokenByAws(target, 'gatehouse token list').then(
    () => undefined,
    (thrown: CliError) => thrown,
  );
  expect([error?.exitCode, error?.message]).toEqual([
    1,
    expect.stringMatching(/^cannot invoke homepage-prod-token-service: .*no such thing$/),
  ]);
});
