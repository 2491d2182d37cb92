import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap } from '../../cli/bootstrap';
import { SAVED_QUERIES } from '../../lambdas/lib/usage/queries';
import { queryAccessLines, type Sandbox, startSandbox } from '../../sandbox';
import { synthesize } from '../../stacks';
import { loadConfig } from '../../stacks/config';
import { type Answer, call, EXAMPLE, temporaryFolder } from './support';

interface Line {
  readonly tokenId: string;
  readonly status: number;
  readonly ts: number;
  readonly route: string;
  readonly method: string;
  readonly ip: string;
  readonly latency: number;
}

interface Usage {
  readonly tokenId: string;
  readonly state: string;
  readonly totals: Record<string, unknown> & { readonly secrets: Record<string, unknown>[] };
  readonly points: readonly Record<string, unknown>[];
}

/** An optional package: who does not want to ask in SQL need not install it. */
const hasDuckDb = existsSync(join(__dirname, '../../node_modules/@duckdb/node-api'));
const testSql = hasDuckDb ? test : test.skip;
const sqlReason = hasDuckDb ? '' : ' (skipped: @duckdb/node-api is not installed)';

/** Calls through HTTP, counted by the planned aggregator from the access log of the sandbox. */
describe('usage in the sandbox', () => {
  const folder = temporaryFolder();
  const log: Line[] = [];
  let sandbox: Sandbox;
  let base: string;
  let administrator: string;
  let now = Date.parse('2026-11-23T10:30:00Z');

  beforeAll(async () => {
    const synthDir = join(folder.path, 'cdktf.out');
    synthesize(loadConfig(join(EXAMPLE, 'gatehouse.config.json')), synthDir, { onWarning: () => undefined });
    sandbox = await startSandbox({
      synthDir,
      environment: 'dev',
      stateDir: join(folder.path, 'state'),
      port: 0,
      clock: () => now,
      onAccessLog: (line: string) => log.push(JSON.parse(line) as Line),
    });
    base = sandbox.apis[0]?.baseUrl ?? '';
    administrator = (
      await bootstrap({
        namePrefix: 'homepage-dev',
        region: 'eu-west-1',
        endpoint: sandbox.awsEnvironment.AWS_ENDPOINT_URL,
        credentials: sandbox.awsCredentials,
      })
    ).token;
  }, 60_000);

  afterAll(async () => {
    await sandbox?.close();
    folder.remove();
  });

  async function issue(): Promise<{ token: string; id: string }> {
    const { body } = await call(`${base}/v1/tokens`, {
      method: 'POST',
      token: administrator,
      body: { name: 'test', application: 'home-page', tier: 'partner', scopes: ['sales:read', 'products:read'] },
    });
    return { token: String(body.token), id: String(body.id) };
  }

  async function usageOf(tokenIds: readonly string[], step = 'hour'): Promise<Answer['body'] & { usage: Usage[] }> {
    await sandbox.settle();
    const { status, body } = await call(`${base}/v1/usage/batch`, {
      method: 'POST',
      token: administrator,
      body: { tokenIds, from: '2026-11-23T00:00:00Z', to: '2026-11-24T00:00:00Z', step },
    });
    expect(status).toBe(200);
    return body as Answer['body'] & { usage: Usage[] };
  }

  /** The numbers of the access log, read line by line. */
  function replayed(tokenId: string): Record<string, number> {
    const own = log.filter((line) => line.tokenId === tokenId);
    const having = (test: (status: number) => boolean) => own.filter(({ status }) => test(status)).length;
    return {
      calls: own.length,
      s2xx: having((status) => status >= 200 && status < 300),
      s3xx: having((status) => status >= 300 && status < 400),
      s4xx: having((status) => status >= 400 && status < 500),
      s401: having((status) => status === 401),
      s403: having((status) => status === 403),
      s429: having((status) => status === 429),
      s5xx: having((status) => status >= 500),
    };
  }

  test('the numbers of usage/batch are those of the access log replayed', async () => {
    const [one, other] = [await issue(), await issue()];
    const paths = ['/v1/sales', '/v1/sales/emea', '/v1/profile', '/v1/products/top', '/v1/nothing'];
    for (let round = 0; round < 12; round += 1) {
      const { token } = round % 3 === 0 ? other : one;
      await call(`${base}${paths[round % paths.length]}`, { token, from: `127.0.0.${2 + (round % 2)}` });
      now += 200_000;
    }
    await call(`${base}/v1/sales`);
    const { usage } = await usageOf([one.id, other.id]);
    expect(usage.map(({ state }) => state)).toEqual(['counted', 'counted']);
    for (const { tokenId, totals, points } of usage) {
      const expected = replayed(tokenId);
      expect(expected.calls).toBeGreaterThan(2);
      expect(totals).toMatchObject(expected);
      expect(points.reduce((sum, { calls }) => sum + Number(calls), 0)).toBe(expected.calls);
      const last = log.filter((line) => line.tokenId === tokenId).at(-1);
      expect(totals.secrets).toEqual([
        expect.objectContaining({
          number: 1,
          lastAt: new Date(Math.floor((last?.ts ?? 0) / 1000) * 1000).toISOString().replace('.000Z', 'Z'),
          lastAddress: last?.ip,
        }),
      ]);
    }
    expect(new Set(usage.flatMap(({ points }) => points.map(({ start }) => start))).size).toBeGreaterThan(1);
  });

  test('the record of the token has its last use, its first use at once', async () => {
    const { token, id } = await issue();
    const shown = async () => (await call(`${base}/v1/tokens/${id}`, { token: administrator })).body;
    expect(await shown()).not.toHaveProperty('lastUsedAt');
    await call(`${base}/v1/sales`, { token });
    await sandbox.settle();
    expect((await shown()).lastUsedAt).toBe(
      new Date(Math.floor(now / 1000) * 1000).toISOString().replace('.000Z', 'Z'),
    );
  });

  test('an aggregator that is killed again and again loses and doubles nothing', async () => {
    const { token, id } = await issue();
    for (let round = 0; round < 6; round += 1) {
      await Promise.all([1, 2, 3, 4].map(() => call(`${base}/v1/sales`, { token })));
      const settled = sandbox.settle();
      await new Promise((resolve) => setTimeout(resolve, 5 * round));
      await sandbox.crash('homepage-dev-usage-aggregator');
      await settled;
    }
    const { usage } = await usageOf([id]);
    expect(usage[0]?.totals).toMatchObject(replayed(id));
    expect(usage[0]?.totals.calls).toBe(24);
  });

  test('hygiene tells the scope that no call needed', async () => {
    const { token, id } = await issue();
    await call(`${base}/v1/sales`, { token });
    await sandbox.settle();
    const { body } = await call(`${base}/v1/hygiene?application=home-page`, { token: administrator });
    const untidy = (body.tokens as { tokenId: string; findings: unknown[] }[]).find(({ tokenId }) => tokenId === id);
    expect(untidy?.findings).toContainEqual(
      expect.objectContaining({ kind: 'unused-scopes', unusedScopes: ['products:read'], usedScopes: ['sales:read'] }),
    );
  });

  testSql(`the saved queries give the same totals over the lines as the counters${sqlReason}`, async () => {
    const stateDir = join(folder.path, 'state');
    const sql = (name: string) => SAVED_QUERIES.find((query) => query.name.startsWith(name))?.sql ?? '';
    const rows = await queryAccessLines({ stateDir, sql: sql('01') });
    const ids = [...new Set(rows.map(({ tokenId }) => String(tokenId)))];
    expect(ids.length).toBeGreaterThan(4);
    const { usage } = await usageOf(ids);
    for (const { tokenId, points } of usage.filter(({ totals }) => totals.calls !== 0)) {
      const counted = points.map(({ start, calls, s2xx, s4xx, s401, s403, s429, s5xx }) => ({
        hour: Date.parse(String(start)) / 3_600_000,
        ...{ calls, s2xx, s4xx, s401, s403, s429, s5xx },
      }));
      // The administrator's own token goes on calling while it asks.
      if (tokenId !== administrator.split('_').at(-1)?.slice(0, 16)) {
        expect(rows.filter((row) => row.tokenId === tokenId).map(({ tokenId: _, ...row }) => row)).toEqual(counted);
      }
    }
    for (const { name, sql: text } of SAVED_QUERIES) {
      expect([name, (await queryAccessLines({ stateDir, sql: text })).length > 0]).toEqual([name, true]);
    }
  });

  testSql(`a query reaches no file${sqlReason}`, async () => {
    const file = join(EXAMPLE, 'gatehouse.config.json');
    const query = queryAccessLines({ stateDir: join(folder.path, 'state'), sql: `SELECT * FROM read_text('${file}')` });
    await expect(query).rejects.toThrow('disabled');
  });
});
