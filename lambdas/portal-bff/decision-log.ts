import { describeError } from '../authorizer/decision-log';
import type { Log } from '../lib/log';
import { PORTAL_BFF_METRICS, type PortalBffConfig } from './config';
import type { ProblemError } from './problem';
import type { SignInNote } from './sign-in/sign-in';

/** What became of one request. */
export interface BffDecision {
  /** What was asked for: a closed set of words. */
  readonly kind: 'login' | 'callback' | 'step-up' | 'logout' | 'session' | 'sessions' | 'api' | 'none';
  readonly requestId: string;
  readonly status: number;
  readonly note: SignInNote;
  readonly problem?: ProblemError | undefined;
  readonly latencyMs: number;
}

/**
 * Turns decisions into log lines with metrics. Each field is named here, so that no cookie, token, address or name of a person slips into a line.
 */
export function bffDecisionLog(
  log: Log,
  { metricsNamespace, environment }: PortalBffConfig,
): (decision: BffDecision) => void {
  return ({ kind, requestId, status, note, problem, latencyMs }) => {
    const isFailure = status >= 500;
    const cause = problem?.cause ?? note.cause;
    const count = (is: boolean) => ({ unit: 'Count', value: Number(is) }) as const;
    log({
      level: isFailure ? 'error' : note.reason === undefined ? 'info' : 'warn',
      evt: 'portal.request',
      fields: {
        kind,
        requestId,
        status,
        problem: problem?.kind,
        session: note.session,
        provider: note.provider,
        reason: note.reason,
        error: cause === undefined ? undefined : describeError(cause),
      },
      metrics: {
        namespace: metricsNamespace,
        dimensions: {
          Service: 'portal',
          Stage: environment,
          ...(note.reason === undefined ? {} : { Reason: note.reason }),
        },
        dimensionSets: [['Service', 'Stage'], ...(note.reason === undefined ? [] : [['Service', 'Stage', 'Reason']])],
        values: {
          [PORTAL_BFF_METRICS.signedIn]: count(
            kind === 'callback' && note.reason === undefined && problem === undefined,
          ),
          [PORTAL_BFF_METRICS.signInFailed]: count(note.reason !== undefined),
          [PORTAL_BFF_METRICS.failed]: count(isFailure),
          [PORTAL_BFF_METRICS.latency]: { unit: 'Milliseconds', value: latencyMs },
        },
      },
    });
  };
}
