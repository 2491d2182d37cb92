export { type Caller, CallerError, readCaller } from '../lambdas/lib/caller';
export { AUTH_METHODS, type AuthMethod, type Principal, parsePrincipal, principalText } from '../lambdas/lib/principal';
export { EXPIRY_HEADER, expiryHeaders, GRACE_HEADER } from '../lambdas/lib/token-headers';
export {
  type ProblemAnswer,
  type ProtectedHandlerOptions,
  type ProxyAnswer,
  problemAnswer,
  protectedHandler,
} from './handler';
export { hasScopes, type RequiredScopes, requireScopes, ScopeError } from './scopes';
