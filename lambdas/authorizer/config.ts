import type { RouteRule } from '../lib/access-rule';
import { readConfigFile } from '../lib/config-file';
import type { Algorithm, RevocationMode, SenderConstraint, TokenEnvironment } from '../lib/grammar';
import type { ApiPolicy } from './answer/policy';
import { compileApiPolicy } from './answer/policy-compiler';
import { compileRoutes, patternRoutes } from './routes/route-compiler';
import type { CompiledRoute } from './routes/route-table';

export { isKeyFor, usableKey } from './access-token/key-hygiene';
export { type AnswerForm, answerForm } from './answer/answer-form';
export { tokenPattern } from './introspection/token-pattern';
export { routeWarnings } from './routes/route-warnings';

/** Stage variable by which a gateway tells the authorizer which entry of {@link AuthorizerConfig.apis} is its own. */
export const API_STAGE_VARIABLE = 'gatehouseApi';

/**
 * Stage variable by which a gateway tells the authorizer that it keeps no result, or keeps it for the one route alone: its
 * only value is {@link RESULTS_PER_ROUTE}. Without it a result is kept for every route of the API.
 */
export const RESULTS_STAGE_VARIABLE = 'gatehouseResults';
export const RESULTS_PER_ROUTE = 'route';

/** Context value with the challenge (RFC 6750, 3) for a denied request, where the gateway keeps no results. */
export const CHALLENGE_CONTEXT = 'challenge';

/** Environment variable that names another configuration file than the packaged one. */
export const AUTHORIZER_CONFIG_VARIABLE = 'AUTHORIZER_CONFIG_FILE';

/** Where API tokens are looked up, and which of them this platform serves. */
export interface ApiTokenConfig {
  /** Brand of the tokens: 2 to 10 lower-case letters. */
  readonly brand: string;
  /** Environment words that this platform accepts; any other is refused without a read. */
  readonly tokenEnvironments: readonly TokenEnvironment[];
  /** Name of the DynamoDB token table. */
  readonly table: string;
  /** Name or ARN of the Secrets Manager secret that holds the pepper. */
  readonly pepperSecret: string;
}

/**
 * What checks signatures: the library `jose`, which uses WebCrypto, or the synchronous `verify` of `node:crypto`, which is
 * quicker. Both accept the same tokens.
 */
export type SignatureEngineName = 'jose' | 'node-crypto';

/** Which DPoP proofs (RFC 9449) are accepted. */
export interface DpopConfig {
  /** Accepted JWS algorithms; all of them are asymmetric. */
  readonly algorithms: readonly Algorithm[];
  /** How long after its `iat` a proof is accepted, in seconds. */
  readonly maxAgeSeconds: number;
  /** Accepted clock difference, in seconds. */
  readonly leewaySeconds: number;
}

/** Token introspection (RFC 7662) at an issuer's authorization server. */
export interface IntrospectionConfig {
  /** HTTPS address of the endpoint. */
  readonly endpoint: string;
  /** Client id of the authorizer at the server. */
  readonly clientId: string;
  /** Name of the Secrets Manager secret whose value is the client secret. */
  readonly clientSecretName: string;
  /** How the client id and secret are sent (RFC 6749, 2.3.1). */
  readonly clientAuthentication: 'client_secret_basic' | 'client_secret_post';
  /** Form of the server's opaque tokens, see {@link tokenPattern}; a token of another form is never sent to it. */
  readonly tokenPattern?: string;
  /** Whether JWTs that name the issuer are introspected, in place of their verification here. */
  readonly jwts: boolean;
  /** Whether answers must be signed (RFC 9701) with a key of the issuer. */
  readonly signedAnswers: boolean;
  /** How long an answer is remembered, in seconds; never beyond `exp`. */
  readonly cacheSeconds: number;
  /** Time until the whole answer is there, in milliseconds. */
  readonly timeoutMs: number;
}

/** A claim with scopes: one text with spaces between them, or a list of texts. */
export interface ScopeClaim {
  readonly claim: string;
  readonly as: 'text' | 'list';
}

/**
 * How an issuer's access tokens say what those of RFC 9068 say, where they are of another form. It is data that a profile of
 * the issuer's provider became at synthesis.
 */
