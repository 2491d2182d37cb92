import type { RouteRule } from '../../lambdas/lib/access-rule';
import type { Algorithm, RevocationMode, SenderConstraint } from '../../lambdas/lib/grammar';
import { type ApiFacts, apiFault, type CompleteFacts, completeFacts, mountFault, type Routes } from './api-facts';
import { CheckedRoutes } from './checked-routes';
import type { CorsOptions } from './cors';
import { factDifference, routeDifference } from './differences';
import { frozenCopy } from './frozen-copy';
import { memberFault } from './members';
import type { OpenApiNote } from './openapi/notes';
import type { ParsedDocument } from './openapi/parse';
import { readOpenApi } from './openapi/reader';
import { RouteError } from './path';
import { parseRouteKey, type RouteDefinition, routeKey, routeRules } from './route';
import { tokenServiceRoutes } from './token-service-routes';

/** An OpenAPI document of version 3.0 or 3.1, as `parseOpenApi` reads it, or any value with a name for errors. */
export type OpenApiSource = Pick<ParsedDocument, 'document' | 'source'> & Partial<ParsedDocument>;

/** Everything that is said of an API. */
export type ApiDefinitionProps = ApiFacts & {
  /** At least one, with those of the token service. */
  readonly routes: Routes;
  /** What a document demands of requests and API Gateway does not check; the gateway warns of it. @default - nothing */
  readonly notes?: readonly OpenApiNote[] | undefined;
};

/** What is said of an API besides its document. */
export type OpenApiDefinitionProps = ApiFacts & {
  /** Routes beside those of the document. @default - none */
  readonly routes?: Routes | undefined;
  /** Names that `x-gatehouse-backend` may hold. @default - any; the gateway checks them against its integrations */
  readonly backends?: readonly string[] | undefined;
  /** Backend of operations that name none. @default - such an operation is an error */
  readonly defaultBackend?: string | undefined;
  /** Scopes that operations may require. @default - any; of a scheme that declares its scopes, those */
  readonly scopes?: readonly string[] | undefined;
};

/** Something that cannot be said of an API: the id, the fact, its value and what is allowed. */
export class ApiDefinitionError extends Error {
  override readonly name = 'ApiDefinitionError';

  /** @param fault the fact, its value and what is allowed */
  constructor(
    readonly apiId: string,
    readonly fault: string,
  ) {
    super(`API ${JSON.stringify(apiId)}: ${fault}`);
  }
}

/**
 * Everything that is true of one API, said once and checked once. The same value is handed to the gateway, the authorizer and the token
 * service, so that none of them can go by another id, route, cache time or origin than the others. It is a frozen copy of what it is made
 * of: what the caller changes afterwards does not reach it.
 *
 * ```ts
 * const shop = ApiDefinition.fromOpenApi(parseOpenApi(text, 'shop.yaml'), { id: 'shop', revocation: 'strict' });
 * const authorizer = new TokenAuthorizer(this, 'Authorizer', { apis: [shop], … });
 * new RestGateway(this, 'Shop', { api: shop, authorizer, integrations, … });
 * ```
 */
export class ApiDefinition implements CompleteFacts {
  /** By what the authorizer knows the API. */
  readonly id: string;
  /** Kind of the gateway. */
  readonly gateway: 'rest' | 'http';
  /** Routes with their access rules, in the order of path and method; with those of the token service where it is served. */
  readonly routes: readonly RouteDefinition[];
  /** Rules that are evaluated and not enforced. */
  readonly shadow: readonly RouteRule[] | undefined;
  /** How long the gateway keeps a result of the authorizer, in seconds. */
  readonly resultCacheSeconds: number;
  /** Whether a result is always kept for one route. */
  readonly resultPerRoute: boolean;
  /** How a revocation reaches the API. */
  readonly revocation: RevocationMode;
  /** Bound tokens that the API accepts. */
  readonly senderConstraints: readonly SenderConstraint[];
  /** JWS algorithms of accepted DPoP proofs; none where none are accepted. */
  readonly dpopAlgorithms: readonly Algorithm[];
  /** Whether callers are metered by usage keys. */
  readonly usageKeys: boolean;
  /** Browser applications that may call the API. */
  readonly cors: CorsOptions | undefined;
  /** Networks that the API may be called from. */
  readonly cidrs: readonly string[] | undefined;
  /** Addresses under which the API is published. */
  readonly publicUrls: readonly string[] | undefined;
  /** Address by which access tokens are asked for this API alone. */
  readonly resource: string | undefined;
  /** Where the API says which authorization server it trusts. */
  readonly resourceMetadata: string | undefined;
  /** Media types whose bodies are bytes. */
  readonly binaryMediaTypes: readonly string[];
  /** Where the token service is served. */
  readonly tokenService: { readonly basePath: string } | undefined;
  /** What a document demands of requests and API Gateway does not check. */
  readonly notes: readonly OpenApiNote[];

