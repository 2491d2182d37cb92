import type { MissingData } from '../../constructs/observability';

export type AlarmState = 'INSUFFICIENT_DATA' | 'OK' | 'ALARM';

/** What decides the states of an alarm. */
export interface ModelledAlarm {
  /** Whether a value is over the threshold. */
  readonly isBreaching: (value: number) => boolean;
  /** N. */
  readonly evaluationPeriods: number;
  /** M. */
  readonly datapoints: number;
  readonly treat: MissingData['treat'];
}

/**
 * The states that CloudWatch gives an alarm, period by period, as its user guide describes them (alarms-and-missing-data);
 * `undefined` is a period without a point. Who subscribes to both kinds of action is told of each change to OK and to ALARM.
 *
 * @returns the states of which somebody is told, in order
 */
export function told(alarm: ModelledAlarm, points: readonly (number | undefined)[]): AlarmState[] {
  const found: AlarmState[] = [];
  let state: AlarmState = 'INSUFFICIENT_DATA';
  for (let at = 0; at < points.length; at++) {
    // Periods before the alarm was made have no points either.
    const range = Array.from({ length: alarm.evaluationPeriods }, (_, back) => points[at - back]);
    const next: AlarmState = evaluate(alarm, range) ?? state;
    if (next !== state && next !== 'INSUFFICIENT_DATA') found.push(next);
    state = next;
  }
  return found;
}

/** `undefined` where the state stays. */
function evaluate(alarm: ModelledAlarm, range: readonly (number | undefined)[]): AlarmState | undefined {
  const { treat, datapoints, isBreaching } = alarm;
  const missing = range.filter((value) => value === undefined).length;
  const breaching = range.filter((value) => value !== undefined && isBreaching(value)).length;
  if (treat === 'breaching') return breaching + missing >= datapoints ? 'ALARM' : 'OK';
  if (treat === 'notBreaching') return breaching >= datapoints ? 'ALARM' : 'OK';
  if (missing === range.length) return treat === 'ignore' ? undefined : 'INSUFFICIENT_DATA';
  if (breaching >= datapoints) return 'ALARM';
  return breaching + missing < datapoints ? 'OK' : undefined;
}
