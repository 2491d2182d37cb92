import type { CognitoClientConfig, HttpTokenProviderConfig } from '../../lambdas/rotation/config';
import type { Names } from '../support/names';
import type { ITokenStore } from '../tokens/token-store-access';

/** Settings of keys that sign access tokens. */
export interface SigningKeysOptions {
  /** Algorithm of new keys; keys that exist keep theirs. @default "ES256" */
  readonly algorithm?: 'ES256' | 'RS256' | 'EdDSA';
  /** How long a signer uses its copy of the secret, in seconds. @default 300 */
  readonly writerCacheSeconds?: number;
  /** How old a published key set may be when a verifier gets it, in seconds, origin and CDN together. @default 300 */
  readonly publicationCacheSeconds?: number;
  /** How long a verifier uses its copy of the key set, in seconds. @default 86400 */
  readonly verifierCacheSeconds?: number;
  /** Difference between any two clocks, in seconds. @default 60 */
  readonly skewSeconds?: number;
  /** Longest life of a token that is signed, in seconds. @default 3600 */
  readonly maxTokenLifetimeSeconds?: number;
  /** For how long after a promotion the keys before it can be brought back, in seconds. @default 86400 */
  readonly rollBackSeconds?: number;
  /** Public address of the key set, through the CDN where there is one; `testSecret` asks it. @default - it is not asked */
  readonly jwksUrl?: string;
}

/** Settings of the keys of the hashes of API tokens. */
export interface PepperOptions {
  /** Whose tokens are hashed with the pepper. */
  readonly tokenStore: ITokenStore;
  /** How long the token service uses its copy of the secret, in seconds. @default 120 */
  readonly writerCacheSeconds?: number;
  /** Age of a published copy between the secret and its readers, in seconds; 0 where readers ask Secrets Manager. @default 0 */
  readonly publicationCacheSeconds?: number;
  /** How long an authorizer uses its copy of the secret, in seconds. @default 3600 */
  readonly verifierCacheSeconds?: number;
  /** Difference between any two clocks, in seconds. @default 60 */
  readonly skewSeconds?: number;
  /** For how long after a promotion the pepper before it can be brought back, in seconds. @default 86400 */
  readonly rollBackSeconds?: number;
}

/** Settings of the API Gateway key of one application. */
export interface GatewayKeyOptions {
  /** Names of the platform, from which those of keys and usage plans are made. */
  readonly names: Names;
  readonly tokenStore: ITokenStore;
  /** Application in the token table; it must be registered. */
  readonly application: string;
  /** Age of a new key before records name it, in seconds: API Gateway does not honour it at once everywhere. @default 3600 */
  readonly settleSeconds?: number;
  /** How long the key before is accepted after the last record named the new key, in seconds. @default 86400 */
  readonly overlapSeconds?: number;
  /** Whole UTC days without a request that the key before must have had; 0 does not look. @default 1 */
  readonly quietDays?: number;
  /** How long a disabled key is kept before it is deleted, in seconds. @default 86400 */
  readonly soakSeconds?: number;
  /** Address of a route whose API takes keys from the header, for `testSecret`. @default - only the control plane is asked */
  readonly probeUrl?: string;
}

/** Settings of a token of an upstream API. */
export interface UpstreamTokenOptions {
  /** The HTTP calls by which the upstream API makes, finds, tries and revokes tokens. */
  readonly provider: HttpTokenProviderConfig;
  /** How long the token before is accepted after the promotion, in seconds: at least what consumers cache it for. @default 86400 */
  readonly overlapSeconds?: number;
  /** Age at which a token of a crashed attempt is revoked, in seconds. @default 3600 */
  readonly orphanSeconds?: number;
  /** Outage that consumers accept at each rotation, in seconds, for a provider without overlap. @default - none is accepted */
  readonly acceptedOutageSeconds?: number;
  /**
   * ARN of the KMS key that encrypts the second copy of a token of a provider without overlap, until it is stored.
   *
   * @default - no second copy is kept
   */
  readonly recoveryKeyArn?: string;
}

/** Settings of the secret of an OAuth client. */
export interface ClientSecretOptions {
  /** The app client of Cognito. */
  readonly provider: CognitoClientConfig;
  /** How long the secret before is accepted after the promotion, in seconds. @default 86400 */
  readonly overlapSeconds?: number;
  /**
   * What becomes of a secret that the first rotation finds. `keep` never deletes it; while it is there, the second rotation is
   * refused, because both slots are taken.
   *
   * @default "keep"
   */
  readonly existingSecret?: 'keep' | 'retire';
}
