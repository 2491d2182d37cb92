import { ApiDefinition } from '../../../../constructs/api';
import { type IssuerOptions, TokenAuthorizer } from '../../../../constructs/authorizer';
import { Names } from '../../../../constructs/support/names';
import type { SignatureEngine } from '../../../../lambdas/authorizer/access-token/signature';
import { createAuthorizer } from '../../../../lambdas/authorizer/authorizer';
import type { AuthorizerConfig } from '../../../../lambdas/authorizer/config';
import { packagedFile } from '../../../support/package-files';
import { testStack } from '../../../support/template';
import { bearerEvent, type Claims, NOW, rsaKey, signed, testPorts } from './access-tokens';
import { ISSUER_KEYS } from './forged-tokens';

/** Tokens of one provider, with the claims that its documentation has, and the configuration that accepts them. */
export interface ProviderTokens {
  readonly name: string;
  readonly options: Omit<IssuerOptions, 'jwks' | 'jwksUri'>;
  /** Header members beside `alg` and `kid`. */
  readonly header: Claims;
  /** An access token that a person's client got. */
  readonly person: Claims;
  /** An access token that a machine got by its own credentials. */
  readonly machine: Claims;
  /** ID token of the same person; its audience is the client. */
  readonly idToken: Claims;
  /** Another issuer of the same provider. */
  readonly otherIssuer: string;
  readonly client: string;
  /** Names of the claims with the token's id and scopes, and the form of the latter. */
  readonly names: { readonly jti: string; readonly client: string; readonly scope: string };
  readonly scopeAs: 'text' | 'list';
  /** What the provider calls the scope `sales:read`. */
  readonly scope: string;
}

const TIMES = { iat: NOW - 10, exp: NOW + 600 };
const API = 'https://api.example.com';
const CLIENT = '1example23456789';
const TENANT = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const REGISTRATION = '00001111-aaaa-2222-bbbb-3333cccc4444';
const APPLICATION = '11112222-bbbb-3333-cccc-4444dddd5555';
const ACCOUNT = '104029292923999999999';

// "Understanding the access token" and "Understanding the identity (ID) token", Amazon Cognito developer guide.
const POOL = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI';
const COGNITO: ProviderTokens = {
  name: 'cognito',
  options: {
    issuer: POOL,
    profile: 'cognito',
    clients: [CLIENT],
    scopeMap: { [`${API}/sales.read`]: 'sales:read' },
  },
  header: {},
  person: {
    sub: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
    'cognito:groups': ['testgroup'],
    iss: POOL,
    version: 2,
    client_id: CLIENT,
    origin_jti: 'bbbbbbbb-1111-2222-3333-444444444444',
    event_id: 'cccccccc-1111-2222-3333-444444444444',
    token_use: 'access',
    scope: `phone openid profile ${API}/sales.read`,
    auth_time: NOW - 10,
    jti: 'dddddddd-1111-2222-3333-444444444444',
    username: 'my-test-user',
    ...TIMES,
  },
  machine: {
    sub: CLIENT,
    token_use: 'access',
    scope: `${API}/sales.read`,
    auth_time: NOW - 10,
    iss: POOL,
    version: 2,
    jti: 'eeeeeeee-1111-2222-3333-444444444444',
    client_id: CLIENT,
    ...TIMES,
  },
  idToken: {
    sub: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
    'cognito:groups': ['testgroup'],
    email_verified: true,
    'cognito:preferred_role': 'arn:aws:iam::111122223333:role/my-test-role',
    iss: POOL,
    'cognito:username': 'my-test-user',
    nonce: 'abcdefg',
    origin_jti: 'bbbbbbbb-1111-2222-3333-444444444444',
    aud: CLIENT,
    event_id: 'cccccccc-1111-2222-3333-444444444444',
    token_use: 'id',
    auth_time: NOW - 10,
    jti: 'ffffffff-1111-2222-3333-444444444444',
    email: 'my-test-user@example.com',
    ...TIMES,
  },
  otherIssuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_ZyXwVuTsR',
  client: CLIENT,
  names: { jti: 'jti', client: 'client_id', scope: 'scope' },
  scopeAs: 'text',
  scope: `${API}/sales.read`,
};

