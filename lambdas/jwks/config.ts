import { readConfigFile } from '../lib/config-file';

/** Environment variable that names another configuration file than the packaged one. */
const JWKS_CONFIG_VARIABLE = 'JWKS_CONFIG_FILE';

/** Everything the key set function needs to know; packaged as `config.json`. It holds no secret. */
export interface JwksConfig {
  readonly version: 1;
  readonly region: string;
  /** Name of the DynamoDB table of rotation records. */
  readonly rotationTable: string;
  /** Name of the secret whose public keys are served. */
  readonly secretName: string;
  /**
   * How old a key set may be when a reader gets it, in seconds: the function's own copy and shared caches together. The
   * `publicationCacheSeconds` of the secret's rotation must not be less.
   */
  readonly publicationCacheSeconds: number;
}

/**
 * Writes the configuration for the function's package; the bytes depend on the content alone.
 *
 * @throws {Error} when the cache time is no whole number of at least 10 seconds
 */
export function writeJwksConfig(config: JwksConfig): string {
  const { publicationCacheSeconds } = config;
  if (!Number.isInteger(publicationCacheSeconds) || publicationCacheSeconds < 10) {
    throw new Error(`publicationCacheSeconds is ${publicationCacheSeconds}, expected a whole number of at least 10`);
  }
  return JSON.stringify(config);
}

/**
 * Reads the configuration of the running function.
 *
 * @throws {Error} when the file is missing, no JSON, or of another version
 */
export function readJwksConfig(bundleFolder: string): JwksConfig {
  const value = readConfigFile(bundleFolder, JWKS_CONFIG_VARIABLE) as JwksConfig;
  if (value?.version !== 1) {
    throw new Error(`key set configuration has version ${JSON.stringify(value?.version)}, expected 1`);
  }
  return value;
}
