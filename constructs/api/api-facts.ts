import { parseCidr } from '../../lambdas/lib/cidr';
import {
  ALGORITHMS,
  type Algorithm,
  API_ID,
  BASE_PATH,
  DPOP_ALGORITHMS,
  PUBLIC_URL,
  RESOURCE,
  REVOCATION_MODES,
  type RevocationMode,
  SENDER_CONSTRAINTS,
  type SenderConstraint,
} from '../../lambdas/lib/grammar';
import { type CorsOptions, corsFault } from './cors';
import { type RouteDefinition, type RouteProps, routeKey } from './route';

/** Routes in a list, or by `"GET /v1/x"`. */
export type Routes = readonly RouteDefinition[] | Readonly<Record<string, RouteProps>>;

interface CommonFacts {
  /**
   * By what the authorizer knows the API: 1 to 64 of `A-Z a-z 0-9 . _ -`. A gateway sends it in the stage variable
   * `gatehouseApi`.
   */
  readonly id: string;
  /**
   * Routes whose rules the authorizer evaluates beside the others and does not enforce: what they would decide otherwise is logged
   * (`shadowDecision`) and counted (`AuthShadowDifferences`). Requests that are answered from the gateway's cache are not seen.
   *
   * @default - none
   */
  readonly shadow?: Routes | undefined;
  /** Serves the token service below `basePath`, by the integration `token-service`. @default - not served here */
  readonly tokenService?: { readonly basePath: string } | undefined;
  /**
   * Networks that the API may be called from, IPv4 and IPv6, for example `["192.0.2.0/24", "2001:db8::/32"]`. The authorizer compares
   * them with the address that the gateway itself sees, which behind a CDN is the CDN's. A token with networks of its own needs both.
   *
   * @default - any network
   */
  readonly cidrs?: readonly string[] | undefined;
  /**
   * Addresses under which the API is published, with their base paths, `https://api.example.com/shop`: a DPoP proof must be for
   * one of them and the path of the request.
   *
   * @default - the domain and the path that the gateway received
   */
  readonly publicUrls?: readonly string[] | undefined;
  /**
   * Address by which the platform's own access tokens are asked for this API alone (RFC 8707): an absolute URI without a fragment. The
   * authorizer refuses a token for another API.
   *
   * @default - the first of `publicUrls`; without any, only tokens for every API of the platform reach it
   */
  readonly resource?: string | undefined;
  /**
   * Address of the document that says which authorization server the API trusts (RFC 9728). Challenges name it in `resource_metadata`.
   *
   * @default - challenges do not say it
   */
  readonly resourceMetadata?: string | undefined;
}

/** Results that the gateway keeps: a revocation and a proof are not asked for while it does. */
interface KeptResults {
  /**
   * How long the gateway keeps a result of the authorizer, in seconds, 0 to 3600; an HTTP API at most 300. It bounds the time within
   * which a revocation takes effect.
   *
   * @default 60; 0 for an HTTP API, and where each request needs an answer of its own (`revocation` "strict", `senderConstraints`)
   */
  readonly resultCacheSeconds?: number | undefined;
  /**
   * Whether a result is always kept for the one route that was asked for (token, method and resource), and not for all routes of the
   * API. A gateway whose routes no policy can tell apart does so by itself; a caller's first request to each route then asks the
   * authorizer.
   *
   * @default false
   */
  readonly resultPerRoute?: boolean | undefined;
  /**
   * How a revocation reaches the API: `strict` reads what is revoked for each request, and the gateway keeps no results; `bounded`
   * takes at most `resultCacheSeconds` and the authorizer's `revocationRefreshSeconds` together.
   *
   * @default "bounded"
   */
  readonly revocation?: 'bounded' | undefined;
  readonly senderConstraints?: readonly [] | undefined;
  readonly dpopAlgorithms?: undefined;
}

/** No kept results: each request has an answer of its own. */
interface OwnResults {
  /** No other number: a result that is kept would outlive a revocation, and ask nobody for a proof. @default 0 */
  readonly resultCacheSeconds?: 0 | undefined;
  /** Without effect: no result is kept. */
  readonly resultPerRoute?: boolean | undefined;
  /** @default "bounded" */
  readonly revocation?: RevocationMode | undefined;
  /**
   * Bound tokens that the API accepts: by a key that signs proofs (`dpop`, RFC 9449), by a certificate (`mtls`, RFC 8705). As the
   * issuers of the authorizer bind them.
   *
   * @default - none
   */
  readonly senderConstraints?: readonly SenderConstraint[] | undefined;
  /**
   * JWS algorithms of accepted DPoP proofs, which the gateway names in its challenges; the same for all APIs of an authorizer.
   *
   * @default ["ES256", "EdDSA", "PS256", "RS256"]
   */
  readonly dpopAlgorithms?: readonly Algorithm[] | undefined;
}

