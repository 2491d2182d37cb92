import { createClaimsCheck, grantedScopes } from '../../../../lambdas/authorizer/access-token/claims';
import type { IssuerConfig } from '../../../../lambdas/authorizer/config';
import { satisfies } from '../../../../lambdas/lib/scopes';
import { ROUTES } from '../../../../lambdas/token-service/http/subjects';
import { AUDIENCE, type Claims, claims, issuerConfig, NOW } from '../support/access-tokens';

const HEADER = { alg: 'RS256', kid: 'r1', typ: 'at+jwt' };

/** Leaves `undefined` members out, as the parser of a token does. */
const defined = (object: Claims): Claims => JSON.parse(JSON.stringify(object));

function check(changes: { header?: Claims; claims?: Claims; issuer?: Partial<IssuerConfig>; now?: number } = {}) {
  const jwt = { header: defined({ ...HEADER, ...changes.header }), payload: defined(claims(changes.claims)) };
  return createClaimsCheck(issuerConfig([], changes.issuer))(jwt, changes.now ?? NOW);
}

/** A refusal names the claim or header member, and never holds what it is. */
const bad = (claim: string) => ({ refused: 'bad_claims', claim });

describe('createClaimsCheck', () => {
  it('gives the claims of a good token', () => {
    expect(check({ claims: { scope: 'sales:read sales:write' } })).toEqual({
      algorithm: 'RS256',
      kid: 'r1',
      sub: 'user-1',
      clientId: 'reports',
      jti: 'jti-1',
      iat: NOW - 10,
      exp: NOW + 600,
      scopes: ['sales:read', 'sales:write'],
    });
  });

  describe('header', () => {
    it.each(['none', 'None', 'NONE', 'HS256', 'RS512', 'PS256', 'rs256', '', null, ['RS256'], undefined])(
      'refuses the algorithm %j, which the issuer does not have',
      (alg) => {
        expect(check({ header: { alg } })).toEqual(bad('alg'));
      },
    );

    it.each(['at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/At+Jwt'])('accepts the type %s', (typ) => {
      expect(check({ header: { typ } })).not.toHaveProperty('refused');
    });

    it.each([undefined, null, '', 'JWT', 'dpop+jwt', 'logout+jwt', 'text/at+jwt', 'at+jwt ', ['at+jwt'], { a: 1 }])(
      'refuses the type %j',
      (typ) => {
        expect(check({ header: { typ } })).toEqual(bad('typ'));
      },
    );

    it('accepts the types that the issuer has, and no other', () => {
      const issuer = { types: ['application/access+jwt', 'JWT'] };

      expect(check({ issuer, header: { typ: 'jwt' } })).not.toHaveProperty('refused');
      expect(check({ issuer, header: { typ: 'access+jwt' } })).not.toHaveProperty('refused');
      expect(check({ issuer })).toEqual(bad('typ'));
    });

    it.each([
      ['crit', ['b64']],
      ['crit', []],
      ['b64', true],
      ['zip', 'DEF'],
    ])('refuses the member %s with %j', (name, value) => {
      expect(check({ header: { [name]: value } })).toEqual(bad(name));
    });

    it.each([undefined, null, '', 1, ['r1'], { id: 'r1' }, 'k'.repeat(1024), 'r1\u0000'])(
      'refuses the kid %j',
      (kid) => {
        expect(check({ header: { kid } })).toEqual(bad('kid'));
      },
    );
  });

  describe('times', () => {
    it.each(['exp', 'iat', 'nbf'])('refuses %s that is no time', (name) => {
      const values = ['1', null, true, [], {}, -1];

      expect(values.map((value) => check({ claims: { [name]: value } }))).toEqual(values.map(() => bad(name)));
    });

    it.each(['exp', 'iat', 'nbf'])('refuses %s that is infinite, as JSON parsers read 1e400', (name) => {
      const jwt = { header: HEADER, payload: claims({ [name]: JSON.parse('1e400') }) };

      expect(createClaimsCheck(issuerConfig([]))(jwt, NOW)).toEqual(bad(name));
    });

    it.each(['exp', 'iat'])('refuses a token without %s', (name) => {
      expect(check({ claims: { [name]: undefined } })).toEqual(bad(name));
    });

    it('accepts a token without nbf', () => {
      expect(check({ claims: { nbf: undefined } })).not.toHaveProperty('refused');
    });

    it('refuses from the expiry and the accepted clock difference on', () => {
      expect(check({ now: NOW + 604.9 })).not.toHaveProperty('refused');
      expect(check({ now: NOW + 605 })).toEqual({ refused: 'expired' });
    });

    it.each(['nbf', 'iat'])('refuses until %s less the accepted clock difference', (name) => {
      const changes = { [name]: NOW + 5 };

      expect(check({ claims: changes })).not.toHaveProperty('refused');
      expect(check({ claims: changes, now: NOW - 0.1 })).toEqual({ refused: 'not_yet_valid' });
    });

    it('refuses a longer life than the issuer may give', () => {
      expect(check({ claims: { iat: NOW, exp: NOW + 3600 } })).not.toHaveProperty('refused');
      expect(check({ claims: { iat: NOW, exp: NOW + 3601 } })).toEqual(bad('exp'));
    });

    it('refuses a token that is older than the longest life, whatever its expiry', () => {
      expect(check({ claims: { iat: NOW - 4000, nbf: undefined, exp: NOW + 60 } })).toEqual(bad('exp'));
    });
  });

  describe('audience', () => {
    it('accepts a list with the configured one alone', () => {
      expect(check({ claims: { aud: [AUDIENCE] } })).not.toHaveProperty('refused');
    });

    it.each([
      [['https://other.example.com/', AUDIENCE]],
      [[AUDIENCE, 'https://other.example.com/']],
      [[AUDIENCE, AUDIENCE]],
    ])('accepts the several audiences %j only from an issuer that may name several', (aud) => {
      expect(check({ claims: { aud } })).toEqual({ refused: 'audience_mismatch' });
      expect(check({ claims: { aud }, issuer: { allowSeveralAudiences: true } })).not.toHaveProperty('refused');
    });

    it.each([[['other', 'another']], [[AUDIENCE, 1]], [[AUDIENCE, '']], [[]]])(
      'refuses the list %j even then',
      (aud) => {
        const issuer = { allowSeveralAudiences: true };

        expect(check({ claims: { aud }, issuer })).toEqual({ refused: 'audience_mismatch' });
      },
    );

    it.each([
      undefined,
      null,
      '',
      'other',
      AUDIENCE.slice(0, -1),
      [],
      [[AUDIENCE]],
      [AUDIENCE, 1],
      { 0: AUDIENCE },
      true,
    ])('refuses the audience %j', (aud) => {
      expect(check({ claims: { aud } })).toEqual({ refused: 'audience_mismatch' });
    });
  });

  describe('subject, client, id', () => {
    it.each(['sub', 'client_id', 'jti'])('refuses %s that is missing or no text', (name) => {
      const values = [undefined, null, '', 1, true, [], ['a'], { a: 1 }, 'a\nb', 'a\u0085b', 'a'.repeat(513)];

      expect(values.map((value) => check({ claims: { [name]: value } }))).toEqual(values.map(() => bad(name)));
    });
  });

  describe('scope', () => {
    it.each([undefined, ''])('gives no scopes for %j', (scope) => {
      expect(check({ claims: { scope } })).toMatchObject({ scopes: [] });
    });

    it.each([['sales:read'], 1, null, {}, 'a\nb', 'a  b', ' a', 'a ', 'a"b', 'a\\b', 'a\u0000', 'ä'])(
      'refuses the scope %j',
      (scope) => {
        expect(check({ claims: { scope } })).toEqual(bad('scope'));
      },
    );
  });

  it.each([{ jkt: 'thumbprint' }, { 'x5t#S256': 'thumbprint' }, {}, null])(
    'refuses a token bound by cnf %j, because it came as plain Bearer',
    (cnf) => {
      expect(check({ claims: { cnf } })).toEqual(bad('cnf'));
    },
  );

  it('takes nothing from claims named like members of every object', () => {
    expect(check({ claims: { constructor: { name: 'x' }, toString: 1 } })).toEqual(check());
  });
});

