import { createHash, hash } from 'node:crypto';
import { createAccessTokenVerifier } from './access-token-verifier';
import { createApiTokenVerifier } from './api-token-verifier';
import { BoundedCache } from './bounded-cache';
import { bearerToken } from './carrier';
import type { AuthorizerConfig } from './config';
import { type AuthorizerContext, contextOf } from './context';
import type { Credential } from './credential';
import { buildPolicy, collapsedGrantsOf, denyAll, type Grants, grantsOf, type PolicyDocument } from './policy';
import type { AuthorizerPorts, DecisionRecord } from './ports';
import { AuthorizerError, type Reason, type Refusal } from './reasons';
import { type AuthorizerEvent, type GatewayRequest, readRequest } from './request';
import { compileRoutes, type Route, type RouteTable } from './route-table';
import { addressCheck, isAddress } from './source-address';

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
  readonly granted: ReadonlySet<Route>;
  readonly result: AuthorizerResult;
}

/** How long a verified access token or an unknown API token is remembered, in milliseconds. */
export const MEMORY_MS = 5000;
const MEMORY_SIZE = 2000;
const SCOPE_SETS = 500;

/** Largest answer, in bytes: API Gateway refuses more than about 8 KB. */
export const MAX_RESULT_BYTES = 7000;

/** Text by which API Gateway knows that the answer is 401; any other error is 500. */
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
  const apis = new Map(Object.entries(config.apis).map(([name, api]) => [name, compileRoutes(api.routes)]));
  const verifyApiToken = config.apiTokens && createApiTokenVerifier(config.apiTokens, ports);
  const verifyAccessToken = createAccessTokenVerifier(config, ports);
  const memory = new BoundedCache<Verified | Refusal>(MEMORY_SIZE);
  const grants = new BoundedCache<{ granted: ReadonlySet<Route>; exact: Grants }>(SCOPE_SETS);

  async function verify(token: string): Promise<Credential | Refusal> {
    // A JWT has dots and an API token has none.
    if (token.includes('.')) {
      return verifyAccessToken(token);
    }
    return verifyApiToken ? verifyApiToken(token) : { refused: 'malformed' };
  }

  function answer(credential: Credential, request: GatewayRequest, table: RouteTable): Verified {
    const base = {
      principalId: credential.principal,
      context: contextOf(credential),
      ...(credential.usageKey !== undefined && { usageIdentifierKey: credential.usageKey }),
    };
    if (credential.environment !== config.environment) {
      return { credential, granted: new Set(), result: { ...base, policyDocument: denyAll(request.stageArn) } };
    }
    const key = `${request.api} ${credential.scopes.join(' ')}`;
    let known = grants.get(key, 0);
    if (!known) {
      const granted = table.granted(credential.scopes);
      known = { granted: new Set(granted), exact: grantsOf(table, granted) };
      grants.set(key, known, Number.POSITIVE_INFINITY);
    }
    const resultFor = (chosen: Grants): AuthorizerResult => ({
      ...base,
      policyDocument: buildPolicy(request.stageArn, chosen, credential.refusedFrom, credential.cidrs),
    });
    let result = resultFor(known.exact);
    if (sizeOf(result) > MAX_RESULT_BYTES) {
      result = resultFor(collapsedGrantsOf(table, [...known.granted]));
      if (sizeOf(result) > MAX_RESULT_BYTES) {
        throw new AuthorizerError('config_error', `policy for the token is longer than ${MAX_RESULT_BYTES} bytes`);
      }
    }
    return { credential, granted: known.granted, result };
  }

  async function decide(event: AuthorizerEvent, note: Note): Promise<Verified | Refusal> {
    const request = readRequest(event);
    note.request = request;
    const table = apis.get(request.api);
    if (!table) {
      throw new AuthorizerError('config_error', `API ${request.api} is not in the configuration`);
    }
    const token = bearerToken(event);
    if (typeof token !== 'string') {
      return token;
    }
    const route = table.find(request.route);
    if (!route) {
      throw new AuthorizerError('config_error', `route ${request.route} is not in the configuration`);
    }
    note.route = route;
    const now = ports.clock();
    const key = `${digest(token)} ${request.api} ${request.stageArn}`;
    const remembered = memory.get(key, now);
    if (remembered) {
      note.cacheHit = true;
      return remembered;
    }
    const credential = await verify(token);
    if ('refused' in credential) {
      if (credential.refused === 'unknown_token') {
        memory.set(key, credential, now + MEMORY_MS);
      }
      return credential;
    }
    const verified = answer(credential, request, table);
    // An API token is read each time: its revocation takes effect as soon as the gateway's own result has expired.
    if (credential.authMethod === 'access_token') {
      memory.set(key, verified, Math.min(now + MEMORY_MS, credential.refusedFrom * 1000));
    }
    return verified;
  }

  return async (event) => {
    const note: Note = { startedAt: ports.clock(), cacheHit: false };
    let outcome: Verified | Refusal;
    try {
      outcome = await decide(event, note);
    } catch (error) {
      const reason = error instanceof AuthorizerError ? error.reason : 'internal';
      ports.log({ ...describe(note, ports), decision: 'error', reason, error });
      throw error;
    }
    if ('refused' in outcome) {
      const { refused: reason, tokenId } = outcome;
      ports.log({ ...describe(note, ports), decision: 'unauthorized', reason, ...(tokenId && { tokenId }) });
      throw UNAUTHORIZED;
    }
    const { credential } = outcome;
    const reason = reasonFor(outcome, note, config.environment);
    ports.log({
      ...describe(note, ports),
      decision: reason === 'ok' ? 'allow' : 'deny',
      reason,
      authMethod: credential.authMethod,
      tokenId: credential.tokenId,
      application: credential.application,
      ...(credential.secretGeneration !== undefined && { secretGeneration: credential.secretGeneration }),
    });
    if (reason === 'source_address' && !isAddress(note.request?.sourceIp)) {
      return { ...outcome.result, policyDocument: denyAll(note.request?.stageArn ?? '*') };
    }
    return outcome.result;
  };
}

/** What is learned about a request on the way, for the log. */
interface Note {
  readonly startedAt: number;
  cacheHit: boolean;
  request?: GatewayRequest;
  route?: Route;
}

function describe(note: Note, ports: AuthorizerPorts): Omit<DecisionRecord, 'decision' | 'reason'> {
  const { request, route } = note;
  return {
    ...(request && { api: request.api, stage: request.stage }),
    ...(request?.requestId !== undefined && { requestId: request.requestId }),
    ...(route && { route: route.key }),
    cacheHit: note.cacheHit,
    latencyMs: ports.clock() - note.startedAt,
  };
}

/** What the policy says about this request: the policy itself decides, at the gateway. */
function reasonFor(verified: Verified, note: Note, environment: string): Reason {
  const { credential, granted } = verified;
  if (credential.environment !== environment) {
    return 'wrong_environment';
  }
  if (!addressCheck(credential.cidrs)(note.request?.sourceIp)) {
    return 'source_address';
  }
  return note.route && granted.has(note.route) ? 'ok' : 'scope_denied';
}

function sizeOf(result: AuthorizerResult): number {
  return Buffer.byteLength(JSON.stringify(result));
}

/** SHA-256, so that memory holds no token. `hash` is four times as fast and missing before Node.js 20.12. */
function digest(token: string): string {
  return hash ? hash('sha256', token, 'base64') : createHash('sha256').update(token).digest('base64');
}
