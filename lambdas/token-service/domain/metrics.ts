import type { LogMetrics } from '../../lib/log';
import type { TokenSettings } from './settings';

/** Counts one event of the token service, by the dimensions in which the metrics of the kit are published. */
export function countOf(metric: string, settings: Pick<TokenSettings, 'metricsNamespace' | 'environment'>): LogMetrics {
  return {
    namespace: settings.metricsNamespace,
    dimensions: { Service: 'token-service', Stage: settings.environment },
    dimensionSets: [['Service', 'Stage']],
    values: { [metric]: { unit: 'Count', value: 1 } },
  };
}
