import { isSafeText } from '../../lib/text';
import { EXPIRY_TIME_CONTEXT, GRACE_TIME_CONTEXT } from '../../lib/token-headers';
import { wholeSeconds } from '../../lib/whole-seconds';
import type { Credential } from '../credential';

/** Authorizer context: flat strings, because API Gateway answers 500 to objects and lists. */
export type AuthorizerContext = Readonly<Record<string, string>>;

/** API Gateway accepts 10,240 bytes of headers in total, and a context value may be mapped to one. */
const MAX_VALUE_LENGTH = 2048;

const NAMES = [
  'tokenId',
  'principal',
  'issuer',
  'application',
  'clientId',
  'team',
  'environment',
  'scopes',
  'tier',
  'issuedAt',
  'expiresAt',
  'authMethod',
  'graceUntil',
  'secretGeneration',
  'keyId',
  'source',
] as const;

/** What backends and access logs learn about the caller. It is cached with the policy, so it is the same for every route. */
export function contextOf(credential: Credential): AuthorizerContext {
  const context: Record<string, string> = {};
  for (const name of NAMES) {
    const text = textOf(credential[name]);
    // Anything but text would be a 500 of the gateway for the caller.
    if (text !== undefined && text.length <= MAX_VALUE_LENGTH && isSafeText(text)) {
      context[name] = text;
    }
  }
  context[EXPIRY_TIME_CONTEXT] = wholeSeconds(credential.expiresAt);
  if (credential.graceUntil) {
    context[GRACE_TIME_CONTEXT] = wholeSeconds(credential.graceUntil);
  }
  return context;
}

function textOf(value: Credential[(typeof NAMES)[number]]): string | undefined {
  if (typeof value === 'string') {
    return value;
  }
  return Array.isArray(value)
    ? value.join(' ')
    : Number.isFinite(value)
      ? String(Math.floor(value as number))
      : undefined;
}
