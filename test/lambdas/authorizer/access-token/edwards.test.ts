import fc from 'fast-check';
import { isEdwardsKey } from '../../../../lambdas/authorizer/access-token/edwards';
import { edKey } from '../support/access-tokens';

// A model of RFC 8032 that decodes points and adds them, written apart from the code under test.

const P = 2n ** 255n - 19n;
const mod = (value: bigint) => ((value % P) + P) % P;

function power(base: bigint, exponent: bigint): bigint {
  return exponent === 0n ? 1n : mod(power(mod(base * base), exponent / 2n) * (exponent % 2n === 1n ? mod(base) : 1n));
}
const inverse = (value: bigint) => power(value, P - 2n);
const D = mod(-121665n * inverse(121666n));
/** Square root of −1 (RFC 8032, 5.1.3). */
const ROOT = power(2n, (P - 1n) / 4n);

interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

/** RFC 8032, 5.1.3; `undefined` where decoding fails. */
function decode(bytes: Buffer): Point | undefined {
  const whole = BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
  const [sign, y] = [whole >> 255n, whole % 2n ** 255n];
  const square = mod((y * y - 1n) * inverse(D * y * y + 1n));
  const candidate = power(square, (P + 3n) / 8n);
  const x = [candidate, mod(candidate * ROOT)].find((one) => mod(one * one) === square);
  return y >= P || x === undefined || (x === 0n && sign === 1n) ? undefined : { x: x % 2n === sign ? x : P - x, y };
}

/** The complete addition of a twisted Edwards curve. */
function add(one: Point, other: Point): Point {
  const product = mod(D * one.x * other.x * one.y * other.y);
  return {
    x: mod((one.x * other.y + other.x * one.y) * inverse(1n + product)),
    y: mod((one.y * other.y + one.x * other.x) * inverse(1n - product)),
  };
}

function isGood(bytes: Buffer): boolean {
  const point = decode(bytes);
  if (!point) {
    return false;
  }
  const double = add(point, point);
  const eightfold = add(add(double, double), add(double, double));
  return eightfold.x !== 0n || eightfold.y !== 1n;
}

const encoded = (whole: bigint) => Buffer.from(whole.toString(16).padStart(64, '0'), 'hex').reverse();
const judge = (bytes: Buffer) => isEdwardsKey(bytes.toString('base64url'));

test('judges as decoding and adding do: random bytes', () => {
  let good = 0;
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (array) => {
      const bytes = Buffer.from(array);
      good += Number(isGood(bytes));
      expect(judge(bytes)).toBe(isGood(bytes));
    }),
    { numRuns: 300 },
  );
  expect(good).toBeGreaterThan(30);
});

test('judges as decoding and adding do: the least and the greatest y, with either sign', () => {
  const numbers = Array.from({ length: 40 }, (_, index) => BigInt(index));
  const ys = numbers.flatMap((number) => [number, P - 20n + number]).filter((y) => y >= 0n && y < 2n ** 255n);
  for (const whole of ys.flatMap((y) => [y, y + 2n ** 255n])) {
    expect([whole, judge(encoded(whole))]).toEqual([whole, isGood(encoded(whole))]);
  }
});

test('refuses every multiple of a point of order eight, and no other point of its cosets', () => {
  const eighth = decode(
    Buffer.from('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', 'hex'),
  ) as Point;
  const generator = decode(Buffer.from(`58${'66'.repeat(31)}`, 'hex')) as Point;
  const bytesOf = ({ x, y }: Point) => encoded(y + (x % 2n) * 2n ** 255n);
  let small: Point = { x: 0n, y: 1n };
  const seen = new Set<string>();
  for (let index = 0; index < 8; index++) {
    seen.add(bytesOf(small).toString('hex'));
    expect(judge(bytesOf(small))).toBe(false);
    expect(judge(bytesOf(add(generator, small)))).toBe(true);
    small = add(small, eighth);
  }
  expect(seen.size).toBe(8);
});

test('accepts keys that somebody made', () => {
  for (let number = 0; number < 50; number++) {
    expect(isEdwardsKey(String(edKey('d').jwk.x))).toBe(true);
  }
});
