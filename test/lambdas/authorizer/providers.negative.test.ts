import type { Reason } from '../../../lambdas/authorizer/reasons';
import { type Claims, NOW, segment, signed } from './support/access-tokens';
import { ENGINES } from './support/engines';
import { forgedTokens, ISSUER_KEYS } from './support/forged-tokens';
import {
  judgeWith,
  PROVIDERS,
  type ProviderTokens,
  providerConfig,
  providerToken,
  STRANGER,
} from './support/providers';

type Row = readonly [title: string, token: string, reason: Reason, claim?: string | undefined];

/** What shows that a token is an access token of the provider; any other value is refused. */
const EXACT: Readonly<Record<string, Claims>> = {
  cognito: { token_use: 'access' },
  okta: { ver: 1 },
  'entra-id 2.0': { ver: '2.0', tid: 'aaaabbbb-0000-cccc-1111-dddd2222eeee' },
  'entra-id 1.0': { ver: '1.0', tid: 'aaaabbbb-0000-cccc-1111-dddd2222eeee' },
  keycloak: { typ: 'Bearer' },
};

/** Tokens that each differ from a good one of the provider in one respect. */
function rows(provider: ProviderTokens): readonly Row[] {
  const { name, machine, idToken, client, names, scopeAs, otherIssuer, options } = provider;
  const isCognito = name === 'cognito';
  const token = (changes: Claims, header: Claims = {}) => providerToken(provider, { ...machine, ...changes }, header);
  const [ours = client] = options.audience ?? [];
  const bad = (title: string, claim: string, changes: Claims, header?: Claims): Row => [
    title,
    token(changes, header),
    'bad_claims',
    claim,
  ];
  const otherType = scopeAs === 'list' ? provider.scope : [provider.scope];
  const exact = Object.entries(EXACT[name] ?? {});

  return [
    // Of another kind
    ['the ID token of a person', providerToken(provider, idToken), ...wrongKind(provider)],
    ['an ID token whose audience is ours', providerToken(provider, { ...idToken, aud: ours }), ...wrongKind(provider)],
    ['a refresh token, which is no JWT', 'opaque.refresh', 'malformed'],
    ['a token with five parts, as encrypted refresh tokens have', 'a.b.c.d.e', 'malformed'],
    bad('a nonce in the header, as tokens for Microsoft Graph have', 'nonce', {}, { nonce: 'abc' }),
    bad('typ of a DPoP proof', 'typ', {}, { typ: 'dpop+jwt' }),
    bad('typ of a logout token', 'typ', {}, { typ: 'logout+jwt' }),
    bad('typ null', 'typ', {}, { typ: null }),
    ...(provider.header.typ === undefined ? [] : [bad('no typ', 'typ', {}, { typ: undefined })]),
    ...(name === 'keycloak' ? ['at_hash', 'c_hash'] : ['nonce', 'at_hash', 'c_hash']).map((claim) =>
      bad(`the claim ${claim} of ID tokens`, claim, { [claim]: 'x' }),
    ),
    ...exact.flatMap(([claim, value]) =>
      [
        undefined,
        null,
        'id',
        [value],
        typeof value === 'number' ? String(value) : Number.parseFloat(String(value)),
      ].map((other) =>
        bad(`${claim} ${JSON.stringify(other)} in place of ${JSON.stringify(value)}`, claim, { [claim]: other }),
      ),
    ),
    // Of somebody else
    ['another issuer of the provider', token({ iss: otherIssuer }), 'issuer_mismatch'],
    ['the issuer as a list', token({ iss: [options.issuer] }), 'issuer_mismatch'],
    ['the issuer with a slash more or less', token({ iss: withOtherEnd(options.issuer) }), 'issuer_mismatch'],
    bad('another client', names.client, { [names.client]: 'another' }),
    bad('a client in another case', names.client, { [names.client]: otherCase(client) }),
    ...[undefined, null, '', 7, [client], { id: client }].map((other) =>
      bad(`the client ${JSON.stringify(other)}`, names.client, { [names.client]: other }),
    ),
    ...audiences(ours, client, isCognito).map(
      (aud): Row => [`the audience ${JSON.stringify(aud)}`, token({ aud }), 'audience_mismatch'],
    ),
    // At the wrong time
    ...[undefined, null, String(NOW + 600), [NOW + 600], -1].map((exp) =>
      bad(`exp ${JSON.stringify(exp)}`, 'exp', { exp }),
    ),
    ['expired', token({ iat: NOW - 900, exp: NOW - 31 }), 'expired'],
    ['issued in the future', token({ iat: NOW + 31, exp: NOW + 600 }), 'not_yet_valid'],
    ['not yet valid', token({ nbf: NOW + 31 }), 'not_yet_valid'],
    bad('a life of two days', 'exp', { exp: NOW + 172_800 }),
    ...[undefined, null, String(NOW)].map((iat) => bad(`iat ${JSON.stringify(iat)}`, 'iat', { iat })),
    // Of other form
    ...(names.client === 'sub' ? [] : [undefined, null, '', 1, { id: 'x' }]).map((sub) =>
      bad(`sub ${JSON.stringify(sub)}`, 'sub', { sub }),
    ),
    ...[null, '', 1, ['id']].map((id) => bad(`${names.jti} ${JSON.stringify(id)}`, names.jti, { [names.jti]: id })),
    ...(['cognito', 'okta', 'keycloak'].includes(name) ? [bad(`no ${names.jti}`, names.jti, { jti: undefined })] : []),
    ...(name === 'google' ? [] : [otherType, 1, null, { a: 1 }]).map((scope) =>
      bad(`${names.scope} ${JSON.stringify(scope)}`, names.scope, { [names.scope]: scope }),
    ),
    ...(scopeAs === 'list' ? [[1], ['a b'], [''], ['a\nb'], [['sales:read']], [null]] : []).map((scope) =>
      bad(`${names.scope} ${JSON.stringify(scope)}`, names.scope, { [names.scope]: scope }),
    ),
    ...(scopeAs === 'text' && name !== 'google' ? ['a  b', ' a', 'a\tb', 'a"b'] : []).map((scope) =>
      bad(`${names.scope} ${JSON.stringify(scope)}`, names.scope, { [names.scope]: scope }),
    ),
    bad('bound to a key, as Bearer', 'cnf', { cnf: { jkt: 'thumbprint' } }),
    // Of another key or algorithm
    bad('alg none with the signature kept', 'alg', {}, { alg: 'none' }),
    ['alg none', `${segment({ alg: 'none', ...provider.header })}.${segment(machine)}.`, 'malformed'],
    ['HS256 with the public key as secret', hmacToken(provider), 'bad_claims', 'alg'],
    bad('an algorithm of another hash', 'alg', {}, { alg: 'RS512' }),
    bad('no kid', 'kid', {}, { kid: undefined }),
    ['an unknown kid', token({}, { kid: 'other' }), 'unknown_key'],
    ['the key of a stranger', signedByStranger(provider), 'bad_signature'],
  ];
}

