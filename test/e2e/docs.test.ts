import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { temporaryFolder } from '../support/temporary-folder';
import { ServedExample } from './command-line';

/** A process for each command of the pages. */
jest.setTimeout(180_000);

let served: ServedExample;
beforeAll(async () => {
  served = await ServedExample.in(temporaryFolder());
  writeFileSync(join(served.folder, 'aws.cjs'), AWS);
});
afterAll(() => served.stop());

/** Two commands of `aws`, which is not a part of the kit's set-up, against the sandbox. */
const AWS = `
const { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } = require(${JSON.stringify(require.resolve('@aws-sdk/client-secrets-manager'))});
const [, verb, , name] = process.argv.slice(2);
const client = new SecretsManagerClient({});
const command = { 'create-secret': () => new CreateSecretCommand({ Name: name }), 'get-secret-value': () => new GetSecretValueCommand({ SecretId: name }) }[verb];
client.send(command()).then(({ SecretString }) => console.log(SecretString ?? ''));
`;

/** The commands of a page: what stands in its blocks of `sh`, in their order. */
function commandsOf(page: string): string {
  const text = readFileSync(resolve(__dirname, '../../docs', page), 'utf8');
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block).join('\n');
}

/** The page says everything else that its commands use. */
function runPage(page: string) {
  const aws = `aws() { ${JSON.stringify(process.execPath)} aws.cjs "$@"; }\n`;
  return served.bash(`set -euo pipefail\n${aws}${commandsOf(page)}`, {
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  });
}

const json = async (...words: string[]) => JSON.parse((await served.gatehouse(words)).stdout);

test('the commands of ci.md work in their order, and end with a token that is revoked', async () => {
  const { code, stderr } = await runPage('ci.md');
  expect({ code, stderr: code === 0 ? '' : stderr.slice(-2000) }).toEqual({ code: 0, stderr: '' });
  const { stdout } = await served.gatehouse(['token', 'list', '--application', 'shop-ci']);
  const tokens = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(tokens.map(({ name, status }) => `${name} ${status}`).sort()).toEqual([
    'ci revoked',
    'pipeline active',
    'run 1 revoked',
  ]);
});

test('the commands of incident-response.md work in their order, and leave the leaked token refused', async () => {
  await served.gatehouse(['application', 'register', 'shop-nightly', '--tier', 'standard']);
  const scopes = ['--scope', 'sales:read'];
  const { stdout: leaked } = await served.gatehouse([
    'token',
    'create',
    '--name',
    'leaky',
    '--application',
    'shop-nightly',
    ...scopes,
  ]);
  writeFileSync(join(served.folder, 'found.txt'), leaked, { mode: 0o600 });
  const { code, stderr } = await runPage('incident-response.md');
  expect({ code, stderr: code === 0 ? '' : stderr.slice(-2000) }).toEqual({ code: 0, stderr: '' });
  expect(await json('token', 'show', leaked.slice(10, 26))).toMatchObject({ status: 'revoked' });
  expect((await served.gatehouse(['revocation', 'list'])).stdout).not.toContain('"kind":"client"');
});