// "Access Token Profiles" and "ID Token Structure", Auth0 docs.
const AUTH0_ISSUER = 'https://my-domain.auth0.com/';
const AUTH0: ProviderTokens = {
  name: 'auth0',
  options: { issuer: AUTH0_ISSUER, profile: 'auth0', audience: [API], clients: [CLIENT], scopes: ['sales:read'] },
  header: { typ: 'JWT' },
  person: {
    iss: AUTH0_ISSUER,
    sub: 'auth0|123456',
    aud: [API, `${AUTH0_ISSUER}userinfo`],
    azp: CLIENT,
    scope: 'openid profile sales:read',
    permissions: ['sales:read', 'sales:write'],
    ...TIMES,
  },
  machine: {
    iss: AUTH0_ISSUER,
    sub: `${CLIENT}@clients`,
    aud: API,
    azp: CLIENT,
    scope: 'sales:read',
    gty: 'client-credentials',
    ...TIMES,
  },
  idToken: {
    iss: AUTH0_ISSUER,
    sub: 'auth0|123456',
    aud: CLIENT,
    name: 'Jane Doe',
    given_name: 'Jane',
    family_name: 'Doe',
    nonce: 'abcdefg',
    sid: 'session-1',
    ...TIMES,
  },
  otherIssuer: 'https://other-domain.auth0.com/',
  client: CLIENT,
  names: { jti: 'jti', client: 'azp', scope: 'scope' },
  scopeAs: 'text',
  scope: 'sales:read',
};

// "Validate access tokens" and the payloads of "OpenID Connect & OAuth 2.0", Okta developer docs.
const OKTA_ISSUER = 'https://example.okta.com/oauth2/aus1abcd';
const OKTA: ProviderTokens = {
  name: 'okta',
  options: {
    issuer: OKTA_ISSUER,
    profile: 'okta',
    audience: ['api://default'],
    clients: [CLIENT],
    scopes: ['sales:read'],
  },
  header: {},
  person: {
    ver: 1,
    jti: 'AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE',
    iss: OKTA_ISSUER,
    aud: 'api://default',
    cid: CLIENT,
    uid: '00ujmkLgagxeRrAg20g3',
    scp: ['openid', 'sales:read'],
    auth_time: NOW - 10,
    sub: 'john.doe@example.com',
    ...TIMES,
  },
  machine: {
    ver: 1,
    jti: 'AT.1mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE',
    iss: OKTA_ISSUER,
    aud: 'api://default',
    cid: CLIENT,
    scp: ['sales:read'],
    sub: CLIENT,
    ...TIMES,
  },
  idToken: {
    ver: 1,
    sub: '00ujmkLgagxeRrAg20g3',
    iss: OKTA_ISSUER,
    aud: CLIENT,
    jti: 'ID.4eAWJOCMB3SX8XewDfVR',
    amr: ['pwd'],
    idp: '00ok1u7AsAkrwdZL3z0g3',
    auth_time: NOW - 10,
    at_hash: 'cpqKfdQA5eH891Ff5oJr_Q',
    name: 'John Doe',
    ...TIMES,
  },
  otherIssuer: 'https://example.okta.com/oauth2/aus2efgh',
  client: CLIENT,
  names: { jti: 'jti', client: 'cid', scope: 'scp' },
  scopeAs: 'list',
  scope: 'sales:read',
};

// "Access token claims reference" and "ID token claims reference", Microsoft identity platform.
const ENTRA_ISSUER = `https://login.microsoftonline.com/${TENANT}/v2.0`;
const ENTRA_MAP = { 'Sales.Read': 'sales:read', 'Sales.Read.All': 'sales:read' };
const ENTRA: ProviderTokens = {
  name: 'entra-id 2.0',
  options: {
    issuer: ENTRA_ISSUER,
    profile: 'entra-id',
    audience: [REGISTRATION],
    clients: [APPLICATION],
    scopeMap: ENTRA_MAP,
  },
  header: { typ: 'JWT' },
  person: {
    aud: REGISTRATION,
    iss: ENTRA_ISSUER,
    nbf: NOW - 10,
    aio: 'AXQAi/8IAAAAFm+E/QTG+gFnVxLjWdw8K+61AGrSOuMMF6ebaMj7XO3IbmD3',
    azp: APPLICATION,
    azpacr: '0',
    name: 'Abe Lincoln',
    oid: '690222be-ff1a-4d56-abd1-7e4f7d38e474',
    preferred_username: 'abeli@microsoft.com',
    rh: 'I',
    scp: 'Sales.Read',
    roles: ['Sales.Write.All'],
    sub: 'HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ',
    tid: TENANT,
    uti: 'fqiBqXLPj0eQa82S-IYFAA',
    ver: '2.0',
    ...TIMES,
  },
  machine: {
    aud: REGISTRATION,
    iss: ENTRA_ISSUER,
    nbf: NOW - 10,
    aio: 'E2ZgYFi1',
    azp: APPLICATION,
    azpacr: '1',
    idtyp: 'app',
    oid: '790222be-ff1a-4d56-abd1-7e4f7d38e474',
    rh: 'I',
    roles: ['Sales.Read.All'],
    sub: '790222be-ff1a-4d56-abd1-7e4f7d38e474',
    tid: TENANT,
    uti: 'gqiBqXLPj0eQa82S-IYFAA',
    ver: '2.0',
    ...TIMES,
  },
  // The API is a client of itself: the audience of its ID tokens is that of its access tokens.
  idToken: {
    aud: REGISTRATION,
    iss: ENTRA_ISSUER,
    nbf: NOW - 10,
    name: 'Abe Lincoln',
    nonce: '123523',
    oid: '690222be-ff1a-4d56-abd1-7e4f7d38e474',
    preferred_username: 'abeli@microsoft.com',
    rh: 'I',
    roles: ['Sales.Read.All'],
    sub: 'HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ',
    tid: TENANT,
    uti: 'hqiBqXLPj0eQa82S-IYFAA',
    ver: '2.0',
    ...TIMES,
  },
  otherIssuer: 'https://login.microsoftonline.com/bbbbcccc-1111-dddd-2222-eeee3333ffff/v2.0',
  client: APPLICATION,
  names: { jti: 'uti', client: 'azp', scope: 'scp' },
  scopeAs: 'text',
  scope: 'Sales.Read',
};

