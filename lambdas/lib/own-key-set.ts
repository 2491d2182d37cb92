import type { RotationRecordPlace } from './rotation-record';

const SCHEME = 'rotation:';

/**
 * An address for the platform's own public keys, in the record of their secret, which stands where issuers have that of a key set: `rotation://<region>/<table>/<secret>`.
 */
export function ownKeySetAddress({ region, table, secretName }: RotationRecordPlace): string {
  return `${SCHEME}//${region}/${table}/${encodeURIComponent(secretName)}`;
}

/** Reads such an address; `undefined` when it is of another kind. */
export function parseOwnKeySetAddress(address: string): RotationRecordPlace | undefined {
  const [scheme, , region, table, secret, ...others] = address.split('/');
  return scheme === SCHEME && region && table && secret && others.length === 0
    ? { region, table, secretName: decodeURIComponent(secret) }
    : undefined;
}