interface RestFacts {
  /** Kind of the gateway: a REST API (API Gateway v1), or an HTTP API (v2). @default "rest" */
  readonly gateway?: 'rest' | undefined;
  /**
   * Whether callers are metered by usage keys, so that a `scopes` or `authenticated` route that does not say otherwise requires one. Set with usage
   * tiers; the authorizer then needs a `tokenStore`, whose table holds the keys.
   *
   * @default false
   */
  readonly usageKeys?: boolean | undefined;
  /** Browser applications that may call the API. @default - none may */
  readonly cors?: CorsOptions | undefined;
  /**
   * Media types whose bodies are bytes, for example `image/png`, `image/*` or `*` + `/*`: functions get and give them in base64, by
   * `isBase64Encoded`. An answer is decoded only where the first media type that the client accepts is one of them; clients that
   * accept anything are served bytes with the range of all types alone, which makes JSON bodies base64 too.
   *
   * @default - those that the OpenAPI document describes as binary, else none
   */
  readonly binaryMediaTypes?: readonly string[] | undefined;
}

interface HttpFacts {
  readonly gateway: 'http';
  /** An HTTP API has no usage plans. */
  readonly usageKeys?: false | undefined;
  /** Browser applications that may call the API; see `httpApiCors`. @default - none may */
  readonly cors?: CorsOptions | undefined;
  readonly binaryMediaTypes?: undefined;
}

/** What is true of an API, besides its routes. */
export type ApiFacts = CommonFacts & (KeptResults | OwnResults) & (RestFacts | HttpFacts);

/** Facts with every default. */
export interface CompleteFacts {
  readonly id: string;
  readonly gateway: 'rest' | 'http';
  readonly routes: readonly RouteDefinition[];
  readonly resultCacheSeconds: number;
  readonly resultPerRoute: boolean;
  readonly revocation: RevocationMode;
  readonly senderConstraints: readonly SenderConstraint[];
  readonly dpopAlgorithms: readonly Algorithm[];
  readonly usageKeys: boolean;
  readonly cors: CorsOptions | undefined;
  readonly cidrs: readonly string[] | undefined;
  readonly publicUrls: readonly string[] | undefined;
  readonly resource: string | undefined;
  readonly resourceMetadata: string | undefined;
}

/** Adds the defaults to what was said of an API. */
export function completeFacts(facts: ApiFacts, routes: readonly RouteDefinition[]): CompleteFacts {
  const { id, gateway = 'rest', revocation = 'bounded', senderConstraints = [], cors, cidrs, publicUrls } = facts;
  const isAskedEachTime = gateway === 'http' || revocation === 'strict' || senderConstraints.length > 0;
  return {
    id,
    gateway,
    routes,
    resultCacheSeconds: facts.resultCacheSeconds ?? (isAskedEachTime ? 0 : 60),
    resultPerRoute: facts.resultPerRoute ?? false,
    revocation,
    senderConstraints,
    dpopAlgorithms: senderConstraints.some((constraint) => constraint === 'dpop')
      ? (facts.dpopAlgorithms ?? DPOP_ALGORITHMS)
      : [],
    usageKeys: facts.usageKeys ?? false,
    cors,
    cidrs,
    publicUrls,
    resource: facts.resource ?? publicUrls?.[0],
    resourceMetadata: facts.resourceMetadata,
  };
}

/** What is wrong with the path of the token service, and what is allowed. */
export function mountFault({ tokenService }: ApiFacts): string | undefined {
  const { basePath = '' } = tokenService ?? {};
  return basePath === '' || BASE_PATH.pattern.test(basePath)
    ? undefined
    : `tokenService.basePath is ${JSON.stringify(basePath)}, allowed is "" or ${BASE_PATH.allowed}`;
}

