import { ApiDefinition } from '../../../constructs/api';
import { type IssuerOptions, TokenAuthorizer } from '../../../constructs/authorizer';
import { Names } from '../../../constructs/support/names';
import { packagedFile } from '../../support/package-files';
import { testStack } from '../../support/template';

const POOL = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI';
const TENANT = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const MAP = { 'sales/read': 'sales:read' };
const AUDIENCE = ['https://api.example.com'];

/** Options that each profile is content with. */
const GOOD: Readonly<Record<string, Partial<IssuerOptions> & { issuer: string }>> = {
  rfc9068: { issuer: 'https://i.example/', audience: AUDIENCE },
  cognito: { issuer: POOL, profile: 'cognito', clients: ['client-1'], scopeMap: MAP },
  auth0: { issuer: 'https://my-domain.auth0.com/', profile: 'auth0', audience: AUDIENCE },
  okta: { issuer: 'https://example.okta.com/oauth2/default', profile: 'okta', audience: AUDIENCE },
  'entra-id': {
    issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
    profile: 'entra-id',
    audience: AUDIENCE,
    scopeMap: MAP,
  },
  keycloak: { issuer: 'https://id.example.com/realms/shop', profile: 'keycloak', audience: AUDIENCE },
  google: {
    issuer: 'https://accounts.google.com',
    profile: 'google',
    audience: AUDIENCE,
    clientScopes: { '104029292923999999999': ['sales:read'] },
  },
};

function synthesize(profile: string, changes: Partial<IssuerOptions> = {}) {
  const options = { jwksUri: 'https://i.example/jwks', ...GOOD[profile], ...changes } as IssuerOptions;
  return new TokenAuthorizer(testStack(), 'Authorizer', {
    names: new Names('acme', 'prod'),
    account: '123456789012',
    region: 'eu-central-1',
    issuers: [options],
    apis: [
      new ApiDefinition({
        id: 'shop',
        routes: [{ method: 'GET', path: '/v1/x', rule: { kind: 'scopes', anyOf: [['x:read']] } }],
      }),
    ],
  });
}

const packaged = (profile: string, changes: Partial<IssuerOptions> = {}) =>
  JSON.parse(packagedFile(synthesize(profile, changes), 'config.json')).issuers[0];

test.each(Object.keys(GOOD))('profile %s is content with what it demands', (profile) => {
  expect(packaged(profile)).toMatchObject({ issuer: GOOD[profile]?.issuer });
});

test('the standard packs no form, so that it loads nothing', () => {
  expect(packaged('rfc9068')).not.toHaveProperty('form');
  expect(packaged('rfc9068', { profile: 'rfc9068' })).not.toHaveProperty('form');
});

test('the standard may be limited to clients, and its scopes mapped', () => {
  expect(packaged('rfc9068', { clients: ['client-1'], scopeMap: MAP }).form).toMatchObject({
    client: 'client_id',
    clients: ['client-1'],
    scopeMap: MAP,
    idRequired: true,
    untyped: false,
    exact: {},
  });
});

test('a profile is packed as data, and not by its name', () => {
  const issuer = packaged('entra-id');

  expect(issuer).not.toHaveProperty('profile');
  expect(issuer).not.toHaveProperty('scopeMap');
  expect(issuer).toMatchObject({
    types: ['JWT'],
    algorithms: ['RS256'],
    form: { client: 'azp', id: 'uti', exact: { ver: '2.0', tid: TENANT }, scopeMap: MAP },
  });
});

test('Entra of version 1.0 is told by its issuer', () => {
  const { form } = packaged('entra-id', { issuer: `https://sts.windows.net/${TENANT}/` });
  expect(form).toMatchObject({ client: 'appid', exact: { ver: '1.0', tid: TENANT } });
});

test('Cognito without an audience takes its clients for it, and with one that', () => {
  expect(packaged('cognito')).toMatchObject({ audience: ['client-1'], form: { clientIsAudience: true } });
  expect(packaged('cognito', { audience: AUDIENCE })).toMatchObject({
    audience: AUDIENCE,
    form: { clientIsAudience: false, clients: ['client-1'] },
  });
});

test('Auth0 may name its own userinfo endpoint beside the API', () => {
  expect(packaged('auth0').form.besideAudience).toEqual(['https://my-domain.auth0.com/userinfo']);
});

test('Google accepts the clients that have scopes, for an hour', () => {
  expect(packaged('google')).toMatchObject({
    maxLifetimeSeconds: 3600,
    form: { clients: ['104029292923999999999'], clientScopes: { '104029292923999999999': ['sales:read'] } },
  });
});

test('the order of a map plays no part in what is packaged', () => {
  const one = packagedFile(synthesize('cognito', { scopeMap: { a: 'x:a', b: 'x:b' } }), 'config.json');
  const two = packagedFile(synthesize('cognito', { scopeMap: { b: 'x:b', a: 'x:a' } }), 'config.json');
  expect(two).toBe(one);
});

