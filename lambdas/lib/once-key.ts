/** What happens once: a request with an idempotency key, an assertion of a client (RFC 7523, 3), a DPoP proof (RFC 9449, 11.1). */
export type OnceKind = 'idempotency' | 'assertion' | 'dpop';

/** Key of the item by which it is known that something was done, from a hash of what was done; with `*` a pattern for policies. */
export function onceKey(kind: OnceKind, hash: string): string {
  return `once#${kind}#${hash}`;
}