export interface TokenForm {
  /** Claim that names the client. */
  readonly client: string;
  /** Clients whose tokens are accepted. @default - those of any client */
  readonly clients?: readonly string[];
  /** Claim with the id of the token. */
  readonly id: string;
  /** Whether each token has an id; the others are known by `-`. */
  readonly idRequired: boolean;
  /** Whether tokens may come without `typ`. */
  readonly untyped: boolean;
  /** Whether tokens have no audience, and the client stands for it: `audience` names clients then, and `aud` must be absent. */
  readonly clientIsAudience: boolean;
  /** Audiences that may stand in a list beside an accepted one. */
  readonly besideAudience: readonly string[];
  /** Claims with the scopes; of several the first that is there counts. Without any, see `clientScopes`. */
  readonly scopes: readonly ScopeClaim[];
  /** What each scope of a token stands for here; others are left out. @default - each stands for itself */
  readonly scopeMap?: Readonly<Record<string, string>>;
  /** Scopes of the tokens of each client, where tokens name none. */
  readonly clientScopes?: Readonly<Record<string, readonly string[]>>;
  /** Claims that must have exactly these values. */
  readonly exact: Readonly<Record<string, string | number>>;
  /** Claims that no access token has, and other tokens of the provider do. */
  readonly refused: readonly string[];
}

/**
 * An issuer of access tokens (JWT, RFC 9068). `jwks`, `jwksUri` or both are given, or none where all tokens are introspected and
 * answers are not signed.
 */
export interface IssuerConfig {
  /** Exact value of the `iss` claim. */
  readonly issuer: string;
  /** Accepted values of the `aud` claim; one of them must be present. */
  readonly audience: readonly string[];
  /** Whether `aud` may name others beside an accepted value. @default false */
  readonly allowSeveralAudiences?: boolean;
  /**
   * Scopes that the issuer may grant: exact ones, `resource:*` or `*`; others that a token has are left out.
   * @default - every scope by its exact name, and no wildcard
   */
  readonly scopes?: readonly string[];
  /**
   * Applications that the issuer speaks for, by the client id in its tokens. A client that is not named belongs to no
   * application: it has no usage key, no tier and no team.
   * @default - it speaks for none
   */
  readonly applications?: Readonly<Record<string, string>>;
  /** Accepted JWS algorithms. */
  readonly algorithms: readonly Algorithm[];
  /** Inline JSON Web Key Set (RFC 7517), public keys only; with `jwksUri` it serves until the first fetch. */
  readonly jwks?: { readonly keys: readonly Record<string, unknown>[] };
  /** HTTPS address of the issuer's JSON Web Key Set. */
  readonly jwksUri?: string;
  /** Form of its tokens. @default - that of RFC 9068 */
  readonly form?: TokenForm;
  /** Accepted `typ` header values, compared without case. */
  readonly types: readonly string[];
  /** Longest accepted `exp - iat`, in seconds. */
  readonly maxLifetimeSeconds: number;
  /** Accepted clock difference, in seconds. */
  readonly leewaySeconds: number;
  /** Asks the issuer about tokens. */
  readonly introspection?: IntrospectionConfig;
  /** Constraints that the issuer's tokens may have; a token with another is refused. */
  readonly senderConstraints?: readonly SenderConstraint[];
  /**
   * Whether it is the platform itself. Its tokens say what they are derived from (`src`), and what they say of application, team, tier and networks
   * is believed. `audience` is then what stands for every API; beside it each API is named by its own {@link ApiSettings.resource}.
   * @default false
   */
  readonly ownIssuer?: true;
}

