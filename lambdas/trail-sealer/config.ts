import { readConfigFile } from '../lib/config-file';

/** Environment variable that names another configuration file than the packaged one. */
const TRAIL_SEALER_CONFIG_VARIABLE = 'TRAIL_SEALER_CONFIG_FILE';

/** Metrics that the sealer writes at each run. */
export const TRAIL_METRICS = {
  /** Entries that got a seal. */
  sealed: 'TrailEntriesSealed',
  /** Age of the oldest entry without a seal, in seconds; 0 where there is none. */
  unsealedAge: 'TrailUnsealedAge',
  /** Entries, chains and seals that do not fit together. */
  damaged: 'TrailDamaged',
} as const;

/** Everything the sealer needs to know; packaged as `config.json`. It holds no secret. */
export interface TrailSealerConfig {
  readonly version: 1;
  readonly region: string;
  /** Whose trail it is: `<prefix>-<environment>`. */
  readonly trail: string;
  /** Environment of the platform. */
  readonly environment: string;
  readonly table: string;
  readonly bucket: string;
  /** Alias of the key that signs, with its `alias/`. */
  readonly signingKey: string;
  readonly metricsNamespace: string;
}

/** Writes the configuration for the function's package; the bytes depend on the content alone. */
export function writeTrailSealerConfig(config: TrailSealerConfig): string {
  return JSON.stringify(config);
}

/**
 * Reads the configuration of the running function.
 *
 * @throws {Error} when the file is missing, no JSON, or of another version
 */
export function readTrailSealerConfig(bundleFolder: string): TrailSealerConfig {
  const value = readConfigFile(bundleFolder, TRAIL_SEALER_CONFIG_VARIABLE) as TrailSealerConfig;
  if (value?.version !== 1) {
    throw new Error(`trail sealer configuration has version ${JSON.stringify(value?.version)}, expected 1`);
  }
  return value;
}
