export { AUTH_METHODS, type AuthMethod, type Caller, CallerError, readCaller } from '../lambdas/lib/caller';
export {
  EXPIRY_HEADER,
  expiryHeaders,
  type ProblemAnswer,
  type ProtectedHandlerOptions,
  type ProxyAnswer,
  problemAnswer,
  protectedHandler,
} from './handler';
export { hasScopes, type RequiredScopes, requireScopes, ScopeError } from './scopes';
