import type { Log, LogMetrics, MetricValue } from '../lib/log';
import type { PostponedRotation } from '../lib/rotation-record';
import { type KindName, ROTATION_METRICS, type RotationConfig } from './config';
import { describeFailure, outcomeOf, RotationAbandonedError, RotationRefusedError } from './errors';
import type { HowRetired } from './kind';

const DAY_MS = 86_400_000;

/** A step that did not fail. Times are in milliseconds. */
export interface StepReport {
  readonly step: string;
  readonly versionId: string;
  readonly outcome: string;
  readonly latencyMs: number;
  /** Whether the step made the version current. */
  readonly isPromoted: boolean;
  /** Whether the step is the one that postponed the rotation. */
  readonly isPostponed: boolean;
  /** Why the rotation has to wait, where it has to. */
  readonly postponed: PostponedRotation | undefined;
}

/** What the hourly check found. */
export interface CheckReport {
  /** How many credentials the reaper retired. */
  readonly retired: number;
  readonly problems: readonly string[];
  readonly isOverdue: boolean;
  readonly isPendingLeftBehind: boolean;
  /** How many credentials somebody needs and the current version lacks. */
  readonly missing: number;
  /** Age of the current version, in milliseconds, where it is known. */
  readonly ageMs: number | undefined;
}

/** What the rotation of one secret writes to the log, with its metrics. Lines hold ids and times, and no value. */
export class RotationLog {
  constructor(
    private readonly config: Pick<RotationConfig, 'metricsNamespace' | 'environment' | 'secretName'>,
    private readonly kind: KindName,
    private readonly log: Log,
  ) {}

  step({ step, versionId, outcome, latencyMs, isPromoted, isPostponed, postponed }: StepReport): void {
    const { kind } = this;
    this.log({
      level: postponed ? 'warn' : 'info',
      evt: 'secret.rotate.step',
      fields: { kind, step, versionId, outcome, latencyMs, ...(postponed && { reason: postponed.reason }) },
      ...(isPromoted && { metrics: this.metrics({ [ROTATION_METRICS.promoted]: count(1) }) }),
      ...(isPostponed && { metrics: this.metrics({ [ROTATION_METRICS.postponed]: count(1) }) }),
    });
  }

  failure(evt: string, error: unknown, fields: Readonly<Record<string, string>>): void {
    const { kind } = this;
    this.log({
      level: 'error',
      evt,
      fields: { kind, ...fields, outcome: outcomeOf(error), reason: describeFailure(error) },
      metrics: this.metrics({
        [ROTATION_METRICS.failures]: count(1),
        ...(error instanceof RotationRefusedError && { [ROTATION_METRICS.refused]: count(1) }),
        ...(error instanceof RotationAbandonedError && { [ROTATION_METRICS.abandoned]: count(1) }),
      }),
    });
  }

  retired(credential: string, how: HowRetired): void {
    const { kind } = this;
    this.log({
      level: 'info',
      evt: 'secret.rotate.retired',
      fields: { kind, credential, how },
      metrics: this.metrics({ [ROTATION_METRICS.retired]: count(1) }),
    });
  }

  check({ retired, problems, isOverdue, isPendingLeftBehind, missing, ageMs }: CheckReport): void {
    const { kind } = this;
    this.log({
      level: problems.length === 0 ? 'info' : 'error',
      evt: 'secret.rotate.check',
      fields: { kind, retired, problems: problems.join('; ') || undefined },
      metrics: this.metrics({
        [ROTATION_METRICS.overdue]: count(isOverdue ? 1 : 0),
        [ROTATION_METRICS.pendingLeftBehind]: count(isPendingLeftBehind ? 1 : 0),
        [ROTATION_METRICS.missing]: count(missing),
        ...(ageMs !== undefined && { [ROTATION_METRICS.ageDays]: { unit: 'None', value: ageMs / DAY_MS } }),
      }),
    });
  }

  /** An operator's command that was carried out. */
  command(command: string, result: object): void {
    const { kind } = this;
    this.log({ level: 'warn', evt: 'secret.rotate.command', fields: { kind, command, ...result } });
  }

  private metrics(values: Readonly<Record<string, MetricValue>>): LogMetrics {
    const { metricsNamespace: namespace, environment: Stage, secretName: SecretName } = this.config;
    return {
      namespace,
      dimensions: { Service: 'rotation', Stage, SecretName },
      dimensionSets: [
        ['Service', 'Stage'],
        ['Service', 'Stage', 'SecretName'],
      ],
      values,
    };
  }
}

function count(value: number): MetricValue {
  return { unit: 'Count', value };
}
