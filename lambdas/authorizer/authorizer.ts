import { createAccessTokenVerifier } from './access-token-verifier';
import { createApiTokenVerifier } from './api-token-verifier';
import { BoundedCache } from './bounded-cache';
import { bearerToken } from './carrier';
import type { AuthorizerConfig } from './config';
import { type AuthorizerContext, contextOf } from './context';
import type { Credential } from './credential';
import {
  buildPolicy,
  collapsedGrantsOf,
  denyAll,
  forStage,
  grantsOf,
  type PolicyDocument,
  type StageGrants,
} from './policy';
import type { AuthorizerPorts, DecisionRecord } from './ports';
import { AuthorizerError, type Decision, type Reason, type Refusal } from './reasons';
import { type AuthorizerEvent, type GatewayRequest, readRequest } from './request';
import { compileRoutes, type Route, type RouteTable } from './route-table';
import { sha256 } from './sha256';
import { type AddressCheck, addressCheck, isAddress } from './source-address';

/** What a REST API takes from its authorizer. */
export interface AuthorizerResult {
  readonly principalId: string;
  readonly policyDocument: PolicyDocument;
  readonly context: AuthorizerContext;
  /** Value of the API Gateway key that meters the caller. */
  readonly usageIdentifierKey?: string;
}

/** Decides about one request; see {@link createAuthorizer}. */
export type Authorize = (event: AuthorizerEvent) => Promise<AuthorizerResult>;

/** A verified token with its answer for one stage. */
interface Verified {
  readonly credential: Credential;
  readonly isAllowedFrom: AddressCheck;
  readonly granted: ReadonlySet<Route>;
  readonly result: AuthorizerResult;
}

type Outcome = Verified | Refusal;

/** What a scope set grants in one stage. */
interface Granted {
  readonly routes: ReadonlySet<Route>;
  readonly exact: StageGrants;
  /** Made when a policy with the exact resources is too long. */
  collapsed?: StageGrants;
}

/** How long a verified access token is remembered, in milliseconds. */
export const MEMORY_MS = 5000;
const MEMORY_SIZE = 2000;
const SCOPE_SETS = 500;

/** Largest answer, in bytes: API Gateway refuses more than about 8 KB. */
export const MAX_RESULT_BYTES = 7000;

/** More than the names and punctuation in an answer beside those of the policy, in bytes. */
const NAMES_BYTES = 600;

/** By its text API Gateway knows that the answer is 401; any other error is 500. */
const UNAUTHORIZED = Object.freeze(new Error('Unauthorized'));

/**
 * Makes the authorizer of a platform environment.
 *
 * It resolves with a policy for every route of the API, so that a cached answer is right for the others too, or rejects:
 * with an error whose message is exactly `Unauthorized` when the credential is bad (401), with any other
 * when a dependency fails or the configuration is wrong (500, never cached).
 *
 * @throws {Error} when the configuration cannot be used
 */
