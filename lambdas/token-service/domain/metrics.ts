import type { LogMetrics } from '../../lib/log';
import type { TokenSettings } from './settings';

/** What the token service counts. */
export const TOKEN_SERVICE_METRICS = [
  'AuthorizerCacheFlushFailures',
  'RevocationsChanged',
  'TokensIssued',
  'TokensRevoked',
  'TokensRotated',
] as const;

/** Counts events of the token service, one of them by default, by the dimensions in which the metrics of the kit are published. */
export function countOf(
  metric: (typeof TOKEN_SERVICE_METRICS)[number],
  settings: Pick<TokenSettings, 'metricsNamespace' | 'environment'>,
  value = 1,
): LogMetrics {
  return {
    namespace: settings.metricsNamespace,
    dimensions: { Service: 'token-service', Stage: settings.environment },
    dimensionSets: [['Service', 'Stage']],
    values: { [metric]: { unit: 'Count', value } },
  };
}
