import { hasOneReading } from '../lib/gateway-paths';
import type { RevocationSet } from '../lib/revocation-set';
import { whenReady } from '../lib/when-ready';
import { createAccessTokenVerifier } from './access-token/access-token-verifier';
import { createIssuerParts } from './access-token/issuer-parts';
import { type Answers, createAnswers, type Granted } from './answer/answer';
import type { Narrow } from './answer/networks';
import type { AuthorizerResult } from './answer/result';
import { createApiTokenVerifier } from './api-token/api-token-verifier';
import { BoundedCache } from './bounded-cache';
import type { ApiConfig, AuthorizerConfig } from './config';
import type { Credential } from './credential';
import { type Presented, presentedToken } from './event/carrier';
import { type AuthorizerEvent, createRequestReader, type GatewayRequest } from './event/request';
import { type AddressCheck, addressCheck } from './event/source-address';
import { optionalParts } from './optional-parts';
import type { AuthorizerPorts } from './ports';
import type { Reason, Refusal } from './reasons';
import { createRevocations } from './revocations';
import { type Route, type RouteTable, routeTable } from './routes/route-table';
import type { Shadow } from './routes/shadow';
import { sha256 } from './sha256';

/** What is learned about a request on the way to its decision. */
export interface Note {
  readonly startedAt: number;
  cacheHit: boolean;
  request: GatewayRequest | undefined;
  route: Route | undefined;
}

/** A verified token with what it may do in one API. */
export interface Verified {
  readonly credential: Credential;
  readonly api: Api;
  readonly granted: Granted;
  readonly isAllowedFrom: AddressCheck;
  /** The last answer; a remembered token has the same for every request to a stage, or to one route of it. */
  latest:
    | { readonly stageArn: string; readonly route: Route | undefined; readonly result: AuthorizerResult }
    | undefined;
}

export type Outcome = Verified | Refusal;

/** One API that the authorizer protects. */
export interface Api {
  readonly config: ApiConfig;
  readonly table: RouteTable;
  readonly answers: Answers;
  readonly narrow: Narrow | undefined;
}

/** The two questions about a request, in their order, before the answer is put into the form that the gateway takes. */
export interface Decisions {
  /**
   * Who calls, and whether the credential holds: at once, without a promise, where nothing has to be read or verified.
   * What is learned on the way is noted, also when it fails.
   *
   * @throws {AuthorizerError} when a dependency fails or the configuration is wrong; a promise rejects with it
   */
  authenticate(event: AuthorizerEvent, note: Note): Outcome | Promise<Outcome>;
  /** Whether a verified caller may call the requested route: what its access rule says. */
  authorize(caller: Verified, note: Note): Reason;
  /** Asks the rule sets that are not enforced; there is none where no API has one. */
  readonly shadowOf: Shadow | undefined;
}

/** How long a verified access token is remembered, in milliseconds. */
export const MEMORY_MS = 5000;
const MEMORY_SIZE = 2000;

