import { createPrivateKey, type JsonWebKey, type KeyObject, sign } from 'node:crypto';
import { refreshedValue } from './refreshed-value';
import type { RotationRecord } from './rotation-record';
import { publishSeconds, type SigningTiming } from './rotation-timing';
import { readSigningKeys, type SigningAlgorithm, type SigningKey } from './signing-keys';

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

/** How claims are signed. */
export interface SignOptions {
  /** The header member `typ`. */
  readonly type: string;
  /** Life of what is signed. @default - it says nothing of its end: an answer, which whoever asked takes now */
  readonly lifetimeSeconds?: number;
  /** When it was issued, epoch seconds; never later than now. @default - now */
  readonly issuedAt?: number;
}

/** Signs access tokens, and answers about them. */
export interface Signer {
  /**
   * Signs claims with the current key. `exp` is `lifetimeSeconds` after `iat`.
   *
   * @throws {SignerError} when there is no key that may be used, or the token would outlive its key
   */
  sign(claims: Readonly<Record<string, unknown>>, options: SignOptions): Promise<string>;
}

/** Nothing was signed. The message holds no key. */
export class SignerError extends Error {
  override readonly name = 'SignerError';
}

/** A key that may sign, with what is needed to do so. */
interface UsableKey {
  readonly key: SigningKey;
  readonly privateKey: KeyObject;
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
    return { key, privateKey: privateKeyOf(key) };
  }

  async function current(): Promise<UsableKey> {
    try {
      return await usableKey.get();
    } catch (cause) {
      throw cause instanceof SignerError ? cause : new SignerError('signing keys cannot be read', { cause });
    }
  }

  return {
    async sign(claims, { type, lifetimeSeconds, issuedAt = Math.floor(ports.now() / 1000) }) {
      const longest = timing.maxTokenLifetimeSeconds;
      if (lifetimeSeconds !== undefined && !(lifetimeSeconds > 0 && lifetimeSeconds <= longest)) {
        throw new SignerError(
          `lifetimeSeconds is ${lifetimeSeconds}, expected 1 to ${longest}: keys are published for that long`,
        );
      }
      if (issuedAt > ports.now() / 1000) {
        throw new SignerError(
          `issuedAt is ${issuedAt}, expected no time to come: keys are published for a time from now`,
        );
      }
      const { key, privateKey } = await current();
      // Claims cannot set their own times: JSON leaves out what is undefined.
      const times = { iat: issuedAt, exp: lifetimeSeconds === undefined ? undefined : issuedAt + lifetimeSeconds };
      const header = { alg: key.algorithm, kid: key.kid, typ: type };
      const text = `${encode(header)}.${encode({ ...claims, ...times })}`;
      return `${text}.${signature(text, key.algorithm, privateKey)}`;
    },
  };
}

/** Types of the keys of an algorithm, as Node.js calls them. */
const KEY_TYPES: Readonly<Record<SigningAlgorithm, string>> = { ES256: 'ec', RS256: 'rsa', EdDSA: 'ed25519' };

/** @throws {SignerError} when it is no key of its algorithm */
function privateKeyOf({ kid, algorithm, privateJwk }: SigningKey): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = createPrivateKey({ key: privateJwk as JsonWebKey, format: 'jwk' });
  } catch {
    // The library's message could say something of the key.
  }
  const isCurve = algorithm !== 'ES256' || key?.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  if (key?.asymmetricKeyType !== KEY_TYPES[algorithm] || !isCurve) {
    throw new SignerError(`signing key ${kid} cannot be used`);
  }
  return key;
}

/** A signature as RFC 7518 (3.3, 3.4) and RFC 8037 (3.1) have it; that of an elliptic curve is two integers, not DER. */
function signature(text: string, algorithm: SigningAlgorithm, key: KeyObject): string {
  const hash = algorithm === 'EdDSA' ? null : 'sha256';
  return sign(hash, Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
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
