import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { splitCompact } from '../../../lambdas/authorizer/jwt';
import { createKeyStore } from '../../../lambdas/authorizer/key-store';
import { type Algorithm, joseSignatureEngine } from '../../../lambdas/authorizer/signature';
import { parseStrictObject } from '../../../lambdas/authorizer/strict-json';
import { type Claims, issuerConfig, testPorts } from './support/access-tokens';

// Vectors: https://github.com/C2SP/wycheproof, testvectors_v1/json_web_signature_test.json, Apache-2.0.
const repository = join(__dirname, '..', '..', '..');
const corpora = process.env.GATEHOUSE_CORPORA ?? join(repository, '..', 'shared', 'corpora');
const file = join(corpora, 'wycheproof-json-web-signature.json');

interface Vector {
  readonly tcId: number;
  readonly comment: string;
  readonly jws: string;
  readonly result: 'valid' | 'invalid';
}

interface Group {
  readonly comment: string;
  readonly public?: Claims;
  readonly private?: Claims;
  readonly tests: readonly Vector[];
}

const ALGORITHMS: readonly Algorithm[] = ['RS256', 'PS256', 'ES256', 'EdDSA'];

/**
 * Vectors labelled valid that the authorizer refuses, and rightly. Each list is named for its reason. Of the eight defective
 * vectors two (367, 370) are labelled invalid although they equal the valid 357: they are HS256 and refused in any case.
 */
const REFUSED_THOUGH_VALID: Readonly<Record<string, readonly number[]>> = {
  'the vector is defective: the key is for another algorithm than the header': [346, 347, 350, 351],
  'the vector is defective: it has a character outside base64url': [372, 373],
  'HS256: access tokens have no shared secret': [1, 348, 352, 357, 358, 359, 376, 377],
  'RS384, RS512, PS384, PS512: no issuer may have them': [
    264, 265, 266, 267, 268, 269, 270, 271, 320, 321, 322, 323, 325, 326, 327, 328,
  ],
  'the payload is empty, and a JWT has one': [259, 272],
};

/** Whether the authorizer's form check, key filter and signature engine accept a signed text; claims play no part. */
async function accepts(jws: string, jwk: Claims): Promise<boolean> {
  const parts = splitCompact(jws);
  const header = parts && parseStrictObject(Buffer.from(parts.header, 'base64url').toString());
  const algorithm = ALGORITHMS.find((one) => one === header?.alg);
  if (!header || !algorithm || ['crit', 'b64', 'zip'].some((name) => name in header)) {
    return false;
  }
  // Some groups name no key: the only key of the group is meant.
  const jwks = { keys: [{ ...jwk, kid: 'the key' }] };
  const key = await createKeyStore(issuerConfig([], { jwks, algorithms: ALGORITHMS }), testPorts())(
    'the key',
    algorithm,
  );
  return key !== undefined && joseSignatureEngine(jws, key, algorithm);
}

if (existsSync(file)) {
  const { testGroups }: { testGroups: readonly Group[] } = JSON.parse(readFileSync(file, 'utf8'));
  const refused = new Set(Object.values(REFUSED_THOUGH_VALID).flat());

  describe('Wycheproof vectors of signed texts', () => {
    const groups = testGroups.map((group, index) => [`${group.comment} (group ${index + 1})`, group] as const);

    it.each(groups)('%s', async (_title, { tests, public: publicKey, private: privateKey }) => {
      const expected = tests.filter((one) => one.result === 'valid' && !refused.has(one.tcId)).map((one) => one.tcId);
      const accepted: number[] = [];
      for (const { tcId, jws } of tests) {
        if (await accepts(jws, publicKey ?? privateKey ?? {})) {
          accepted.push(tcId);
        }
      }

      expect(accepted).toEqual(expected);
    });
  });
} else {
  test.skip('Wycheproof vectors of signed texts: there is no wycheproof-json-web-signature.json in GATEHOUSE_CORPORA', () => {});
}
