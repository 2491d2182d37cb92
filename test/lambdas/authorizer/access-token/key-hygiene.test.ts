import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { usableKey } from '../../../../lambdas/authorizer/access-token/key-hygiene';
import { createKeyStore } from '../../../../lambdas/authorizer/access-token/key-store';
import type { Algorithm } from '../../../../lambdas/authorizer/access-token/signature';
import { type Claims, issuerConfig, rsaKey, testPorts } from '../support/access-tokens';

interface Vector {
  readonly id: number;
  readonly comment: string;
  readonly alg: Algorithm;
  readonly result: 'valid' | 'invalid';
  readonly keys: readonly Claims[];
}

const ALL: readonly Algorithm[] = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const file = join(__dirname, '..', '..', '..', 'corpora', 'jwk-hygiene.json');
const { vectors }: { vectors: readonly Vector[] } = JSON.parse(readFileSync(file, 'utf8'));
const other = rsaKey('other');

describe('JSON Web Key vectors', () => {
  it.each(vectors.map((vector) => [`${vector.id} ${vector.comment}: ${vector.result}`, vector] as const))(
    '%s',
    async (_title, { alg, keys, result }) => {
      const issuer = issuerConfig([], { jwks: { keys: [...keys, other.jwk] }, algorithms: ALL });
      const find = createKeyStore(issuer, testPorts());

      expect((await find('k1', alg)) !== undefined).toBe(result === 'valid');
      // The rest of the set is not touched.
      expect(await find('other', 'RS256')).toBeDefined();
    },
  );

  it('are more than fifty, each with its own number', () => {
    expect(vectors.length).toBeGreaterThan(50);
    expect(vectors.map(({ id }) => id)).toEqual(vectors.map((_, index) => index + 1));
  });
});

describe('usableKey', () => {
  it.each([null, undefined, 1, 'key', [], {}])('gives nothing for %j', (jwk) => {
    expect(usableKey(jwk, 'RS256')).toBeUndefined();
  });

  it('needs no id, as for the key that a proof carries', () => {
    const { kid: _, ...jwk } = other.jwk;

    expect(usableKey(jwk, 'RS256')?.equals(other.publicKey)).toBe(true);
  });

  it('takes no modulus of an ordinary generator for a weak one', () => {
    for (let number = 0; number < 20; number++) {
      expect(usableKey(rsaKey('ordinary', {}, 2048).jwk, 'RS256')).toBeDefined();
    }
  });
});
