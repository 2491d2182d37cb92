import { countOf } from '../metrics';
import type { TokenServicePorts } from '../ports';
import type { TokenSettings } from '../settings';

/**
 * Makes the gateways drop the results that they keep, so that a revocation that is stored takes effect at once nearly always. It is a best
 * effort, and never rejects: a request that is being decided at this moment may leave a result behind afterwards, which then ends
 * by itself, within the bound that is promised without a flush.
 */
export async function dropKeptResults(
  ports: Pick<TokenServicePorts, 'flushAuthorizerCaches' | 'log'>,
  settings: Pick<TokenSettings, 'metricsNamespace' | 'environment'>,
  requestId: string | undefined,
): Promise<void> {
  const { failures } = await ports
    .flushAuthorizerCaches()
    .catch((error: unknown) => ({ failures: [error instanceof Error ? error.name : 'unknown failure'] }));
  if (failures.length > 0) {
    ports.log({
      level: 'warn',
      evt: 'token.revoke.flush_failed',
      fields: { failures: failures.join('; '), requestId },
      metrics: countOf('AuthorizerCacheFlushFailures', settings),
    });
  }
}
