import { describeError } from '../authorizer/decision-log';
import type { Log } from '../lib/log';
import { TOKEN_ENDPOINT_METRICS, type TokenEndpointConfig } from './config';
import type { GrantNote } from './grants/grant-request';
import type { OAuthError } from './oauth-error';

/** What became of one request. */
export interface OAuthDecision {
  readonly endpoint: string;
  /** The grant, where it is a known one. */
  readonly grant?: string | undefined;
  readonly requestId: string;
  readonly note: GrantNote;
  /** Whether an access token was issued. */
  readonly isIssued: boolean;
  /** Why nothing was done. */
  readonly error?: OAuthError | undefined;
  readonly latencyMs: number;
}

/**
 * Turns decisions into log lines with metrics. Each field is named here, so that no secret, token or address slips into a line; ids stay fields
 * and are never dimensions.
 */
export function oauthDecisionLog(
  log: Log,
  { metricsNamespace, environment }: TokenEndpointConfig,
): (decision: OAuthDecision) => void {
  return ({ endpoint, grant, requestId, note, isIssued, error, latencyMs }) => {
    const isFailure = error !== undefined && error.status >= 500;
    const count = (is: boolean) => ({ unit: 'Count', value: Number(is) }) as const;
    const by = error ? { Error: error.code } : { Grant: grant ?? endpoint };
    log({
      level: isFailure ? 'error' : 'info',
      evt: 'oauth.decision',
      fields: {
        endpoint,
        outcome: error ? (isFailure ? 'failed' : 'refused') : isIssued ? 'issued' : 'answered',
        reason: error?.reason,
        requestId,
        clientId: note.clientId,
        tokenId: note.tokenId,
        application: note.application,
        error: error?.cause === undefined ? undefined : describeError(error.cause),
      },
      metrics: {
        namespace: metricsNamespace,
        dimensions: { Service: 'token-endpoint', Stage: environment, ...by },
        dimensionSets: [
          ['Service', 'Stage'],
          ['Service', 'Stage', ...Object.keys(by)],
        ],
        values: {
          [TOKEN_ENDPOINT_METRICS.issued]: count(isIssued),
          [TOKEN_ENDPOINT_METRICS.refused]: count(error !== undefined && !isFailure),
          [TOKEN_ENDPOINT_METRICS.failed]: count(isFailure),
          [TOKEN_ENDPOINT_METRICS.latency]: { unit: 'Milliseconds', value: latencyMs },
        },
      },
    });
  };
}
