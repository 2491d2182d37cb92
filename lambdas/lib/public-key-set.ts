import type { RotationRecord } from './rotation-record';
import { type Jwk, publicMembers } from './signing-keys';

/** The public keys that a record of signing keys publishes, in the order of their ids. */
export function publicKeysOf(record: RotationRecord | undefined): readonly Jwk[] {
  return (record?.credentials ?? [])
    .flatMap(({ publicJwk }) => (publicJwk ? [publicMembers(publicJwk)] : []))
    .sort((a, b) => (String(a.kid) < String(b.kid) ? -1 : 1));
}
