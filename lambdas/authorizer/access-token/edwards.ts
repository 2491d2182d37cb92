/** Order of the field of Ed25519 (RFC 8032, 5.1). */
const P = 2n ** 255n - 19n;

/**
 * Whether 32 bytes, in base64url, are a public key of Ed25519 that can stand for somebody (RFC 8032, 5.1.3): the one encoding of
 * a point of the curve, and not one of the eight points of small order, under which signatures hold that nobody made.
 *
 * A point is told by its y. The curve −x² + y² = 1 + d·x²·y² has d = −121665/121666, so everything is multiplied by 121666.
 */
export function isEdwardsKey(text: string): boolean {
  const encoded = BigInt(`0x${Buffer.from(text, 'base64url').reverse().toString('hex')}`);
  // The last bit is the sign of x.
  const y = BigInt.asUintN(255, encoded);
  const square = (y * y) % P;
  // x² is numerator / denominator; points of order 1 and 2 have x = 0, those of order 4 have y = 0.
  const numerator = square - 1n;
  const denominator = 121666n - 121665n * square;
  // Points of order 8 are those whose double has y = 0, which is to say x² = −y².
  const isSmall = (y * numerator * (square * denominator + 121666n * numerator)) % P === 0n;
  return y < P && !isSmall && isSquare(numerator * denominator * 121666n);
}

/** Euler's criterion. */
function isSquare(value: bigint): boolean {
  let power = 1n;
  let base = ((value % P) + P) % P;
  for (let exponent = (P - 1n) / 2n; exponent > 0n; exponent /= 2n) {
    power = exponent % 2n === 1n ? (power * base) % P : power;
    base = (base * base) % P;
  }
  return power === 1n;
}
