import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { parseApiToken } from '../../../lambdas/lib/api-token';
import { addApplication, newKey } from '../../lambdas/token-service/http/clients/support';
import { Harness } from '../../lambdas/token-service/support/harness';
import { temporaryFolder } from '../../support/temporary-folder';
import { type Outcome, run } from '../run';

let service: Harness;
let server: Server;
let url: string;
beforeAll(async () => {
  service = await Harness.start();
  await addApplication(service, 'warehouse');
  // The service itself behind a port; what the gateway does to requests is not asked here.
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const key = request.headers['idempotency-key'];
    const match = request.headers['if-match'];
    const reply = await service.request(request.method ?? 'GET', pathname, {
      ...(chunks.length === 0 ? {} : { rawBody: Buffer.concat(chunks).toString() }),
      ...(searchParams.size === 0 ? {} : { query: Object.fromEntries(searchParams) }),
      headers: {
        ...(key === undefined ? {} : { 'Idempotency-Key': String(key) }),
        ...(match === undefined ? {} : { 'If-Match': match }),
      },
    });
    response.writeHead(reply.status, reply.headers).end(reply.text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  url = `http://127.0.0.1:${port}/v1`;
  process.env.GATEHOUSE_TOKEN = 'of-the-test';
});
afterAll(async () => {
  delete process.env.GATEHOUSE_TOKEN;
  server.closeAllConnections();
  server.close();
  await service.close();
});

const client = (...words: string[]): Promise<Outcome> => run('client', ...words, '--url', url);
const CREATE = ['create', '--name', 'import', '--application', 'warehouse', '--scope', 'sales:read'];

/** A new client. */
async function created(...more: string[]): Promise<string> {
  return JSON.parse((await client(...CREATE, '--json', ...more)).stdout).id;
}

test('the secret of a new client is the one line on stdout, and everything else is on stderr', async () => {
  const { code, stdout, stderr } = await client(...CREATE);
  const id = parseApiToken(stdout.trim())?.id;
  expect([code, stdout.trim().split('\n').length]).toEqual([0, 1]);
  expect(stderr).toBe(
    `client ${id} of warehouse registered in ${url}; this is the only time that its secret is shown\n`,
  );
});

test('a client without a secret is printed as it is', async () => {
  const { stdout, stderr } = await client(...CREATE, '--auth-method', 'private_key_jwt');
  expect(JSON.parse(stdout)).toMatchObject({ authMethods: ['private_key_jwt'], secrets: [] });
  expect(stderr).toContain('it has no secret, because it authenticates by private_key_jwt');
});

test('a client is listed, shown, changed, paused and removed', async () => {
  const id = await created();
  expect((await client('list', '--application', 'warehouse', '--ids')).stdout).toContain(`${id}\n`);
  expect((await client('update', id, '--cidr', '192.0.2.0/24', '--dpop-bound')).code).toBe(0);
  expect((await client('update', id, '--clear', 'cidrs', '--if-version', '1')).code).toBe(1);
  expect((await client('update', id, '--no-dpop-bound')).code).toBe(0);
  const shown = JSON.parse((await client('show', id)).stdout);
  expect(shown).toMatchObject({ cidrs: ['192.0.2.0/24'], dpopBoundAccessTokens: false, version: 3 });
  expect((await client('disable', id)).stderr).toContain('it gets no token until it is enabled');
  expect(JSON.parse((await client('enable', id)).stdout).status).toBe('active');
  expect(JSON.parse((await client('remove', id)).stdout).status).toBe('removed');
  expect((await client('rotate', id)).stderr).toContain('the client is removed for good; make another');
});

test('a table has what people ask of a client', async () => {
  const id = await created('--description', 'from the tills');
  const { stdout } = await client('show', id, '--table');
  expect(stdout).toMatch(/from the tills[\s\S]*SECRET/);
});

test('the secret is rotated, and the one before ended', async () => {
  const id = await created();
  const { stdout, stderr } = await client('rotate', id, '--overlap', '1h');
  expect(parseApiToken(stdout.trim())?.id).toBe(id);
  expect(stderr).toContain('this is the only time that the new secret is shown');
  expect((await client('rotate', id)).code).toBe(1);
  expect((await client('end-grace', id)).code).toBe(0);
});

test('keys come from files; a private one is not sent', async () => {
  const id = await created('--auth-method', 'private_key_jwt,client_secret_basic');
  const folder = temporaryFolder({
    'public.json': JSON.stringify(newKey({ kid: 'k-1' })),
    'private.json': JSON.stringify(newKey({}, true)),
  });
  expect(JSON.parse((await client('add-key', id, `${folder}/public.json`)).stdout).keys).toHaveLength(1);
  const before = service.replies.length;
  const refused = await client('add-key', id, `${folder}/private.json`);
  expect([refused.code, service.replies.length]).toEqual([64, before]);
  expect(JSON.parse((await client('remove-key', id, 'k-1')).stdout).keys).toEqual([]);
});

test('a secret among the arguments is refused, with what to do about it', async () => {
  const secret = (await client(...CREATE)).stdout.trim();
  const { code, stderr } = await client('show', secret);
  expect(code).toBe(64);
  expect(stderr).toContain(`gatehouse client rotate ${parseApiToken(secret)?.id} --overlap 0`);
  expect(stderr).not.toContain(secret.slice(-38));
});

test('the pattern for scanners is that of the brand of the configuration', async () => {
  const config = 'examples/homepage-dashboard/gatehouse.config.json';
  const { stdout } = await run('token', 'pattern', '-c', config);
  const { brand } = require(`../../../${config}`).tokens;
  expect(stdout).toContain(`(?:${brand}|${brand}cs)_`);
  expect((await run('token', 'pattern', '--gitleaks', '-c', config)).stdout).toContain(
    `regex = '''${stdout.trim()}'''`,
  );
});
