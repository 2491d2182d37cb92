import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { bootstrap } from '../../cli/bootstrap';
import { type Sandbox, startSandbox } from '../../sandbox';
import { synthesize } from '../../stacks';
import { loadConfig } from '../../stacks/config';
import { type Answer, call, temporaryFolder, withoutIdentity, writeExampleConfig } from './support';

const ISSUER = 'https://login.example.test/';
const AUDIENCE = 'https://api.example.test';
/** Seconds that the gateway of the API with mode `bounded` keeps a result, and that its set of revocations may be old. */
const CACHE_SECONDS = 2;
const REFRESH_SECONDS = 1;

/** Two APIs, one strict and one bounded, in the sandbox with the real bundles and over HTTP. */
describe('revocation in the sandbox', () => {
  const folder = temporaryFolder();
  let sandbox: Sandbox;
  let administrator: string;
  let number = 0;
  let accessToken: (claims: Readonly<Record<string, unknown>>, kid?: string) => Promise<string>;

  beforeAll(async () => {
    const keys = await Promise.all(['k1', 'k2'].map(async (kid) => ({ kid, ...(await generateKeyPair('ES256')) })));
    accessToken = (claims, kid = 'k1') => {
      const issuedAt = Math.floor(Date.now() / 1000);
      return new SignJWT({ iss: ISSUER, client_id: 'reporting', scope: 'sales:read', sub: 'user-1', ...claims })
        .setProtectedHeader({ alg: 'ES256', kid, typ: 'at+jwt' })
        .setAudience(AUDIENCE)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + 600)
        .sign(keys.find((key) => key.kid === kid)?.privateKey ?? Buffer.alloc(0));
    };
    const jwks = {
      keys: await Promise.all(keys.map(async ({ kid, publicKey }) => ({ ...(await exportJWK(publicKey)), kid }))),
    };
    const config = writeExampleConfig(folder.path, (example) => {
      const { homepage } = example.apis;
      if (!homepage) {
        throw new Error('the example has no API "homepage"');
      }
      const { tokenService: _, resultCacheSeconds: __, ...rest } = homepage;
      return {
        ...withoutIdentity(example),
        tokens: { ...example.tokens, revocationRefreshSeconds: REFRESH_SECONDS },
        issuers: [{ issuer: ISSUER, audience: [AUDIENCE], algorithms: ['ES256'], jwks, applications: ['reporting'] }],
        apis: {
          bounded: { ...homepage, resultCacheSeconds: CACHE_SECONDS },
          strict: { ...rest, revocation: 'strict' },
        },
      };
    });
    const synthDir = join(folder.path, 'cdktf.out');
    synthesize(loadConfig(config), synthDir);
    sandbox = await startSandbox({ synthDir, environment: 'dev', stateDir: join(folder.path, 'state'), port: 0 });
    const token = await bootstrap({
      namePrefix: 'homepage-dev',
      region: 'eu-west-1',
      endpoint: sandbox.awsEnvironment.AWS_ENDPOINT_URL,
      credentials: sandbox.awsCredentials,
    });
    administrator = token.token;
    // Registers the application of the access tokens, which both APIs meter.
    await manage('PUT', '/applications/reporting', { tier: 'partner' });
  }, 60_000);

  afterAll(async () => {
    await sandbox?.close();
    folder.remove();
  });

  function baseUrl(api: string): string {
    const found = sandbox.apis.find(({ baseUrl: url }) => url.includes(`/${api}/`));
    if (!found) {
      throw new Error(`the sandbox serves no API ${api}`);
    }
    return found.baseUrl;
  }

  async function manage(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await call(`${baseUrl('bounded')}/v1${path}`, { method, token: administrator, body });
    expect({ status: answer.status < 300, text: answer.status < 300 ? '' : answer.text }).toEqual({
      status: true,
      text: '',
    });
    return answer;
  }

  const get = (api: string, token: string) => call(`${baseUrl(api)}/v1/sales`, { token });

  /** Calls on until the token is refused, and gives the time since the revocation, in milliseconds. */
  async function timeToDeny(api: string, token: string, since: number): Promise<number> {
    const deadline = since + 20_000;
    for (;;) {
      const { status } = await get(api, token);
      const elapsed = Date.now() - since;
      if (status === 401) {
        return elapsed;
      }
      expect(status).toBe(200);
      expect(Date.now()).toBeLessThan(deadline);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async function apiToken(): Promise<{ token: string; id: string }> {
    const { body } = await manage('POST', '/tokens', {
      name: 'test',
      application: 'home-page',
      tier: 'partner',
      scopes: ['sales:read'],
    });
    return { token: String(body.token), id: String(body.id) };
  }

  /** Each way to revoke, with a token that it means. */
  const ways: Readonly<Record<string, () => Promise<{ token: string; revoke: () => Promise<unknown> }>>> = {
    'API token by its id': async () => {
      const { token, id } = await apiToken();
      return { token, revoke: () => manage('POST', `/tokens/${id}/revoke`) };
    },
    'access token by its id': async () => {
      const jti = `jti-${number++}`;
      const body = { kind: 'jti', value: jti, issuer: ISSUER };
      return { token: await accessToken({ jti }), revoke: () => manage('POST', '/revocations', body) };
    },
    subject: async () => {
      const sub = `person-${number++}`;
      const body = { kind: 'sub', value: sub };
      return {
        token: await accessToken({ jti: `jti-${number++}`, sub }),
        revoke: () => manage('POST', '/revocations', body),
      };
    },
    'key, and tokens issued before': async () => {
      const body = { kind: 'kid', value: 'k2', issuedBefore: new Date(Date.now() + 1000 * ++number).toISOString() };
      return {
        token: await accessToken({ jti: `jti-${number++}` }, 'k2'),
        revoke: () => manage('POST', '/revocations', body),
      };
    },
  };

  test.each(Object.keys(ways))('strict: %s is refused with the next request', async (way) => {
    const { token, revoke } = (await ways[way]?.()) ?? { token: '', revoke: async () => undefined };
    expect((await get('strict', token)).status).toBe(200);
    await revoke();
    const since = Date.now();
    expect((await get('strict', token)).status).toBe(401);
    console.log(`strict: ${way} denied ${Date.now() - since} ms after the revocation was acknowledged`);
  });

  test.each(Object.keys(ways).slice(0, 3))('bounded: %s is refused within the stated bound', async (way) => {
    const { token, revoke } = (await ways[way]?.()) ?? { token: '', revoke: async () => undefined };
    expect((await get('bounded', token)).status).toBe(200);
    await revoke();
    const elapsed = await timeToDeny('bounded', token, Date.now());
    console.log(
      `bounded: ${way} denied ${elapsed} ms after the revocation was acknowledged, bound ${CACHE_SECONDS + REFRESH_SECONDS} s`,
    );
    // One request more than the bound: the one that is under way when it ends.
    expect(elapsed).toBeLessThan((CACHE_SECONDS + REFRESH_SECONDS + 1) * 1000);
  });

  test('the revocation of an API token says how soon it is in effect', async () => {
    const { id } = await apiToken();
    const { body } = await manage('POST', `/tokens/${id}/revoke`);
    expect(body.effectiveWithinSeconds).toBe(CACHE_SECONDS);
  });

  test('it makes the gateway drop the result that it keeps', async () => {
    const { token, id } = await apiToken();
    expect((await get('bounded', token)).status).toBe(200);
    const began = Date.now();
    await manage('POST', `/tokens/${id}/revoke`);
    // Denied as a credential, so by the authorizer. A result that is kept would still let it pass.
    expect((await get('bounded', token)).status).toBe(401);
    expect(Date.now() - began).toBeLessThan(CACHE_SECONDS * 1000);
  });

  test('a revocation that is taken back lets tokens pass again', async () => {
    const token = await accessToken({ jti: 'jti-back' });
    const { body } = await manage('POST', '/revocations', { kind: 'jti', value: 'jti-back' });
    expect((await get('strict', token)).status).toBe(401);
    await manage('DELETE', `/revocations/${body.id}`);
    expect((await get('strict', token)).status).toBe(200);
  });
});