/** What the authorizer knows of one API that it protects. */
export interface ApiSettings {
  /**
   * How a revocation reaches the API: `strict` reads what is revoked for each request, consistently, and needs a gateway that
   * keeps no results; `bounded` uses what was read up to {@link RevocationConfig.refreshSeconds} before.
   */
  readonly revocation: RevocationMode;
  /** How long the gateway keeps a result, in seconds. */
  readonly resultCacheSeconds: number;
  /** Addresses under which the API is published, as DPoP proofs name it; without any, the domain that the gateway received. */
  readonly publicUrls?: readonly string[];
  /** Kind of the gateway: an HTTP API whose authorizer has payload format 2.0. @default - a REST API */
  readonly gateway?: 'http';
  /** Networks that the API may be called from, IPv4 and IPv6. @default - any */
  readonly cidrs?: readonly string[];
  /**
   * Address by which tokens of the platform's own issuer are asked for this API alone (RFC 8707). Several APIs may not have the same.
   * @default - it is reached by tokens for every API alone
   */
  readonly resource?: string;
  /** Where the API says which authorization server it trusts (RFC 9728); challenges name it. @default - they do not */
  readonly resourceMetadata?: string;
  /** Whether the gateway meters callers by usage keys. They stand in the token table, so that one has to be configured. */
  readonly usageKeys?: boolean;
  /** Rules that are evaluated and logged beside those of the routes, and not enforced. @default - none */
  readonly shadow?: readonly RouteRule[];
}

/** Everything that the settings of an API become for the running function. */
export interface ApiConfig extends ApiSettings {
  readonly routes: readonly CompiledRoute[];
  /** Policies that stand for the whole API. @default - every answer is for one route */
  readonly policy?: ApiPolicy;
}

/** An API before its routes are compiled. */
export interface ApiDeclaration extends ApiSettings {
  readonly routes: readonly RouteRule[];
}

/** How fresh the set of revocations is in mode `bounded`. */
export interface RevocationConfig {
  /** Age from which requests wait for a new set; from half of it on, one is read beside them. In seconds. */
  readonly refreshSeconds: number;
  /** Age from which requests fail, where no new set could be read. In seconds. */
  readonly maxAgeSeconds: number;
}

/** Everything the authorizer function needs to know; packaged as `config.json`. It holds no secret. */
export interface AuthorizerConfig {
  readonly version: 1;
  /** What checks the signatures of access tokens; see {@link SignatureEngineName}. @default "jose" */
  readonly engine?: SignatureEngineName;
  /** Name of the platform environment, compared with the record's. */
  readonly environment: string;
  /** AWS region of the table and the secret. */
  readonly region: string;
  readonly apiTokens?: ApiTokenConfig;
  readonly issuers: readonly IssuerConfig[];
  /** Given where an issuer has sender constraints. */
  readonly dpop?: DpopConfig;
  readonly revocation: RevocationConfig;
  /** By the value of the stage variable {@link API_STAGE_VARIABLE}. */
  readonly apis: Readonly<Record<string, ApiConfig>>;
  /** CloudWatch namespace of the embedded metrics. */
  readonly metricsNamespace: string;
}

/** The configuration before route tables are compiled. */
export interface AuthorizerDeclaration extends Omit<AuthorizerConfig, 'apis'> {
  readonly apis: Readonly<Record<string, ApiDeclaration>>;
}

/**
 * Compiles the route tables of a configuration.
 *
 * @throws {Error} when a route table is malformed
 */
export function compileConfig(declaration: AuthorizerDeclaration): AuthorizerConfig {
  const apis = Object.entries(declaration.apis).map(([api, { routes, ...settings }]) => {
    // An HTTP API gets a verdict for one route, and a gateway that keeps no results a policy for one route.
    const isForOne = settings.gateway !== undefined || settings.resultCacheSeconds === 0;
    const policy = isForOne ? undefined : compileApiPolicy(routes);
    // For what it throws.
    patternRoutes(settings.shadow ?? []);
    return [api, { ...settings, routes: compileRoutes(routes), ...(policy && { policy }) }] as const;
  });
  return { ...declaration, apis: Object.fromEntries(apis) };
}

/**
 * Writes the configuration for the function's package; the bytes depend on the content alone.
 *
 * @throws {Error} as {@link compileConfig} does
 */
export function writeAuthorizerConfig(declaration: AuthorizerDeclaration): string {
  return JSON.stringify(compileConfig(declaration));
}

/**
 * Reads the configuration of the running function.
 *
 * @throws {Error} when the file is missing, no JSON, or of another version
 */
export function readAuthorizerConfig(bundleFolder: string): AuthorizerConfig {
  const value = readConfigFile(bundleFolder, AUTHORIZER_CONFIG_VARIABLE) as AuthorizerConfig;
  if (value?.version !== 1) {
    throw new Error(`authorizer configuration has version ${JSON.stringify(value?.version)}, expected 1`);
  }
  return value;
}