const STS_ISSUER = `https://sts.windows.net/${TENANT}/`;
const { azp: _person, azpacr: _personHow, preferred_username: _name, ...entraPerson } = ENTRA.person;
const { azp: _machine, azpacr: _machineHow, ...entraMachine } = ENTRA.machine;
const ENTRA_1: ProviderTokens = {
  ...ENTRA,
  name: 'entra-id 1.0',
  options: { ...ENTRA.options, issuer: STS_ISSUER, audience: [`api://${REGISTRATION}`] },
  person: {
    ...entraPerson,
    aud: `api://${REGISTRATION}`,
    iss: STS_ISSUER,
    appid: APPLICATION,
    appidacr: '0',
    unique_name: 'abeli@microsoft.com',
    upn: 'abeli@microsoft.com',
    ver: '1.0',
  },
  machine: {
    ...entraMachine,
    aud: `api://${REGISTRATION}`,
    iss: STS_ISSUER,
    appid: APPLICATION,
    appidacr: '1',
    ver: '1.0',
  },
  idToken: { ...ENTRA.idToken, iss: STS_ISSUER, ver: '1.0' },
  otherIssuer: 'https://sts.windows.net/bbbbcccc-1111-dddd-2222-eeee3333ffff/',
  names: { jti: 'uti', client: 'appid', scope: 'scp' },
};

// Class AccessToken and "Server administration guide", Keycloak 26.
const REALM = 'https://id.example.com/realms/shop';
const KEYCLOAK: ProviderTokens = {
  name: 'keycloak',
  options: { issuer: REALM, profile: 'keycloak', audience: ['sales-api'], clients: ['portal'], scopes: ['sales:read'] },
  header: { typ: 'JWT' },
  person: {
    auth_time: NOW - 10,
    jti: 'onrtac:d58f5dc8-fd8f-462b-8a19-716f8f83985b',
    iss: REALM,
    aud: ['sales-api', 'account'],
    sub: '36fa0f91-f94d-4a0c-afed-6b7d952e47da',
    typ: 'Bearer',
    azp: 'portal',
    sid: '2a88c258-f73a-4103-b862-e1fbd8f4e04e',
    acr: '1',
    'allowed-origins': ['https://portal.example.com'],
    realm_access: { roles: ['offline_access', 'default-roles-shop', 'uma_authorization'] },
    resource_access: { account: { roles: ['manage-account', 'view-profile'] } },
    scope: 'openid email sales:read',
    email_verified: true,
    preferred_username: 'username',
    ...TIMES,
  },
  machine: {
    jti: 'trrtcc:e58f5dc8-fd8f-462b-8a19-716f8f83985b',
    iss: REALM,
    aud: 'sales-api',
    sub: '46fa0f91-f94d-4a0c-afed-6b7d952e47da',
    typ: 'Bearer',
    azp: 'portal',
    acr: '1',
    scope: 'sales:read',
    clientHost: '192.0.2.7',
    client_id: 'portal',
    preferred_username: 'service-account-portal',
    ...TIMES,
  },
  idToken: {
    auth_time: NOW - 10,
    jti: 'f58f5dc8-fd8f-462b-8a19-716f8f83985b',
    iss: REALM,
    aud: 'portal',
    sub: '36fa0f91-f94d-4a0c-afed-6b7d952e47da',
    typ: 'ID',
    azp: 'portal',
    nonce: 'abcdefg',
    sid: '2a88c258-f73a-4103-b862-e1fbd8f4e04e',
    at_hash: 'cpqKfdQA5eH891Ff5oJr_Q',
    acr: '1',
    preferred_username: 'username',
    ...TIMES,
  },
  otherIssuer: 'https://id.example.com/realms/master',
  client: 'portal',
  names: { jti: 'jti', client: 'azp', scope: 'scope' },
  scopeAs: 'text',
  scope: 'sales:read',
};

