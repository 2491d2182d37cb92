import { readConfigFile } from '../lib/config-file';
import type { Algorithm, TokenEnvironment } from '../lib/grammar';
import type { SigningTiming } from '../lib/rotation-timing';
import { LONGEST_DERIVED_SECONDS } from '../lib/token-source';

/** Environment variable that names another configuration file than the packaged one. */
export const TOKEN_ENDPOINT_CONFIG_VARIABLE = 'TOKEN_ENDPOINT_CONFIG_FILE';

/** Paths below the issuer that the function answers; the key set has a function of its own. */
export const OAUTH_PATHS = {
  token: '/oauth2/token',
  revoke: '/oauth2/revoke',
  introspect: '/oauth2/introspect',
  /** RFC 8414. With an issuer that has a path, that path follows: {@link metadataPaths}. */
  metadata: '/.well-known/oauth-authorization-server',
  /** The same document, for clients of OpenID Connect Discovery. */
  openidMetadata: '/.well-known/openid-configuration',
  keySet: '/.well-known/jwks.json',
  /** RFC 9728, with the name of an API behind it. */
  resourceMetadata: '/.well-known/oauth-protected-resource',
} as const;

/** Metrics of the function; each has the dimensions `Service` and `Stage`. */
export const TOKEN_ENDPOINT_METRICS = {
  /** Access tokens that were issued; with the dimension `Grant` too. */
  issued: 'AccessTokensIssued',
  /** Requests that were refused; with the dimension `Error`, the code of RFC 6749, 5.2, too. */
  refused: 'OAuthRequestsRefused',
  /** Requests that failed, because the table or a secret could not be read, or by a mistake of the function. */
  failed: 'OAuthRequestsFailed',
  /** Time until the answer, in milliseconds. */
  latency: 'OAuthLatency',
} as const;

/** What the endpoint knows of an API for which tokens may be asked (RFC 8707). */
export interface ResourceSettings {
  /** Name of the API, by which its metadata (RFC 9728) are found below the issuer. @default - there are none */
  readonly api?: string;
  /** Scopes that operations of the API require; a token for it has no other. @default - every scope of the platform */
  readonly scopes?: readonly string[];
  /** Applications whose clients speak for the API: they may ask what a token for it says (RFC 7662). @default - none */
  readonly introspectedBy?: readonly string[];
}

/** Which DPoP proofs (RFC 9449) the token endpoint accepts. */
export interface EndpointDpopConfig {
  /** Accepted JWS algorithms; all of them are asymmetric. */
  readonly algorithms: readonly Algorithm[];
  /** How long after its `iat` a proof is accepted, in seconds. */
  readonly maxAgeSeconds: number;
  /** Whether a proof must have a nonce of the endpoint (RFC 9449, 8). The key of nonces is derived from the pepper. */
  readonly requireNonce: boolean;
}

/** Everything the token endpoint needs to know; packaged as `config.json`. It holds no secret. */
export interface TokenEndpointConfig {
  readonly version: 1;
  /** Name of the platform environment. */
  readonly environment: string;
  readonly region: string;
  /** Exact value of the `iss` claim: an address without a slash at its end, below which the endpoints are. */
  readonly issuer: string;
  /** Value of the `aud` claim where no resource is asked for. */
  readonly audience: string;
  /** Brand of API tokens: 2 to 10 lower-case letters. The brand of client secrets follows from it. */
  readonly brand: string;
  /** Environment word of API tokens and client secrets. */
  readonly tokenEnvironment: TokenEnvironment;
  /** Name of the DynamoDB token table. */
  readonly table: string;
  /** Name or ARN of the Secrets Manager secret that holds the pepper. */
  readonly pepperSecret: string;
  /** Name of the Secrets Manager secret that holds the signing keys; the rotation table knows it by this name. */
  readonly signingSecret: string;
  /** Name of the DynamoDB table of rotation records. */
  readonly rotationTable: string;
  /** How the rotation of the signing keys is timed. */
  readonly timing: SigningTiming;
  /** APIs for which tokens may be asked, by their absolute addresses. */
  readonly resources: Readonly<Record<string, ResourceSettings>>;
  /** Every scope that the platform declares; those with a wildcard are never in an access token. */
  readonly scopes: readonly string[];
  /** @default - no token is bound to a key */
  readonly dpop?: EndpointDpopConfig;
  /**
   * Address of a domain with mutual TLS that leads to the same endpoints (RFC 8705, 5), without a slash at its end. Certificates are looked
   * at only there: the gateway gives none for another domain.
   * @default - no client authenticates by a certificate
   */
  readonly mtlsUrl?: string;
  /** Longest life of an access token that an API token was exchanged for, in seconds; at most 900. */
  readonly exchangeSeconds: number;
  /**
   * Name or ARN of the token service's function, which revokes what `/oauth2/revoke` is given. It is invoked through the alias
   * `OAUTH_ALIAS`, which revokes and does nothing else.
   * @default - there is no `/oauth2/revoke`
   */
  readonly tokenService?: string;
  /** CloudWatch namespace of the embedded metrics. */
  readonly metricsNamespace: string;
}

