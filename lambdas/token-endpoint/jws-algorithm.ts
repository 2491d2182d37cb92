import type { Algorithm } from '../lib/grammar';

/** Name that RFC 9864 (2.2) gives to EdDSA with Ed25519, the one curve that counts here; newer libraries write it. */
const ED25519 = 'Ed25519';

/** The algorithm that a header names, if it is an accepted one. */
export function algorithmOf(alg: unknown, accepted: readonly Algorithm[]): Algorithm | undefined {
  return accepted.find((one) => one === alg || (one === 'EdDSA' && alg === ED25519));
}

/** Every name under which headers may name accepted algorithms. */
export function algorithmNames(accepted: readonly Algorithm[]): readonly string[] {
  return accepted.flatMap((one) => (one === 'EdDSA' ? [one, ED25519] : one));
}
