import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { STATE_ENTRIES } from '../../sandbox/state/state-folder';
import { temporaryFolder } from '../support/temporary-folder';

/** Each start is a process that synthesizes. */
jest.setTimeout(240_000);

const COMMAND = resolve(__dirname, '../../dist/cli/main.js');
const ECHO = `exports.handler = async (event) => event.path.endsWith('/broken')
  ? { statusCode: 'no number' }
  : { statusCode: event.path.includes('missing') ? 404 : 200, body: event.body ?? '{}' };\n`;

interface Started {
  readonly url: string;
  readonly awsEndpoint: string;
  readonly curl?: string;
  readonly token?: string;
  readonly administratorToken?: string;
}

const operation = (scope: string, more: object = {}) => ({
  security: [{ token: [scope] }],
  responses: { 200: { description: 'done' } },
  ...more,
});

function document(paths: object): string {
  const flows = { clientCredentials: { tokenUrl: 'https://i.example/token', scopes: {} } };
  return JSON.stringify({
    openapi: '3.0.3',
    info: { title: 'Shop', version: '1' },
    'x-gatehouse-backend': 'echo',
    components: {
      securitySchemes: { token: { type: 'oauth2', flows } },
      schemas: {
        Order: {
          type: 'object',
          required: ['id', 'item', 'count', 'kind'],
          properties: {
            id: { type: 'string', readOnly: true },
            item: { type: 'string', minLength: 3, example: "it's" },
            count: { type: 'integer', minimum: 2 },
            kind: { enum: ['gift', 'own'] },
          },
        },
      },
    },
    paths,
  });
}

const CONFIG = {
  prefix: 'acme',
  account: '123456789012',
  region: 'eu-west-1',
  tokens: { brand: 'acme' },
  scopes: {
    'orders:read': 'r',
    'orders:write': 'w',
    'tokens:read': 'r',
    'tokens:write': 'w',
    'teams:write': 't',
    'trail:read': 't',
  },
  tiers: { free: { rateLimit: 50, burstLimit: 100 } } as Record<string, object>,
  apis: {
    shop: { openapi: 'openapi.json', backends: { echo: { bundle: 'echo' } }, tokenService: { basePath: '/v1' } },
  },
  environments: { dev: { tokenEnvironment: 'test', deletionProtection: false } },
};

/** A project of somebody's own. */
function project(paths: object, config: object = CONFIG): string {
  return temporaryFolder({
    'gatehouse.config.json': JSON.stringify(config),
    'openapi.json': document(paths),
    'echo/index.js': ECHO,
  });
}

const children: { child: ChildProcess; stderr: string }[] = [];
afterEach(async () => {
  for (const { child } of children.splice(0)) await stop(child);
});

