/** JWS algorithm of a signing key. */
export type SigningAlgorithm = 'ES256' | 'RS256' | 'EdDSA';

/** A key as JSON (RFC 7517). */
export type Jwk = Readonly<Record<string, unknown>>;

/** A key that may sign. */
export interface SigningKey {
  /** Thumbprint of the public key (RFC 7638): the same name never means another key. */
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  /** Private key. */
  readonly privateJwk: Jwk;
  /** Public half, as it is published. */
  readonly publicJwk: Jwk;
}

/** Payload of the secret of signing keys. */
export interface SigningKeys {
  /** Signs. */
  readonly current: SigningKey;
  /** Is published, so that every verifier knows it when it becomes current. */
  readonly next: SigningKey;
  /** Signed before; the private half is gone. */
  readonly retired: readonly { readonly kid: string; readonly publicJwk: Jwk }[];
}

/** Members of a public key; anything else of a JWK is never published. RFC 7518, 6.2.1 and 6.3.1; RFC 8037, 2. */
const PUBLIC_MEMBERS = ['kty', 'crv', 'x', 'y', 'n', 'e', 'kid', 'alg', 'use'] as const;

/** The public members of a key. */
export function publicMembers(jwk: Jwk): Jwk {
  return Object.fromEntries(PUBLIC_MEMBERS.flatMap((name) => (jwk[name] === undefined ? [] : [[name, jwk[name]]])));
}

/** Reads the payload of a document of signing keys; `undefined` when it has another form. */
export function readSigningKeys(value: unknown): SigningKeys | undefined {
  const { current, next, retired } = (value ?? {}) as Partial<SigningKeys>;
  return isSigningKey(current) && isSigningKey(next) && Array.isArray(retired) && retired.every(isPublicKey)
    ? { current, next, retired }
    : undefined;
}

function isSigningKey(key: unknown): key is SigningKey {
  const { algorithm, privateJwk } = (key ?? {}) as Partial<SigningKey>;
  return (
    isPublicKey(key) &&
    ['ES256', 'RS256', 'EdDSA'].some((one) => one === algorithm) &&
    typeof privateJwk === 'object' &&
    privateJwk !== null
  );
}

function isPublicKey(key: unknown): key is { readonly kid: string; readonly publicJwk: Jwk } {
  const { kid, publicJwk } = (key ?? {}) as Partial<SigningKey>;
  return typeof kid === 'string' && kid !== '' && publicJwk?.kid === kid && !('d' in publicJwk);
}
