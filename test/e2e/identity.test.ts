import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { temporaryFolder, writeExampleConfig } from './support';

/** The process synthesizes, and starts functions. */
jest.setTimeout(240_000);

const COMMAND = resolve(__dirname, '../../dist/cli/main.js');
const folder = temporaryFolder();
let stop: () => Promise<void>;
let issuer: string;
let said = '';

beforeAll(async () => {
  const port = await freePort();
  issuer = `http://127.0.0.1:${port}/identity/dev`;
  const config = writeExampleConfig(folder.path, ({ environments, ...example }) => ({
    ...example,
    environments: { dev: { ...environments.dev, tokenEnvironment: 'test', identity: { publicUrl: issuer } } },
  }));
  const child = spawn(process.execPath, [COMMAND, 'start', '-c', config, '--port', String(port)], { cwd: folder.path });
  stop = async () => {
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  await new Promise<void>((done, fail) => {
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('/oauth2/token\n')) done();
    });
    child.once('exit', (code) => fail(new Error(`start ended with ${code}: ${said}`)));
  });
}, 240_000);

afterAll(async () => {
  await stop();
  folder.remove();
});

/** A port that was free a moment ago: the issuer's address has to be known before it is served. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const post = (path: string, members: Record<string, string>) =>
  fetch(issuer + path, { method: 'POST', body: new URLSearchParams(members) });

test('the printed exchange gives a token that the API takes, and the API token can be revoked there', async () => {
  const [, form = '', url = ''] = /curl -s ((?:-d \S+ )+)(http\S+)/.exec(said) ?? [];
  expect(url).toBe(`${issuer}/oauth2/token`);
  const members = [...form.matchAll(/-d ([^=]+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]);
  const exchanged = await post('/oauth2/token', Object.fromEntries(members));
  const { access_token: accessToken, token_type: type } = (await exchanged.json()) as Record<string, string>;
  expect([exchanged.status, exchanged.headers.get('cache-control'), type]).toEqual([200, 'no-store', 'Bearer']);

  const api = issuer.replace('/identity/', '/homepage/');
  const call = () => fetch(`${api}/v1/sales`, bearer(accessToken));
  expect((await call()).status).toBe(200);

  const { subject_token: token = '' } = Object.fromEntries(members) as Record<string, string>;
  expect((await post('/oauth2/revoke', { token })).status).toBe(200);
  expect((await fetch(`${api}/v1/tokens/self`, bearer(token))).status).toBe(401);
  expect((await post('/oauth2/token', Object.fromEntries(members))).status).toBe(400);
});

test('a client that an administrator makes gets tokens by its secret, by both while it is rotated, and none when it is disabled', async () => {
  const [, administrator] = /administrator token[^\n]*\n\s+(\S+)/.exec(said) ?? [];
  const service = `${issuer.replace('/identity/', '/homepage/')}/v1`;
  const send = async (path: string, body: object) => {
    const headers = { ...bearer(administrator).headers, 'content-type': 'application/json' };
    const answer = await fetch(`${service}/clients${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: answer.status, body: (await answer.json()) as Record<string, string> };
  };
  const grant = async (id: string, secret = '') => {
    const basic = Buffer.from(`${id}:${secret}`).toString('base64');
    const headers = { authorization: `Basic ${basic}` };
    const body = new URLSearchParams({ grant_type: 'client_credentials', scope: 'sales:read' });
    const answer = await fetch(`${issuer}/oauth2/token`, { method: 'POST', headers, body });
    return { status: answer.status, body: (await answer.json()) as Record<string, string> };
  };

  const application = 'gatehouse-try-it-partner';
  const made = await send('', { name: 'nightly report', application, scopes: ['sales:read'] });
  expect([made.status, made.body.secret]).toEqual([201, expect.stringMatching(/^acmecs_test_/)]);
  const { id = '', secret } = made.body;
  const granted = await grant(id, secret);
  expect([granted.status, granted.body.scope]).toEqual([200, 'sales:read']);
  expect((await fetch(`${service}/sales`, bearer(granted.body.access_token))).status).toBe(200);
  expect((await fetch(`${service}/notifications`, bearer(granted.body.access_token))).status).toBe(403);

  const rotated = await send(`/${id}/rotate`, { overlapSeconds: 60 });
  expect(await Promise.all([secret, rotated.body.secret].map(async (one) => (await grant(id, one)).status))).toEqual([
    200, 200,
  ]);
  expect((await send(`/${id}/disable`, {})).status).toBe(200);
  const refused = await grant(id, rotated.body.secret);
  expect([refused.status, refused.body.error]).toEqual([401, 'invalid_client']);
});

test('metadata are found from the issuer in both ways, and from the challenge of an API', async () => {
  const { origin, pathname } = new URL(issuer);
  const name = '/.well-known/oauth-authorization-server';
  for (const url of [issuer + name, `${origin}${name}${pathname}`, `${issuer}/.well-known/openid-configuration`]) {
    expect(await (await fetch(url)).json()).toMatchObject({ issuer, token_endpoint: `${issuer}/oauth2/token` });
  }
  const refused = await fetch(`${issuer.replace('/identity/', '/homepage/')}/v1/sales`, bearer('x'));
  const [, where = ''] = /resource_metadata="([^"]+)"/.exec(refused.headers.get('www-authenticate') ?? '') ?? [];
  expect(await (await fetch(where)).json()).toMatchObject({ authorization_servers: [issuer] });
});

function bearer(token: string | undefined) {
  return { headers: { authorization: `Bearer ${token}` } };
}
