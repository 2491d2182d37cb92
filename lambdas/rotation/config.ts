import { readConfigFile } from '../lib/config-file';
import { type CacheBounds, publishSeconds, type SigningTiming } from '../lib/rotation-timing';

/** Environment variable that names another configuration file than the packaged one. */
const ROTATION_CONFIG_VARIABLE = 'ROTATION_CONFIG_FILE';

/** Event by which a schedule runs the reaper and the dead-man check. */
export const REAP_EVENT = { action: 'reap' } as const;

/** Metrics in the platform's namespace, by `Service` (always `rotation`), `Stage` and `SecretName`. */
export const ROTATION_METRICS = {
  /** A step or the reaper failed, whatever the reason. Count. */
  failures: 'RotationFailures',
  /** A rotation came before its time, and was put off. Count; no failure. */
  postponed: 'RotationsPostponed',
  /** A rotation was refused before anything was written, because there is no room. Count, also in `failures`. */
  refused: 'RotationsRefused',
  /** A rotation was given up, because the current version had changed or the pending one is unusable. Count, also in `failures`. */
  abandoned: 'RotationsAbandoned',
  /** A version became current. Count. */
  promoted: 'RotationsPromoted',
  /** Credentials that the reaper disabled, deleted or stopped publishing. Count. */
  retired: 'CredentialsRetired',
  /** Age of the current value in days, at each run of the reaper. No data means that the reaper does not run. */
  ageDays: 'SecretAgeDays',
  /** 1 when the current value is older than the interval and a day, else 0; at each run of the reaper. */
  overdue: 'RotationOverdue',
  /**
   * How many credentials somebody needs and the current version lacks; 1 when an older version was made current again. At each
   * run of the reaper.
   */
  missing: 'CredentialsMissing',
  /** 1 when AWSPENDING has been on a version that is not current for over an hour, else 0; at each run of the reaper. */
  pendingLeftBehind: 'PendingLeftBehind',
} as const;

/** Keys that sign access tokens. Times are in seconds. */
export interface SigningKeysConfig extends SigningTiming {
  readonly kind: 'signing-keys';
  /** Algorithm of new keys; keys that exist keep theirs. */
  readonly algorithm: 'ES256' | 'RS256' | 'EdDSA';
  /** Public address of the key set, through the CDN where there is one; testSecret asks it. @default - not asked */
  readonly jwksUrl?: string;
}

/** Keys of the hashes of API tokens. Times are in seconds. */
export interface PepperConfig extends CacheBounds {
  readonly kind: 'pepper';
  /** Name of the token table, whose records are searched for references. */
  readonly tokenTable: string;
  /** For how long after a promotion the one before can be brought back. */
  readonly rollBackSeconds: number;
}

/** The API Gateway key of one application. Times are in seconds. */
export interface GatewayKeyConfig {
  readonly kind: 'gateway-key';
  /** Application in the token table; it must be registered. */
  readonly application: string;
  readonly tokenTable: string;
  /** `<prefix>-<environment>`, the first part of the names of keys and usage plans. */
  readonly namePrefix: string;
  /** Age of a new key before records name it: API Gateway does not honour it at once everywhere. */
  readonly settleSeconds: number;
  /** How long the key before is accepted after the last record named the new one. */
  readonly overlapSeconds: number;
  /** Whole UTC days without a request that the key before must have had; 0 does not look. */
  readonly quietDays: number;
  /** How long a disabled key is kept before it is deleted. */
  readonly soakSeconds: number;
  /** Address of a route whose API takes keys from the header, for testSecret. @default - only the control plane is asked */
  readonly probeUrl?: string;
}

/**
 * One HTTP call of a provider's API. In `url`, `headers` and `body` these names in braces are replaced: `{label}`,
 * `{idempotencyKey}`, `{id}`, `{token}` (the token that the call is about), `{current}` (token in use, empty before the
 * first), `{admin}` (value of `adminSecret`), `{cursor}`.
 */
