import { readConfigFile } from '../lib/config-file';

/** Environment variable that names another configuration file than the packaged one. */
const CANARY_CONFIG_VARIABLE = 'REVOCATION_CANARY_CONFIG_FILE';

/** Environment variable with the address of the stage: it is known when Terraform applies, and so cannot be in the package. */
export const CANARY_URL_VARIABLE = 'CANARY_URL';

/** Metrics of a run. */
export const CANARY_METRICS = {
  /** From the answer of the revocation to the first request that was denied, in milliseconds. */
  timeToDeny: 'RevocationTimeToDeny',
  /** 1 where a request that was sent after the bound was allowed, else 0. */
  boundBroken: 'RevocationBoundBroken',
  /** 1 where the run could not measure, else 0. */
  failed: 'RevocationCanaryFailed',
} as const;

/** Everything a canary needs to know; packaged as `config.json`. It holds no secret. */
export interface RevocationCanaryConfig {
  readonly version: 1;
  readonly region: string;
  /** Id of the API, which is also the name of the canary. */
  readonly api: string;
  /** Environment of the platform. */
  readonly environment: string;
  /** Name of the token service. */
  readonly tokenService: string;
  /** Path below the stage that the canary calls by GET. */
  readonly path: string;
  /** Until when the API refuses a token whose record was revoked, in seconds. */
  readonly boundSeconds: number;
  readonly metricsNamespace: string;
}

/** Writes the configuration for the function's package; the bytes depend on the content alone. */
export function writeRevocationCanaryConfig(config: RevocationCanaryConfig): string {
  return JSON.stringify(config);
}

/**
 * Reads the configuration of the running function.
 *
 * @throws {Error} when the file is missing, no JSON, or of another version
 */
export function readRevocationCanaryConfig(bundleFolder: string): RevocationCanaryConfig {
  const value = readConfigFile(bundleFolder, CANARY_CONFIG_VARIABLE) as RevocationCanaryConfig;
  if (value?.version !== 1) {
    throw new Error(`revocation canary configuration has version ${JSON.stringify(value?.version)}, expected 1`);
  }
  return value;
}

/** How long a run may take, in seconds: until the token works, until it is refused, and for its clean-up. */
export function longestRunSeconds({ boundSeconds }: Pick<RevocationCanaryConfig, 'boundSeconds'>): number {
  return WAIT_SECONDS + boundSeconds + PATIENCE_SECONDS + 30;
}

/** How long a run waits for its new token to be accepted, in seconds: a new usage key takes some time. */
export const WAIT_SECONDS = 60;

/** How long a run goes on after the bound, in seconds, to tell a late denial from none. */
export const PATIENCE_SECONDS = 60;