  /** @throws {ApiDefinitionError} with the first fault */
  constructor(given: ApiDefinitionProps) {
    refuse(given.id, memberFault(given));
    const props = frozenCopy(given);
    const { id, tokenService } = props;
    const routes = checked(id, () => listRoutes(props.routes));
    refuse(id, mountFault(props));
    const facts = checked(id, () => completeFacts(props, withTokenService(routes, tokenService)));
    refuse(id, apiFault(props, facts));
    this.id = id;
    this.gateway = facts.gateway;
    if (facts.routes.length === 0) {
      throw new ApiDefinitionError(id, 'the API has no route, allowed is at least one');
    }
    this.routes = frozenCopy(checked(id, () => checkedRoutes(facts.routes)));
    const { shadow } = props;
    this.shadow = frozenCopy(
      shadow && checked(id, () => routeRules(checkedRoutes(withTokenService(listRoutes(shadow), tokenService)))),
    );
    this.resultCacheSeconds = facts.resultCacheSeconds;
    this.resultPerRoute = facts.resultPerRoute;
    this.revocation = facts.revocation;
    this.senderConstraints = frozenCopy(facts.senderConstraints);
    this.dpopAlgorithms = frozenCopy(facts.dpopAlgorithms);
    this.usageKeys = facts.usageKeys;
    this.cors = facts.cors;
    this.cidrs = facts.cidrs;
    this.publicUrls = facts.publicUrls;
    this.resource = facts.resource;
    this.resourceMetadata = facts.resourceMetadata;
    this.binaryMediaTypes = frozenCopy(props.binaryMediaTypes ?? []);
    this.tokenService = tokenService;
    this.notes = frozenCopy(props.notes ?? []);
    Object.freeze(this);
  }

  /**
   * An API that an OpenAPI document describes: its routes with their rules, and which bodies are binary.
   *
   * @throws {OpenApiError} with every fault of the document
   * @throws {ApiDefinitionError} with the first fault of what else is said
   */
  static fromOpenApi(source: OpenApiSource, props: OpenApiDefinitionProps): ApiDefinition {
    const { routes = [], backends, defaultBackend, scopes, ...facts } = props;
    const read = readOpenApi(source.document, {
      source: source.source,
      ...(source.lineOf === undefined ? {} : { lineOf: source.lineOf }),
      ...(backends === undefined ? {} : { backends }),
      ...(defaultBackend === undefined ? {} : { defaultBackend }),
      ...(scopes === undefined ? {} : { scopes }),
      ...(facts.binaryMediaTypes === undefined ? {} : { binaryMediaTypes: facts.binaryMediaTypes }),
    });
    const binaryMediaTypes = facts.gateway === 'http' ? {} : { binaryMediaTypes: read.binaryMediaTypes };
    return new ApiDefinition({
      ...binaryMediaTypes,
      ...facts,
      routes: [...read.routes, ...checked(facts.id, () => listRoutes(routes))],
      notes: read.notes,
    } as ApiDefinitionProps);
  }

  /** What the authorizer has to know of the routes, in the order of path and method. */
  get rules(): readonly RouteRule[] {
    return routeRules(this.routes);
  }

  /** Facts in which another definition of the same API differs from this one, each with both values, rules with their routes. */
  differences(other: ApiDefinition): string[] {
    if (other === this) {
      return [];
    }
    const facts = [
      ...['gateway', 'resultCacheSeconds', 'resultPerRoute', 'revocation', 'senderConstraints', 'dpopAlgorithms'],
      ...['usageKeys', 'cors', 'cidrs', 'publicUrls', 'resourceMetadata', 'tokenService'],
      'binaryMediaTypes',
    ] as (keyof ApiDefinition)[];
    return [
      ...facts.map((fact) => factDifference(fact, this[fact], other[fact])),
      factDifference('resource', resourceOfItsOwn(this), resourceOfItsOwn(other)),
      routeDifference('rules', this.rules, other.rules),
      routeDifference('shadow', this.shadow, other.shadow),
    ].filter((difference) => difference !== undefined);
  }
}

/** What is not said by the addresses of the API already. */
function resourceOfItsOwn({ resource, publicUrls }: ApiDefinition): string | undefined {
  return resource === publicUrls?.[0] ? undefined : resource;
}

function refuse(id: string, fault: string | undefined): void {
  if (fault !== undefined) {
    throw new ApiDefinitionError(id, fault);
  }
}

function listRoutes(routes: Routes): RouteDefinition[] {
  return isList(routes)
    ? [...routes]
    : Object.entries(routes).map(([key, props]) => ({ ...parseRouteKey(key), ...props }));
}

function isList(routes: Routes): routes is readonly RouteDefinition[] {
  return Array.isArray(routes);
}

function withTokenService(routes: RouteDefinition[], mount: ApiDefinition['tokenService']): RouteDefinition[] {
  const added = mount === undefined ? [] : tokenServiceRoutes(mount.basePath);
  const keys = new Set(added.map(routeKey));
  const clash = routes.find((route) => keys.has(routeKey(route)));
  if (clash !== undefined) {
    throw new RouteError(
      `the API has the route ${routeKey(clash)}, which is the token service's, allowed is another path or another basePath`,
    );
  }
  return [...routes, ...added];
}

function checkedRoutes(routes: readonly RouteDefinition[]): RouteDefinition[] {
  const table = new CheckedRoutes();
  for (const route of routes) {
    table.add(route);
  }
  return table.list();
}

/** Names the API in errors of its routes. */
function checked<T>(id: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof RouteError ? new ApiDefinitionError(id, error.message) : error;
  }
}
