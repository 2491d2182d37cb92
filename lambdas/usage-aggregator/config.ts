import { readConfigFile } from '../lib/config-file';

/** Environment variable that names another configuration file than the packaged one. */
const AGGREGATOR_CONFIG_VARIABLE = 'USAGE_AGGREGATOR_CONFIG_FILE';

/** What the aggregator knows of an API: how it is called, and which scopes its routes require. */
export interface CountedApi {
  /** Id of the API definition. */
  readonly api: string;
  /** Alternatives of required scopes by route, for example `GET /v1/sales`; routes without scopes are left out. */
  readonly scopes: Readonly<Record<string, readonly (readonly string[])[]>>;
}

/** Everything the usage aggregator needs to know; packaged as `config.json`. It holds no secret. */
export interface AggregatorConfig {
  readonly version: 1;
  /** Name of the platform's environment, in metrics. */
  readonly environment: string;
  readonly region: string;
  /** Name of the usage table. */
  readonly usageTable: string;
  /** Name of the token table, which learns of last uses. @default - no token learns of them */
  readonly tokenTable?: string;
  /** How long counts are kept, in days. */
  readonly retentionDays: number;
  /** CloudWatch namespace of the metrics. */
  readonly metricsNamespace: string;
  /** APIs by the log groups of their access logs. Lines of other log groups count under the id of the REST API. */
  readonly apis: Readonly<Record<string, CountedApi>>;
}

/** Names of the metrics that the aggregator writes. */
export const USAGE_METRICS = {
  /** Lines that were counted. */
  counted: 'UsageLinesCounted',
  /** Lines that were cut, are not JSON or not in the format. */
  malformed: 'UsageLinesMalformed',
  /** Lines whose counts would be gone already. */
  tooOld: 'UsageLinesTooOld',
  /** Parts of deliveries that had been counted before. */
  repeated: 'UsagePartsRepeated',
  /** Time between the newest request of a delivery and its count, in seconds. */
  lag: 'UsageLagSeconds',
} as const;

/** Writes the configuration for the function's package; the bytes depend on the content alone. */
export function writeAggregatorConfig(config: AggregatorConfig): string {
  return JSON.stringify(config);
}

/**
 * Reads the configuration of the running function.
 *
 * @throws {Error} when the file is missing, no JSON, or of another version
 */
export function readAggregatorConfig(bundleFolder: string): AggregatorConfig {
  const value = readConfigFile(bundleFolder, AGGREGATOR_CONFIG_VARIABLE) as AggregatorConfig;
  if (value?.version !== 1) {
    throw new Error(`usage aggregator configuration has version ${JSON.stringify(value?.version)}, expected 1`);
  }
  return value;
}
