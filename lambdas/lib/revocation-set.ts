import { NO_TOKEN_ID, type RevocationEntry, type RevocationKind } from './revocation';
import { ADMINISTRATION_APPLICATION, type Ancestor } from './token-record';

/** What is compared with the entries of a set: a verified token, and what it was derived from. */
export interface Revocable extends Ancestor {
  readonly ancestors?: readonly Ancestor[] | undefined;
  /** Marks of the ancestors of its source. */
  readonly lineage?: readonly string[] | undefined;
}

/** Tokens that are refused although they would hold by themselves. */
export interface RevocationSet {
  refuses(token: Revocable): boolean;
}

/** Makes a set of its entries, and of what else its item says. */
export type ToSet = (entries: readonly RevocationEntry[], item: Readonly<Record<string, unknown>>) => RevocationSet;

/** Set where nothing can be revoked. */
export const NO_REVOCATIONS: RevocationSet = { refuses: () => false };

/** Indexes entries by what they name. An entry is in force while it stands, so that the clock plays no part. */
export function revocationSet(entries: readonly RevocationEntry[]): RevocationSet {
  if (entries.length === 0) {
    return NO_REVOCATIONS;
  }
  // The latest time before which tokens are refused; without one, all are.
  const before = new Map<string, number>();
  for (const { kind, issuer, value, issuedBefore = Number.POSITIVE_INFINITY } of entries) {
    const key = keyOf(kind, issuer, value);
    before.set(key, Math.max(issuedBefore, before.get(key) ?? 0));
  }

  const isMeant = (issuedAt: number, kind: RevocationKind, value: string | undefined, issuer?: string) =>
    value !== undefined && issuedAt < (before.get(keyOf(kind, issuer, value)) ?? 0);

  /** Whether an entry names the token itself. */
  function isNamed({
    authMethod,
    tokenId,
    issuer,
    subject,
    application,
    clientId,
    keyId,
    issuedAt,
  }: Ancestor): boolean {
    const is = (kind: RevocationKind, value: string | undefined, from?: string) => isMeant(issuedAt, kind, value, from);
    if (authMethod === 'api_token') {
      // No entry for many tokens means those of administrators: whoever may invoke the token service gets in again.
      return is('token', tokenId) || (application !== ADMINISTRATION_APPLICATION && is('client', application));
    }
    return (
      // Entries from before issuers had to be named mean every issuer.
      [issuer, undefined].some(
        (from) =>
          (tokenId !== NO_TOKEN_ID && is('jti', tokenId, from)) || is('sub', subject, from) || is('kid', keyId, from),
      ) ||
      is('client', clientId, issuer) ||
      is('client', application) ||
      is('issuer', issuer)
    );
  }

  return {
    refuses: (token) =>
      isNamed(token) ||
      (token.ancestors?.some((ancestor) => {
        const { authMethod, tokenId, issuer } = ancestor;
        const from = authMethod === 'api_token' ? undefined : issuer;
        const isLine = tokenId !== NO_TOKEN_ID && isMeant(token.issuedAt, 'ancestor', tokenId, from);
        return isLine || (!ancestor.administrator && !ancestor.person && isNamed(ancestor));
      }) ??
        false),
  };
}

/** One text for what an entry names; JSON keeps an issuer and a value apart, whatever they hold. */
function keyOf(kind: RevocationKind, issuer: string | undefined, value: string): string {
  return JSON.stringify([kind, issuer, value]);
}
