import { type CryptoKey, importJWK, type JWTPayload, SignJWT } from 'jose';
import { refreshedValue } from './refreshed-value';
import type { RotationRecord } from './rotation-record';
import { publishSeconds, type SigningTiming } from './rotation-timing';
import { readSigningKeys, type SigningKey } from './signing-keys';

/** Everything the signer reaches outside itself. */
export interface SignerPorts {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Reads the current version of the secret of signing keys. */
  readonly readSecret: () => Promise<string>;
  /** Reads the record of that secret, which is what is published. */
  readonly readRecord: () => Promise<RotationRecord | undefined>;
  /** Receives every failure to read a key that may sign. */
  readonly warn: (event: 'signing_key_refresh_failed', error: unknown) => void;
}

/** Signs access tokens. */
export interface Signer {
  /**
   * Signs claims with the current key. `iat` is now, `exp` is `lifetimeSeconds` later.
   *
   * @throws {SignerError} when there is no key that may be used, or the token would outlive its key
   */
  sign(claims: JWTPayload, options: { readonly type: string; readonly lifetimeSeconds: number }): Promise<string>;
}

/** Nothing was signed. The message holds no key. */
export class SignerError extends Error {
  override readonly name = 'SignerError';
}

/** A key that may sign, with what is needed to do so. */
interface UsableKey {
  readonly key: SigningKey;
  readonly privateKey: CryptoKey | Uint8Array;
}

/**
 * Makes a signer. Its copy of the document is read again at half the age that it may reach (`writerCacheSeconds`). An older one
 * is never used, whatever fails: the key may have been retired since, and what it signs would be refused. Nor is a key used
 * that has not been published for as long as verifiers may go without asking (`T_pub`); only the very first key, before which
 * there was no key set to remember, is used as soon as it is published.
 */
export function createSigner(timing: SigningTiming, ports: SignerPorts): Signer {
  const maxAgeMs = timing.writerCacheSeconds * 1000;
  const publishMs = publishSeconds(timing) * 1000;
  const usableKey = refreshedValue({
    clock: ports.now,
    read: load,
    freshMs: maxAgeMs / 2,
    staleMs: maxAgeMs,
    onFailure: (error) => ports.warn('signing_key_refresh_failed', error),
  });

  async function load(): Promise<UsableKey> {
    const readAt = ports.now();
    const [text, record] = await Promise.all([ports.readSecret(), ports.readRecord()]);
    const { key, isFirst } = parseSecret(text);
    const entry = record?.credentials.find(({ id }) => id === key.kid);
    if (entry?.publishedAt === undefined || entry.publicJwk?.kid !== key.kid) {
      throw new SignerError(`signing key ${key.kid} is not published`);
    }
    if (!isFirst && readAt - entry.publishedAt < publishMs) {
      throw new SignerError(`signing key ${key.kid} has not been published for ${publishMs / 1000} s`);
    }
    const privateKey = await importJWK(key.privateJwk, key.algorithm).catch(() => {
      // The library's message could say something of the key.
      throw new SignerError(`signing key ${key.kid} cannot be used`);
    });
    return { key, privateKey };
  }

  async function current(): Promise<UsableKey> {
    try {
      return await usableKey.get();
    } catch (cause) {
      throw cause instanceof SignerError ? cause : new SignerError('signing keys cannot be read', { cause });
    }
  }

  return {
    async sign(claims, { type, lifetimeSeconds }) {
      if (!(lifetimeSeconds > 0 && lifetimeSeconds <= timing.maxTokenLifetimeSeconds)) {
        throw new SignerError(
          `lifetimeSeconds is ${lifetimeSeconds}, expected 1 to ${timing.maxTokenLifetimeSeconds}: keys are published for that long`,
        );
      }
      const { key, privateKey } = await current();
      const issuedAt = Math.floor(ports.now() / 1000);
      return new SignJWT({ ...claims, iat: issuedAt, exp: issuedAt + lifetimeSeconds })
        .setProtectedHeader({ alg: key.algorithm, kid: key.kid, typ: type })
        .sign(privateKey);
    },
  };
}

/** @throws {SignerError} when it is no document of signing keys; the message never holds any of the text */
function parseSecret(text: string): { readonly key: SigningKey; readonly isFirst: boolean } {
  let document: { schema?: unknown; kind?: unknown; basedOnVersionId?: unknown; payload?: unknown } | null = null;
  try {
    document = JSON.parse(text);
  } catch {
    // The parser's own message would quote the secret.
  }
  const keys = document?.schema === 1 && document.kind === 'signing-keys' && readSigningKeys(document.payload);
  if (!keys) {
    throw new SignerError('secret of signing keys is no document of signing keys of schema 1');
  }
  return { key: keys.current, isFirst: document?.basedOnVersionId === null };
}
