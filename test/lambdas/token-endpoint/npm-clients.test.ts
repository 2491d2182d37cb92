import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ClientKey } from '../../../lambdas/lib/client-record';
import { certificateAuthority } from '../../support/certificates';
import { temporaryFolder } from '../../support/temporary-folder';
import { type EndpointServer, startEndpointServer } from './support/server';
import { claimsOf, EndpointWorld, EXCHANGE } from './support/world';

const run = promisify(execFile);
const authority = certificateAuthority('Test CA');

let world: EndpointWorld;
let server: EndpointServer;
let tls: EndpointServer;
beforeAll(async () => {
  world = await EndpointWorld.start();
  const endpoint = () => world.shared();
  server = await startEndpointServer(endpoint, () => world.keySet());
  const { certificate: cert, key } = authority.issue('localhost');
  tls = await startEndpointServer(endpoint, () => world.keySet(), { cert, key, ca: authority.certificate });
  // Real clients go by the real clock.
  world.overrides = { clock: Date.now };
  const dpop = { algorithms: ['ES256'], maxAgeSeconds: 60, requireNonce: true } as const;
  world.config = { ...world.config, issuer: server.url, mtlsUrl: tls.url, dpop };
});
afterAll(async () => {
  await Promise.all([server.close(), tls.close()]);
  await world.close();
});

const ONE_HOUR = 3600;
const soon = () => ({ createdAt: Date.now() / 1000 - 10, expiresAt: Date.now() / 1000 + ONE_HOUR });

test('clients of npm get their tokens, each grant and each authentication', async () => {
  const pairs = { ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }), EdDSA: generateKeyPairSync('ed25519') };
  const keys = Object.entries(pairs).map(([algorithm, { publicKey }]) => ({
    kid: algorithm === 'EdDSA' ? 'ed' : 'es',
    algorithm: algorithm as ClientKey['algorithm'],
    publicJwk: publicKey.export({ format: 'jwk' }) as ClientKey['publicJwk'],
    createdAt: 1,
  }));
  const keyClient = await world.client({ authMethods: ['private_key_jwt'], secrets: [], keys });
  const [privateKeys] = [
    Object.fromEntries(
      Object.entries(pairs).map(([name, { privateKey }]) => [name, privateKey.export({ format: 'jwk' })]),
    ),
  ];
  const given = {
    issuer: server.url,
    secretClient: await world.client(),
    keyClient: { id: keyClient.id, keys: privateKeys },
    apiToken: await world.token(soon()),
  };
  const { stdout } = await run(process.execPath, [join(__dirname, 'support/clients.mjs'), JSON.stringify(given)]);
  const results: Record<string, unknown> = JSON.parse(stdout);
  expect(Object.keys(results)).toHaveLength(14);
  for (const [name, result] of Object.entries(results)) {
    const token_type = expect.stringMatching(/DPoP|resource server/.test(name) ? /^dpop$/i : /^bearer$/i);
    expect({ name, result }).toEqual({
      name,
      result: { access_token: expect.any(String), token_type, scope: 'sales:read' },
    });
  }
  expect(world.revocations).toMatchObject([{ kind: 'jti' }]);
}, 30_000);

/** Asks by curl, as the documentation shows. */
async function curl(...args: string[]) {
  const { stdout } = await run('curl', ['--silent', '--show-error', '--max-time', '10', ...args]);
  return JSON.parse(stdout);
}

test('curl: client credentials with basic and post, and an exchange', async () => {
  const { id, secret } = await world.client();
  const { token } = await world.token(soon());
  const url = `${server.url}/oauth2/token`;
  const answers = [
    await curl('-u', `${id}:${secret}`, '-d', 'grant_type=client_credentials', url),
    await curl('-d', 'grant_type=client_credentials', '-d', `client_id=${id}`, '-d', `client_secret=${secret}`, url),
    await curl(
      '-d',
      `grant_type=${EXCHANGE}`,
      '-d',
      `subject_token=${token}`,
      '-d',
      'subject_token_type=urn:ietf:params:oauth:token-type:access_token',
      url,
    ),
  ];
  for (const answer of answers) {
    expect(answer).toMatchObject({ token_type: 'Bearer', access_token: expect.any(String) });
  }
});

test('curl: mutual TLS, at the address that the metadata name', async () => {
  const { certificate, key } = authority.issue('warehouse');
  const folder = temporaryFolder({ 'ca.pem': authority.certificate, 'client.pem': certificate, 'client.key': key });
  const { id } = await world.client({
    authMethods: ['tls_client_auth'],
    secrets: [],
    certificate: { subjectDn: 'CN=warehouse' },
  });
  const { mtls_endpoint_aliases } = await curl(`${server.url}/.well-known/oauth-authorization-server`);
  const files = ['--cacert', 'ca.pem', '--cert', 'client.pem', '--key', 'client.key'].map((name) =>
    name.startsWith('--') ? name : join(folder, name),
  );
  const form = ['-d', 'grant_type=client_credentials', '-d', `client_id=${id}`];
  const answer = await curl(...files, ...form, mtls_endpoint_aliases.token_endpoint);
  expect(claimsOf(answer.access_token).cnf).toEqual({ 'x5t#S256': expect.stringMatching(/^[\w-]{43}$/) });
  expect(await curl(...form, `${server.url}/oauth2/token`)).toMatchObject({ error: 'invalid_client' });
});
