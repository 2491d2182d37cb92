import type { AuthorizerResult } from './answer/result';
import type { AuthorizerConfig } from './config';
import { createDecisions, type Note, type Outcome, type Verified } from './decision';
import type { SimpleAnswer } from './event/http-api';
import type { AuthorizerEvent } from './event/request';
import { isAddress } from './event/source-address';
import { optionalParts } from './optional-parts';
import type { AuthorizerPorts, DecisionRecord } from './ports';
import { type Decision, type Reason, reasonOf } from './reasons';

/** Decides about one request; see {@link createAuthorizer}. */
export type Authorize = (event: AuthorizerEvent) => Promise<AuthorizerResult | SimpleAnswer>;

/** By its text API Gateway knows that the answer is 401; any other error is 500. */
const UNAUTHORIZED = Object.freeze(new Error('Unauthorized'));

/**
 * Makes the authorizer of a platform environment.
 *
 * For a REST API it resolves with a policy for every route, so that a kept answer is right for the others too, or, where the
 * gateway keeps none or one for each route, with a policy for the one route; for an HTTP API with a verdict about it. Or it rejects: with an error whose message is exactly `Unauthorized`
 * when the credential is bad (401), with any other when a dependency fails or the configuration is wrong (500, never
 * cached).
 *
 * @throws {Error} when the configuration cannot be used
 */
export function createAuthorizer(config: AuthorizerConfig, ports: AuthorizerPorts): Authorize {
  const decisions = createDecisions(config, ports);

  function log(note: Note, decision: Decision, reason: Reason, about: Partial<DecisionRecord>) {
    // Named one by one: spreading an object here would be the largest part of a remembered token's time.
    ports.log({
      decision,
      reason,
      request: note.request,
      route: note.route?.key,
      tokenId: about.tokenId,
      claim: about.claim,
      credential: about.credential,
      cacheHit: note.cacheHit,
      latencyMs: ports.clock() - note.startedAt,
      error: about.error,
      shadow: about.shadow,
    });
  }

  /** The answer to a caller; none where the credential is refused. */
  function answer(outcome: Outcome, note: Note): AuthorizerResult | SimpleAnswer | undefined {
    if ('refused' in outcome) {
      log(note, 'unauthorized', outcome.refused, outcome);
      return undefined;
    }
    const { credential } = outcome;
    const reason = decisions.authorize(outcome, note);
    const shadow = decisions.shadowOf?.(outcome.api.config.shadow, credential.scopes, note.request, reason);
    const result = resultFor(outcome, note, reason);
    log(note, reason === 'ok' ? 'allow' : 'deny', reason, { tokenId: credential.tokenId, credential, shadow });
    return result;
  }

  function resultFor(verified: Verified, note: Note, reason: Reason): AuthorizerResult | SimpleAnswer {
    const { credential, api } = verified;
    const { stageArn = '*', sourceIp, gateway } = note.request ?? {};
    if (gateway) {
      return optionalParts.httpApi().simpleAnswer(credential, reason === 'ok');
    }
    // The conditions of the policy judge the address, now and for cached answers; without one they cannot.
    if (reason === 'wrong_environment' || (reason === 'source_address' && !isAddress(sourceIp))) {
      return optionalParts.denial().denyEverything(credential, stageArn);
    }
    const result = allow(verified, note, stageArn);
    const isForOne = reason === 'scope_denied' && api.config.resultCacheSeconds === 0;
    return isForOne ? optionalParts.denial().withChallenge(result, note.route, api.config.resourceMetadata) : result;
  }

  function allow(verified: Verified, { request, route }: Note, stageArn: string): AuthorizerResult {
    const { latest, api, credential, granted } = verified;
    const only = request?.isResultPerRoute ? route : undefined;
    if (latest?.stageArn === stageArn && latest.route === only) {
      return latest.result;
    }
    const result = api.answers.allow(credential, api.answers.resources(granted, only), stageArn);
    verified.latest = { stageArn, route: only, result };
    return result;
  }

  return async (event) => {
    const note: Note = { startedAt: ports.clock(), cacheHit: false, request: undefined, route: undefined };
    try {
      const outcome = decisions.authenticate(event, note);
      const result = answer(outcome instanceof Promise ? await outcome : outcome, note);
      if (result) {
        return result;
      }
      // Node.js keeps a list of promises that reject before anybody has them, which costs more than all that a bad token does.
      await undefined;
    } catch (error) {
      log(note, 'error', reasonOf(error), { error });
      throw error;
    }
    throw UNAUTHORIZED;
  };
}
