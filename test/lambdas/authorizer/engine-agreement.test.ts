import { createLocalJWKSet, jwtVerify } from 'jose';
import { createAccessTokenVerifier } from '../../../lambdas/authorizer/access-token/access-token-verifier';
import { joseEngine } from '../../../lambdas/authorizer/access-token/jose-engine';
import { parseJwt } from '../../../lambdas/authorizer/access-token/jwt';
import { nodeCryptoEngine } from '../../../lambdas/authorizer/access-token/node-crypto-engine';
import type { Algorithm, SignatureEngine } from '../../../lambdas/authorizer/access-token/signature';
import { AUDIENCE, authorizerConfig, ISSUER, issuerConfig, NOW, testPorts } from './support/access-tokens';
import { Choices, KEYS, mutatedTokens } from './support/token-mutations';

const IS_LONG = process.env.GATEHOUSE_TEST_LONG === '1';
const COUNT = IS_LONG ? 1_000_000 : 10_000;
const SEED = 20_261_123;
const LONG_MS = 1_800_000;

const ALL: readonly Algorithm[] = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const keys = Object.values(KEYS);
const { apiTokens: _, ...withoutTable } = authorizerConfig([issuerConfig(keys, { algorithms: ALL })]);

function verifier(engine: SignatureEngine) {
  return createAccessTokenVerifier(withoutTable, testPorts(engine));
}

/** The library by itself, with the same requirements. */
const localKeySet = createLocalJWKSet({ keys: keys.map(({ jwk }) => ({ kty: '', ...jwk })) });
function joseAlone(token: string): Promise<unknown> {
  return jwtVerify(token, localKeySet, {
    issuer: ISSUER,
    audience: AUDIENCE,
    algorithms: [...ALL],
    typ: 'at+jwt',
    requiredClaims: ['sub', 'exp', 'iat', 'jti', 'client_id'],
    clockTolerance: 5,
    currentDate: new Date(NOW * 1000),
  });
}

test(
  `engines agree on ${COUNT} mutated tokens, and what they accept jose alone accepts`,
  async () => {
    const counts = new Map<string, number>();
    const [byNode, byJose] = [verifier(nodeCryptoEngine), verifier(joseEngine)];
    for (const token of mutatedTokens(SEED, COUNT)) {
      const [node, jose] = [await byNode(token), await byJose(token)];
      const verdict = 'refused' in node ? node.refused : 'accepted';
      counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
      // Compared without the matcher, whose cost a million times would be most of the test's.
      if (JSON.stringify(node) !== JSON.stringify(jose)) {
        throw new Error(`node-crypto gives ${JSON.stringify(node)}, jose ${JSON.stringify(jose)} for ${token}`);
      }
      if (verdict === 'accepted') {
        await joseAlone(token);
      }
    }
    const { accepted = 0, bad_signature: badSignature = 0, ...others } = Object.fromEntries(counts);
    process.stdout.write(
      `${COUNT} mutated tokens, seed ${SEED}: ${accepted} accepted, ${badSignature} bad_signature, `,
    );
    process.stdout.write(`${JSON.stringify(others)}; 0 disagreements\n`);

    // A run in which few tokens reach the engines would prove nothing.
    expect(accepted).toBeGreaterThan(COUNT / 50);
    expect(badSignature).toBeGreaterThan(COUNT / 5);
  },
  LONG_MS,
);

test(
  `engines agree on ${COUNT / 10} mutated tokens under any key and algorithm, without the checks before them`,
  async () => {
    const choices = new Choices(SEED);
    const counts = { true: 0, false: 0, unread: 0 };
    for (const token of mutatedTokens(SEED + 1, COUNT / 10)) {
      const alg = ALL.find((one) => one === parseJwt(token)?.header.alg);
      if (!alg) {
        counts.unread++;
        continue;
      }
      const { publicKey } = choices.of(keys);
      const [node, jose] = [await nodeCryptoEngine(token, publicKey, alg), await joseEngine(token, publicKey, alg)];
      if (node !== jose && !('crit' in (parseJwt(token)?.header ?? {}))) {
        throw new Error(`node-crypto gives ${node}, jose ${jose} for ${alg} and ${token}`);
      }
      counts[`${node}`]++;
    }
    process.stdout.write(`${COUNT / 10} under any key and algorithm: ${JSON.stringify(counts)}; 0 disagreements\n`);

    expect(counts.true).toBeGreaterThan(COUNT / 200);
    expect(counts.false).toBeGreaterThan(COUNT / 50);
  },
  LONG_MS,
);
