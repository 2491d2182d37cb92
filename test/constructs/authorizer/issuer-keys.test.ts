import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiDefinition } from '../../../constructs/api';
import { type IssuerOptions, TokenAuthorizer } from '../../../constructs/authorizer';
import { Names } from '../../../constructs/support/names';
import { testStack } from '../../support/template';

type Key = Readonly<Record<string, unknown>>;
type Algorithms = NonNullable<IssuerOptions['algorithms']>;

interface Vector {
  readonly comment: string;
  readonly alg: Algorithms[number];
  readonly result: 'valid' | 'invalid';
  readonly keys: readonly Key[];
}

const corpus = join(__dirname, '..', '..', 'corpora', 'jwk-hygiene.json');
const { vectors }: { vectors: readonly Vector[] } = JSON.parse(readFileSync(corpus, 'utf8'));

function synthesize(keys: readonly Key[], algorithms: Algorithms) {
  const issuer = { issuer: 'https://i.example/', audience: ['https://a.example'], jwks: { keys: [...keys] } };
  return new TokenAuthorizer(testStack(), 'Authorizer', {
    names: new Names('acme', 'prod'),
    account: '123456789012',
    region: 'eu-central-1',
    issuers: [{ ...issuer, algorithms }],
    apis: [
      new ApiDefinition({
        id: 'shop',
        routes: [{ method: 'GET', path: '/v1/x', rule: { kind: 'scopes', anyOf: [['x:read']] } }],
      }),
    ],
  });
}

const good = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
/** Vectors whose one key says that it is for the algorithm, and is not good. */
const BAD = /^(size|exponent (?!missing)|ROCA|Ed25519|point|P-256 with (x|y|padding))/;

const bad = vectors.filter(({ comment, result }) => result === 'invalid' && BAD.test(comment));
const usable = vectors.filter(({ result, keys }) => result === 'valid' && keys.length === 1);

describe('keys in a configuration', () => {
  it.each(bad.map((vector) => [vector.comment, vector] as const))('%s is refused', (_title, { alg, keys }) => {
    const act = () => synthesize([{ ...good, kid: 'other' }, ...keys], ['ES256', alg]);

    expect(act).toThrow(`test/Authorizer: issuers[0].jwks.keys[1] is not a valid public key for ${alg}, allowed are `);
    for (const member of ['n', 'x', 'y'].filter((name) => String(keys[0]?.[name] ?? '').length > 20)) {
      expect(act).not.toThrow(String(keys[0]?.[member]));
    }
  });

  it('are refused in more than forty ways', () => {
    expect(bad.length).toBeGreaterThan(40);
  });

  it.each(usable.map((vector) => [vector.comment, vector] as const))('%s is accepted', (_title, { alg, keys }) => {
    expect(() => synthesize(keys, [alg])).not.toThrow();
  });

  it.each<[string, Key]>([
    ['encryption', { kty: 'RSA', kid: 'enc', use: 'enc', n: 'AQ', e: 'AQAB' }],
    ['another curve', { kty: 'EC', kid: 'p384', crv: 'P-384', x: 'AQ', y: 'AQ' }],
    ['an algorithm that the issuer does not have', { kty: 'OKP', kid: 'ed', crv: 'Ed25519', x: 'AQ' }],
  ])('for %s are left alone, as a copied key set has some', (_title, key) => {
    expect(() => synthesize([{ ...good, kid: 'k1' }, key], ['RS256', 'ES256'])).not.toThrow();
  });
});
