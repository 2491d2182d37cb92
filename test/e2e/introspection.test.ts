import { type ChildProcess, fork } from 'node:child_process';
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, randomUUID, sign } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { bootstrap } from '../../cli/bootstrap';
import { synthesize } from '../../stacks';
import { loadConfig } from '../../stacks/config';
import { certificateAuthority } from '../support/certificates';
import { tlsRequest } from '../support/tls-request';
import { call, filesContaining, temporaryFolder, withoutIdentity, writeExampleConfig } from './support';

const AUDIENCE = 'https://api.example.test';
const PUBLIC_URL = 'https://api.example.test/homepage';

interface Served {
  readonly baseUrl: string;
  readonly path: string;
  readonly mutualTlsUrl: string;
  readonly awsEnvironment: Readonly<Record<string, string>>;
  readonly awsCredentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

const authority = certificateAuthority('test authority');
const folder = temporaryFolder();
const authorityFile = join(folder.path, 'authority.pem');
const children: ChildProcess[] = [];
const functionLog: string[] = [];
const secretTexts: string[] = [];
const password = (): string => {
  const text = randomBytes(24).toString('base64url');
  secretTexts.push(text);
  return text;
};

/** Starts a script of this folder and waits for its answer to the message that it is given. */
async function startChild<T>(script: string, message: object): Promise<T> {
  const child = fork(join(__dirname, script), {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: authorityFile },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  children.push(child);
  let complaints = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaints += chunk.toString('utf8');
  });
  return new Promise((done, fail) => {
    child.on('message', (answer: { line?: string; error?: string }) => {
      if (answer.error !== undefined) fail(new Error(answer.error));
      else if (answer.line === undefined) done(answer as T);
      else functionLog.push(answer.line);
    });
    child.once('exit', (code) => fail(new Error(`${script} ended with ${code}: ${complaints}`)));
    child.send(message);
  });
}

/** A DPoP proof, made apart from the code under test. */
function proofOf(
  { publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject },
  claims: Readonly<Record<string, unknown>>,
): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: publicKey.export({ format: 'jwk' }) };
  const payload = { jti: randomUUID(), htm: 'GET', iat: Math.floor(Date.now() / 1000), ...claims };
  const input = `${encode(header)}.${encode(payload)}`;
  const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

/**
 * The sandbox with the real bundles, beside a real authorization server over TLS: opaque tokens by client credentials, in the
 * environment `dev` with plain answers about them, in `prod` with signed ones.
 */
