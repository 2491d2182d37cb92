import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { bootstrap } from '../../cli/bootstrap';
import { type Sandbox, startSandbox } from '../../sandbox';
import { synthesize } from '../../stacks';
import { loadConfig } from '../../stacks/config';
import { call, EXAMPLE, temporaryFolder, writeExampleConfig } from './support';

/** Where the API says which authorization server it trusts (RFC 9728, 5.1). */
const METADATA = 'resource_metadata="https://auth.dev.example.com/.well-known/oauth-protected-resource/homepage"';

/** The example with an API that keeps no results, is open to a few networks, and has rules that are not enforced. */
describe('what a caller learns of a decision, through HTTP', () => {
  const folder = temporaryFolder();
  const functionLog: string[] = [];
  let sandbox: Sandbox;
  let base: string;
  let token: string;
  let expiresAt: string;
  let administrator: string;

  beforeAll(async () => {
    const shadowOpenapi = join(folder.path, 'next.json');
    const document = JSON.parse(readFileSync(join(EXAMPLE, 'openapi.json'), 'utf8'));
    const [scheme = ''] = Object.keys(document.components.securitySchemes);
    document.paths['/v1/sales'].get.security = [{ [scheme]: ['activity:write'] }];
    writeFileSync(shadowOpenapi, JSON.stringify(document));
    const config = writeExampleConfig(folder.path, ({ apis, ...example }) => ({
      ...example,
      apis: Object.fromEntries(
        Object.entries(apis).map(([name, api]) => [
          name,
          { ...api, resultCacheSeconds: 0, cidrs: ['127.0.0.0/29', '2001:db8::/32'], shadowOpenapi },
        ]),
      ),
    }));
    const synthDir = join(folder.path, 'cdktf.out');
    synthesize(loadConfig(config), synthDir);
    sandbox = await startSandbox({
      synthDir,
      environment: 'dev',
      stateDir: join(folder.path, 'state'),
      port: 0,
      onFunctionLog: (_name: string, line: string) => functionLog.push(line),
    });
    base = sandbox.apis[0]?.baseUrl ?? '';
    const first = await bootstrap({
      namePrefix: 'homepage-dev',
      region: 'eu-west-1',
      endpoint: sandbox.awsEnvironment.AWS_ENDPOINT_URL,
      credentials: sandbox.awsCredentials,
    });
    administrator = first.token;
    const issued = await issue({ application: 'homepage', tier: 'standard' });
    token = String(issued.token);
    expiresAt = String(issued.expiresAt);
  }, 60_000);

  async function issue(changes: object): Promise<Record<string, unknown>> {
    const body = { name: 'test', scopes: ['sales:read'], ...changes };
    const issued = await call(`${base}/v1/tokens`, { method: 'POST', token: administrator, body });
    expect(issued).toMatchObject({ status: 201 });
    return issued.body;
  }

  afterAll(async () => {
    await sandbox?.close();
    folder.remove();
  });

  const decisions = () =>
    functionLog
      .filter((line) => line.includes('auth.decision'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  test('401 challenges without a reason', async () => {
    for (const options of [{}, { token: `${token}0` }]) {
      const { status, headers } = await call(`${base}/v1/sales`, options);
      expect({ status, challenge: headers['www-authenticate'], cache: headers['cache-control'] }).toEqual({
        status: 401,
        challenge: `Bearer realm="homepage-dev-homepage", ${METADATA}`,
        cache: 'no-store',
      });
    }
  });

  test('403 names the scopes that the route takes', async () => {
    const { status, headers } = await call(`${base}/v1/notifications`, { token });
    expect({ status, challenge: headers['www-authenticate'], cache: headers['cache-control'] }).toEqual({
      status: 403,
      challenge: `Bearer error="insufficient_scope", scope="notifications:read", ${METADATA}`,
      cache: 'no-store',
    });
  });

  test('200 says when the token ends', async () => {
    const { status, headers } = await call(`${base}/v1/sales/europe`, { token });
    expect(status).toBe(200);
    expect(Date.parse(String(headers['x-token-expires-at']))).toBeGreaterThan(Date.now());
  });

  test('403 of the gateway says when the token ends, as the backend does', async () => {
    const refused = await call(`${base}/v1/notifications`, { token });
    const { headers } = await call(`${base}/v1/sales/europe`, { token });
    expect([refused.status, refused.headers['x-token-expires-at']]).toEqual([403, expiresAt]);
    expect(headers['x-token-expires-at']).toBe(expiresAt);
    expect(refused.headers).not.toHaveProperty('x-token-grace-until');
    expect(refused.headers['access-control-expose-headers']).toContain('x-token-expires-at,x-token-grace-until');
  });

  test('429 of the gateway does too', async () => {
    const free = await issue({ application: 'hasty', tier: 'free' });
    const answers = [];
    do {
      answers.push(await call(`${base}/v1/sales/europe`, { token: String(free.token) }));
    } while (answers.at(-1)?.status === 200 && answers.length < 50);
    expect(answers.at(-1)).toMatchObject({ status: 429, headers: { 'x-token-expires-at': free.expiresAt } });
  });

  test('401 tells nothing of the token', async () => {
    const revoked = await issue({ application: 'homepage', tier: 'standard' });
    await call(`${base}/v1/tokens/${revoked.id}/revoke`, { method: 'POST', token: administrator });
    const { status, headers } = await call(`${base}/v1/sales/europe`, { token: String(revoked.token) });
    expect(status).toBe(401);
    expect(headers).not.toHaveProperty('x-token-expires-at');
  });

  test('the token service tells its callers as well', async () => {
    const { headers } = await call(`${base}/v1/tokens`, { token: administrator });
    expect(Date.parse(String(headers['x-token-expires-at']))).toBeGreaterThan(Date.now());
  });

  test('whoever uses the older secret of a token is told until when, by backend and gateway', async () => {
    const rotated = await issue({ application: 'homepage', tier: 'standard' });
    const graceUntil = Math.floor(Date.now() / 1000) + 3600;
    const client = new DynamoDBClient({
      region: 'eu-west-1',
      endpoint: String(sandbox.awsEnvironment.AWS_ENDPOINT_URL),
      credentials: sandbox.awsCredentials,
    });
    const newer = { number: 2, hash: 'A'.repeat(43), pepperId: 'p1', createdAt: graceUntil - 3600 };
    await DynamoDBDocumentClient.from(client).send(
      new UpdateCommand({
        TableName: 'homepage-dev-tokens',
        Key: { pk: `token#${rotated.id}` },
        UpdateExpression: 'SET generations = list_append(generations, :newer)',
        ExpressionAttributeValues: { ':newer': [newer] },
      }),
    );
    await DynamoDBDocumentClient.from(client).send(
      new UpdateCommand({
        TableName: 'homepage-dev-tokens',
        Key: { pk: `token#${rotated.id}` },
        UpdateExpression: 'SET generations[0].graceUntil = :end',
        ExpressionAttributeValues: { ':end': graceUntil },
      }),
    );
    client.destroy();
    const told = new Date(graceUntil * 1000).toISOString().replace('.000', '');
    for (const [path, status] of [
      ['sales/europe', 200],
      ['notifications', 403],
    ] as const) {
      const answer = await call(`${base}/v1/${path}`, { token: String(rotated.token) });
      expect(answer).toMatchObject({
        status,
        headers: { 'x-token-expires-at': rotated.expiresAt, 'x-token-grace-until': told },
      });
    }
  });

  test('an address outside the networks of the API is 403, whatever a header says', async () => {
    const headers = { 'X-Forwarded-For': '127.0.0.1' };
    expect((await call(`${base}/v1/sales/europe`, { token, from: '127.0.0.7' })).status).toBe(200);
    expect((await call(`${base}/v1/sales/europe`, { token, from: '127.0.0.8', headers })).status).toBe(403);
    expect(decisions().at(-1)).toMatchObject({ decision: 'deny', Reason: 'source_address' });
  });

  test('rules that are not enforced are logged where they differ, and change nothing', async () => {
    expect((await call(`${base}/v1/sales`, { token })).status).toBe(200);
    expect(decisions().at(-1)).toMatchObject({
      decision: 'allow',
      route: 'GET /v1/sales',
      shadowDecision: 'deny',
      shadowReason: 'scope_denied',
      AuthShadowDifferences: 1,
    });
    expect((await call(`${base}/v1/sales/europe`, { token })).status).toBe(200);
    expect(decisions().at(-1)).not.toHaveProperty('shadowDecision');
  });

  test('no line of the log holds the token or a network', () => {
    expect(functionLog.length).toBeGreaterThan(0);
    for (const needle of [token, '127.0.0.0/29', '2001:db8']) {
      expect(functionLog.filter((line) => line.includes(needle))).toEqual([]);
    }
  });
});
