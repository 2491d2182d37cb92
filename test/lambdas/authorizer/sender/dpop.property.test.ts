import fc from 'fast-check';
import { createProofCheck } from '../../../../lambdas/authorizer/sender/dpop';
import { ecKey, NOW, testPorts } from '../support/access-tokens';
import { dpopProofFor, jktOf, SALES_URL } from '../support/proofs';

const TOKEN = 'access-token';
const KEY = ecKey('k');
const OTHER = ecKey('o');
const target = { method: 'GET', urls: [SALES_URL] };
const RUNS = process.env.GATEHOUSE_TEST_LONG ? 5000 : 500;

const isAccepted = (proof: string) =>
  createProofCheck({ algorithms: ['ES256'], maxAgeSeconds: 60, leewaySeconds: 5 }, testPorts())(proof, {
    target,
    token: TOKEN,
    jkt: jktOf(KEY),
  });

test('no other text than the proof itself is accepted', async () => {
  const good = dpopProofFor(TOKEN, KEY);
  expect(await isAccepted(good)).toBe(true);
  const character = fc.constantFrom(...'ABCabc019-_.=+/ \n%"', '\u00e9');
  await fc.assert(
    fc.asyncProperty(
      fc.nat(good.length - 1),
      character,
      fc.constantFrom('replace', 'insert', 'delete'),
      async (at, text, change) => {
        const rest = good.slice(change === 'insert' ? at : at + 1);
        const mutated = `${good.slice(0, at)}${change === 'delete' ? '' : text}${rest}`;
        expect(await isAccepted(mutated)).toBe(mutated === good);
      },
    ),
    { numRuns: RUNS },
  );
});

test('of proofs with any members, signed by the right key, those that fit are accepted', async () => {
  const good = JSON.parse(Buffer.from(dpopProofFor(TOKEN, KEY).split('.')[1] ?? '', 'base64url').toString());
  const json = fc.jsonValue({ maxDepth: 2 });
  const member = <T>(...values: readonly T[]) =>
    fc.oneof({ weight: 20, arbitrary: fc.constantFrom(...values) }, { weight: 1, arbitrary: json });
  const header = fc.record({
    typ: member('dpop+jwt', 'dpop+jwt', 'DPOP+JWT', 'JWT'),
    alg: member('ES256', 'ES256', 'ES256', 'none'),
    jwk: member<unknown>(KEY.jwk, KEY.jwk, KEY.jwk, OTHER.jwk),
  });
  const claims = fc.record({
    htm: member('GET', 'GET', 'GET', 'POST'),
    htu: member(SALES_URL, `${SALES_URL}?a=b`, 'https://evil.example/v1/sales'),
    iat: member(NOW, NOW + 5, NOW - 64, NOW + 6, NOW - 65),
    ath: member(good.ath, good.ath, good.ath, 'x'.repeat(43)),
    jti: member('a', 'b', 'b'.repeat(256), 'c'.repeat(257), ''),
  });
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(header, claims, async (changedHeader, changedClaims) => {
      const { typ, alg, jwk } = changedHeader;
      const { htm, htu, iat, ath, jti } = changedClaims;
      const fits =
        (typ === 'dpop+jwt' || typ === 'DPOP+JWT') &&
        alg === 'ES256' &&
        jwk === KEY.jwk &&
        htm === 'GET' &&
        (htu === SALES_URL || htu === `${SALES_URL}?a=b`) &&
        typeof iat === 'number' &&
        iat > NOW - 65 &&
        iat <= NOW + 5 &&
        ath === good.ath &&
        typeof jti === 'string' &&
        jti.length >= 1 &&
        jti.length <= 256;
      accepted += Number(fits);
      const proof = dpopProofFor(TOKEN, KEY, { header: changedHeader, claims: changedClaims, algorithm: 'ES256' });
      expect(await isAccepted(proof)).toBe(fits);
    }),
    { numRuns: 2 * RUNS },
  );
  expect(accepted).toBeGreaterThan(10);
});