/**
 * Writes the configuration for the function's package; the bytes depend on the content alone.
 *
 * @throws {Error} when a value is outside what is allowed; the message names it
 */
export function writeTokenEndpointConfig(config: TokenEndpointConfig): string {
  refuse(config);
  return JSON.stringify(config);
}

/**
 * Reads the configuration of the running function.
 *
 * @throws {Error} when the file is missing, no JSON, or of another version
 */
export function readTokenEndpointConfig(bundleFolder: string): TokenEndpointConfig {
  const value = readConfigFile(bundleFolder, TOKEN_ENDPOINT_CONFIG_VARIABLE) as TokenEndpointConfig;
  if (value?.version !== 1) {
    throw new Error(`token endpoint configuration has version ${JSON.stringify(value?.version)}, expected 1`);
  }
  return value;
}

/**
 * Paths at which the metadata are served. RFC 8414 (3.1) puts the well-known part before the path of the issuer, OpenID Connect Discovery (4)
 * behind it; for an issuer without a path the two are the same.
 */
export function metadataPaths(issuer: string): readonly string[] {
  const { pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  const names = [OAUTH_PATHS.metadata, OAUTH_PATHS.openidMetadata];
  return path === '' ? names : names.flatMap((name) => [`${name}${path}`, `${path}${name}`]);
}

function refuse({ issuer, mtlsUrl, resources, exchangeSeconds, timing, dpop }: TokenEndpointConfig): void {
  const addresses = { issuer, ...(mtlsUrl === undefined ? {} : { mtlsUrl }) };
  for (const [name, address] of Object.entries(addresses)) {
    if (!URL.canParse(address) || /[/?#]$|[?#]/.test(address)) {
      throw new Error(
        `${name} is ${JSON.stringify(address)}, expected an address without query, and without a slash at its end`,
      );
    }
  }
  for (const resource of Object.keys(resources)) {
    if (!isResource(resource)) {
      throw new Error(
        `resource is ${JSON.stringify(resource)}, expected an absolute URI without a fragment (RFC 8707, 2)`,
      );
    }
  }
  const { token: most, client: longest } = LONGEST_DERIVED_SECONDS;
  if (!Number.isInteger(exchangeSeconds) || exchangeSeconds < 1 || exchangeSeconds > most) {
    throw new Error(`exchangeSeconds is ${exchangeSeconds}, expected a whole number from 1 to ${most}`);
  }
  if (timing.maxTokenLifetimeSeconds < longest) {
    throw new Error(
      `timing.maxTokenLifetimeSeconds is ${timing.maxTokenLifetimeSeconds}, expected at least ${longest}, the longest life of an access token`,
    );
  }
  if (dpop && (!Number.isInteger(dpop.maxAgeSeconds) || dpop.maxAgeSeconds < 1 || dpop.algorithms.length === 0)) {
    throw new Error('dpop is not usable, expected at least one algorithm and a maxAgeSeconds of at least 1');
  }
}

/** Whether a text may name a resource: an absolute URI without a fragment (RFC 8707, 2). */
export function isResource(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:[^\s#]+$/i.test(text) && URL.canParse(text);
}
