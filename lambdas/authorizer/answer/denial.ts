import { NO_SCOPE } from '../../lib/access-rule';
import { CHALLENGE_CONTEXT } from '../config';
import type { Credential } from '../credential';
import type { Route } from '../routes/route-table';
import { denyAll } from './policy';
import { type AuthorizerResult, resultWith } from './result';

/** A challenge is no part of the length of an answer that is checked, so it has to be short. In characters. */
const MAX_SCOPE_LENGTH = 500;

/** The answer that denies every route of a stage to a verified caller. */
export function denyEverything(credential: Credential, stageArn: string): AuthorizerResult {
  return resultWith(credential, denyAll(stageArn));
}

/**
 * An answer with the challenge of RFC 6750 (3) for the gateway to pass on. It names the scopes of one route, so it is
 * for gateways that keep no results.
 *
 * @param metadata where the API says which authorization server it trusts (RFC 9728, 5.1). @default - the challenge does not say
 */
export function withChallenge(
  result: AuthorizerResult,
  route: Route | undefined,
  metadata: string | undefined,
): AuthorizerResult {
  const required = route === undefined || route.anyOf === NO_SCOPE ? [] : route.anyOf;
  const scope = required[0]?.join(' ') ?? '';
  const challenge = [
    'Bearer error="insufficient_scope"',
    ...(scope.length > MAX_SCOPE_LENGTH ? [] : [`scope="${scope}"`]),
    ...(metadata === undefined ? [] : [`resource_metadata="${metadata}"`]),
  ];
  return { ...result, context: { ...result.context, [CHALLENGE_CONTEXT]: challenge.join(', ') } };
}
