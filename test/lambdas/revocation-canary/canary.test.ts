import type { LogEntry } from '../../../lambdas/lib/log';
import { type CanaryResult, RevocationCanary } from '../../../lambdas/revocation-canary/canary';
import {
  longestRunSeconds,
  type RevocationCanaryConfig,
  readRevocationCanaryConfig,
  writeRevocationCanaryConfig,
} from '../../../lambdas/revocation-canary/config';
import { temporaryFolder } from '../../support/temporary-folder';

const CONFIG: RevocationCanaryConfig = {
  version: 1,
  region: 'eu-west-1',
  api: 'shop',
  environment: 'dev',
  tokenService: 'acme-dev-token-service',
  path: '/v1/orders',
  boundSeconds: 60,
  metricsNamespace: 'Acme',
};

const REVOCATION = 1_000_000;

/** A run over an API that answers a request by when it is sent, in milliseconds after the revocation; before it, by `before`. */
function lab(after: (ms: number) => number, { before = [200], boundSeconds = 60, endFails = 0 } = {}) {
  const logs: LogEntry[] = [];
  const ended: string[] = [];
  let now = 0;
  let revoked = false;
  let calls = 0;
  const canary = new RevocationCanary(
    { ...CONFIG, boundSeconds },
    {
      now: () => now,
      wait: async (ms) => {
        now += ms;
      },
      start: async () => ({ token: 'secret token', id: 'id1' }),
      end: async (id) => {
        ended.push(id);
        if (ended.length <= endFails) {
          throw new Error('throttled');
        }
        revoked = true;
        now = REVOCATION;
      },
      call: async () => (revoked ? after(now - REVOCATION) : (before[Math.min(calls++, before.length - 1)] ?? 0)),
      log: (entry) => logs.push(entry),
    },
  );
  const metrics = () => {
    const values = Object.entries(logs.at(-1)?.metrics?.values ?? {});
    return Object.fromEntries(values.map(([name, { value }]) => [name, value]));
  };
  return { run: (): Promise<CanaryResult> => canary.run(), metrics, logs, ended };
}

test('the configuration survives writing and reading', () => {
  const folder = temporaryFolder({ 'config.json': writeRevocationCanaryConfig(CONFIG) });
  expect(readRevocationCanaryConfig(folder)).toEqual(CONFIG);
});

test('measures the time to the first of the denials', async () => {
  const { run, metrics, ended } = lab((ms) => (ms < 5000 ? 200 : 401));
  expect(await run()).toEqual({ api: 'shop', timeToDenyMs: 5000, boundSeconds: 60, held: true });
  expect(metrics()).toEqual({ RevocationTimeToDeny: 5000, RevocationBoundBroken: 0, RevocationCanaryFailed: 0 });
  expect(ended).toEqual(['id1']);
});

test.each([
  ['at the bound', 60, 60_000, true],
  ['by a decision that was under way', 60, 61_000, true],
  ['after that', 60, 61_250, false],
  ['in strict mode with the next request', 0, -1, true],
  ['in strict mode by one request more', 0, 0, false],
])('a denial %s: held or not', async (_, boundSeconds, lastAllowed, held) => {
  const { run, metrics } = lab((ms) => (ms > lastAllowed ? 403 : 200), { boundSeconds });
  expect(await run()).toMatchObject({ held });
  expect(metrics()).toMatchObject({ RevocationBoundBroken: Number(!held) });
});

test('a single denial between others that are allowed is not the end', async () => {
  const { run } = lab((ms) => (ms === 0 ? 401 : ms < 3000 ? 200 : 401));
  expect(await run()).toMatchObject({ timeToDenyMs: 3000 });
});

test.each([429, 500, 502])('an answer %d says nothing of the token', async (status) => {
  const { run } = lab((ms) => (ms < 2000 ? status : 401), { before: [status, 401, 200] });
  expect(await run()).toMatchObject({ timeToDenyMs: 2000, held: true });
});

test('a token that is never accepted is a failed run, and is ended', async () => {
  const { run, metrics, ended } = lab(() => 401, { before: [403] });
  await expect(run()).rejects.toThrow('not accepted after 60 s, the last status is 403');
  expect(metrics()).toEqual({ RevocationCanaryFailed: 1 });
  expect(ended).toEqual(['id1']);
});

test('a revocation that fails is a failed run, and is tried once more', async () => {
  const { run, metrics, ended } = lab(() => 401, { endFails: 1 });
  await expect(run()).rejects.toThrow('throttled');
  expect(metrics()).toEqual({ RevocationCanaryFailed: 1 });
  expect(ended).toEqual(['id1', 'id1']);
});

test('an API that never refuses the token breaks the bound; the run gives up a minute after it', async () => {
  const { run, metrics } = lab(() => 200);
  expect(await run()).toMatchObject({ held: false, timeToDenyMs: 120_000 });
  expect(metrics()).toMatchObject({ RevocationBoundBroken: 1, RevocationCanaryFailed: 0 });
});

test('an API that only fails shows nothing', async () => {
  const { run, metrics } = lab(() => 500);
  await expect(run()).rejects.toThrow('no clear answer 120 s after the revocation');
  expect(metrics()).toEqual({ RevocationCanaryFailed: 1 });
});

test('no line has the token', async () => {
  const { run, logs } = lab(() => 401);
  await run();
  expect(JSON.stringify(logs)).not.toContain('secret token');
});

test('a run has time for all that it waits for', () => {
  expect(longestRunSeconds(CONFIG)).toBe(210);
});
