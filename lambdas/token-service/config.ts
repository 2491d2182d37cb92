import { readConfigFile } from '../lib/config-file';
import type { TokenSettings } from './domain/settings';

export { isKnownScope } from './domain/issuing/scope-catalogue';
export { TOKEN_SERVICE_METRICS } from './domain/metrics';
export type { CanaryToken, Person, PlatformPolicy } from './domain/settings';

/** Environment variable that names another configuration file than the packaged one. */
export const TOKEN_SERVICE_CONFIG_VARIABLE = 'TOKEN_SERVICE_CONFIG_FILE';

/** Alias of the function by which revocation canaries invoke it; it understands nothing else there. */
export const CANARY_ALIAS = 'canary';

/** Alias of the function by which the token endpoint revokes what `/oauth2/revoke` is given; it understands nothing else there. */
export const OAUTH_ALIAS = 'oauth';

/** A stage whose gateway keeps results of the authorizer. */
export interface ResultCache {
  /** Name of the REST API. */
  readonly restApi: string;
  readonly stage: string;
}

/** Everything the token service needs to know; packaged as `config.json`. It holds no secret. */
export interface TokenServiceConfig extends TokenSettings {
  readonly version: 1;
  readonly region: string;
  /** Brand of the tokens: 2 to 10 lower-case letters. */
  readonly brand: string;
  /** Environment word in the tokens that this service issues. */
  readonly tokenEnvironment: 'live' | 'test';
  /** Name of the DynamoDB token table. */
  readonly table: string;
  /** Name of the DynamoDB table of the audit trail. @default - there is no audit trail */
  readonly trailTable?: string;
  /** Name of the DynamoDB table of what the usage aggregator counts. @default - calls are not counted */
  readonly usageTable?: string;
  /** Name or ARN of the Secrets Manager secret that holds the pepper. */
  readonly pepperSecret: string;
  /** Path under which the HTTP routes are mounted, for example `/v1`; empty for the root. */
  readonly basePath: string;
  /** Stages that drop their results when a token is revoked. @default - none keeps any */
  readonly resultCaches?: readonly ResultCache[];
}

/** Writes the configuration for the function's package; the bytes depend on the content alone. */
export function writeTokenServiceConfig(config: TokenServiceConfig): string {
  return JSON.stringify(config);
}

/**
 * Reads the configuration of the running function.
 *
 * @throws {Error} when the file is missing, no JSON, or of another version
 */
export function readTokenServiceConfig(bundleFolder: string): TokenServiceConfig {
  const value = readConfigFile(bundleFolder, TOKEN_SERVICE_CONFIG_VARIABLE) as TokenServiceConfig;
  if (value?.version !== 1) {
    throw new Error(`token service configuration has version ${JSON.stringify(value?.version)}, expected 1`);
  }
  return value;
}
