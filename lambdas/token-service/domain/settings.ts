/** Until when every API of the platform refuses what was revoked, in seconds, whatever its gateway keeps. */
export interface RevocationBounds {
  /** A token whose own record is revoked. */
  readonly recordSeconds: number;
  /** What the set of revocations refuses. */
  readonly setSeconds: number;
}

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
  /** How soon a revocation is in effect. @default - the service was not told of the APIs, and does not say */
  readonly revocationBounds?: RevocationBounds;
  /** CloudWatch namespace of the embedded metrics. */
  readonly metricsNamespace: string;
}
