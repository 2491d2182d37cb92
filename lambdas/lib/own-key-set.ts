/** Where the platform's own public keys are kept: the record of their secret in the rotation table. */
export interface OwnKeySet {
  readonly region: string;
  /** Name of the rotation table. */
  readonly table: string;
  /** Name of the secret of the signing keys. */
  readonly secretName: string;
}

const SCHEME = 'rotation:';

/** An address for an {@link OwnKeySet}, which stands where issuers have that of a key set: `rotation://<region>/<table>/<secret>`. */
export function ownKeySetAddress({ region, table, secretName }: OwnKeySet): string {
  return `${SCHEME}//${region}/${table}/${encodeURIComponent(secretName)}`;
}

/** Reads such an address; `undefined` when it is of another kind. */
export function parseOwnKeySetAddress(address: string): OwnKeySet | undefined {
  const [scheme, , region, table, secret, ...others] = address.split('/');
  return scheme === SCHEME && region && table && secret && others.length === 0
    ? { region, table, secretName: decodeURIComponent(secret) }
    : undefined;
}
