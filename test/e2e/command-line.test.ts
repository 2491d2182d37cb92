import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readCredentials } from '../../sandbox/aws/credentials';
import { temporaryFolder } from '../support/temporary-folder';
import { COMMAND, ServedExample } from './command-line';
import { call } from './support';

/** One sandbox, and a process for each command. */
jest.setTimeout(180_000);

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const TOKEN = /^acme_test_[0-9A-Za-z]{54}\n$/;

let served: ServedExample;
beforeAll(async () => {
  served = await ServedExample.in(temporaryFolder());
  await run('application register shop-ci --tier standard');
});
afterAll(() => served.stop());

const run = (line: string, env: NodeJS.ProcessEnv = {}) => served.gatehouse(line.split(' '), { env });
const issue = (more = '') =>
  run(`token create --name ci --application shop-ci --scope sales:read --expires-in 1d${more}`);
const ids = async () =>
  (await run('token list --application shop-ci')).stdout.split('\n').filter((line) => line !== '');
const works = async (token: string) => (await call(`${served.baseUrl}/v1/sales`, { token })).status;

function secretsManager(): SecretsManagerClient {
  const credentials = readCredentials(join(served.folder, '.gatehouse'));
  if (credentials === undefined) throw new Error('the sandbox does not run');
  return new SecretsManagerClient({ region: 'eu-west-1', endpoint: served.started.awsEndpoint, credentials });
}

describe('a secret is shown once', () => {
  test('alone on stdout, so that a shell takes it as it is', async () => {
    const { stdout } = await served.bash(
      'token=$(gatehouse token create --name ci --application shop-ci --scope sales:read 2>/dev/null) && printf "%s\\n" "$token"',
    );
    expect(stdout).toMatch(TOKEN);
    expect(await works(stdout.trim())).toBe(200);
  });

  test('as a member of the whole answer with --json', async () => {
    const { token, id } = JSON.parse((await issue(' --json')).stdout);
    expect(token).toContain(`acme_test_${id}`);
  });

  test('and no other command has it in its output', async () => {
    const { stdout } = await issue();
    const id = stdout.slice('acme_test_'.length, 'acme_test_'.length + 16);
    const told = await Promise.all(
      [`token show ${id}`, 'token list', `token show ${id} --table`, `token revoke ${id} --debug`].map((line) =>
        run(line),
      ),
    );
    for (const { code, stdout: out, stderr } of told) {
      expect(code).toBe(0);
      expect(out + stderr).not.toContain(stdout.trim().slice(-38));
    }
  });
});

describe('--into-secret', () => {
  const current = async (name: string) =>
    (await secretsManager().send(new GetSecretValueCommand({ SecretId: name }))).SecretString ?? '';

  test('puts a new token into a secret without printing it, and the token of a rotation after it', async () => {
    await secretsManager().send(new CreateSecretCommand({ Name: 'shop/ci/token' }));
    const issued = await issue(' --into-secret shop/ci/token');
    const first = await current('shop/ci/token');
    expect([issued.code, await works(first)]).toEqual([0, 200]);
    const { id } = JSON.parse(issued.stdout);

    const rotated = await run(`token rotate ${id} --overlap 1h --into-secret shop/ci/token`);
    const second = await current('shop/ci/token');
    expect([rotated.code, second === first, await works(second)]).toEqual([0, false, 200]);
    for (const { stdout, stderr } of [issued, rotated]) {
      expect(stdout + stderr).not.toContain(first.slice(-38));
      expect(stdout + stderr).not.toContain(second.slice(-38));
    }
  });

  test('issues nothing where the secret is not there', async () => {
    const before = await ids();
    const { code, stderr, stdout } = await issue(' --into-secret shop/nowhere');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^gatehouse: cannot describe the secret shop\/nowhere, nothing was changed: ResourceNotFound/,
    );
    expect(await ids()).toEqual(before);
  });

  test('refuses a secret that a function rotates', async () => {
    const { code, stderr } = await issue(' --into-secret homepage-dev-pepper');
    expect(code).toBe(1);
    expect(stderr).toContain('is rotated by a function, which alone may write it, nothing was changed');
  });
});

