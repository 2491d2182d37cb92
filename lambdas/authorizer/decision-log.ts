import type { Log, LogEntry } from '../lib/log';
import type { DecisionRecord } from './ports';

/**
 * Turns decisions into log lines with metrics. Only reason and stage are dimensions; ids stay fields of the line. The
 * cause of an error is told by its names and messages, which by convention hold no secret.
 */
export function decisionLog(log: Log, namespace: string): (record: DecisionRecord) => void {
  let coldStart = true;
  return (record) => {
    log(decisionEntry(record, namespace, coldStart));
    coldStart = false;
  };
}

function decisionEntry(record: DecisionRecord, namespace: string, coldStart: boolean): LogEntry {
  const { error, api, stage, ...fields } = record;
  const { decision } = record;
  return {
    level: decision === 'error' ? 'error' : 'info',
    evt: 'auth.decision',
    fields: { ...fields, coldStart, ...(error !== undefined && { error: describeError(error) }) },
    metrics: {
      namespace,
      dimensions: { Service: api ?? 'unknown', Stage: stage ?? 'unknown', Reason: record.reason },
      dimensionSets: [
        ['Service', 'Stage'],
        ['Service', 'Stage', 'Reason'],
      ],
      values: {
        AuthDecisions: { unit: 'Count', value: 1 },
        AuthDenied: { unit: 'Count', value: decision === 'deny' || decision === 'unauthorized' ? 1 : 0 },
        AuthErrors: { unit: 'Count', value: decision === 'error' ? 1 : 0 },
        AuthLatency: { unit: 'Milliseconds', value: record.latencyMs },
      },
    },
  };
}

/** Name and message of an error and of its causes. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) {
    return typeof error;
  }
  const text = `${error.name}: ${error.message}`;
  return error.cause === undefined ? text : `${text}; ${describeError(error.cause)}`;
}