export interface HttpCallConfig {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `https:`, or `http:` to this machine. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON text; what replaces a name is escaped as within a JSON string. */
  readonly body?: string;
  /** Accepted statuses. @default 200 to 299 */
  readonly statuses?: readonly number[];
}

/** An upstream API that issues tokens, described by its HTTP calls. Results are named by JSON Pointers (RFC 6901). */
export interface HttpTokenProviderConfig {
  /** Name or ARN of a secret whose text may create tokens. @default - the token in use may */
  readonly adminSecret?: string;
  readonly create: HttpCallConfig & { readonly id: string; readonly token: string; readonly expiresAt?: string };
  /** Without it, tokens of crashed attempts cannot be found. */
  readonly list?: HttpCallConfig & {
    readonly items: string;
    readonly id: string;
    readonly label: string;
    /** Where the answer says how to go on; absent or null there means the end. */
    readonly cursor?: string;
  };
  readonly probe: HttpCallConfig;
  /** 404 and 410 count as done. */
  readonly revoke: HttpCallConfig;
  /** Whether create with the same idempotency key gives the same token again. */
  readonly idempotent: boolean;
  /** Tokens that may exist at a time. */
  readonly maxActive: number;
  /** Whether the token before works on while a new one exists. `none` needs `acceptedOutageSeconds`. */
  readonly overlap: 'both' | 'none';
  /** Whether the caller chooses the token; it is then sent as `{token}`. */
  readonly clientSupplied: boolean;
}

/** A token of an upstream API. Times are in seconds. */
export interface UpstreamTokenConfig {
  readonly kind: 'upstream-token';
  readonly provider: HttpTokenProviderConfig;
  /** How long the token before is accepted after the promotion: at least what consumers cache it for. */
  readonly overlapSeconds: number;
  /** Age at which a token of a crashed attempt is revoked. */
  readonly orphanSeconds: number;
  /** Outage that consumers accept at each rotation, for a provider without overlap. @default - none is accepted */
  readonly acceptedOutageSeconds?: number;
  /** KMS key that encrypts the second copy of a token of a provider without overlap, until it is stored. */
  readonly recoveryKeyArn?: string;
}

/** Secret of a Cognito app client. */
export interface CognitoClientConfig {
  readonly kind: 'cognito';
  readonly userPoolId: string;
  readonly clientId: string;
  /** Token endpoint of the user pool's domain, for testSecret. */
  readonly tokenUrl: string;
  /** Scope that testSecret asks for. @default - every scope of the client */
  readonly scope?: string;
}

/** An OAuth client secret at an identity provider with two slots. Times are in seconds. */
export interface ClientSecretConfig {
  readonly kind: 'client-secret';
  readonly provider: CognitoClientConfig;
  /** How long the secret before is accepted after the promotion. */
  readonly overlapSeconds: number;
  /**
   * What becomes of a secret that the first rotation finds. `keep` never deletes it; while it is there, the second
   * rotation is refused, because both slots are taken.
   */
  readonly existingSecret: 'keep' | 'retire';
}

/** What a secret holds, and how it is rotated. */
export type SecretConfig =
  | SigningKeysConfig
  | PepperConfig
  | GatewayKeyConfig
  | UpstreamTokenConfig
  | ClientSecretConfig;

/** Kind of a secret. */
export type KindName = SecretConfig['kind'];

/** Everything a rotation function needs to know; packaged as `config.json`. It holds no secret. One function serves one secret. */
export interface RotationConfig {
  readonly version: 1;
  /** Name of the platform environment. */
  readonly environment: string;
  readonly region: string;
  /** Account of the secret, 12 digits. */
  readonly account: string;
  /** Name of the one secret that this function rotates; its ARN ends with six characters that nobody knows before. */
  readonly secretName: string;
  /** Name of the DynamoDB table of rotation records. */
  readonly rotationTable: string;
  /** Time between two scheduled rotations, in seconds. */
  readonly intervalSeconds: number;
  /** How long one step may wait for a target to accept a new credential, in seconds; below the function's timeout. */
  readonly testSeconds: number;
  /** Successes in a row that prove a new credential. */
  readonly testSuccesses: number;
  /** CloudWatch namespace of the embedded metrics. */
  readonly metricsNamespace: string;
  readonly secret: SecretConfig;
}

