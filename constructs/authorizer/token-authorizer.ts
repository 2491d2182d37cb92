import { Construct } from 'constructs';
import {
  type IssuerConfig,
  routeWarnings,
  type SignatureEngineName,
  writeAuthorizerConfig,
} from '../../lambdas/authorizer/config';
import type { RouteRule } from '../../lambdas/lib/access-rule';
import { parseCidr } from '../../lambdas/lib/cidr';
import { CONFIG_FILE_NAME } from '../../lambdas/lib/config-file';
import type { Algorithm, SenderConstraint, TokenEnvironment } from '../../lambdas/lib/grammar';
import type { Location } from '../support/arn';
import { kitBundle } from '../support/bundles';
import type { IFunction } from '../support/function-ref';
import type { Names } from '../support/names';
import { NodeFunction } from '../support/node-function';
import type { NodeFunctionOptions } from '../support/node-function-props';
import { TerraformData } from '../support/terraform-data';
import { warn } from '../support/warnings';
import type { ITokenStore } from '../tokens/token-store-access';
import { expandProfile, type ProviderOptions } from './identity-providers';
import { completeIntrospection, grantClientSecrets, type IntrospectionOptions } from './introspection';
import { DEFAULT_ALGORITHMS } from './issuer-keys';
import { completeDpop, type DpopOptions } from './sender-constraints';
import { validateAuthorizer } from './token-authorizer-checks';

/** API tokens that an authorizer accepts. */
export interface ApiTokenOptions {
  readonly store: ITokenStore;
  /** Brand of the tokens: 2 to 10 lower-case letters. */
  readonly brand: string;
  /** Environment words that are accepted; a token with another is refused without a read. */
  readonly tokenEnvironments: readonly TokenEnvironment[];
}

/**
 * An issuer of access tokens (JWT, RFC 9068, or of the form of a provider's `profile`). At least one of `jwks`, `jwksUri` and
 * `introspection` is given.
 */
export interface IssuerOptions extends ProviderOptions {
  /** Exact value of the `iss` claim. */
  readonly issuer: string;
  /**
   * Accepted values of the `aud` claim; one of them must be present.
   * @default - with profile `cognito`: tokens have no `aud`, and `clients` stand for it; else it must be given
   */
  readonly audience?: readonly string[];
  /** Whether a token's `aud` may name others beside an accepted value. @default false */
  readonly allowSeveralAudiences?: boolean;
  /**
   * Scopes that the issuer may grant: `resource:action`, `resource:*` or `*`. Others that a token has are left out, so that
   * somebody else's authorization server opens no more routes than it is meant to.
   * @default - every scope by its exact name; no wildcard, which would grant scopes that are not named
   */
  readonly scopes?: readonly string[];
  /**
   * Applications that the issuer speaks for: their names, where its client ids are the same, or an application by the client id.
   * Its tokens for other clients belong to no application: they have no usage key, no tier and no team, so that a metered route
   * refuses them. Several issuers may speak for one application.
   * @default - the issuer speaks for no application
   */
  readonly applications?: readonly string[] | Readonly<Record<string, string>>;
  /** Accepted JWS algorithms. @default ["RS256", "ES256"]; with a provider's profile ["RS256"] */
  readonly algorithms?: readonly Algorithm[];
  /**
   * Inline JSON Web Key Set (RFC 7517), public keys only. Given together with `jwksUri` it is a copy that a new execution
   * environment uses until its first fetch has succeeded, for at most 24 hours, so that neither a cold start nor an
   * issuer that is down holds up requests.
   * @default - the keys are fetched from `jwksUri`
   */
  readonly jwks?: { readonly keys: readonly Record<string, unknown>[] };
  /** HTTPS address of the issuer's key set. @default - the keys are those of `jwks`, for ever */
  readonly jwksUri?: string;
  /**
   * Accepted `typ` header values, compared without case (RFC 9068, 2.1). None with a provider's profile, which says them.
   * @default ["at+jwt", "application/at+jwt"]
   */
  readonly types?: readonly string[];
  /** Longest accepted `exp - iat`, in seconds. @default 86400; with profile `google` 3600 */
  readonly maxLifetimeSeconds?: number;
  /** Accepted clock difference, in seconds, 0 to 300. @default 30 */
  readonly leewaySeconds?: number;
  /** Asks the issuer's authorization server about tokens. @default - tokens are verified with its keys alone */
  readonly introspection?: IntrospectionOptions;
  /**
   * Constraints that the issuer's tokens may have: `dpop` (RFC 9449), `mtls` (RFC 8705). Bound tokens are accepted by APIs
   * with `resultCacheSeconds` 0 only, because a result that the gateway keeps asks nobody for a proof.
   * @default - a token with a `cnf` claim is refused
   */
  readonly senderConstraints?: readonly SenderConstraint[];
}

