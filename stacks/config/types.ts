import type { DpopOptions, IssuerOptions } from '../../constructs/authorizer';
import type {
  ClientSecretOptions,
  GatewayKeyOptions,
  PepperOptions,
  SigningKeysOptions,
  UpstreamTokenOptions,
} from '../../constructs/rotation';

/** Limits of a usage plan. */
export interface TierConfig {
  /** Steady rate, in requests per second. */
  readonly rateLimit: number;
  /** Requests that may come at once. */
  readonly burstLimit: number;
  /** @default - no quota */
  readonly quota?: { readonly limit: number; readonly period: 'DAY' | 'WEEK' | 'MONTH' };
}

/** A Lambda backend of an API: a folder that was bundled before synth. */
export interface BackendConfig {
  /** Folder with the bundled function, relative to the configuration file. */
  readonly bundle: string;
  /** @default "index.handler" */
  readonly handler?: string;
  /** In seconds. @default 10 */
  readonly timeoutSeconds?: number;
  /** In MiB. @default 256 */
  readonly memoryMb?: number;
  /** Modules that the code asks for and that are not in the bundle: of a layer, or never loaded. @default - none */
  readonly providedModules?: readonly string[];
  /** Plain settings of the function; never a secret. @default - none */
  readonly environment?: Readonly<Record<string, string>>;
}

/** One API that the platform protects: an OpenAPI document and its backends. */
export interface ApiConfig {
  /** OpenAPI document of version 3.0 or 3.1, JSON or YAML, relative to the configuration file. */
  readonly openapi: string;
  /** Lambda backends by name; an operation names its own in `x-gatehouse-backend`. */
  readonly backends: Readonly<Record<string, BackendConfig>>;
  /**
   * Media types whose bodies are bytes, for example `image/png` or `image/*`: functions get and give them in base64.
   * @default - those that the OpenAPI document describes as binary
   */
  readonly binaryMediaTypes?: readonly string[];
  /** Serves the token service on this API, under `basePath`. @default - not served here */
  readonly tokenService?: { readonly basePath: string };
  /** Origin of the browser application that may call this API. @default - no CORS */
  readonly cors?: { readonly allowOrigin: string };
  /** How long API Gateway keeps an authorizer result, in seconds. @default 60, and 0 where `revocation` is `strict` */
  readonly resultCacheSeconds?: number;
  /**
   * Whether a result is always kept for token, method and resource together, and not for all routes of the API. An API whose
   * routes no policy can tell apart does so by itself.
   * @default false
   */
  readonly resultPerRoute?: boolean;
  /**
   * How a revocation reaches the API: `strict` with the next request, at the price of a read for each; `bounded` within
   * `resultCacheSeconds` and `tokens.revocationRefreshSeconds` together.
   * @default "bounded"
   */
  readonly revocation?: 'strict' | 'bounded';
  /**
   * Networks that the API may be called from, IPv4 and IPv6. They are compared with the address that API Gateway itself sees.
   * @default - any network
   */
  readonly cidrs?: readonly string[];
  /**
   * OpenAPI document, relative to the configuration file, whose access rules the authorizer evaluates and logs beside those
   * of `openapi`, without enforcing them.
   * @default - none
   */
  readonly shadowOpenapi?: string;
  /** Addresses under which the API is published, as DPoP proofs name it. @default - what the gateway received */
  readonly publicUrls?: readonly string[];
  /** Throttle of each method, for all callers together. @default { rateLimit: 1000, burstLimit: 2000 } */
  readonly throttle?: { readonly rateLimit: number; readonly burstLimit: number };
}

/** An environment: its own platform and its own gateways. */
export interface EnvironmentConfig {
  /** Environment word in the tokens. */
  readonly tokenEnvironment: 'live' | 'test';
  /** @default - the account of the configuration */
  readonly account?: string;
  /** @default - the region of the configuration */
  readonly region?: string;
  /** Protects the table, the key and the secrets from destruction. @default true */
  readonly deletionProtection?: boolean;
  /** Retention of function logs and access logs, in days. @default 365 */
  readonly logRetentionDays?: number;
  /** Issuers of access tokens that this environment accepts. @default - the issuers of the configuration */
  readonly issuers?: readonly IssuerOptions[];
}