/** @throws {Error} when the configuration cannot be used */
export function createDecisions(config: AuthorizerConfig, ports: AuthorizerPorts): Decisions {
  const apis = new Map<string, Api>();
  for (const [name, api] of Object.entries(config.apis)) {
    const table = routeTable(api.routes);
    const narrow = api.cidrs && optionalParts.networks().narrowTo(api.cidrs);
    apis.set(name, { config: api, table, answers: createAnswers(api, table), narrow });
    if (api.usageKeys && !config.apiTokens) {
      throw optionalParts.faults().noTable(name);
    }
  }
  const protectedApis = Object.values(config.apis);
  const readHttpRequest = protectedApis.some((api) => api.gateway)
    ? optionalParts.httpApi().readHttpRequest
    : undefined;
  const shadowOf = protectedApis.some((api) => api.shadow)
    ? optionalParts.shadow().createShadow(ports.warn)
    : undefined;
  const readRequest = createRequestReader();
  const verifyApiToken = config.apiTokens && createApiTokenVerifier(config.apiTokens, config.environment, ports);
  const issuerParts = createIssuerParts(config, ports);
  const verifyAccessToken = createAccessTokenVerifier(config, ports, issuerParts);
  const revocations = createRevocations(config, ports);
  const memory = new BoundedCache<Verified>(MEMORY_SIZE);
  const introspect = config.issuers.some((issuer) => issuer.introspection)
    ? optionalParts.introspection().createIntrospection(config, ports, issuerParts)
    : undefined;
  const checkSender = config.issuers.some((issuer) => issuer.senderConstraints?.length)
    ? optionalParts.senderConstraint().createSenderCheck(config, ports)
    : undefined;

  function authenticate(event: AuthorizerEvent, note: Note): Outcome | Promise<Outcome> {
    const request = readHttpRequest && event.version === '2.0' ? readHttpRequest(event) : readRequest(event);
    note.request = request;
    const presented = presentedToken(event);
    if ('refused' in presented) {
      return presented;
    }
    const api = apiOf(request, note);
    const found = findCaller(presented, api, note);
    if (!(found instanceof Promise)) {
      return admit(found, presented, event);
    }
    // The record of an API token and the revocations are read at the same time. A JWT costs a read of them only when it holds.
    const early = isJwt(presented.token) ? undefined : ahead(revocationsFor(api));
    return found.then((caller) => admit(caller, presented, event, early));
  }

  /** Checks of a token that holds, for each request: it comes from whom it is bound to, and is not revoked. */
  function admit(
    caller: Outcome,
    presented: Presented,
    event: AuthorizerEvent,
    early?: RevocationSet | Promise<RevocationSet>,
  ): Outcome | Promise<Outcome> {
    if ('refused' in caller) {
      return caller;
    }
    const { credential, api } = caller;
    const { scheme, token } = presented;
    if (scheme === 'bearer' && credential.confirmation === undefined) {
      return unlessRevoked(caller, early ?? revocationsFor(api));
    }
    return whenReady(
      checkSender ? checkSender(credential, scheme, token, event, api.config) : NOT_BOUND,
      (refusal) => refusal ?? unlessRevoked(caller, early ?? revocationsFor(api)),
    );
  }

  function revocationsFor(api: Api): RevocationSet | Promise<RevocationSet> {
    return revocations.read(api.config.revocation);
  }

  /** The API that a request is for. Its route is noted. */
  function apiOf(request: GatewayRequest, note: Note): Api {
    const { method, path } = request;
    const api = apis.get(request.api);
    const route = api?.table.find(method, path);
    if (!api || !(route || request.isCatchAll) || request.gateway !== api.config.gateway) {
      throw optionalParts.faults().unknownRoute(request);
    }
    // A whole-API answer is for gateways that keep it for every route, and one for a route for those that do not: nothing
    // is decided where the gateway expects the one and only the other can be given.
    if (!request.isResultPerRoute && !api.config.policy) {
      throw optionalParts.faults().oneRouteOnly(request);
    }
    note.route = route;
    return api;
  }

  /** Verifies a token, or remembers that it was verified. Whether it is revoked is not looked at. */
  function findCaller({ scheme, token }: Presented, api: Api, note: Note): Outcome | Promise<Outcome> {
    const isStrict = api.config.revocation === 'strict';
    // The server's answers have a memory of their own, as long as its settings say.
    const answered = introspect?.(token, isStrict);
    if (answered) {
      return answered.then((found) => inApi(api, found));
    }
    // An API token is read each time: its revocation takes effect as soon as the gateway's own result has expired.
    if (!isJwt(token)) {
      return scheme === 'bearer'
        ? whenReady(verifyApiToken?.(token, isStrict) ?? MALFORMED, (found) => inApi(api, found))
        : NOT_BOUND;
    }
    const now = ports.clock();
    const key = sha256(token);
    const remembered = memory.get(key, now);
    if (remembered?.api === api) {
      note.cacheHit = true;
      return remembered;
    }
    return whenReady(verifyAccessToken(token), (found) => {
      const caller = inApi(api, found);
      if (!('refused' in caller)) {
        memory.set(key, caller, Math.min(now + MEMORY_MS, caller.credential.refusedFrom * 1000));
      }
      return caller;
    });
  }

  function authorize({ credential, isAllowedFrom, granted, api }: Verified, { request, route }: Note): Reason {
    if (credential.environment !== config.environment) {
      return 'wrong_environment';
    }
    if (!isAllowedFrom(request?.sourceIp)) {
      return 'source_address';
    }
    if (!request || !route || !granted.routes.has(route)) {
      return 'scope_denied';
    }
    const { ownPath, method, isResultPerRoute } = request;
    if (ownPath === undefined || hasOneReading(ownPath)) {
      return 'ok';
    }
    const resources = api.answers.resources(granted, isResultPerRoute ? route : undefined);
    return optionalParts.unusualPath().allowsPath(resources, method, ownPath) ? 'ok' : 'unusual_path';
  }

  return { authenticate, authorize, shadowOf };
}

const MALFORMED: Refusal = { refused: 'malformed' };

/** For a token that comes with the scheme DPoP and is not bound to a key: taken as a Bearer token it would be a downgrade. */
const NOT_BOUND: Refusal = { refused: 'sender_constraint' };

/** For a token of the platform's own issuer that was asked for another API (RFC 8707). */
const OTHER_RESOURCE: Refusal = { refused: 'audience_mismatch' };

/** A JWT has dots and an API token has none. */
function isJwt(token: string): boolean {
  return token.includes('.');
}

/** A value that is read before it is known whether it is needed: where it is not, nobody hears of a failure. */
function ahead<T>(value: T | Promise<T>): T | Promise<T> {
  if (value instanceof Promise) {
    value.catch(() => {});
  }
  return value;
}

function unlessRevoked(caller: Verified, set: RevocationSet | Promise<RevocationSet>): Outcome | Promise<Outcome> {
  if (set instanceof Promise) {
    return set.then((known) => unlessRevoked(caller, known));
  }
  return set.refuses(caller.credential) ? { refused: 'revoked', tokenId: caller.credential.tokenId } : caller;
}

function inApi(api: Api, found: Credential | Refusal): Outcome {
  if ('refused' in found) {
    return found;
  }
  if (found.resource !== undefined && found.resource !== api.config.resource) {
    return OTHER_RESOURCE;
  }
  const credential = api.narrow ? { ...found, cidrs: api.narrow(found.cidrs) } : found;
  const granted = api.answers.granted(credential.scopes);
  return { credential, api, granted, isAllowedFrom: addressCheck(credential.cidrs), latest: undefined };
}