describe('tokens of a real authorization server', () => {
  const client = authority.issue('partner');
  const basic = (name: string, secret: string) => `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`;
  const reporting = { client_id: 'reporting', client_secret: password() };
  const bound = {
    client_id: 'bound',
    client_secret: password(),
    tls_client_certificate_bound_access_tokens: true,
  };
  const introspector = [
    { client_id: 'gatehouse', client_secret: password() },
    { client_id: 'gatehouse-signed', client_secret: password(), introspection_signed_response_alg: 'RS256' },
  ] as const;
  let issuer: string;
  const served: Partial<Record<string, Served>> = {};

  beforeAll(async () => {
    writeFileSync(authorityFile, authority.certificate);
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const { certificate: cert, key } = authority.issue('authorization server');
    ({ issuer } = await startChild<{ issuer: string }>('authorization-server.mjs', {
      tls: { cert, key, ca: authority.certificate },
      jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'server-1', alg: 'RS256', use: 'sig' }] },
      audience: AUDIENCE,
      clients: [reporting, bound],
      introspector,
    }));
    const common = {
      issuer,
      audience: [AUDIENCE],
      applications: ['reporting', 'bound'],
      senderConstraints: ['dpop', 'mtls'] as const,
    };
    const introspection = {
      endpoint: `${issuer}/token/introspection`,
      tokenPattern: String.raw`[\w-]{43}`,
      cacheSeconds: 0,
    };
    const config = writeExampleConfig(folder.path, (example) => {
      const { homepage } = example.apis;
      if (!homepage) throw new Error('the example has no API homepage');
      const plain = { ...introspection, clientId: 'gatehouse', clientSecretName: 'oauth/plain' };
      const signed = {
        ...introspection,
        clientId: 'gatehouse-signed',
        clientSecretName: 'oauth/signed',
        signedAnswers: true,
      };
      return {
        ...withoutIdentity(example),
        apis: { homepage: { ...homepage, resultCacheSeconds: 0, publicUrls: [PUBLIC_URL] } },
        environments: {
          dev: { tokenEnvironment: 'test', issuers: [{ ...common, introspection: plain }] },
          prod: {
            tokenEnvironment: 'live',
            issuers: [{ ...common, algorithms: ['RS256'], jwksUri: `${issuer}/jwks`, introspection: signed }],
          },
        },
      };
    });
    const synthDir = join(folder.path, 'cdktf.out');
    synthesize(loadConfig(config), synthDir);
    expect(existsSync(join(__dirname, '../../dist/sandbox/index.js'))).toBe(true);
    for (const [environment, index] of [
      ['dev', 0],
      ['prod', 1],
    ] as const) {
      served[environment] = await serve(environment, index, synthDir);
    }
  }, 120_000);

  afterAll(async () => {
    const ends = children.map((child) => {
      child.removeAllListeners('exit');
      const ended = once(child, 'exit');
      child.disconnect();
      return ended;
    });
    await Promise.all(ends);
    folder.remove();
  });

  async function serve(environment: string, index: 0 | 1, synthDir: string): Promise<Served> {
    const gateway = authority.issue('gateway');
    const sandbox = await startChild<Served>('sandbox-process.mjs', {
      synthDir,
      environment,
      stateDir: join(folder.path, `state-${environment}`),
      port: 0,
      mutualTls: { port: 0, certificate: gateway.certificate, key: gateway.key, truststore: authority.certificate },
    });
    const endpoint = sandbox.awsEnvironment.AWS_ENDPOINT_URL;
    const region = 'eu-west-1';
    const secrets = new SecretsManagerClient({ endpoint: endpoint ?? '', region, credentials: sandbox.awsCredentials });
    const SecretString = introspector[index].client_secret;
    await secrets.send(new CreateSecretCommand({ Name: ['oauth/plain', 'oauth/signed'][index], SecretString }));
    secrets.destroy();
    const { token } = await bootstrap({
      namePrefix: `homepage-${environment}`,
      region,
      endpoint,
      credentials: sandbox.awsCredentials,
    });
    for (const application of ['reporting', 'bound']) {
      const registered = await call(`${sandbox.baseUrl}/v1/applications/${application}`, {
        method: 'PUT',
        token,
        body: { tier: 'partner' },
      });
      expect(registered.status).toBeLessThan(300);
    }
    return sandbox;
  }

  const sandboxOf = (environment: string): Served => {
    const sandbox = served[environment];
    if (!sandbox) throw new Error(`environment ${environment} is not served`);
    return sandbox;
  };

  /** An opaque token by client credentials. */
  async function obtain(
    { client_id, client_secret }: typeof reporting,
    options: { readonly dpop?: string; readonly cert?: string; readonly key?: string; readonly scope?: string } = {},
  ): Promise<{ access_token: string; token_type: string }> {
    const { dpop, scope = 'sales:read', ...tls } = options;
    const answer = await tlsRequest(`${issuer}/token`, {
      ...tls,
      ca: authority.certificate,
      method: 'POST',
      headers: {
        authorization: basic(client_id, client_secret),
        'content-type': 'application/x-www-form-urlencoded',
        ...(dpop === undefined ? {} : { DPoP: dpop }),
      },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope }).toString(),
    });
    expect({ status: answer.status, text: answer.status === 200 ? '' : answer.text }).toEqual({
      status: 200,
      text: '',
    });
    const issued = JSON.parse(answer.text);
    secretTexts.push(issued.access_token);
    return issued;
  }

  describe.each(['dev', 'prod'])('in the environment %s', (environment) => {
    const get = async (path: string, headers: Record<string, string>): Promise<number> =>
      (await call(`${sandboxOf(environment).baseUrl}${path}`, { headers })).status;
    const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

    test('an active token is 200 for what its scopes grant, and 403 for the rest', async () => {
      const { access_token, token_type } = await obtain(reporting);
      expect(token_type).toBe('Bearer');
      expect(access_token).toMatch(/^[\w-]{43}$/);
      expect(await get('/v1/sales', bearer(access_token))).toBe(200);
      expect(await get('/v1/activity', bearer(access_token))).toBe(403);
      expect(await get('/v1/profile', bearer(access_token))).toBe(403);
    });

    test('a token that the server does not know is 401', async () => {
      expect(await get('/v1/sales', bearer(randomBytes(32).toString('base64url')))).toBe(401);
      expect(await get('/v1/sales', bearer('garbage'))).toBe(401);
    });

    test('a token that was revoked at the server is 401 at once', async () => {
      const { access_token } = await obtain(reporting);
      expect(await get('/v1/sales', bearer(access_token))).toBe(200);
      const revoked = await tlsRequest(`${issuer}/token/revocation`, {
        ca: authority.certificate,
        method: 'POST',
        headers: {
          authorization: basic(reporting.client_id, reporting.client_secret),
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: new URLSearchParams({ token: access_token }).toString(),
      });
      expect(revoked.status).toBe(200);
      expect(await get('/v1/sales', bearer(access_token))).toBe(401);
    });

    test('a token that is bound to a key needs a proof by it for each request', async () => {
      const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const { access_token, token_type } = await obtain(reporting, {
        dpop: proofOf(keys, { htm: 'POST', htu: `${issuer}/token` }),
      });
      expect(token_type).toBe('DPoP');
      const ath = createHash('sha256').update(access_token).digest('base64url');
      const htu = `${PUBLIC_URL}/v1/sales`;
      const status = (proof: string, scheme = 'DPoP') =>
        get('/v1/sales', { Authorization: `${scheme} ${access_token}`, DPoP: proof });

      const proof = proofOf(keys, { htu, ath });
      expect(await status(proof)).toBe(200);
      expect(await status(proof)).toBe(401);
      expect(await status(proofOf(keys, { htu, ath }))).toBe(200);
      expect(await status(proofOf(keys, { htu, ath }), 'Bearer')).toBe(401);
      expect(await get('/v1/sales', bearer(access_token))).toBe(401);
      expect(await get('/v1/sales', { Authorization: `DPoP ${access_token}` })).toBe(401);
      expect(await status(proofOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }), { htu, ath }))).toBe(401);
      expect(await status(proofOf(keys, { htu: `${PUBLIC_URL}/v1/activity`, ath }))).toBe(401);
      expect(await status(proofOf(keys, { htu, ath, htm: 'POST' }))).toBe(401);
      expect(await status(proofOf(keys, { htu }))).toBe(401);
      expect(await status(proofOf(keys, { htu, ath, iat: Math.floor(Date.now() / 1000) - 3600 }))).toBe(401);
    });

    test('a token that is bound to a certificate is good over mutual TLS with it, and nowhere else', async () => {
      const { access_token } = await obtain(bound, { cert: client.certificate, key: client.key });
      const { mutualTlsUrl, path } = sandboxOf(environment);
      const over = async ({ certificate: cert, key }: typeof client): Promise<number> =>
        (
          await tlsRequest(`${mutualTlsUrl}${path}/v1/sales`, {
            ca: authority.certificate,
            cert,
            key,
            headers: bearer(access_token),
          })
        ).status;
      expect(await over(client)).toBe(200);
      expect(await over(authority.issue('partner'))).toBe(401);
      expect(await get('/v1/sales', bearer(access_token))).toBe(401);
      expect(await over(client)).toBe(200);
    });
  });

  test('no token, proof or client secret reaches a log or a synthesized file', () => {
    expect(functionLog.join('\n')).toContain('"sender_constraint"');
    expect(secretTexts.filter((text) => functionLog.some((line) => line.includes(text)))).toEqual([]);
    for (const part of ['state-dev/logs', 'state-prod/logs', 'cdktf.out']) {
      expect(filesContaining(join(folder.path, part), secretTexts)).toEqual([]);
    }
  });
});
