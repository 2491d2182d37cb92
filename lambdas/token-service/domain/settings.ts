/** What the token service needs to know about its platform in order to decide. */
export interface TokenSettings {
  /** Name of the platform environment, written into each record. */
  readonly environment: string;
  /** `<prefix>-<environment>`: the platform, as names and tags of its resources say it. */
  readonly namePrefix: string;
  /** Every scope that a token may hold, with its description. */
  readonly scopes: Readonly<Record<string, string>>;
  /** Names of the tiers. */
  readonly tiers: readonly string[];
  /** Lifetime of a token whose request names none, in seconds. */
  readonly defaultLifetimeSeconds: number;
  /** Longest lifetime that a request may ask for, in seconds. */
  readonly maxLifetimeSeconds: number;
  /** Issuers of access tokens that the authorizer accepts; a revocation names one of them. @default - any is accepted */
  readonly issuers?: readonly string[];
  /** Longest life of an access token that the authorizer accepts, in seconds; revocations of access tokens are kept this long. */
  readonly maxAccessTokenSeconds: number;
  /** CloudWatch namespace of the embedded metrics. */
  readonly metricsNamespace: string;
}
