import type { SenderConstraint } from '../../lib/grammar';

/** What a token is bound to (RFC 7800): thumbprints of the sender's key or certificate, as base64url of a SHA-256. */
export interface Confirmation {
  /** Of the public key of the DPoP proofs (RFC 9449, 6.1). */
  readonly jkt?: string;
  /** Of the client's certificate (RFC 8705, 3.1). */
  readonly x5t?: string;
}

const CERTIFICATE = 'x5t#S256';

/**
 * Reads a `cnf` claim. Each of its members must be one that the issuer may use and that is checked here: one that is not
 * understood may be the one that matters.
 *
 * @returns `undefined` when it holds anything else, or nothing
 */
export function confirmationOf(cnf: unknown, accepted: readonly SenderConstraint[] = []): Confirmation | undefined {
  const members = typeof cnf === 'object' && cnf ? Object.entries(cnf) : [];
  const { jkt, [CERTIFICATE]: x5t }: Readonly<Record<string, string>> = Object.fromEntries(members);
  const isKnown = ([name, value]: [string, unknown]) =>
    (name === 'jkt' ? accepted.includes('dpop') : name === CERTIFICATE && accepted.includes('mtls')) &&
    typeof value === 'string' &&
    /^[\w-]{43}$/.test(value);
  return members.length > 0 && members.every(isKnown) ? { ...(jkt && { jkt }), ...(x5t && { x5t }) } : undefined;
}