describe('the credential', () => {
  test('is told whose it is, in words on a terminal', async () => {
    const token = (await issue()).stdout.trim();
    const env = { GATEHOUSE_TOKEN: token };
    const [asJson, asText] = await Promise.all([run('token self', env), run('token self --table', env)]);
    expect(JSON.parse(asJson.stdout)).toMatchObject({ authMethod: 'api_token', token: { application: 'shop-ci' } });
    expect(asText.stdout).toMatch(/^application +shop-ci$/m);
    expect(asText.stdout).toMatch(/^used was the secret 1, which is accepted until /m);
    expect(asJson.stdout + asText.stdout).not.toContain(token.slice(-38));
  });

  test('is the one of a file for its owner, in place of the sandbox’s', async () => {
    const { stdout } = await issue();
    const file = join(served.folder, 'token');
    writeFileSync(file, stdout, { mode: 0o600 });
    const refused = await run(`token list --token-file ${file}`);
    expect([refused.code, refused.stdout]).toEqual([77, '']);
    chmodSync(file, 0o644);
    const open = await run(`token list --token-file ${file}`);
    expect([open.code, open.stderr]).toEqual([64, expect.stringContaining('may be read by others (mode 644')]);
  });

  test('is the one of the environment, with an address', async () => {
    const url = `--url ${served.baseUrl}/v1`;
    const listed = await run(`token list ${url}`, { GATEHOUSE_TOKEN: served.started.administratorToken });
    expect([listed.code, listed.stdout.split('\n')[0]]).toEqual([0, expect.stringMatching(/^\{"id":"/)]);
    const forged = await run(`token list ${url}`, { GATEHOUSE_TOKEN: 'acme_test_nonsense' });
    expect([forged.code, forged.stderr.split('\n')]).toEqual([
      77,
      [expect.stringMatching(/^gatehouse: cannot list tokens: .*\(is the token expired, revoked,/), ''],
    ]);
  });

  test('is not given to another address than that of the sandbox', async () => {
    const { code, stderr } = await run('token list --url http://127.0.0.1:1/v1');
    expect([code, stderr]).toEqual([
      64,
      'gatehouse: no token for http://127.0.0.1:1/v1: set GATEHOUSE_TOKEN, or name a file with --token-file\n',
    ]);
  });

  test('of a command that runs is in no list of processes', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const secret = 'a-secret-of-the-environment';
    const child = execFile(process.execPath, [COMMAND, 'token', 'list', '--url', `http://127.0.0.1:${port}`], {
      env: { ...process.env, GATEHOUSE_TOKEN: secret },
    });
    const [request, response] = await once(server, 'request');
    const listed = await new Promise<string>((done) => {
      execFile('ps', ['-ww', '-o', 'args=', '-p', String(child.pid)], (_, stdout) => done(stdout));
    });
    response.end('{"tokens":[]}');
    await once(child, 'exit');
    server.close();
    expect(request.headers.authorization).toBe(`Bearer ${secret}`);
    expect(listed).toContain('token list');
    expect(listed).not.toContain(secret);
  });

  test('is in no error, with --debug neither', async () => {
    const token = served.started.administratorToken;
    const env = { GATEHOUSE_TOKEN: token };
    const failed = await Promise.all([
      run('--debug token list --url http://127.0.0.1:1/v1', env),
      run(`--debug token show 0000000000000000 --url ${served.baseUrl}/v1`, env),
      run(`--debug token list --url ${served.baseUrl}/nowhere`, env),
    ]);
    for (const { code, stdout, stderr } of failed) {
      expect(code).toBeGreaterThan(0);
      expect(stderr).toContain('    at ');
      expect(stdout + stderr).not.toContain(token.slice(-38));
    }
  });
});

test('the environment of the configuration is reached through the sandbox’s endpoint', async () => {
  const config = join(__dirname, '../../examples/homepage-dashboard/gatehouse.config.json');
  const at = `-c ${config} --endpoint-url ${served.started.awsEndpoint}`;
  expect((await run(`token list -e dev ${at}`)).code).toBe(0);
  const other = await run(`token list -e prod ${at}`);
  expect([other.code, other.stderr]).toEqual([64, 'gatehouse: the sandbox serves the environment dev, not prod\n']);
});

test('a request may lie in a file, and options win', async () => {
  const request = 'name: from file\napplication: shop-ci\nscopes: [sales:read]\ntags: { a: b }\nexpiresInSeconds: 60\n';
  writeFileSync(join(served.folder, 'token.yaml'), request);
  // An end in place of the file's length: the service would refuse both at once for another reason.
  const past = await run('token create --from-file token.yaml --expires-at 2001-01-31');
  expect([past.code, past.stderr]).toEqual([65, expect.stringMatching(/expiresAt.*2001-01-31/)]);
  const issued = JSON.parse((await run('token create --from-file token.yaml --name from-option --json')).stdout);
  expect(issued).toMatchObject({ name: 'from-option', tags: { a: 'b' }, scopes: ['sales:read'] });
});

test('what is refused says what, at which member, and has its exit code', async () => {
  const outcomes = [
    ['token create --name x --application shop-ci --scope nowhere:read', 65, /nowhere:read/],
    ['token show 0000000000000000', 66, /no token has this id/],
    ['application show nowhere', 66, /nowhere/],
    ['team create default', 1, /default/],
    ['token show short', 64, /expected the public id of a token, 16 letters or digits/],
  ] as const;
  for (const [line, code, text] of outcomes) {
    const ended = await run(line);
    expect({ line, code: ended.code, stderr: ended.stderr }).toEqual({
      line,
      code,
      stderr: expect.stringMatching(text),
    });
  }
});

test('a pipe gets a line of JSON for each token, and a table when it asks for one', async () => {
  await issue();
  const lines = await ids();
  expect(lines.map((line) => JSON.parse(line).application)).toEqual(lines.map(() => 'shop-ci'));
  const { stdout } = await run('token list --application shop-ci --table --limit 1');
  expect(stdout.split('\n')).toEqual([
    expect.stringMatching(/^ID +NAME +APPLICATION +TEAM +STATUS +EXPIRES +LAST USED$/),
    expect.stringMatching(/^[0-9A-Za-z]{16} +ci +shop-ci +default +active +\d{4}-\d\d-\d\d \d\d:\d\dZ \(in 1 day\)/),
    '',
  ]);
});

test('a token that was found is named by its id, from the standard input', async () => {
  const { stdout: token } = await issue();
  const { code, stdout } = await served.gatehouse(['token', 'identify'], {
    input: `{"Authorization":"Bearer ${token.trim()}"}`,
  });
  expect([code, JSON.parse(stdout)]).toEqual([0, { id: token.slice(10, 26), brand: 'acme', environment: 'test' }]);
  expect((await served.gatehouse(['token', 'identify'], { input: 'nothing' })).code).toBe(66);
});

test('a sandbox that has stopped takes its token with it', async () => {
  const file = join(served.folder, '.gatehouse/command-line.json');
  expect(readFileSync(file, 'utf8')).toContain('"token":"acme_test_');
  await served.stop();
  expect(existsSync(file)).toBe(false);
  const { code, stderr } = await run('token list');
  expect([code, stderr]).toEqual([64, expect.stringContaining('start one with gatehouse start')]);
});
