import { readConfigFile } from '../lib/config-file';
import type { ResultCache } from '../token-service/config';
import type { TokenSettings } from '../token-service/domain/settings';

/** Environment variable that names another configuration file than the packaged one. */
const SWEEPER_CONFIG_VARIABLE = 'TOKEN_SWEEPER_CONFIG_FILE';

/** Everything the sweeper needs to know; packaged as `config.json`. It holds no secret, and names no pepper. */
export interface TokenSweeperConfig extends TokenSettings {
  readonly version: 1;
  readonly region: string;
  /** Name of the DynamoDB token table. */
  readonly table: string;
  /** Name of the DynamoDB table of the audit trail. @default - there is no audit trail, and no outbox has anything in it */
  readonly trailTable?: string;
  /** Stages that drop their results when a job has revoked tokens. @default - none keeps any */
  readonly resultCaches?: readonly ResultCache[];
}

/** Names of the metrics that the sweeper writes at each of its runs. */
export const SWEEPER_METRICS = {
  /** Entries that were left behind in outboxes, and are in the trail now. */
  swept: 'OutboxEntriesSwept',
  /** Entries that could not be brought into the trail. */
  failed: 'OutboxEntriesFailed',
  /** How long the longest waiting outbox has waited, in seconds. */
  oldest: 'OldestOutboxSeconds',
  /** Jobs that were not over when the run began. */
  openJobs: 'OpenJobs',
  /** Jobs that could not be gone on with. */
  failedJobs: 'JobsFailed',
} as const;

/** Writes the configuration for the function's package; the bytes depend on the content alone. */
export function writeTokenSweeperConfig(config: TokenSweeperConfig): string {
  return JSON.stringify(config);
}

/**
 * Reads the configuration of the running function.
 *
 * @throws {Error} when the file is missing, no JSON, or of another version
 */
export function readTokenSweeperConfig(bundleFolder: string): TokenSweeperConfig {
  const value = readConfigFile(bundleFolder, SWEEPER_CONFIG_VARIABLE) as TokenSweeperConfig;
  if (value?.version !== 1) {
    throw new Error(`token sweeper configuration has version ${JSON.stringify(value?.version)}, expected 1`);
  }
  return value;
}