describe('what a profile demands', () => {
  test.each<[string, keyof IssuerOptions, string]>([
    ['rfc9068', 'audience', 'without it a token for another service would be taken here'],
    ['cognito', 'clients', 'its tokens name no audience'],
    ['cognito', 'scopeMap', 'its scopes are not called "resource:action"'],
    ['auth0', 'audience', 'without it a token for another service would be taken here'],
    ['okta', 'audience', 'without it a token for another service would be taken here'],
    ['entra-id', 'audience', 'without it a token for another service would be taken here'],
    ['entra-id', 'scopeMap', 'its scopes are not called "resource:action"'],
    ['keycloak', 'audience', 'without it a token for another service would be taken here'],
    ['google', 'audience', 'without it a token for another service would be taken here'],
    ['google', 'clientScopes', 'its tokens name no scopes'],
  ])('%s: %s', (profile, member, why) => {
    const act = () => synthesize(profile, { [member]: undefined });
    expect(act).toThrow(`test/Authorizer: issuers[0].${member} is missing, allowed is `);
    expect(act).toThrow(`: profile "${profile}" requires it, because ${why}`);
  });
});

describe('what a profile refuses', () => {
  test.each<[string, Partial<IssuerOptions>, string]>([
    [
      'rfc9068',
      JSON.parse('{"profile":"ping"}'),
      'profile is "ping", allowed are rfc9068, cognito, auth0, okta, entra-id',
    ],
    ['rfc9068', { clientScopes: { a: ['x:a'] } }, 'clientScopes is given, but must be left out with profile "rfc9068"'],
    ['okta', { clientScopes: { a: ['x:a'] } }, 'clientScopes is given, but must be left out with profile "okta"'],
    ['google', { clients: ['a'] }, 'clients is given, but must be left out beside clientScopes'],
    ['auth0', { types: ['JWT'] }, 'types is ["JWT"], but must be left out with profile "auth0"'],
    ['auth0', { audience: [] }, 'audience is [], allowed is a list'],
    ['auth0', { audience: [''] }, 'audience is [""], allowed is a list'],
    ['auth0', { clients: [] }, 'clients is [], allowed is a list of the client ids'],
    ['auth0', { audience: ['a', 'b'], clients: ['b'] }, 'audience holds "b", which is one of clients'],
    ['cognito', { scopeMap: {} }, 'scopeMap is {}, allowed is an object'],
    ['cognito', { scopeMap: { 'sales/read': '*' } }, 'scopeMap is {"sales/read":"*"}, allowed is an object'],
    [
      'cognito',
      { scopeMap: { 'sales/read': 'sales:*' } },
      'scopeMap is {"sales/read":"sales:*"}, allowed is an object',
    ],
    ['cognito', { scopeMap: { 'a b': 'sales:read' } }, 'scopeMap is {"a b":"sales:read"}, allowed is an object'],
    ['google', { clientScopes: {} }, 'clientScopes is {}, allowed is an object'],
    ['google', { clientScopes: { a: ['*'] } }, 'clientScopes is {"a":["*"]}, allowed is an object'],
  ])('%s with %j', (profile, changes, message) => {
    expect(() => synthesize(profile, changes)).toThrow(`test/Authorizer: issuers[0].${message}`);
  });

  test.each<[string, string]>([
    ['cognito', 'https://cognito-idp.eu-west-1.amazonaws.com/'],
    ['cognito', 'https://cognito-idp.eu-west-1.amazonaws.com.evil.example/eu-west-1_AbCdEfGhI'],
    ['auth0', 'https://my-domain.auth0.com'],
    ['okta', 'https://example.okta.com'],
    ['okta', 'https://example.okta.com/oauth2/default/'],
    ['entra-id', 'https://login.microsoftonline.com/common/v2.0'],
    ['entra-id', 'https://login.microsoftonline.com/organizations/v2.0'],
    ['entra-id', `https://login.microsoftonline.com/${TENANT}/`],
    ['keycloak', 'https://id.example.com/realms/shop/'],
    ['keycloak', 'https://id.example.com/auth'],
    ['google', 'accounts.google.com'],
  ])('%s by the issuer %s', (profile, issuer) => {
    expect(() => synthesize(profile, { issuer })).toThrow(
      `test/Authorizer: issuers[0].issuer is ${JSON.stringify(issuer)}, allowed with profile "${profile}" is `,
    );
  });

  const introspection = { endpoint: 'https://i.example/introspect', clientId: 'c', clientSecretName: 'a/b' };
  test.each<[string, Partial<IssuerOptions>, string]>([
    ['keycloak', {}, 'profile "keycloak"'],
    ['rfc9068', { clients: ['a'] }, 'clients'],
    ['rfc9068', { scopeMap: MAP }, 'scopeMap'],
  ])('introspection beside profile %s with %j', (profile, changes, beside) => {
    expect(() => synthesize(profile, { ...changes, introspection })).toThrow(
      `issuers[0].introspection is given, but must be left out with ${beside}`,
    );
  });
});