async function stop(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

/** Runs `gatehouse start --json` in a project until it serves. */
async function start(
  folder: string,
  ...options: string[]
): Promise<Started & { child: ChildProcess; stderr: () => string }> {
  const child = spawn(process.execPath, [COMMAND, 'start', '--json', '--port', '0', ...options], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const entry = { child, stderr: '' };
  children.push(entry);
  child.stderr.on('data', (chunk: Buffer) => {
    entry.stderr += chunk.toString();
  });
  const line = await new Promise<string>((done, fail) => {
    createInterface({ input: child.stdout }).once('line', done);
    child.once('exit', (code) => fail(new Error(`ended with ${code}: ${entry.stderr}`)));
  });
  return { ...(JSON.parse(line) as Started), child, stderr: () => entry.stderr };
}

/** Runs `gatehouse` until it ends. */
async function run(folder: string, ...words: string[]): Promise<{ code: number; stderr: string }> {
  try {
    const { stderr } = await promisify(execFile)(process.execPath, [COMMAND, ...words], { cwd: folder });
    return { code: 0, stderr };
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string };
    return { code, stderr };
  }
}

/** Runs a printed command in a shell, as a person would. */
async function status(curl: string | undefined): Promise<string> {
  const { stdout } = await promisify(execFile)('sh', ['-c', `${curl} -o /dev/null -w '%{http_code}'`]);
  return stdout;
}

describe('the printed curl works for somebody else’s API', () => {
  const tenant = { name: 'X-Tenant', in: 'header', required: true, schema: { type: 'string' }, example: 'a b' };
  const body = (required: boolean) => ({
    required,
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Order' } } },
  });

  test.each<[string, object, RegExp]>([
    [
      'a GET with a required header',
      { '/a': { get: operation('orders:read', { parameters: [tenant] }) } },
      /-H 'X-Tenant: a b'/,
    ],
    [
      'the GET that is found, not the one that is missing',
      { '/missing': { get: operation('orders:read') }, '/x/y/z': { get: operation('orders:read') } },
      /\/x\/y\/z$/,
    ],
    [
      'a POST with the body that its schema asks for',
      { '/a': { post: operation('orders:write', { requestBody: body(true) }) } },
      /-X POST .*-d '\{"item":"it'\\''s","count":2,"kind":"gift"\}'/,
    ],
  ])('%s', async (_, paths, curl) => {
    const started = await start(project(paths));
    expect(started.curl).toMatch(curl);
    expect(await status(started.curl)).toBe('200');
  });

  test('is not printed where no route may be called, and the token is', async () => {
    const started = await start(project({ '/a': { get: operation('tokens:read') } }));
    expect(started.curl).toBeUndefined();
    expect(started.token).toMatch(/^acme_test_/);
  });
});

describe('a second start', () => {
  const paths = { '/a': { get: operation('orders:read') } };

  test('with a second tier, a third, and without the first serves with a token', async () => {
    const folder = project(paths);
    const generous = { rateLimit: 500, burstLimit: 1000 };
    const all = [{ free: CONFIG.tiers.free }, { free: CONFIG.tiers.free, big: generous }, { big: generous }];
    for (const tiers of all) {
      writeFileSync(join(folder, 'gatehouse.config.json'), JSON.stringify({ ...CONFIG, tiers }));
      const started = await start(folder);
      expect(await status(started.curl)).toBe('200');
      await stop(started.child);
    }
  });

  test('on the state of one that runs is refused, with --fresh too, and the first serves on', async () => {
    const folder = project(paths);
    const first = await start(folder);
    for (const options of [[], ['--fresh']]) {
      const { code, stderr } = await run(folder, 'start', '--port', '0', ...options);
      expect(code).toBe(1);
      expect(stderr.trim().split('\n')).toEqual([
        expect.stringContaining(`.gatehouse is used by a sandbox that runs (process ${first.child.pid})`),
      ]);
    }
    expect(await status(first.curl)).toBe('200');
    await stop(first.child, 'SIGKILL');
    const second = await start(folder);
    expect(await status(first.curl?.replace(first.url, second.url))).toBe('200');
  });

  test('with --fresh on a port that is taken keeps the state', async () => {
    const folder = project(paths);
    const first = await start(folder);
    await stop(first.child);
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const refused = await run(folder, 'start', '--fresh', '--port', String(port));
    taken.close();
    expect(refused).toEqual({ code: 1, stderr: `gatehouse: port ${port} on 127.0.0.1 is in use\n` });
    const second = await start(folder);
    expect(await status(first.curl?.replace(first.url, second.url))).toBe('200');
    await stop(second.child);
    const third = await start(folder, '--fresh');
    expect(await status(first.curl?.replace(first.url, third.url))).toBe('401');
  });

  test('with --fresh on a folder of something else is refused and deletes nothing', async () => {
    const folder = project(paths);
    const precious = temporaryFolder({ 'thesis.tex': 'x', 'secrets.json': 'mine' });
    const { code, stderr } = await run(folder, 'start', '--port', '0', '--fresh', '--state', precious);
    expect([code, stderr]).toEqual([1, expect.stringContaining('is no state folder of the sandbox')]);
    expect(readdirSync(precious).sort()).toEqual(['secrets.json', 'thesis.tex']);
  });

  test.each(['secrets.json', 'dynamodb'])('without %s, which the first had, says what is lost', async (name) => {
    const folder = project(paths);
    await stop((await start(folder)).child);
    rmSync(join(folder, '.gatehouse', name), { recursive: true });
    const { code, stderr } = await run(folder, 'start', '--port', '0');
    expect([code, stderr]).toEqual([1, expect.stringContaining(`${name} is gone, and with it the `)]);
  });
});

test('everything that a running sandbox writes is what --fresh clears', async () => {
  const folder = project({ '/a': { get: operation('orders:read') } });
  const first = await start(folder);
  await status(first.curl);
  await stop(first.child);
  const entries = readdirSync(join(folder, '.gatehouse')).filter((name) => name !== 'gatehouse-state.json');
  expect(entries.filter((name) => !STATE_ENTRIES.includes(name))).toEqual([]);
  expect(entries.length).toBeGreaterThan(4);
});

test('a step that fails ends the start: nothing is served without its token', async () => {
  const folder = project({ '/a': { get: operation('orders:read') } });
  await stop((await start(folder)).child);
  const secrets = join(folder, '.gatehouse', 'secrets.json');
  writeFileSync(secrets, readFileSync(secrets, 'utf8').slice(0, 50));
  const { code, stderr } = await run(folder, 'start', '--port', '0');
  expect(code).toBe(1);
  expect(stderr).toContain('secrets.json is not JSON: restore it or start with --fresh\n');
});

test('a backend that fails is told of on the terminal, in one line', async () => {
  const started = await start(
    project({ '/a': { get: operation('orders:read') }, '/broken': { get: operation('orders:read') } }),
  );
  expect(await status(started.curl?.replace(/\/a$/, '/broken'))).toBe('502');
  const lines = started
    .stderr()
    .split('\n')
    .filter((line) => line.includes('answered 502'));
  expect(lines).toEqual([expect.stringMatching(/^gatehouse: shop: GET \/broken answered 502: ./)]);
});

test('--aws-port puts the AWS services at a port that is known', async () => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  await new Promise((done) => probe.close(done));
  const started = await start(project({ '/a': { get: operation('orders:read') } }), '--aws-port', String(port));
  expect(started.awsEndpoint).toBe(`http://127.0.0.1:${port}`);
});