/** The first thing that is wrong with an API or does not agree in it, and what is allowed. */
export function apiFault(given: ApiFacts, facts: CompleteFacts): string | undefined {
  const { id, gateway, cidrs, publicUrls = [], revocation, dpopAlgorithms } = facts;
  if (!API_ID.pattern.test(id)) {
    return `id is ${JSON.stringify(id)}, allowed are ${API_ID.allowed}`;
  }
  if (gateway !== 'rest' && gateway !== 'http') {
    return `gateway is ${JSON.stringify(gateway)}, allowed are "rest" and "http"`;
  }
  if (!REVOCATION_MODES.includes(revocation)) {
    return `revocation is ${JSON.stringify(revocation)}, allowed are "strict" and "bounded"`;
  }
  const network = cidrs?.find((cidr) => parseCidr(cidr) === undefined);
  if (cidrs?.length === 0 || network !== undefined) {
    return `cidrs has ${network === undefined ? 'no entry' : JSON.stringify(network)}, allowed are networks such as "192.0.2.0/24" and "2001:db8::/32"`;
  }
  const url = publicUrls.find((text) => !PUBLIC_URL.pattern.test(text) || !URL.canParse(text));
  if (url !== undefined) {
    return `publicUrls has ${JSON.stringify(url)}, allowed is ${PUBLIC_URL.allowed}`;
  }
  const { resource, resourceMetadata } = given;
  if (resource !== undefined && !RESOURCE.pattern.test(resource)) {
    return `resource is ${JSON.stringify(resource)}, allowed is ${RESOURCE.allowed}`;
  }
  if (resourceMetadata !== undefined && !(isPlain(resourceMetadata) && PUBLIC_URL.pattern.test(resourceMetadata))) {
    return `resourceMetadata is ${JSON.stringify(resourceMetadata)}, allowed is ${PUBLIC_URL.allowed}`;
  }
  if (given.dpopAlgorithms !== undefined && dpopAlgorithms.length === 0) {
    return `dpopAlgorithms is ${JSON.stringify(given.dpopAlgorithms)}, allowed is no value without "dpop" in senderConstraints, otherwise one or more of ${ALGORITHMS.join(', ')}`;
  }
  if (dpopAlgorithms.some((name) => !ALGORITHMS.includes(name))) {
    return `dpopAlgorithms is ${JSON.stringify(dpopAlgorithms)}, allowed are ${ALGORITHMS.join(', ')}`;
  }
  return resultFault(facts) ?? gatewayFault(facts) ?? (facts.cors && corsFault(facts.cors));
}

/** Kept results and what they do not go together with. */
function resultFault(facts: CompleteFacts): string | undefined {
  const { gateway, resultCacheSeconds, revocation, senderConstraints } = facts;
  const most = gateway === 'http' ? 300 : 3600;
  if (!Number.isInteger(resultCacheSeconds) || resultCacheSeconds < 0 || resultCacheSeconds > most) {
    return `resultCacheSeconds is ${resultCacheSeconds}, allowed is an integer from 0 to ${most}`;
  }
  const unknown = senderConstraints.find((constraint) => !SENDER_CONSTRAINTS.includes(constraint));
  if (unknown !== undefined) {
    return `senderConstraints holds ${JSON.stringify(unknown)}, allowed are "dpop" and "mtls"`;
  }
  if (resultCacheSeconds !== 0 && revocation === 'strict') {
    return `resultCacheSeconds is ${resultCacheSeconds}, allowed is 0 where revocation is "strict": a cached result would outlive a revocation`;
  }
  if (resultCacheSeconds !== 0 && senderConstraints.length > 0) {
    return `resultCacheSeconds is ${resultCacheSeconds}, allowed is 0 with senderConstraints: the gateway would reuse a cached result without a proof`;
  }
  return undefined;
}

/** What a gateway of the kind cannot do. */
function gatewayFault({ gateway, routes, usageKeys, cors }: CompleteFacts): string | undefined {
  if (gateway === 'http' && usageKeys) {
    return 'usageKeys is true, allowed is false for an HTTP API, which has no usage plans';
  }
  const keyed = routes.find(({ apiKeyRequired }) => apiKeyRequired === true);
  if (keyed !== undefined && !usageKeys) {
    return `route ${routeKey(keyed)} requires a usage key, which needs usageKeys true for the API: otherwise the authorizer names no key`;
  }
  if (gateway === 'rest' && cors !== undefined && cors.allowOrigins.length > 1) {
    return `cors.allowOrigins has ${cors.allowOrigins.length} origins, allowed is one for a REST API: its own answers (401, 403, 429, 5xx) are static and can name only one. Serve the applications from one origin, or give each a gateway`;
  }
  const preflight = cors === undefined ? undefined : routes.find(({ method }) => method === 'OPTIONS');
  return preflight === undefined
    ? undefined
    : `route ${routeKey(preflight)} answers the preflight that cors answers already, allowed is either the route or cors`;
}

/** Whether a text can stand in a quoted parameter of a challenge, and that in a mapping expression of API Gateway. */
function isPlain(text: string): boolean {
  return /^[!#-&(-[\]-~]+$/.test(text);
}