/** What the ID token of a provider is refused for first: what shows that it is one. */
function wrongKind({ name }: ProviderTokens): readonly [Reason, string | undefined] {
  const shows: Readonly<Record<string, string>> = {
    cognito: 'token_use',
    keycloak: 'typ',
    okta: 'at_hash',
  };
  return ['bad_claims', shows[name] ?? 'nonce'];
}

function audiences(ours: string, client: string, isCognito: boolean): readonly unknown[] {
  const other = 'https://other.example.com';
  return isCognito
    ? [client, [client], other, null, '', [], [client, other]]
    : [
        undefined,
        null,
        '',
        other,
        client === ours ? other : client,
        [],
        [other],
        [ours, other],
        [ours, 1],
        { 0: ours },
        [[ours]],
      ];
}

function withOtherEnd(issuer: string): string {
  return issuer.endsWith('/') ? issuer.slice(0, -1) : `${issuer}/`;
}

function otherCase(client: string): string {
  return client === client.toUpperCase() ? `${client} ` : client.toUpperCase();
}

function hmacToken({ header, machine }: ProviderTokens): string {
  const pem = ISSUER_KEYS.r1.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return signed({ alg: 'HS256', kid: 'r1', ...header }, machine, pem, 'HS256');
}

function signedByStranger({ header, machine }: ProviderTokens): string {
  return signed({ alg: 'RS256', kid: 'r1', ...header }, machine, STRANGER.privateKey);
}

/** Forged tokens that are none in a provider's form, with the reason. */
function noDefects({ name, header }: ProviderTokens): readonly string[] {
  return [
    // The typ of the provider's tokens.
    ...(header.typ === 'JWT' || name === 'okta' ? ['17'] : []),
    ...(header.typ === undefined ? ['16'] : []),
    // The provider's tokens have no id, or may have none.
    ...(['auth0', 'google', 'entra-id 2.0', 'entra-id 1.0'].includes(name) ? ['28'] : []),
    // Cognito's have no audience.
    ...(name === 'cognito' ? ['33'] : []),
    // Scopes are a list, or there are none.
    ...(['okta', 'google'].includes(name) ? ['39'] : []),
  ];
}

describe.each(ENGINES)('engine %s', (_engine, engine) => {
  describe.each(PROVIDERS.map((provider) => [provider.name, provider] as const))(
    'tokens that are refused with the profile of %s',
    (_name, provider) => {
      const judge = judgeWith(providerConfig(provider, { leewaySeconds: 5 }), engine);

      it.each(rows(provider))('%s', async (...row) => {
        const [, token, reason, claim] = row as unknown as Row;
        expect(await judge(token)).toEqual({ decision: 'unauthorized', reason, claim, credential: undefined });
      });

      it('are more than fifty, and one with nothing changed is accepted', async () => {
        expect(rows(provider).length).toBeGreaterThan(50);
        expect(await judge(providerToken(provider, provider.machine))).toMatchObject({ decision: 'allow' });
      });

      const forged = forgedTokens({
        header: { alg: 'RS256', kid: 'r1', ...provider.header },
        claims: (changes) => JSON.parse(JSON.stringify({ nbf: NOW - 10, ...provider.machine, ...changes })),
        issuer: provider.options.issuer,
        audience: provider.options.audience?.[0] ?? provider.client,
        names: provider.names,
      });
      const none = noDefects(provider);

      it(`0 of ${70 - none.length} forged tokens are accepted`, async () => {
        const accepted: string[] = [];
        for (const [number, , , token] of forged.filter(([one]) => !none.includes(one))) {
          const { decision } = await judge(token());
          if (decision !== 'unauthorized') {
            accepted.push(`${number} ${decision}`);
          }
        }

        expect(accepted).toEqual([]);
      });

      it('those that are no defect in its form are accepted, or grant nothing', async () => {
        for (const [, , , token] of forged.filter(([one]) => none.includes(one))) {
          expect(['allow', 'deny']).toContain((await judge(token())).decision);
        }
      });
    },
  );
});