describe('the scopes that an issuer grants', () => {
  it('are those of the token by exact name, and no wildcard, when no limit is given', () => {
    expect(check({ claims: { scope: 'sales:read * sales:* openid' } })).toMatchObject({
      scopes: ['sales:read', 'openid'],
    });
  });

  it.each([
    [['sales:read'], ['sales:read']],
    [['sales:*'], ['sales:read', 'sales:*']],
    [['*'], ['sales:read', 'sales:*', 'users:read']],
    [
      ['*', 'tokens:*'],
      ['sales:read', 'sales:*', '*', 'users:read'],
    ],
    [
      ['users:*', 'sales:read'],
      ['sales:read', 'users:read'],
    ],
    [[], []],
  ])('with the limit %j are %j', (scopes, expected) => {
    expect(check({ claims: { scope: 'sales:read sales:* * users:read' }, issuer: { scopes } })).toMatchObject({
      scopes: expected,
    });
  });

  it.each<[string, readonly string[] | undefined, readonly string[]]>([
    ['no list', undefined, ['applications:read', 'tokenservice:write']],
    ['*', ['*'], ['applications:read', 'tokenservice:write']],
    ['the exact scope', ['tokens:write'], ['tokens:write']],
    ['another of them', ['tokens:read'], []],
    ['tokens:*', ['tokens:*'], ['tokens:write', 'tokens:*']],
    ['a list of others', ['sales:*', 'applications:*'], ['applications:write', 'applications:*', 'applications:read']],
  ])('hold the platform scopes with %s only as far as it names them', (_, scopes, expected) => {
    const scope =
      'tokens:write tokens:* * applications:write applications:* applications:read revocations:write tokenservice:write';
    expect([...grantedScopes(scope, scopes)].sort()).toEqual([...expected].sort());
  });

  it('open no operation of the token service without a list, whatever the token says', () => {
    for (const route of ROUTES) {
      const needed = route.security.flatMap((requirement) => Object.values(requirement));
      const held = grantedScopes(`* tokens:* ${needed.flat().join(' ')}`, undefined);
      expect(satisfies(held, needed)).toBe(false);
      expect(satisfies(grantedScopes(`* tokens:* ${needed.flat().join(' ')}`, ['*']), needed)).toBe(false);
    }
  });

  it('never are more than the token has', () => {
    expect(grantedScopes('', ['*'])).toEqual([]);
    expect(grantedScopes('sales:read', ['*'])).toEqual(['sales:read']);
  });
});
