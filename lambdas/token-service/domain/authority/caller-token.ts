import type { Caller } from '../../../lib/caller';
import { generationEnd } from '../../../lib/generation-end';
import { principalText } from '../../../lib/principal';
import type { Ancestor, TokenRecord } from '../../../lib/token-record';

/** When a token ends for a caller, in epoch seconds: an older secret of it is over sooner, and one that is gone is over. */
export function endOf({ secretGeneration }: Caller, record: TokenRecord): number {
  if (secretGeneration === undefined) {
    return record.expiresAt;
  }
  const generation = record.generations.find(({ number }) => number === secretGeneration);
  return generation === undefined ? 0 : generationEnd(record, generation);
}

/** A caller as the ancestor of what it issues. */
export function ancestorOf(caller: Caller): Ancestor {
  const { authMethod, issuer, subject, tokenId, application, clientId, keyId, source, issuedAt } = caller;
  return {
    authMethod,
    issuer,
    subject,
    tokenId,
    ...(application === undefined ? {} : { application }),
    ...(clientId === undefined ? {} : { clientId }),
    ...(keyId === undefined ? {} : { keyId }),
    ...(source === undefined ? {} : { source }),
    issuedAt,
  };
}

/** The principal of a person: whoever has an access token of this issuer and subject. */
export function principalOf({ issuer, subject }: { readonly issuer: string; readonly subject: string }): string {
  return principalText({ method: 'access_token', issuer, subject });
}