/** Settings that suit most secrets, in seconds where they are times. */
export const ROTATION_DEFAULTS = {
  common: { testSeconds: 20, testSuccesses: 3 },
  'signing-keys': {
    algorithm: 'ES256',
    writerCacheSeconds: 300,
    publicationCacheSeconds: 300,
    // The authorizer keeps a key set for a day while the issuer cannot be reached.
    verifierCacheSeconds: 86_400,
    skewSeconds: 60,
    maxTokenLifetimeSeconds: 3600,
    rollBackSeconds: 86_400,
  },
  pepper: {
    // The token service reads its copy again after 60 s; a request that began then may write for some time more.
    writerCacheSeconds: 120,
    publicationCacheSeconds: 0,
    // The authorizer keeps its copy for an hour while Secrets Manager cannot be reached.
    verifierCacheSeconds: 3600,
    skewSeconds: 60,
    rollBackSeconds: 86_400,
  },
  'gateway-key': { settleSeconds: 3600, overlapSeconds: 86_400, quietDays: 1, soakSeconds: 86_400 },
  'upstream-token': { overlapSeconds: 86_400, orphanSeconds: 3600 },
  'client-secret': { overlapSeconds: 86_400, existingSecret: 'keep' },
} as const;

/**
 * Writes the configuration for the function's package; the bytes depend on the content alone.
 *
 * @throws {Error} when the times contradict each other, or a provider without overlap was not accepted
 */
export function writeRotationConfig(config: RotationConfig): string {
  checkRotationConfig(config);
  return JSON.stringify(config);
}

/**
 * Reads the configuration of the running function.
 *
 * @throws {Error} when the file is missing, no JSON, or of another version
 */
export function readRotationConfig(bundleFolder: string): RotationConfig {
  const value = readConfigFile(bundleFolder, ROTATION_CONFIG_VARIABLE) as RotationConfig;
  if (value?.version !== 1) {
    throw new Error(`rotation configuration has version ${JSON.stringify(value?.version)}, expected 1`);
  }
  return value;
}

/** @throws {Error} when a rotation by this configuration could not keep its promises */
function checkRotationConfig({ intervalSeconds, secret }: RotationConfig): void {
  const shortest = shortestInterval(secret);
  if (intervalSeconds < shortest) {
    throw new Error(`rotation interval is ${intervalSeconds} s, expected at least ${shortest} s for ${secret.kind}`);
  }
  if (secret.kind === 'upstream-token') {
    checkProvider(secret);
  }
}

/** Time that must lie between two rotations, in seconds: the second is postponed before. */
export function shortestInterval(secret: SecretConfig): number {
  switch (secret.kind) {
    case 'signing-keys':
    case 'pepper':
      return publishSeconds(secret);
    case 'gateway-key':
      // A whole UTC day without requests may end nearly two days after the last one.
      return (
        secret.settleSeconds + secret.overlapSeconds + (secret.quietDays === 0 ? 0 : (secret.quietDays + 1) * 86_400)
      );
    case 'upstream-token':
    case 'client-secret':
      return secret.overlapSeconds;
  }
}

function checkProvider({ provider, acceptedOutageSeconds, recoveryKeyArn }: UpstreamTokenConfig): void {
  const { overlap, maxActive, clientSupplied } = provider;
  if (overlap === 'both' && maxActive < 2) {
    throw new Error(`provider.maxActive is ${maxActive}, expected at least 2 with overlap "both"`);
  }
  if (overlap === 'none' && acceptedOutageSeconds === undefined) {
    throw new Error(
      'provider.overlap is "none", expected acceptedOutageSeconds to say that each rotation is an outage',
    );
  }
  if (overlap === 'none' && !clientSupplied && recoveryKeyArn === undefined) {
    throw new Error('provider.overlap is "none" and the provider chooses the token, expected recoveryKeyArn');
  }
}
