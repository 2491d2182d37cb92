import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { PRIVATE_JWK_MEMBERS } from '../../lib/grammar';
import { loadEdwards } from '../load-edwards';
import type { Algorithm } from './signature';

const MIN_RSA_BITS = 2048;
/** The time of a verification grows with the square of the modulus, and with the length of the exponent: both are bounded. */
const MAX_RSA_BITS = 8192;
const MIN_RSA_EXPONENT = 65537n;
const MAX_RSA_EXPONENT = 2n ** 32n;

/** Primes modulo which the powers of 65537 are few. */
const ROCA_PRIMES = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];

/** Checks points of Ed25519. Few issuers have such keys, so it is loaded with the first. */
type EdwardsCheck = Pick<typeof import('./edwards'), 'isEdwardsKey'>;

/**
 * The public key of a JSON Web Key (RFC 7517), if it may verify signatures with an algorithm. Refused are: secret and private
 * keys, keys of another type or curve or for another use or algorithm, points that are not on their curve, that are of small
 * order, or whose coordinates have another length or text than theirs (RFC 7518, 6.2.1.2), and RSA keys below 2048 bits or
 * above 8192, with an even exponent, one below 65537 or above 32 bits, or of generators that are known to be weak.
 */
export function usableKey(
  jwk: unknown,
  algorithm: Algorithm,
  edwards: () => EdwardsCheck = loadEdwards,
): KeyObject | undefined {
  if (!isKeyFor(algorithm, jwk)) {
    return undefined;
  }
  try {
    const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
    const { n, x, y } = key.export({ format: 'jwk' });
    const isGood = n ? isStrong(key, n) : jwk.x === x && jwk.y === y && (y || edwards().isEdwardsKey(x ?? ''));
    return isGood ? key : undefined;
  } catch {
    // A key that cannot be read is as good as absent: tokens that name it are refused, the others are not touched.
    return undefined;
  }
}

/** Whether a JSON Web Key says that it verifies signatures with an algorithm; it need not be a good one. */
export function isKeyFor(algorithm: Algorithm, jwk: unknown): jwk is Readonly<Record<string, unknown>> {
  return typeof jwk === 'object' && jwk !== null && isFor(algorithm, jwk as Readonly<Record<string, unknown>>);
}

function isFor(algorithm: Algorithm, jwk: Readonly<Record<string, unknown>>): boolean {
  const { kty, crv, alg = algorithm, use = 'sig', key_ops: operations = ['verify'] } = jwk;
  return (
    (crv ? `${kty} ${crv}` : kty) === keyTypeOf(algorithm) &&
    alg === algorithm &&
    use === 'sig' &&
    Array.isArray(operations) &&
    operations.includes('verify') &&
    !PRIVATE_JWK_MEMBERS.some((name) => name in jwk)
  );
}

/** Type and curve of the keys of an algorithm (RFC 7518, 3.1; RFC 8037, 3.1). */
function keyTypeOf(algorithm: Algorithm): string {
  return algorithm === 'ES256' ? 'EC P-256' : algorithm === 'EdDSA' ? 'OKP Ed25519' : 'RSA';
}

function isStrong(key: KeyObject, n: string): boolean {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  return (
    modulusLength >= MIN_RSA_BITS &&
    modulusLength <= MAX_RSA_BITS &&
    publicExponent >= MIN_RSA_EXPONENT &&
    publicExponent < MAX_RSA_EXPONENT &&
    publicExponent % 2n === 1n &&
    !hasRocaFingerprint(BigInt(`0x${Buffer.from(n, 'base64url').toString('hex')}`))
  );
}

/**
 * Whether a modulus looks like one of the generator that CVE-2017-15361 (ROCA) is about: its primes, and so their
 * product, are powers of 65537 modulo each small prime. Of other moduli about one in 2^27 does (Nemec et al., "The Return of
 * Coppersmith's Attack", 2017, 2.3).
 */
function hasRocaFingerprint(modulus: bigint): boolean {
  return ROCA_PRIMES.every((prime) => {
    const residue = Number(modulus % BigInt(prime));
    let power = 1;
    do {
      if (power === residue) {
        return true;
      }
      power = (power * 65537) % prime;
    } while (power !== 1);
    return false;
  });
}
