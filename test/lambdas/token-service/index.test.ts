import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseApiToken } from '../../../lambdas/lib/api-token';
import { createPepperDocument } from '../../../lambdas/lib/pepper';
import { TOKEN_SERVICE_CONFIG_VARIABLE, writeTokenServiceConfig } from '../../../lambdas/token-service/config';
import { type FakeApiGateway, planTags, startFakeApiGateway } from './support/fake-api-gateway';
import { AUTHORIZER, CONFIG, proxyEvent, VALID } from './support/harness';
import { startTokenTable, type TokenTable } from './support/token-table';

/** The function as Lambda loads it, with every AWS service on loopback. */
let folder: string;
let table: TokenTable;
let gateway: FakeApiGateway;
let secrets: Server;
let lines: string[];
let handler: (event: unknown) => Promise<unknown>;
const environment = { ...process.env };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'token-service-'));
  writeFileSync(join(folder, 'config.json'), writeTokenServiceConfig(CONFIG));
  table = await startTokenTable();
  gateway = await startFakeApiGateway({ plans: { p1: planTags('acme-dev', 'home', 'gold') } });
  const SecretString = createPepperDocument(new Date(0));
  secrets = createServer((_, response) => response.end(JSON.stringify({ SecretString })));
  await new Promise<void>((resolve) => secrets.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    AWS_ENDPOINT_URL_API_GATEWAY: gateway.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${(secrets.address() as AddressInfo).port}`,
    CORS_ALLOW_ORIGIN: 'https://dashboard.example.com',
    [TOKEN_SERVICE_CONFIG_VARIABLE]: join(folder, 'config.json'),
  });
  // Only now: the module reads its configuration and environment when it is loaded.
  ({ handler } = require('../../../lambdas/token-service/index'));
});

beforeEach(() => {
  lines = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    lines.push(String(chunk));
    return true;
  });
});
afterEach(() => jest.restoreAllMocks());

afterAll(async () => {
  process.env = { ...environment };
  await Promise.all([table.close(), gateway.close()]);
  secrets.closeAllConnections();
  await new Promise((resolve) => secrets.close(resolve));
  rmSync(folder, { recursive: true });
});

test('serves a proxy event with table, pepper and usage key', async () => {
  const administrator = (await handler({ action: 'issueAdministratorToken' })) as { id: string };
  const principal = `api_token|urn:gatehouse:platform:dev|${administrator.id}`;
  const authorizer = { ...AUTHORIZER, principal, tokenId: administrator.id };
  const result = (await handler(
    proxyEvent('POST', '/v1/tokens', { body: { ...VALID, tier: 'gold' }, authorizer }),
  )) as {
    statusCode: number;
    headers: Record<string, string>;
    body: string;
  };
  expect(result.statusCode).toBe(201);
  expect(result.headers['access-control-allow-origin']).toBe('https://dashboard.example.com');
  const { token, id } = JSON.parse(result.body);
  expect(parseApiToken(token)).toMatchObject({ id, brand: 'acme', environment: 'test' });
  expect([...gateway.attachments]).toEqual(['p1 key1']);
  expect(gateway.keys[0]?.value).toMatch(/^[0-9A-Za-z]{40}$/);
  expect((await table.items()).map((item) => item.pk).sort()).toEqual(
    ['application#dashboard', `token#${administrator.id}`, `token#${id}`].sort(),
  );
});

test('serves a direct invocation', async () => {
  expect(await handler({ action: 'issueAdministratorToken' })).toEqual({
    token: expect.any(String),
    id: expect.any(String),
    expiresAt: expect.any(String),
  });
});

test('writes one JSON line for each event, with the metric directive', async () => {
  await handler({ action: 'issueAdministratorToken' });
  const entries = lines
    .join('')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(entries).toEqual([
    expect.objectContaining({
      evt: 'token.issue',
      TokensIssued: 1,
      _aws: expect.objectContaining({ CloudWatchMetrics: [expect.objectContaining({ Namespace: 'Acme' })] }),
    }),
  ]);
});
