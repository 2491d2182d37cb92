import type { Credential } from '../credential';
import { type AuthorizerContext, contextOf } from './context';
import type { PolicyDocument } from './policy';

/** What a REST API takes from its authorizer. */
export interface AuthorizerResult {
  readonly principalId: string;
  readonly policyDocument: PolicyDocument;
  readonly context: AuthorizerContext;
  /** Value of the API Gateway key that meters the caller. */
  readonly usageIdentifierKey?: string;
}

/** A policy with the context of a caller. */
export function resultWith(credential: Credential, policyDocument: PolicyDocument): AuthorizerResult {
  const { principal: principalId, usageKey: usageIdentifierKey } = credential;
  const context = contextOf(credential);
  return usageIdentifierKey
    ? { principalId, policyDocument, context, usageIdentifierKey }
    : { principalId, policyDocument, context };
}
