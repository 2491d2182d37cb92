import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { GatewayMetrics, gatewayAlarms, type MissingData } from '../../../constructs/observability';
import { RotationMetrics, rotationAlarms } from '../../../constructs/rotation';
import { functionMetric } from '../../../constructs/support/metric';
import {
  RevocationCanaryMetrics,
  revocationCanaryAlarms,
  TokenSweeperMetrics,
  tokenSweeperAlarms,
} from '../../../constructs/tokens';
import { TrailMetrics, trailAlarms } from '../../../constructs/trail';
import { usageAlarms } from '../../../constructs/usage';
import { type AlarmState, type ModelledAlarm, told } from '../../support/alarm-model';

const DAY = 86_400;
const metrics = new GatewayMetrics({
  gatewayName: 'acme-dev-api',
  apiId: 'api',
  stageName: 'dev',
  metricsNamespace: 'Acme',
});
const GATEWAY = gatewayAlarms(metrics, 'acme-dev-authorizer');
const rotationMetrics = new RotationMetrics({ secretName: 'acme-dev-pepper', stage: 'dev', metricsNamespace: 'Acme' });
const ROTATION = rotationAlarms(rotationMetrics, {
  secretName: 'acme-dev-pepper',
  intervalSeconds: 31 * DAY,
  shortestIntervalSeconds: 3660,
});
const usageMetric = functionMetric('acme-dev-usage-aggregator', 'Errors');
const USAGE = usageAlarms({
  metricLostDeliveries: () => usageMetric,
  metricMalformed: () => usageMetric,
  metricLag: () => usageMetric,
});
const TRAIL = trailAlarms(new TrailMetrics({ stage: 'dev', metricsNamespace: 'Acme' }));
const CANARY = revocationCanaryAlarms(
  new RevocationCanaryMetrics({ apiId: 'api', stage: 'dev', metricsNamespace: 'Acme', everySeconds: 900 }),
);
const SWEEPER = tokenSweeperAlarms(new TokenSweeperMetrics({ stage: 'dev', metricsNamespace: 'Acme' }));
const ALARMS: readonly { id: string; missingData: MissingData }[] = [
  ...GATEWAY,
  ...ROTATION,
  ...USAGE,
  ...TRAIL,
  ...CANARY,
  ...SWEEPER,
];
const document = readFileSync(resolve(__dirname, '../../../docs/alarms.md'), 'utf8');

function gateway(id: string, treat?: MissingData['treat']): ModelledAlarm {
  const alarm = GATEWAY.find((one) => one.id === id);
  if (!alarm) throw new Error(`no alarm ${id}`);
  const { comparison, threshold, missingData } = alarm;
  return {
    ...alarm,
    isBreaching: (value) => (comparison === 'GreaterThanThreshold' ? value > threshold : value >= threshold),
    treat: treat ?? missingData.treat,
  };
}

function rotation(id: string, treat?: MissingData['treat']): ModelledAlarm {
  const alarm = ROTATION.find((one) => one.id === id);
  if (!alarm) throw new Error(`no alarm ${id}`);
  const { threshold, missingData } = alarm;
  return {
    ...alarm,
    isBreaching: (value) => value >= threshold,
    treat: treat ?? missingData.treat,
  };
}

const series = (...parts: readonly [value: number | undefined, periods: number][]) =>
  parts.flatMap(([value, periods]) => Array.from({ length: periods }, () => value));

describe('what no data means', () => {
  test.each(ALARMS.map((alarm) => [alarm.id, alarm.missingData] as const))(
    '%s: a reason is given',
    (_id, { because }) => {
      expect(because).toMatch(/^[A-Z].{40,}\.$/);
    },
  );

  test.each(ALARMS.map((alarm) => [alarm.id, alarm.missingData] as const))(
    '%s: the documentation has the same choice and reason',
    (id, { treat, because }) => {
      expect(document).toContain(`| \`${id}\` | \`${treat}\` | ${because} |`);
    },
  );

  test('the documentation names no other alarm', () => {
    const named = [...document.matchAll(/^\| `([a-z0-9-]+)` \| `(?:ignore|missing|breaching|notBreaching)` \|/gm)];
    expect(named.map(([, id]) => id).sort()).toEqual(ALARMS.map(({ id }) => id).sort());
  });
});

describe('api-lat and quiet nights', () => {
  const nights = series([300, 16], [undefined, 8], [300, 16], [undefined, 8], [300, 16], [undefined, 8], [300, 4]);

  test('nobody is told that all is well each morning', () => {
    expect(told(gateway('api-lat'), nights)).toEqual(['OK']);
    // The model tells both apart: this was the choice before.
    expect(told(gateway('api-lat', 'missing'), nights)).toEqual(['OK', 'OK', 'OK', 'OK']);
  });

  test('a slow evening is told once, and ended by a quick morning, not by the night', () => {
    const evening = series([300, 10], [9000, 10], [undefined, 8], [300, 10]);
    expect(told(gateway('api-lat'), evening)).toEqual(['OK', 'ALARM', 'OK']);
    expect(told(gateway('api-lat'), evening.slice(0, 28))).toEqual(['OK', 'ALARM']);
  });

  test('a slow morning after a night is told', () => {
    expect(told(gateway('api-lat'), series([300, 10], [undefined, 8], [9000, 6]))).toEqual(['OK', 'ALARM']);
  });
});

test.each(['auth-err', 'auth-thr'])('%s ends when nothing is written any more', (id) => {
  expect(told(gateway(id), series([undefined, 5], [3, 5], [undefined, 5]))).toEqual(['OK', 'ALARM', 'OK']);
});

describe('a secret', () => {
  test.each<[string, readonly (number | undefined)[], Record<string, AlarmState[]>]>([
    ['that has no value yet: one alarm says so', series([undefined, 48]), { age: [], pending: [], missing: [] }],
    [
      'that was just made: only overdue rings until the first run',
      series([undefined, 3], [0, 5]),
      { overdue: ['ALARM', 'OK'], age: ['OK'], pending: ['OK'], missing: ['OK'] },
    ],
    [
      'whose reaper stops: one alarm says so, and none is ended by it',
      series([0, 5], [undefined, 48]),
      { overdue: ['OK', 'ALARM'], age: ['OK'], pending: ['OK'], missing: ['OK'] },
    ],
    [
      'that lacks credentials, and whose reaper stops: nothing says that it was mended',
      series([0, 5], [1, 3], [undefined, 48]),
      { missing: ['OK', 'ALARM'], pending: ['OK', 'ALARM'] },
    ],
  ])('%s', (_what, points, expected) => {
    for (const [id, states] of Object.entries(expected)) expect([id, told(rotation(id), points)]).toEqual([id, states]);
  });

  test('is too old on the last day that the schedule and a postponed rotation allow, not before', () => {
    const age = rotation('age');
    expect([38, 39].map((days) => told(age, series([days, 5])))).toEqual([['OK'], ['ALARM']]);
    const short = rotationAlarms(rotationMetrics, {
      secretName: 's',
      intervalSeconds: 4 * DAY,
      shortestIntervalSeconds: 3 * DAY,
    });
    expect(short.find(({ id }) => id === 'age')?.threshold).toBe(8);
  });
});