/** When a secret is rotated. */
export interface RotationScheduleConfig {
  /** `cron(0 hours day-of-month month day-of-week *)`, UTC. @default "cron(0 3 1 1/2 ? *)" */
  readonly schedule?: string;
  /** Time within which the rotation begins, `1h` to `24h`. @default "1h" */
  readonly window?: string;
}

/** What is rotated, and when. Times are in seconds. */
export interface RotationSettings {
  /** The pepper of the token hashes; it is rotated in any case. */
  readonly pepper?: RotationScheduleConfig & Pick<PepperOptions, 'rollBackSeconds' | 'skewSeconds'>;
  /** Keys that sign access tokens. @default - there are none */
  readonly signingKeys?: RotationScheduleConfig &
    SigningKeysOptions & {
      /** API that serves the public keys, at `/.well-known/jwks.json`. */
      readonly api: string;
    };
  /** API Gateway keys of applications. @default - they are not rotated */
  readonly usageKeys?: RotationScheduleConfig &
    Omit<GatewayKeyOptions, 'application' | 'names' | 'tokenStore'> & {
      /** Names of registered applications; each has a rotation of its own. */
      readonly applications: readonly string[];
    };
  /** Tokens of upstream APIs, by a name. @default - there are none */
  readonly upstreamTokens?: Readonly<Record<string, RotationScheduleConfig & UpstreamTokenOptions>>;
  /** Secrets of OAuth clients, by a name. @default - there are none */
  readonly clientSecrets?: Readonly<Record<string, RotationScheduleConfig & ClientSecretOptions>>;
  /** Roles that may change values and read former ones in an emergency. @default - the rotation functions alone may */
  readonly breakGlassRoleArns?: readonly string[];
}

/** Where Terraform keeps its state. */
export type StateBackendConfig =
  | { readonly type: 'local' }
  | {
      readonly type: 's3';
      readonly bucket: string;
      readonly region: string;
      /** Folder in the bucket. @default "gatehouse" */
      readonly keyPrefix?: string;
    };

/** The content of `gatehouse.config.json`. */
export interface GatehouseConfig {
  /** First part of every resource name: 2 to 16 of `a-z0-9-`, beginning with a letter. */
  readonly prefix: string;
  /** AWS account id, 12 digits. */
  readonly account: string;
  readonly region: string;
  readonly tokens: {
    /** Brand of the API tokens: 2 to 10 lower-case letters. */
    readonly brand: string;
    /** @default 90 */
    readonly defaultLifetimeDays?: number;
    /** @default 365 */
    readonly maxLifetimeDays?: number;
    /** How old the set of revocations may be that the authorizer uses, in seconds, 1 to 300. @default 30 */
    readonly revocationRefreshSeconds?: number;
    /** What checks the signatures of access tokens. @default "jose" */
    readonly engine?: 'jose' | 'node-crypto';
  };
  /** Every scope, `resource:action`, with its description. */
  readonly scopes: Readonly<Record<string, string>>;
  readonly tiers: Readonly<Record<string, TierConfig>>;
  /** @default - no access tokens, only API tokens */
  readonly issuers?: readonly IssuerOptions[];
  /** Which DPoP proofs are accepted. @default - no older than 60 s, of any asymmetric algorithm */
  readonly dpop?: DpopOptions;
  readonly apis: Readonly<Record<string, ApiConfig>>;
  readonly environments: Readonly<Record<string, EnvironmentConfig>>;
  /** @default - the pepper alone is rotated, every two months */
  readonly rotation?: RotationSettings;
  /** Receivers of alarms. @default - alarms notify nobody */
  readonly alarms?: { readonly topicArns: readonly string[] };
  /** @default { "type": "local" } */
  readonly stateBackend?: StateBackendConfig;
}
