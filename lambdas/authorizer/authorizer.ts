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
  readonly granted: readonly Route[];
  readonly result: AuthorizerResult;
}

/** How long a verified access token or an unknown API token is remembered, in milliseconds. */
export const MEMORY_MS = 5000;
const MEMORY_SIZE = 2000;
const SCOPE_SETS = 500;

/** Largest answer, in bytes: API Gateway refuses more than about 8 KB. */
export const MAX_RESULT_BYTES = 7000;

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
  const memory = new BoundedCache<Verified | Refusal>(MEMORY_SIZE);
  const grantsByScopes = new BoundedCache<{ readonly granted: readonly Route[]; readonly grants: Grants }>(SCOPE_SETS);

  async function decide(event: AuthorizerEvent, note: Note): Promise<Verified | Refusal> {
    const request = readRequest(event);
    note.request = request;
    const token = bearerToken(event);
    if (typeof token !== 'string') {
      return token;
    }
    const table = tables.get(request.api);
    note.route = table?.find(request.route);
    if (!table || !note.route) {
      throw new AuthorizerError('config_error', `route ${request.route} of API ${request.api} is not configured`);
    }
    const now = ports.clock();
    const key = `${digest(token)} ${request.api} ${request.stageArn}`;
    const remembered = memory.get(key, now);
    if (remembered) {
      note.cacheHit = true;
      return remembered;
    }
    // A JWT has dots and an API token has none.
    const verify = token.includes('.') ? verifyAccessToken : verifyApiToken;
    const credential: Credential | Refusal = verify ? await verify(token) : { refused: 'malformed' };
    if (!('refused' in credential)) {
      const verified = answer(credential, request, table);
      // An API token is read each time: its revocation takes effect as soon as the gateway's own result has expired.
      if (credential.authMethod === 'access_token') {
        memory.set(key, verified, Math.min(now + MEMORY_MS, credential.refusedFrom * 1000));
      }
      return verified;
    }
    if (credential.refused === 'unknown_token') {
      memory.set(key, credential, now + MEMORY_MS);
    }
    return credential;
  }

  function answer(credential: Credential, request: GatewayRequest, table: RouteTable): Verified {
    const { scopes, cidrs, environment, principal, usageKey } = credential;
    const { api, stageArn } = request;
    const key = `${api} ${scopes.join(' ')}`;
    let known = grantsByScopes.get(key, 0);
    if (!known) {
      const granted = table.granted(scopes);
      known = { granted, grants: grantsOf(table, granted) };
      grantsByScopes.set(key, known, 1);
    }
    const { granted, grants } = known;
    const resultWith = (policyDocument: PolicyDocument): AuthorizerResult => ({
      principalId: principal,
      policyDocument,
      context: contextOf(credential),
      ...(usageKey && { usageIdentifierKey: usageKey }),
    });
    const resultFor = (chosen: Grants) => resultWith(buildPolicy(stageArn, chosen, credential.refusedFrom, cidrs));
    let result = environment === config.environment ? resultFor(grants) : resultWith(denyAll(stageArn));
    if (!fits(result)) {
      result = resultFor(collapsedGrantsOf(table, granted));
      if (!fits(result)) {
        throw new AuthorizerError('config_error', `policy for the token is longer than ${MAX_RESULT_BYTES} bytes`);
      }
    }
    return { credential, isAllowedFrom: addressCheck(cidrs), granted, result };
  }

  /** What the policy says about this request. It is for the log: the gateway itself evaluates the policy. */
  function reasonFor({ credential, isAllowedFrom, granted }: Verified, { request, route }: Note): Reason {
    if (credential.environment !== config.environment) {
      return 'wrong_environment';
    }
    if (!isAllowedFrom(request?.sourceIp)) {
      return 'source_address';
    }
    return route && granted.includes(route) ? 'ok' : 'scope_denied';
  }

  return async (event) => {
    const startedAt = ports.clock();
    const note: Note = { cacheHit: false };
    const log = (record: Pick<DecisionRecord, 'decision' | 'reason' | 'tokenId' | 'credential' | 'error'>) =>
      ports.log({
        ...record,
        request: note.request,
        route: note.route?.key,
        cacheHit: note.cacheHit,
        latencyMs: ports.clock() - startedAt,
      });
    let outcome: Verified | Refusal;
    try {
      outcome = await decide(event, note);
    } catch (error) {
      log({ decision: 'error', reason: error instanceof AuthorizerError ? error.reason : 'internal', error });
      throw error;
    }
    if ('refused' in outcome) {
      log({ decision: 'unauthorized', reason: outcome.refused, tokenId: outcome.tokenId });
      throw UNAUTHORIZED;
    }
    const { credential, result } = outcome;
    const reason = reasonFor(outcome, note);
    log({ decision: reason === 'ok' ? 'allow' : 'deny', reason, tokenId: credential.tokenId, credential });
    // The conditions of the policy judge the address, now and for cached answers; without one they cannot.
    return reason === 'source_address' && !isAddress(note.request?.sourceIp)
      ? { ...result, policyDocument: denyAll(note.request?.stageArn ?? '*') }
      : result;
  };
}

/** What is learned about a request on the way. */
interface Note {
  cacheHit: boolean;
  request?: GatewayRequest;
  route?: Route | undefined;
}

function fits(result: AuthorizerResult): boolean {
  return Buffer.byteLength(JSON.stringify(result)) <= MAX_RESULT_BYTES;
}

/** SHA-256, so that memory holds no token. `hash` is four times as fast and missing before Node.js 20.12. */
function digest(token: string): string {
  return hash ? hash('sha256', token, 'base64') : createHash('sha256').update(token).digest('base64');
}
