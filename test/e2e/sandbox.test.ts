import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { bootstrap } from '../../cli/bootstrap';
import { type Sandbox, startSandbox } from '../../sandbox';
import { synthesize } from '../../stacks';
import { loadConfig } from '../../stacks/config';
import { type Answer, call, filesContaining, temporaryFolder, writeExampleConfig } from './support';

const ISSUER = 'https://login.example.test/';
const AUDIENCE = 'https://api.example.test';

/** The example as a user would run it: synthesized, served with the real bundles, called over HTTP. */
describe('the example in the sandbox', () => {
  const folder = temporaryFolder();
  const accessLog: Record<string, unknown>[] = [];
  const functionLog: string[] = [];
  const issued: string[] = [];
  let now = Date.now();
  let sandbox: Sandbox;
  let base: string;
  let administrator: string;
  let signJwt: (claims?: Record<string, unknown>) => Promise<string>;

  beforeAll(async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'test-1', alg: 'ES256', use: 'sig' };
    signJwt = (claims = {}) => {
      const issuedAt = Math.floor(Date.now() / 1000);
      return new SignJWT({ iss: ISSUER, client_id: 'reporting', scope: 'sales:read', ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: 'test-1', typ: 'at+jwt' })
        .setAudience(AUDIENCE)
        .setSubject('service-account')
        .setJti('jwt-1')
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + 600)
        .sign(privateKey);
    };
    const config = writeExampleConfig(folder.path, (example) => ({
      ...example,
      issuers: [
        {
          issuer: ISSUER,
          audience: [AUDIENCE],
          algorithms: ['ES256'],
          jwks: { keys: [jwk] },
          applications: ['reporting'],
        },
      ],
      tiers: { ...example.tiers, tiny: { rateLimit: 100, burstLimit: 100, quota: { limit: 3, period: 'DAY' } } },
    }));
    const synthDir = join(folder.path, 'cdktf.out');
    synthesize(loadConfig(config), synthDir);
    sandbox = await startSandbox({
      synthDir,
      environment: 'dev',
      stateDir: join(folder.path, 'state'),
      port: 0,
      clock: () => now,
      onAccessLog: (line: string) => accessLog.push(JSON.parse(line) as Record<string, unknown>),
      onFunctionLog: (_name: string, line: string) => functionLog.push(line),
    });
    base = sandbox.apis[0]?.baseUrl ?? '';
    const token = await bootstrap({
      namePrefix: 'homepage-dev',
      region: 'eu-west-1',
      endpoint: sandbox.awsEnvironment.AWS_ENDPOINT_URL,
      credentials: sandbox.awsCredentials,
    });
    administrator = token.token;
    issued.push(administrator);
  }, 60_000);

  afterAll(async () => {
    await sandbox?.close();
    folder.remove();
  });

  async function issue(body: Record<string, unknown>): Promise<{ token: string; id: string }> {
    const answer = await call(`${base}/v1/tokens`, {
      method: 'POST',
      token: administrator,
      body: { name: 'test', application: 'home-page', tier: 'standard', ...body },
    });
    expect({ status: answer.status, text: answer.status === 201 ? '' : answer.text }).toEqual({
      status: 201,
      text: '',
    });
    issued.push(String(answer.body.token));
    return { token: String(answer.body.token), id: String(answer.body.id) };
  }

  const get = (path: string, token?: string, from?: string): Promise<Answer> =>
    call(`${base}${path}`, { ...(token === undefined ? {} : { token }), ...(from === undefined ? {} : { from }) });

  const decisions = (): number => functionLog.filter((line) => line.includes('auth.decision')).length;

  test('a request without a token is 401 and never reaches the authorizer', async () => {
    const before = decisions();
    const answer = await get('/v1/sales');
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
    expect(decisions()).toBe(before);
  });

  test.each(['garbage', 'acme_test_0000000000000000', 'a.b.c', ''])('the garbage token %j is 401', async (token) => {
    expect((await get('/v1/sales', token)).status).toBe(401);
  });

  test('a good token is 200 with the data of the backend', async () => {
    const { token } = await issue({ scopes: ['sales:read'] });
    const answer = await get('/v1/sales/europe', token);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ region: 'europe' });
  });

  test('a missing scope is 403, and results are kept for token, method and resource, and are right', async () => {
    const { token } = await issue({ scopes: ['sales:read'] });
    const before = decisions();
    for (const slash of ['', '/', '']) {
      expect((await get(`/v1/activity${slash}`, token)).status).toBe(403);
      expect((await get(`/v1/sales${slash}`, token)).status).toBe(200);
      expect((await get(`/v1/sales/europe/timeseries${slash}`, token)).status).toBe(403);
      expect((await get(`/v1/sales/europe${slash}`, token)).status).toBe(200);
    }
    expect(decisions()).toBe(before + 4);
  });

  test('another address than the listed is 403, also after an allowed request', async () => {
    const { token } = await issue({ scopes: ['sales:read'], cidrs: ['127.0.0.2/32'] });
    expect((await get('/v1/sales', token, '127.0.0.1')).status).toBe(403);
    const other = await issue({ scopes: ['sales:read'], cidrs: ['127.0.0.2/32'] });
    expect((await get('/v1/sales', other.token, '127.0.0.2')).status).toBe(200);
    expect((await get('/v1/sales', other.token, '127.0.0.1')).status).toBe(403);
    const forged = await call(`${base}/v1/sales`, {
      token: other.token,
      headers: { 'X-Forwarded-For': '127.0.0.2' },
      from: '127.0.0.1',
    });
    expect(forged.status).toBe(403);
  });

  test('a revoked token is 401 once the cached result has expired', async () => {
    const { token, id } = await issue({ scopes: ['sales:read'] });
    expect((await get('/v1/sales', token)).status).toBe(200);
    const revoked = await call(`${base}/v1/tokens/${id}/revoke`, { method: 'POST', token: administrator });
    expect(revoked.status).toBe(200);
    now += 61_000;
    expect((await get('/v1/sales', token)).status).toBe(401);
  });

  test('over the rate of the tier is 429', async () => {
    const { token } = await issue({ scopes: ['sales:read'], application: 'over-rate', tier: 'free' });
    const answers = await Promise.all(Array.from({ length: 20 }, () => get('/v1/sales', token)));
    const statuses = answers.map((answer) => answer.status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(15);
  });

  test('over the quota of the tier is 429', async () => {
    const { token } = await issue({ scopes: ['sales:read'], application: 'over-quota', tier: 'tiny' });
    const statuses: number[] = [];
    for (let request = 0; request < 4; request++) {
      statuses.push((await get('/v1/sales', token)).status);
    }
    expect(statuses).toEqual([200, 200, 200, 429]);
  });

  test('an invalid body is 400 before the backend sees it', async () => {
    const { token } = await issue({ scopes: ['activity:write'] });
    const answer = await call(`${base}/v1/activity`, { method: 'POST', token, body: { nonsense: true } });
    expect(answer.status).toBe(400);
  });

  test('an unknown route is 404, with and without a token', async () => {
    expect((await get('/v1/nothing')).status).toBe(404);
    expect((await get('/v1/nothing', administrator)).status).toBe(404);
  });

  test('the public route is 200 without a token', async () => {
    expect((await get('/v1/status')).status).toBe(200);
  });

  test('the browser application gets CORS headers on preflight, success and refusal', async () => {
    const origin = 'https://dashboard.example.com';
    const { token } = await issue({ scopes: ['sales:read'] });
    const preflight = await call(`${base}/v1/sales`, { method: 'OPTIONS', headers: { Origin: origin } });
    expect([200, 204]).toContain(preflight.status);
    for (const answer of [preflight, await get('/v1/sales', token), await get('/v1/sales')]) {
      expect(answer.headers['access-control-allow-origin']).toBe(origin);
    }
  });

  test('an access token of the configured issuer is accepted, metered by its application, and scoped', async () => {
    const registered = await call(`${base}/v1/applications/reporting`, {
      method: 'PUT',
      token: administrator,
      body: { tier: 'partner' },
    });
    expect(registered.status).toBeLessThan(300);
    const token = await signJwt();
    expect((await get('/v1/sales', token)).status).toBe(200);
    expect((await get('/v1/activity', token)).status).toBe(403);
    expect((await get('/v1/sales', await signJwt({ iss: 'https://evil.example/' }))).status).toBe(401);
    expect((await get('/v1/sales', `${token.slice(0, -4)}AAAA`)).status).toBe(401);
  });

  test('an application without a usage key is refused, never unlimited', async () => {
    const token = await signJwt({ client_id: 'unregistered' });
    expect((await get('/v1/sales', token)).status).toBe(403);
  });

  test('tokens are listed and read without their secrets, and only with the scope', async () => {
    const { token, id } = await issue({ scopes: ['tokens:read'], application: 'auditor', name: 'list me' });
    const one = await get(`/v1/tokens/${id}`, token);
    expect(one.status).toBe(200);
    expect(one.body).toMatchObject({ id, name: 'list me', status: 'active' });
    const list = await get('/v1/tokens?application=auditor', token);
    expect(list.status).toBe(200);
    expect(list.text).toContain(id);
    for (const text of [one.text, list.text]) {
      expect(text).not.toContain(token);
      expect(text).not.toMatch(/hash|usageKey|pepper/i);
    }
    const refused = await call(`${base}/v1/tokens`, { method: 'POST', token, body: { name: 'x' } });
    expect(refused.status).toBe(403);
  });

  test('nobody grants a scope that they do not hold', async () => {
    const { token } = await issue({ scopes: ['tokens:write', 'sales:read'], application: 'issuer' });
    const answer = await call(`${base}/v1/tokens`, {
      method: 'POST',
      token,
      body: { name: 'more', application: 'issuer', scopes: ['activity:write'] },
    });
    expect(answer.status).toBe(403);
  });

  test('each request leaves one access-log line in the planned format', async () => {
    const { token, id } = await issue({ scopes: ['sales:read'] });
    accessLog.length = 0;
    await get('/v1/sales/europe', token);
    await get('/v1/sales/europe');
    expect(accessLog).toHaveLength(2);
    expect(accessLog[0]).toMatchObject({ method: 'GET', route: '/v1/sales/{region}', tokenId: id, tier: 'standard' });
    expect(Number(accessLog[0]?.status)).toBe(200);
    expect(Number(accessLog[1]?.status)).toBe(401);
    expect(accessLog[1]).toMatchObject({ tokenId: '-' });
  });

  test('no token reaches a log or a synthesized file', () => {
    expect(issued.length).toBeGreaterThan(5);
    expect(filesContaining(join(folder.path, 'state', 'logs'), issued)).toEqual([]);
    expect(filesContaining(join(folder.path, 'cdktf.out'), issued)).toEqual([]);
    expect(filesContaining(join(folder.path, 'state', 'dynamodb'), issued)).toEqual([]);
  });
});
