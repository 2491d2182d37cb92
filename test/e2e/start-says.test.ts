import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '../support/temporary-folder';

/** Each start is a process that synthesizes. */
jest.setTimeout(240_000);

const COMMAND = resolve(__dirname, '../../dist/cli/main.js');
/** Answers with the status that the path ends with, and at `/broken` with what is no answer. */
const BACKEND = `exports.handler = async ({ path }) => ({ statusCode: Number(path.split('/').pop()) || 'none', body: '{}' });\n`;

/** A project with a route for each path, all of one scope. */
function project(paths: readonly string[], api: object): string {
  const flows = { clientCredentials: { tokenUrl: 'https://i.example/token', scopes: {} } };
  const get = { security: [{ token: ['orders:read'] }], responses: { 200: { description: 'done' } } };
  return temporaryFolder({
    'gatehouse.config.json': JSON.stringify({
      prefix: 'acme',
      account: '123456789012',
      region: 'eu-west-1',
      tokens: { brand: 'acme' },
      scopes: { 'orders:read': 'r', 'tokens:read': 'r', 'tokens:write': 'w', 'teams:write': 't', 'trail:read': 't' },
      tiers: { free: { rateLimit: 50, burstLimit: 100 } },
      apis: { shop: { openapi: 'openapi.json', backends: { own: { bundle: 'own' } }, ...api } },
      environments: { dev: { tokenEnvironment: 'test', deletionProtection: false } },
    }),
    'openapi.json': JSON.stringify({
      openapi: '3.0.3',
      info: { title: 'Shop', version: '1' },
      'x-gatehouse-backend': 'own',
      components: { securitySchemes: { token: { type: 'oauth2', flows } } },
      paths: Object.fromEntries(paths.map((path) => [path, { get }])),
    }),
    'own/index.js': BACKEND,
  });
}

const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  }
});

/** What `gatehouse start` prints until a text is in it. */
function said(folder: string, last: RegExp, ...options: string[]): Promise<string> {
  const child = spawn(process.execPath, [COMMAND, 'start', '--port', '0', ...options], { cwd: folder });
  children.push(child);
  let text = '';
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  return new Promise((done, fail) => {
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (last.test(text)) done(text);
    });
    child.once('exit', (code) => fail(new Error(`ended with ${code}: ${text}${errors}`)));
  });
}

const SERVED = { tokenService: { basePath: '/gatehouse' } };
const END = /(try it|may be called with it).*\n.*\n/;

test('a route whose backend fails is shown with its curl and the status, which a shell sees too', async () => {
  const text = await said(project(['/broken'], SERVED), END);
  expect(text).toContain(
    '\ntry it (the request was answered 502 when it was tried just now; logs in .gatehouse/logs):\n',
  );
  expect(text).not.toContain('may be called with it');
  const curl = /^ {2}(curl .*)$/m.exec(text)?.[1];
  const { stdout } = await promisify(execFile)('sh', ['-c', `${curl} -o /dev/null -w '%{http_code}'`]);
  expect(stdout).toBe('502');
});

test('a route whose backend answers 503 gives way to one that works', async () => {
  const text = await said(project(['/503', '/a/200'], SERVED), END);
  expect(text).toMatch(/\ntry it:\n {2}curl .*\/a\/200\n/);
});

test('no route may be called where each is refused with 403', async () => {
  const text = await said(project(['/403', '/a/403'], SERVED), END);
  expect(text).toContain('no route of this configuration may be called with it:');
  expect(text).not.toContain('curl');
});

test('without a token service it says what to add, and where the AWS services are', async () => {
  const text = await said(project(['/200'], {}), /no token was issued.*\n/);
  expect(text).toContain('add "tokenService": { "basePath": "/gatehouse" } to one API');
  expect(text).toMatch(/npx gatehouse secrets status -e dev --endpoint-url http:\/\/127\.0\.0\.1:\d+\n/);
  expect(text).toMatch(/shop .*\(1 method\)\n/);
});

test('without a token service --json says why there is no token', async () => {
  const { noToken, awsEndpoint, token } = JSON.parse(await said(project(['/200'], {}), /\n$/, '--json'));
  expect(noToken).toContain('add "tokenService": { "basePath": "/gatehouse" } to one API');
  expect([awsEndpoint, token]).toEqual([expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/), undefined]);
});

test('the rules that fail are named, as the audit counts them', async () => {
  const folder = project(['/200'], SERVED);
  const [, failed, named = ''] = /(\d+) failed \((.+?)\), \d+ unknown/.exec(await said(folder, END)) ?? [];
  const audited = promisify(execFile)(process.execPath, [COMMAND, 'audit', 'cdktf.out', '--format', 'json'], {
    cwd: folder,
    maxBuffer: 1 << 26,
  });
  // It exits with the code of its findings.
  const { stdout } = await audited.catch((error: { stdout: string }) => error);
  const found = (JSON.parse(stdout) as { findings: { verdict: string; rule: string }[] }).findings.flatMap(
    ({ verdict, rule }) => (verdict === 'fail' ? [rule] : []),
  );
  const told = named.split(', ').map((part) => part.split(' '));
  expect(Number(failed)).toBe(found.length);
  expect(told.length).toBeGreaterThan(1);
  expect(told.map(([rule]) => [rule, String(found.filter((one) => one === rule).length)])).toEqual(told);
  expect(told.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(found.length);
});
