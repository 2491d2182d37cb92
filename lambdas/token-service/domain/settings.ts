import type { RequiredField } from '../../lib/team-record';

/** Until when every API of the platform refuses what was revoked, in seconds, whatever its gateway keeps. */
export interface RevocationBounds {
  /** A token whose own record is revoked. */
  readonly recordSeconds: number;
  /** What the set of revocations refuses. */
  readonly setSeconds: number;
}

/** A person, as the issuer of its access tokens names it. */
export interface Person {
  /** Exact `iss`. */
  readonly issuer: string;
  /** Exact `sub`. */
  readonly subject: string;
}

/** What the platform asks of every token; the lifetimes are settings of their own. */
export interface PlatformPolicy {
  /** Members of a request for a token that may not be left out. @default - none but those that always are required */
  readonly requiredFields?: readonly RequiredField[];
  /** Scopes that tokens may hold, wildcards as they are. @default - every declared scope */
  readonly allowedScopes?: readonly string[];
  /** Tiers that teams choose for their applications by themselves. @default - none: a registrar or an operator gives the tier */
  readonly teamTiers?: readonly string[];
}

/** The token of a revocation canary: what it may do is said here alone, and not by who asks for it. */
export interface CanaryToken {
  readonly scopes: readonly string[];
  /** @default - its calls are not metered */
  readonly tier?: string;
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
  /** How long an older secret is accepted after a rotation that does not say, in seconds. @default 86400, a day */
  readonly defaultOverlapSeconds?: number;
  /** Issuers of access tokens that the authorizer accepts; a revocation names one of them. @default - any is accepted */
  readonly issuers?: readonly string[];
  /**
   * The platform's own issuer, whose access tokens are derived from API tokens, clients and sessions: they end with these.
   * @default - nothing is derived, and no source is ended
   */
  readonly ownIssuer?: string;
  /** People who may do everything for every team. @default - administrators alone, whose tokens a direct invocation makes */
  readonly operators?: readonly Person[];
  /** People who may read everything of every team. @default - nobody */
  readonly auditors?: readonly Person[];
  /** @default - every declared scope is allowed, and no field is required beside those that always are */
  readonly policy?: PlatformPolicy;
  /** Longest life of an access token that the authorizer accepts, in seconds; revocations of access tokens are kept this long. */
  readonly maxAccessTokenSeconds: number;
  /** How soon a revocation is in effect. @default - the service was not told of the APIs, and does not say */
  readonly revocationBounds?: RevocationBounds;
  /** Tokens of revocation canaries, by the names of the canaries. @default - there is no canary */
  readonly canaries?: Readonly<Record<string, CanaryToken>>;
  /** CloudWatch namespace of the embedded metrics. */
  readonly metricsNamespace: string;
}
