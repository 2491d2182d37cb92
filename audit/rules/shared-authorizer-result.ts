import type { Authorizer } from '../model/types';
import { is } from '../three-valued';
import { aboutAuthorizer, type Rule } from './rule';
import type { Judgement } from './shared/resources';

/** What is kept for a caller is kept under something that only this caller has. */
export const sharedAuthorizerResult: Rule = {
  id: 'AUTHZ-006',
  title: 'Cached authorizer answer that callers share',
  why: 'API Gateway keeps the answer under the identity sources. Without a credential among them, the first caller decides for all others.',
  cause: 'identity_source lists only context or stage variables, which are alike for many callers.',
  fix: 'Put the header or parameter that carries the credential first in identity_source, or set the time to live to 0.',
  severity: 'high',
  references: [
    'https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html',
  ],
  check: (model) =>
    model.authorizers
      .filter(({ kind }) => !GATEWAY_DECIDES.some((one) => is(kind, one)))
      .map((authorizer) => {
        const [verdict, message] = judge(authorizer);
        return { ...aboutAuthorizer(authorizer), attribute: 'identity_source', verdict, message };
      }),
};

/** What API Gateway checks by itself, with each request; an answer of a TOKEN authorizer is kept under the token. */
const GATEWAY_DECIDES = ['TOKEN', 'COGNITO_USER_POOLS', 'JWT'];

/** What a caller sends, as REST, HTTP and WebSocket APIs write it. */
const SENT =
  /(^|[\s,])(method\.request\.(header|querystring|multivalue\w+)|route\.request\.(header|querystring)|\$request\.(header|querystring))\./;

function judge({ kind, ttlSeconds, identitySource }: Authorizer): Judgement {
  if (is(ttlSeconds, 0)) {
    return ['pass', 'no answer is kept'];
  }
  if (kind.kind !== 'known' || identitySource.kind !== 'known') {
    return ['unknown', 'its kind or its identity sources are not known'];
  }
  return SENT.test(identitySource.value)
    ? ['pass', 'answers are kept under what the caller sends']
    : ['fail', 'no identity source is sent by the caller, so callers share the answer that is kept'];
}