export function createAuthorizer(config: AuthorizerConfig, ports: AuthorizerPorts): Authorize {
  const tables = new Map(Object.entries(config.apis).map(([api, { routes }]) => [api, compileRoutes(routes)]));
  const verifyApiToken = config.apiTokens && createApiTokenVerifier(config.apiTokens, ports);
  const verifyAccessToken = createAccessTokenVerifier(config, ports);
  const memory = new BoundedCache<Verified>(MEMORY_SIZE);
  const grantedByScopes = new BoundedCache<Granted>(SCOPE_SETS);

  /** Answers at once, without a promise, where nothing has to be read or verified. */
  function decide(event: AuthorizerEvent, note: Note): Outcome | Promise<Outcome> {
    const request = readRequest(event);
    note.request = request;
    const token = bearerToken(event);
    if (typeof token !== 'string') {
      return token;
    }
    const table = tables.get(request.api);
    const route = table?.find(request.route);
    if (!table || !route) {
      throw new AuthorizerError('config_error', `route ${request.route} of API ${request.api} is not configured`);
    }
    note.route = route;
    // A JWT has dots and an API token has none. An API token is read each time: its revocation takes effect as soon as
    // the gateway's own result has expired.
    if (!token.includes('.')) {
      const found = verifyApiToken?.(token) ?? { refused: 'malformed' };
      return found instanceof Promise ? found.then((one) => answer(one, request, table)) : found;
    }
    const now = ports.clock();
    const key = `${sha256(token)} ${request.api} ${request.stageArn}`;
    const remembered = memory.get(key, now);
    if (remembered) {
      note.cacheHit = true;
      return remembered;
    }
    return verifyAccessToken(token).then((found) => {
      const outcome = answer(found, request, table);
      if (!('refused' in outcome)) {
        memory.set(key, outcome, Math.min(now + MEMORY_MS, outcome.credential.refusedFrom * 1000));
      }
      return outcome;
    });
  }

  function answer(credential: Credential | Refusal, { api, stageArn }: GatewayRequest, table: RouteTable): Outcome {
    if ('refused' in credential) {
      return credential;
    }
    const { scopes, cidrs, principal, usageKey } = credential;
    const key = `${stageArn} ${api} ${scopes.join(' ')}`;
    let granted = grantedByScopes.get(key, 0);
    if (!granted) {
      const routes = table.granted(scopes);
      granted = { routes: new Set(routes), exact: forStage(stageArn, grantsOf(table, routes)) };
      grantedByScopes.set(key, granted, 1);
    }
    const context = contextOf(credential);
    const resultWith = (policyDocument: PolicyDocument): AuthorizerResult =>
      usageKey
        ? { principalId: principal, policyDocument, context, usageIdentifierKey: usageKey }
        : { principalId: principal, policyDocument, context };
    const resultFor = (grants: StageGrants) => resultWith(buildPolicy(grants, credential.refusedFrom, cidrs));
    let result: AuthorizerResult;
    if (credential.environment !== config.environment) {
      result = resultWith(denyAll(stageArn));
    } else {
      result = resultFor(granted.exact);
      if (!fits(result, granted.exact, cidrs)) {
        granted.collapsed ??= forStage(stageArn, collapsedGrantsOf(table, [...granted.routes]));
        result = resultFor(granted.collapsed);
        if (!fits(result, granted.collapsed, cidrs)) {
          throw new AuthorizerError('config_error', `policy for the token is longer than ${MAX_RESULT_BYTES} bytes`);
        }
      }
    }
    return { credential, isAllowedFrom: addressCheck(cidrs), granted: granted.routes, result };
  }

  /** What the policy says about this request. It is for the log: the gateway itself evaluates the policy. */
  function reasonFor({ credential, isAllowedFrom, granted }: Verified, { request, route }: Note): Reason {
    if (credential.environment !== config.environment) {
      return 'wrong_environment';
    }
    if (!isAllowedFrom(request?.sourceIp)) {
      return 'source_address';
    }
    return route && granted.has(route) ? 'ok' : 'scope_denied';
  }

  function log(note: Note, decision: Decision, reason: Reason, about: Partial<DecisionRecord>) {
    // Named one by one: spreading an object here would be the largest part of a remembered token's time.
    ports.log({
      decision,
      reason,
      request: note.request,
      route: note.route?.key,
      tokenId: about.tokenId,
      credential: about.credential,
      cacheHit: note.cacheHit,
      latencyMs: ports.clock() - note.startedAt,
      error: about.error,
    });
  }

  return async (event) => {
    const note: Note = { startedAt: ports.clock(), cacheHit: false, request: undefined, route: undefined };
    let outcome: Outcome;
    try {
      const found = decide(event, note);
      outcome = found instanceof Promise ? await found : found;
    } catch (error) {
      log(note, 'error', error instanceof AuthorizerError ? error.reason : 'internal', { error });
      throw error;
    }
    if ('refused' in outcome) {
      log(note, 'unauthorized', outcome.refused, outcome);
      throw UNAUTHORIZED;
    }
    const { credential, result } = outcome;
    const reason = reasonFor(outcome, note);
    log(note, reason === 'ok' ? 'allow' : 'deny', reason, { tokenId: credential.tokenId, credential });
    // The conditions of the policy judge the address, now and for cached answers; without one they cannot.
    return reason === 'source_address' && !isAddress(note.request?.sourceIp)
      ? { ...result, policyDocument: denyAll(note.request?.stageArn ?? '*') }
      : result;
  };
}

/** What is learned about a request on the way. */
interface Note {
  readonly startedAt: number;
  cacheHit: boolean;
  request: GatewayRequest | undefined;
  route: Route | undefined;
}

/**
 * Whether an answer is short enough. Escaping and UTF-8 make at most six bytes of a character, so a look at the lengths
 * nearly always spares writing the answer out.
 */
function fits(result: AuthorizerResult, grants: StageGrants, cidrs: readonly string[]): boolean {
  const texts = [...Object.values(result.context), ...cidrs, result.principalId, result.usageIdentifierKey ?? ''];
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  return (
    grants.bytes + 6 * characters + NAMES_BYTES <= MAX_RESULT_BYTES ||
    Buffer.byteLength(JSON.stringify(result)) <= MAX_RESULT_BYTES
  );
}