/** An API that an authorizer protects. */
export interface ProtectedApi {
  readonly routes: readonly RouteRule[];
  /** How long the gateway keeps a result, in seconds, as the gateway's construct is told. */
  readonly resultCacheSeconds: number;
  /**
   * How a revocation reaches the API: `strict` reads what is revoked for each request and needs `resultCacheSeconds` 0;
   * `bounded` takes at most `resultCacheSeconds` and `revocationRefreshSeconds` together.
   * @default "bounded"
   */
  readonly revocation?: 'strict' | 'bounded';
  /**
   * Networks that the API may be called from, IPv4 and IPv6, for example `["192.0.2.0/24", "2001:db8::/32"]`. They are compared
   * with the address that the gateway itself sees, which behind a CDN is the CDN's. A token with networks of its own needs both.
   * @default - any network
   */
  readonly cidrs?: readonly string[];
  /**
   * Rules that are evaluated beside those of `routes` and not enforced: what they would decide otherwise is logged
   * (`shadowDecision`) and counted (`AuthShadowDifferences`). Requests that are answered from the gateway's cache are not seen.
   * @default - none
   */
  readonly shadow?: readonly RouteRule[];
  /** Kind of the gateway: `http` with a {@link HttpApiTokenAuthorizer}. @default - a REST API */
  readonly gateway?: 'http';
  /**
   * Whether the gateway meters callers by usage keys. Then `apiTokens` must be given, whose store holds them.
   * @default false
   */
  readonly usageKeys?: boolean;
  /**
   * Addresses under which the API is published, with their base paths, `https://api.example.com/shop`: a DPoP proof must be for
   * one of them and the path of the request.
   * @default - the domain and the path that the gateway received
   */
  readonly publicUrls?: readonly string[];
}

export interface TokenAuthorizerProps extends NodeFunctionOptions, Location {
  readonly names: Names;
  /** The APIs that are protected; the key is the value of the gateway's stage variable `gatehouseApi`. */
  readonly apis: Readonly<Record<string, ProtectedApi>>;
  /** @default - API tokens are refused; then `issuers` must name one */
  readonly apiTokens?: ApiTokenOptions;
  /** @default - access tokens are refused; then `apiTokens` must be given */
  readonly issuers?: readonly IssuerOptions[];
  /**
   * What checks the signatures of access tokens: the library `jose`, or the synchronous `verify` of `node:crypto`, which is
   * quicker, above all at a cold start. Both accept the same tokens.
   * @default "jose"
   */
  readonly engine?: SignatureEngineName;
  /** Which DPoP proofs are accepted, where an issuer has sender constraints. @default - see {@link DpopOptions} */
  readonly dpop?: DpopOptions;
  /**
   * How old the set of revocations may be that an API with `revocation` "bounded" uses, in seconds, 1 to 300; ten times as
   * old while the token table cannot be read.
   * @default 30
   */
  readonly revocationRefreshSeconds?: number;
  /** CloudWatch namespace of the metrics. @default "Gatehouse" */
  readonly metricsNamespace?: string;
}

/**
 * The function that decides who may call the routes of one or many gateways. It reads tokens and writes nothing. A
 * gateway construct makes the `aws_api_gateway_authorizer` that calls it, and the permission for that.
 */
export class TokenAuthorizer extends Construct implements IFunction {
  readonly functionName: string;
  readonly functionArn: string;
  readonly invokeArn: string;
  readonly function: NodeFunction;

