import type { AlarmSpec } from '../observability/alarm';
import type { RotationMetrics } from './rotation-metrics';

/** The alarms of a rotating secret, by the last part of their names. */
export type RotationAlarmId = 'failed' | 'overdue' | 'pending' | 'missing' | 'age';

export const ROTATION_ALARM_IDS: readonly RotationAlarmId[] = ['failed', 'overdue', 'pending', 'missing', 'age'];

/** What the alarms of a rotating secret depend on. */
export interface RotationAlarmTimes {
  readonly secretName: string;
  /** Longest time between two scheduled rotations, in seconds. */
  readonly intervalSeconds: number;
  /** Shortest time between two rotations of the kind, in seconds: one before is postponed. */
  readonly shortestIntervalSeconds: number;
}

const DAY_SECONDS = 86_400;
/** Reaper runs that may be missed before the alarms on age take silence for a fault. */
const SILENT_HOURS = 3;

/** The alarms of a rotating secret. The reaper writes all metrics but the first at each of its hourly runs. */
export function rotationAlarms(
  metrics: RotationMetrics,
  { secretName, intervalSeconds, shortestIntervalSeconds }: RotationAlarmTimes,
): readonly AlarmSpec<RotationAlarmId>[] {
  // A rotation that was postponed may come as much later.
  const oldest = Math.max(1.25 * intervalSeconds, intervalSeconds + shortestIntervalSeconds + DAY_SECONDS);
  return [
    {
      id: 'failed',
      metric: metrics.metric('failures'),
      comparison: 'GreaterThanOrEqualToThreshold',
      threshold: 1,
      evaluationPeriods: 1,
      datapoints: 1,
      missingData: {
        treat: 'notBreaching',
        because:
          'The function writes the metric only when it fails, so missing data means that the failures have stopped.',
      },
      severity: 'ticket',
      description: `A step of the rotation of ${secretName}, or its reaper, failed; the value in use keeps working`,
    },
    {
      id: 'overdue',
      metric: metrics.metric('overdue'),
      comparison: 'GreaterThanOrEqualToThreshold',
      threshold: 1,
      evaluationPeriods: SILENT_HOURS,
      datapoints: SILENT_HOURS,
      missingData: {
        treat: 'breaching',
        because: 'The reaper writes it every hour: missing data means that nothing looks after the secret any more.',
      },
      severity: 'page',
      description: `${secretName} was not rotated when it should have been, or nothing looks after it any more`,
    },
    {
      id: 'pending',
      metric: metrics.metric('pendingLeftBehind'),
      comparison: 'GreaterThanOrEqualToThreshold',
      threshold: 1,
      evaluationPeriods: 1,
      datapoints: 1,
      missingData: {
        treat: 'ignore',
        because:
          'An hour without a run of the reaper says nothing about the label; overdue reports that the runs stopped.',
      },
      severity: 'ticket',
      description: `A rotation of ${secretName} was left half-way, and keeps others from beginning`,
    },
    {
      id: 'missing',
      metric: metrics.metric('missing'),
      comparison: 'GreaterThanOrEqualToThreshold',
      threshold: 1,
      evaluationPeriods: 1,
      datapoints: 1,
      missingData: {
        treat: 'ignore',
        because:
          'Missing data does not bring lost credentials back; overdue reports that the runs of the reaper stopped.',
      },
      severity: 'page',
      description: `An older version of ${secretName} was made current, or the current one lacks credentials that are in use: see gatehouse secrets status`,
    },
    {
      id: 'age',
      metric: metrics.metric('ageDays'),
      comparison: 'GreaterThanOrEqualToThreshold',
      threshold: Math.ceil(oldest / DAY_SECONDS),
      evaluationPeriods: SILENT_HOURS,
      datapoints: SILENT_HOURS,
      missingData: {
        treat: 'ignore',
        because: 'Before the first value there is no age; overdue alone reports that there is no value, or no reaper.',
      },
      severity: 'page',
      description: `The value of ${secretName} is older, in days, than the schedule allows`,
    },
  ];
}
