import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { bootstrap } from '../../cli/bootstrap';
import { type Sandbox, startSandbox } from '../../sandbox';
import { synthesize } from '../../stacks';
import { loadConfig } from '../../stacks/config';
import { call, temporaryFolder, writeExampleConfig } from './support';

const A = 'https://a.example.test/';
const B = 'https://b.example.test/';
const AUDIENCE = 'https://api.example.test';
const REFRESH_SECONDS = 1;

/** Attacks on who a caller is and what it may hand on, over HTTP with the real bundles. Nothing is kept by the gateway. */
describe('principals in the sandbox', () => {
  const folder = temporaryFolder();
  let sandbox: Sandbox;
  let base: string;
  let administrator: string;
  let signed: (issuer: string, claims: Readonly<Record<string, unknown>>) => Promise<string>;

  const signIn = () =>
    bootstrap({
      namePrefix: 'homepage-dev',
      region: 'eu-west-1',
      endpoint: sandbox.awsEnvironment.AWS_ENDPOINT_URL,
      credentials: sandbox.awsCredentials,
    });
  const post = (path: string, body: unknown, token = administrator) =>
    call(`${base}/v1${path}`, { method: 'POST', token, body });
  const get = (path: string, token = administrator) => call(`${base}/v1${path}`, { token });

  beforeAll(async () => {
    const keys = new Map(
      await Promise.all(
        [A, B].map(async (issuer) => [issuer, { kid: 'k1', ...(await generateKeyPair('ES256')) }] as const),
      ),
    );
    signed = (issuer, claims) => {
      const issuedAt = Math.floor(Date.now() / 1000);
      const scope = 'profile:read profile:write sales:read';
      return new SignJWT({ iss: issuer, sub: 'user-17', client_id: 'spa', jti: 'jti-1', scope, ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: 'k1', typ: 'at+jwt' })
        .setAudience(AUDIENCE)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + 600)
        .sign(keys.get(issuer)?.privateKey ?? Buffer.alloc(0));
    };
    const issuers = await Promise.all(
      [...keys].map(async ([issuer, { publicKey }]) => ({
        issuer,
        audience: [AUDIENCE],
        algorithms: ['ES256'] as const,
        jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1' }] },
        applications: { spa: 'home-page' },
      })),
    );
    const config = writeExampleConfig(folder.path, (example) => ({
      ...example,
      tokens: { ...example.tokens, revocationRefreshSeconds: REFRESH_SECONDS },
      issuers,
      apis: Object.fromEntries(
        Object.entries(example.apis).map(([name, api]) => [name, { ...api, resultCacheSeconds: 0 }]),
      ),
    }));
    const synthDir = join(folder.path, 'cdktf.out');
    synthesize(loadConfig(config), synthDir);
    sandbox = await startSandbox({ synthDir, environment: 'dev', stateDir: join(folder.path, 'state'), port: 0 });
    base = sandbox.apis[0]?.baseUrl ?? '';
    administrator = (await signIn()).token;
    const body = { tier: 'partner' };
    await call(`${base}/v1/applications/home-page`, { method: 'PUT', token: administrator, body });
  }, 60_000);

  afterAll(async () => {
    await sandbox?.close();
    folder.remove();
  });

  test('two issuers, one subject: neither reads nor overwrites the profile of the other', async () => {
    const [mine, theirs] = [await signed(A, {}), await signed(B, {})];
    const profile = {
      displayName: 'Mine',
      locale: 'de-DE',
      preferences: { theme: 'dark', weekStartsOn: 'sunday', pageSize: 5 },
    };
    const put = (token: string, displayName: string) =>
      call(`${base}/v1/profile`, { method: 'PUT', token, body: { ...profile, displayName } });
    expect((await put(mine, 'Mine')).status).toBe(200);
    expect((await get('/profile', theirs)).body.displayName).not.toBe('Mine');
    expect((await put(theirs, 'Theirs')).status).toBe(200);
    expect((await get('/profile', mine)).body).toMatchObject({
      displayName: 'Mine',
      principal: `access_token|${A}|user-17`,
      application: 'home-page',
    });
  });

  test('an access token whose client is called like an application is not that application', async () => {
    expect((await get('/sales', await signed(A, { client_id: 'home-page', sub: 'home-page' }))).status).toBe(403);
    expect((await get('/sales', await signed(A, {}))).status).toBe(200);
  });

  test('an issuer without a list of scopes grants none of the platform', async () => {
    const token = await signed(B, { scope: 'tokens:read tokens:write tokens:* *' });
    expect((await get('/tokens', token)).status).toBe(403);
    expect((await post('/revocations', { kind: 'issuer', value: A }, token)).status).toBe(403);
  });

  test('every valid credential is told who it is, without any scope too, and nobody else', async () => {
    const self = await get('/tokens/self', await signed(B, { scope: '' }));
    expect([self.status, self.body]).toMatchObject([200, { issuer: B, subject: 'user-17', scopes: [] }]);
    expect(self.body.token).toBeUndefined();
    const body = { name: 'elsewhere', application: 'home-page', scopes: ['sales:read'], cidrs: ['192.0.2.0/24'] };
    const elsewhere = String((await post('/tokens', body)).body.token);
    const foreign = await signed(A, { iss: 'https://c.example.test/' });
    const answers = [elsewhere, foreign, `${elsewhere.slice(0, -1)}_`].map((token) => get('/tokens/self', token));
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([403, 401, 401]);
    expect((await call(`${base}/v1/tokens/self`)).status).toBe(401);
  });

  test('laundering: a short token bound to one address gets no year, and what it issued ends with it', async () => {
    const parent = await post('/tokens', {
      name: 'short',
      application: 'home-page',
      tier: 'partner',
      scopes: ['tokens:write', 'sales:read'],
      cidrs: ['127.0.0.0/8'],
      expiresInSeconds: 300,
    });
    expect(parent.status).toBe(201);
    const issuer = String(parent.body.token);
    const child = { name: 'child', application: 'home-page', scopes: ['sales:read'] };
    const year = { ...child, cidrs: ['127.0.0.1/32'], expiresInSeconds: 365 * 86_400 };
    expect((await post('/tokens', year, issuer)).status).toBe(403);
    expect((await post('/tokens', child, issuer)).status).toBe(403);
    const issued = await post('/tokens', { ...child, cidrs: ['127.0.0.1/32'] }, issuer);
    expect(issued.status).toBe(201);
    const token = String(issued.body.token);
    expect((await get('/sales', token)).status).toBe(200);
    expect((await post(`/tokens/${parent.body.id}/revoke`, undefined)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, (REFRESH_SECONDS + 0.5) * 1000));
    expect((await get('/sales', token)).status).toBe(401);
  });

  test('lock-out: tokens:write revokes no administrator, and a new one always gets in', async () => {
    const narrow = await post('/tokens', { name: 'narrow', application: 'ci', scopes: ['tokens:write'] });
    const token = String(narrow.body.token);
    const reply = await post('/revocations', { kind: 'client', value: 'gatehouse-administration' }, token);
    expect(reply.status).toBe(403);
    const { token: next } = await signIn();
    await new Promise((resolve) => setTimeout(resolve, (REFRESH_SECONDS + 0.5) * 1000));
    expect((await get('/tokens', administrator)).status).toBe(200);
    expect((await get('/tokens', next)).status).toBe(200);
  });

  test('tags {"constructor":"y"} are stored and read back', async () => {
    const tags = { constructor: 'y' };
    const issued = await post('/tokens', { name: 'tags', application: 'home-page', scopes: ['sales:read'], tags });
    expect(issued.status).toBe(201);
    expect((await get(`/tokens/${issued.body.id}`)).body.tags).toEqual(tags);
  });

  test('200 revocations at once all stand', async () => {
    const values = Array.from({ length: 200 }, (_, index) => `jti-${index}`);
    const replies = await Promise.all(values.map((value) => post('/revocations', { kind: 'jti', value, issuer: A })));
    expect(replies.map(({ status }) => status).filter((status) => status !== 201)).toEqual([]);
    const { revocations } = (await get('/revocations')).body as { revocations: { kind: string; value: string }[] };
    const stored = revocations.filter(({ kind }) => kind === 'jti').map(({ value }) => value);
    expect(stored.sort()).toEqual(values.sort());
  }, 120_000);
});
