import type { Log, LogEntry } from '../lib/log';
import type { DecisionRecord } from './ports';

/**
 * Turns decisions into log lines with metrics. Only API, stage and reason are dimensions; ids stay fields of the line.
 * Each field is named here, so that a usage key or an address list cannot slip into a line.
 */
export function decisionLog(log: Log, namespace: string): (record: DecisionRecord) => void {
  let coldStart = true;
  return (record) => {
    log(entryOf(record, namespace, coldStart));
    coldStart = false;
  };
}

function entryOf(record: DecisionRecord, namespace: string, coldStart: boolean): LogEntry {
  const { decision, reason, claim, request, route, tokenId, credential, cacheHit, latencyMs, error, shadow } = record;
  const count = (is: boolean) => ({ unit: 'Count', value: Number(is) }) as const;
  return {
    level: decision === 'error' ? 'error' : 'info',
    evt: 'auth.decision',
    fields: {
      decision,
      claim,
      route,
      requestId: request?.requestId,
      tokenId,
      application: credential?.application,
      authMethod: credential?.authMethod,
      secretGeneration: credential?.secretGeneration,
      cacheHit,
      coldStart,
      shadowDecision: shadow?.decision,
      shadowReason: shadow?.reason,
      error: error === undefined ? error : describeError(error),
    },
    metrics: {
      namespace,
      dimensions: { Service: request?.api ?? 'unknown', Stage: request?.stage ?? 'unknown', Reason: reason },
      dimensionSets: [
        ['Service', 'Stage'],
        ['Service', 'Stage', 'Reason'],
      ],
      values: {
        AuthDecisions: count(true),
        AuthDenied: count(decision === 'deny' || decision === 'unauthorized'),
        AuthErrors: count(decision === 'error'),
        AuthLatency: { unit: 'Milliseconds', value: latencyMs },
        ...(shadow && { AuthShadowDifferences: count(true) }),
        ...(reason === 'output_too_large' && { AuthOutputTooLarge: count(true) }),
      },
    },
  };
}

/** Name and message of an error and of its causes; by convention they hold no secret. */
export function describeError(error: unknown): string {
  const { name, message, cause } = (error ?? {}) as Partial<Error>;
  return `${name ?? typeof error}: ${message ?? ''}${cause ? `; ${describeError(cause)}` : ''}`;
}