  constructor(scope: Construct, id: string, props: TokenAuthorizerProps) {
    super(scope, id);
    validateAuthorizer(this, props);
    const { names, account, region, apiTokens, engine, revocationRefreshSeconds: refreshSeconds = 30 } = props;
    const issuers = props.issuers ?? [];
    const dpop = completeDpop(issuers, props.dpop);
    // So long a table that cannot be read is made good by memory.
    const maxAgeSeconds = 10 * refreshSeconds;

    this.function = new NodeFunction(this, 'Function', {
      memoryMb: 512,
      ...props,
      functionName: names.authorizer,
      description: `Gatehouse ${names.base}: decides who may call which route`,
      bundle: kitBundle('authorizer'),
      files: {
        [CONFIG_FILE_NAME]: writeAuthorizerConfig({
          version: 1,
          environment: names.environment,
          region,
          ...(apiTokens === undefined
            ? {}
            : {
                apiTokens: {
                  brand: apiTokens.brand,
                  tokenEnvironments: apiTokens.tokenEnvironments,
                  table: apiTokens.store.tableName,
                  pepperSecret: apiTokens.store.pepperSecretName,
                },
              }),
          ...(engine === undefined ? {} : { engine }),
          issuers: issuers.map(completeIssuer),
          ...(dpop === undefined ? {} : { dpop }),
          apis: Object.fromEntries(
            Object.entries(props.apis)
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([api, { revocation = 'bounded', cidrs, ...settings }]) => [
                api,
                { ...settings, revocation, ...(cidrs === undefined ? {} : { cidrs: cidrs.map(networkOf) }) },
              ]),
          ),
          revocation: { refreshSeconds, maxAgeSeconds },
          metricsNamespace: props.metricsNamespace ?? 'Gatehouse',
        }),
      },
    });
    apiTokens?.store.grantRead(this.function);
    // The package is not in a plan: the audit compares this with what the gateways do, also of other stacks.
    new TerraformData(this, 'ProtectedApis', {
      input: { authorizer: names.authorizer, apis: relianceTable(props.apis, issuers) },
    });
    for (const [api, { routes }] of Object.entries(props.apis)) {
      for (const warning of routeWarnings(routes)) {
        warn(this, `API ${api}: ${warning}`);
      }
    }
    grantClientSecrets(
      this.function,
      { account, region },
      issuers.flatMap(({ introspection }) => introspection ?? []),
    );

    this.functionName = this.function.functionName;
    this.functionArn = this.function.functionArn;
    this.invokeArn = this.function.invokeArn;
  }
}

/** What the function relies on, by API: for how long a gateway may keep its answers, and why. */
function relianceTable(apis: Readonly<Record<string, ProtectedApi>>, issuers: readonly IssuerOptions[]) {
  const constraints = [...new Set(issuers.flatMap(({ senderConstraints }) => senderConstraints ?? []))].sort();
  return Object.fromEntries(
    Object.entries(apis)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([api, { resultCacheSeconds, revocation = 'bounded' }]) => [
        api,
        {
          revocation,
          maxResultTtlSeconds: resultCacheSeconds,
          // Bound tokens are refused where answers are kept.
          senderConstraints: resultCacheSeconds === 0 ? constraints : [],
        },
      ]),
  );
}

/** A network as IAM conditions take it. */
function networkOf(cidr: string): string {
  return parseCidr(cidr)?.text ?? cidr;
}

/** Applications by client id; the order plays no part in what is written. */
function boundApplications(applications: NonNullable<IssuerOptions['applications']>): Record<string, string> {
  const entries = isList(applications)
    ? applications.map((name): [string, string] => [name, name])
    : Object.entries(applications);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isList<T>(value: readonly T[] | object): value is readonly T[] {
  return Array.isArray(value);
}

/** How long a token of an issuer is accepted at most, the clock difference included, in seconds. */
export function longestLifeSeconds(issuer: IssuerOptions): number {
  const { maxLifetimeSeconds, leewaySeconds } = completeIssuer(issuer);
  return maxLifetimeSeconds + leewaySeconds;
}

function completeIssuer(given: IssuerOptions): IssuerConfig {
  const { introspection, applications, profile, clients, scopeMap, clientScopes, audience = [], ...options } = given;
  return {
    audience,
    algorithms: DEFAULT_ALGORITHMS,
    types: ['at+jwt', 'application/at+jwt'],
    maxLifetimeSeconds: 86_400,
    leewaySeconds: 30,
    ...expandProfile(given),
    ...options,
    ...(applications && { applications: boundApplications(applications) }),
    ...(introspection && { introspection: completeIntrospection(introspection) }),
  };
}
