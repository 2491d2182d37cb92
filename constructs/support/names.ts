import type { Location } from './arn';

/**
 * Deterministic resource names, `<prefix>-<environment>-<what>`: one stack can name another's resources, and every stack
 * plans by itself.
 */
export class Names {
  /** `<prefix>-<environment>`. */
  readonly base: string;
  readonly authorizer: string;
  readonly tokenService: string;
  readonly tokenTable: string;
  readonly pepperSecret: string;
  readonly rotationTable: string;
  readonly usageTable: string;
  /** Function that counts the calls of access logs. */
  readonly usageAggregator: string;
  /** Queue of deliveries that could not be counted. */
  readonly usageFailures: string;
  /** Firehose stream, roles, Athena workgroup of the raw lines of access logs. */
  readonly accessLines: string;
  readonly signingKeysSecret: string;
  /** Function that serves the public keys. */
  readonly keySet: string;
  /** Function of the OAuth endpoints. */
  readonly tokenEndpoint: string;
  /** Alias of the platform's KMS key, with its `alias/`. */
  readonly keyAlias: string;
  /** Table of the audit trail. */
  readonly trailTable: string;
  /** Function that seals the audit trail. */
  readonly trailSealer: string;
  /** Function that finishes what crashed. */
  readonly tokenSweeper: string;
  /** Alias of the key that encrypts the audit trail, with its `alias/`. */
  readonly trailKeyAlias: string;
  /** Alias of the key that signs the seals of the audit trail, with its `alias/`. */
  readonly trailSigningKeyAlias: string;

  constructor(
    readonly prefix: string,
    readonly environment: string,
  ) {
    this.base = `${prefix}-${environment}`;
    this.authorizer = `${this.base}-authorizer`;
    this.tokenService = `${this.base}-token-service`;
    this.tokenTable = `${this.base}-tokens`;
    this.pepperSecret = `${this.base}-pepper`;
    this.rotationTable = `${this.base}-rotation`;
    this.usageTable = `${this.base}-usage`;
    this.usageAggregator = `${this.base}-usage-aggregator`;
    this.usageFailures = `${this.base}-usage-failures`;
    this.accessLines = `${this.base}-access-lines`;
    this.signingKeysSecret = `${this.base}-signing-keys`;
    this.keySet = `${this.base}-jwks`;
    this.tokenEndpoint = `${this.base}-token-endpoint`;
    this.keyAlias = `alias/${this.base}-platform`;
    this.trailTable = `${this.base}-trail`;
    this.tokenSweeper = `${this.base}-token-sweeper`;
    this.trailSealer = `${this.base}-trail-sealer`;
    this.trailKeyAlias = `alias/${this.base}-trail`;
    this.trailSigningKeyAlias = `alias/${this.base}-trail-signing`;
  }

  /** Bucket with the seals of the audit trail. Names of buckets are unique in the world: this one has account and region in it, 63 characters at most. */
  trailBucket({ account, region }: Location): string {
    return `${this.base}-trail-${account}-${region}`;
  }

  /** Function that measures how fast revocations are at an API. */
  revocationCanary(api: string): string {
    return `${this.base}-${api}-canary`;
  }

  restApi(api: string): string {
    return `${this.base}-${api}`;
  }

  backend(api: string, backend: string): string {
    return `${this.base}-${api}-${backend}`;
  }

  usagePlan(api: string, tier: string): string {
    return `${this.base}-${api}-${tier}`;
  }

  /** Secret with the usage key of an application. */
  usageKeySecret(application: string): string {
    return `${this.base}/${application}/usage-key`;
  }

  /** Secret with a token of an upstream API. */
  upstreamTokenSecret(upstream: string): string {
    return `${this.base}/${upstream}/token`;
  }

  /** Secret with the secret of an OAuth client. */
  clientSecret(client: string): string {
    return `${this.base}/${client}/oauth`;
  }

  dashboard(api: string, region: string): string {
    return `${this.base}-${api}-${region}`;
  }

  alarm(api: string, id: string): string {
    return `${this.base}-${api}-${id}`;
  }

  accessLogGroup(api: string): string {
    return `/aws/apigateway/${this.restApi(api)}/access`;
  }

  /** Bucket of the raw lines of access logs: names of buckets are taken by all accounts, so it has both. */
  accessLineBucket({ account, region }: { readonly account: string; readonly region: string }): string {
    return `${this.base}-lines-${account}-${region}`;
  }
}

/** Name of the log group that Lambda writes to for a function. */
export function functionLogGroup(functionName: string): string {
  return `/aws/lambda/${functionName}`;
}