// "Token types" and "Get an ID token", Google Cloud. There are no access tokens that anybody else can read: what a service account
// shows is an ID token for an audience of its choice.
const GOOGLE_ISSUER = 'https://accounts.google.com';
const GOOGLE_TOKEN: Claims = {
  aud: API,
  azp: 'reports@example-project.iam.gserviceaccount.com',
  email: 'reports@example-project.iam.gserviceaccount.com',
  email_verified: true,
  iss: GOOGLE_ISSUER,
  sub: ACCOUNT,
  iat: NOW - 10,
  exp: NOW - 10 + 3600,
};
const GOOGLE: ProviderTokens = {
  name: 'google',
  options: {
    issuer: GOOGLE_ISSUER,
    profile: 'google',
    audience: [API],
    clientScopes: { [ACCOUNT]: ['sales:read'] },
  },
  header: { typ: 'JWT' },
  person: GOOGLE_TOKEN,
  machine: { ...GOOGLE_TOKEN, azp: ACCOUNT },
  // That of a person, which a website got.
  idToken: {
    iss: GOOGLE_ISSUER,
    azp: '1234987819200.apps.googleusercontent.com',
    aud: '1234987819200.apps.googleusercontent.com',
    sub: '10769150350006150715113082367',
    at_hash: 'HK6E_P6Dh8Y93mRNtsDB1Q',
    email: 'jsmith@example.com',
    email_verified: true,
    nonce: '0394852-3190485-2490358',
    ...TIMES,
  },
  otherIssuer: 'https://cloud.google.com/iap',
  client: ACCOUNT,
  names: { jti: 'jti', client: 'sub', scope: 'scope' },
  scopeAs: 'text',
  scope: 'sales:read',
};

export const PROVIDERS: readonly ProviderTokens[] = [COGNITO, AUTH0, OKTA, ENTRA, ENTRA_1, KEYCLOAK, GOOGLE];

const { r1, e1, small, enc } = ISSUER_KEYS;
/** Keys of a provider; a real set has none that is weak, but then it would prove less. */
const KEYS = [r1, e1, enc].map(({ jwk }) => jwk);
export const STRANGER = rsaKey('r1');

/** What synthesis packages for an issuer, given through the construct. */
export function configOf(options: IssuerOptions): AuthorizerConfig {
  const construct = new TokenAuthorizer(testStack(), 'Authorizer', {
    names: new Names('acme', 'dev'),
    account: '123456789012',
    region: 'eu-central-1',
    issuers: [options],
    apis: [
      new ApiDefinition({
        id: 'sales',
        routes: [{ method: 'GET', path: '/v1/sales', rule: { kind: 'scopes', anyOf: [['sales:read']] } }],
      }),
    ],
  });
  return JSON.parse(packagedFile(construct, 'config.json'));
}

/** The configuration of a provider, with changes of its issuer's options. */
export function providerConfig({ options }: ProviderTokens, changes: Partial<IssuerOptions> = {}): AuthorizerConfig {
  const config = configOf({ ...options, jwks: { keys: KEYS }, ...changes });
  // A key that synthesis would not take, for the forged token that is signed with it.
  return {
    ...config,
    issuers: config.issuers.map((issuer) => ({ ...issuer, jwks: { keys: [...KEYS, small.jwk] } })),
  };
}

/** A token of a provider. */
export function providerToken({ header }: ProviderTokens, payload: Claims, changes: Claims = {}): string {
  return signed({ alg: 'RS256', kid: 'r1', ...header, ...changes }, payload, r1.privateKey);
}

/** What an authorizer decides about tokens. */
export function judgeWith(config: AuthorizerConfig, engine: SignatureEngine) {
  const ports = testPorts(engine);
  const authorize = createAuthorizer(config, ports);
  return async (token: string) => {
    await authorize(bearerEvent(token)).catch(() => undefined);
    expect([...ports.reads, ...ports.fetches]).toEqual([]);
    const { decision, reason, claim, credential } = ports.decisions.at(-1) ?? {};
    return { decision, reason, claim, credential };
  };
}
