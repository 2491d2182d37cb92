import { is, type Verdict } from '../three-valued';
import { aboutRoute, type Rule, routeName } from './rule';

/** API Gateway takes any token of the user pool where a method names no scopes. */
export const authz009: Rule = {
  id: 'AUTHZ-009',
  title: 'User pool route without scopes',
  why: 'Without authorization_scopes API Gateway takes an ID token, and every token of every client of the pool is enough.',
  cause: 'The authorizer is set, and the scopes are left to the backend.',
  fix: 'List in authorization_scopes the scopes of which an access token needs one.',
  severity: 'medium',
  references: ['https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-enable-cognito-user-pool.html'],
  check: (model) =>
    model.routes
      .filter((route) => is(route.authorization, 'COGNITO_USER_POOLS') || is(route.authorization, 'JWT'))
      .map((route) => {
        const { declared } = route;
        const verdict: Verdict = declared.kind === 'scopes' ? 'pass' : declared.kind === 'unknown' ? 'unknown' : 'fail';
        const message = {
          pass: 'an access token needs a scope',
          fail: 'every token of the issuer is enough: it has no scopes',
          unknown: 'its scopes are not known',
        }[verdict];
        return { ...aboutRoute(route), verdict, message: `${routeName(route)}: ${message}` };
      }),
};
