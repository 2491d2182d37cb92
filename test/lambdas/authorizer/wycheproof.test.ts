import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { splitCompact } from '../../../lambdas/authorizer/access-token/jwt';
import { usableKey } from '../../../lambdas/authorizer/access-token/key-hygiene';
import type { Algorithm, SignatureEngine } from '../../../lambdas/authorizer/access-token/signature';
import { parseStrictObject } from '../../../lambdas/authorizer/access-token/strict-json';
import type { Claims } from './support/access-tokens';
import { ENGINES } from './support/engines';

// Vectors: https://github.com/C2SP/wycheproof, testvectors_v1, Apache-2.0.
const repository = join(__dirname, '..', '..', '..');
const corpora = process.env.GATEHOUSE_CORPORA ?? join(repository, '..', 'shared', 'corpora');

interface Vector {
  readonly tcId: number;
  readonly comment: string;
  readonly jws: string;
  readonly result: 'valid' | 'invalid';
}

interface Group {
  readonly comment: string;
  readonly type: string;
  readonly public?: Claims | { readonly keys: readonly Claims[] };
  readonly private?: Claims | { readonly keys: readonly Claims[] };
  readonly tests: readonly Vector[];
}

/** Vectors that are defective: excluded from the count, and refused all the same. */
const DEFECTIVE: Readonly<Record<string, readonly number[]>> = {
  'the key is for another algorithm than the header': [346, 347, 350, 351],
  'labelled valid, with a character outside base64url': [372, 373],
  'labelled invalid, and byte for byte the valid 357': [367, 370],
};

/** Vectors that the authorizer refuses though they are valid, each list with its reason. */
const REFUSED_BY_PRODUCT: Readonly<Record<string, readonly number[]>> = {
  'HS256: access tokens have no shared secret': [1, 348, 352, 357, 358, 359, 376, 377],
  'RS384, RS512, PS384, PS512: no issuer may have them': [
    264, 265, 266, 267, 268, 269, 270, 271, 320, 321, 322, 323, 325, 326, 327, 328,
  ],
  'the payload is empty, and a JWT has one': [259, 272],
};

const PRODUCT: readonly string[] = ['RS256', 'PS256', 'ES256', 'EdDSA'];
/** What the corpus has beside them; for these tests alone. */
const TEST_ONLY: readonly string[] = ['RS384', 'RS512', 'PS384', 'PS512'];

const defective = new Set(Object.values(DEFECTIVE).flat());
const refusedByProduct = new Set(Object.values(REFUSED_BY_PRODUCT).flat());

/** As {@link headerOf}; a signed text, unlike a token, may have an empty payload. */
function strictHeader(jws: string): Claims | undefined {
  return headerOf(jws.replace('..', '.e30.'));
}

/** Header of a text that passes the strict check of the form; members that change what is signed are refused. */
function headerOf(jws: string): Claims | undefined {
  const parts = splitCompact(jws);
  const header = parts && parseStrictObject(Buffer.from(parts.header, 'base64url').toString());
  return header && !['crit', 'b64', 'zip'].some((name) => name in header) ? header : undefined;
}

/** Whether form check, key filter and engine accept, as for an access token; claims play no part. */
async function productAccepts(
  engine: SignatureEngine,
  jws: string,
  jwk: Claims,
  header = headerOf(jws),
): Promise<boolean> {
  const alg = header?.alg;
  const algorithm = PRODUCT.find((one) => one === alg) as Algorithm | undefined;
  const key = algorithm && usableKey(jwk, algorithm);
  return algorithm !== undefined && key !== undefined && engine(jws, key, algorithm);
}

/** As {@link productAccepts}, with the algorithms that only these tests allow. */
async function primitiveAccepts(engine: SignatureEngine, jws: string, jwk: Claims): Promise<boolean> {
  const header = strictHeader(jws);
  const alg = String(header?.alg);
  if (alg === 'HS256') {
    return hmacAccepts(jws, jwk);
  }
  const key = TEST_ONLY.includes(alg) ? testOnlyKey(jwk, alg) : undefined;
  return key ? engine(jws, key, alg as Algorithm) : productAccepts(engine, jws, jwk, header);
}

/** The key filter for an algorithm that it does not know: that of a sibling, and an `alg` that is the header's. */
function testOnlyKey(jwk: Claims, alg: string): KeyObject | undefined {
  const sibling = alg.startsWith('PS') ? 'PS256' : 'RS256';
  const { alg: stated = alg, ...rest } = jwk;
  return stated === alg ? usableKey(rest, sibling) : undefined;
}

function hmacAccepts(jws: string, { kty, k, use = 'sig', alg = 'HS256', key_ops: operations = ['verify'] }: Claims) {
  if (kty !== 'oct' || use !== 'sig' || alg !== 'HS256' || !(operations as readonly string[]).includes('verify')) {
    return false;
  }
  const end = jws.lastIndexOf('.');
  const expected = createHmac('sha256', Buffer.from(String(k), 'base64url'))
    .update(jws.slice(0, end))
    .digest();
  const actual = Buffer.from(jws.slice(end + 1), 'base64url');
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

/** The key of a group: that of the set, when there is one, whose id the header names. */
function keyOf({ public: publicKey, private: privateKey }: Group): Claims {
  return (publicKey ?? privateKey ?? {}) as Claims;
}

function readGroups(name: string): readonly Group[] | undefined {
  const file = join(corpora, name);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).testGroups : undefined;
}

const groups = readGroups('wycheproof-json-web-signature.json');
if (groups) {
  const all = groups.flatMap((group) => group.tests.map((test) => ({ ...test, group })));

  describe.each(ENGINES)('Wycheproof vectors of signed texts, engine %s', (name, engine) => {
    test('the verify primitive judges all 393 that are not defective as they are labelled', async () => {
      const wrong: number[] = [];
      const judged = all.filter(({ tcId }) => !defective.has(tcId));
      for (const { tcId, jws, result, group } of judged) {
        if ((await primitiveAccepts(engine, jws, keyOf(group))) !== (result === 'valid')) {
          wrong.push(tcId);
        }
      }
      process.stdout.write(`Wycheproof JWS, engine ${name}: ${judged.length - wrong.length} of ${judged.length}\n`);

      expect(wrong).toEqual([]);
      expect(judged).toHaveLength(393);
    });

    test.each(groups.map((group, index) => [`${group.comment} (group ${index + 1})`, group] as const))(
      'the authorizer accepts the valid ones of %s that it has an algorithm for, and no other',
      async (_title, group) => {
        const isExpected = ({ tcId, result }: Vector) =>
          result === 'valid' && !defective.has(tcId) && !refusedByProduct.has(tcId);
        const accepted: number[] = [];
        for (const { tcId, jws } of group.tests) {
          if (await productAccepts(engine, jws, keyOf(group))) {
            accepted.push(tcId);
          }
        }

        expect(accepted).toEqual(group.tests.filter(isExpected).map(({ tcId }) => tcId));
      },
    );
  });
} else {
  test.skip('Wycheproof vectors of signed texts: there is no wycheproof-json-web-signature.json in GATEHOUSE_CORPORA', () => {});
}
