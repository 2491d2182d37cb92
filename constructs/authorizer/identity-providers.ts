import type { IssuerConfig, TokenForm } from '../../lambdas/authorizer/config';

// No import of cdktf: the configuration file is checked with this page too, long before anything is synthesized.

/** Providers whose access tokens are known in form; `rfc9068` is the standard (RFC 9068), and the strictest. */
export type IdentityProvider = 'rfc9068' | 'cognito' | 'auth0' | 'okta' | 'entra-id' | 'keycloak' | 'google';

/** What an issuer says about its provider. */
export interface ProviderOptions {
  /**
   * Whose tokens the issuer makes. A profile says how they tell what tokens of RFC 9068 tell, and what it demands in return; each
   * one's guarantees are weaker than the default's, see docs/identity-providers.md. Tokens of any other form are refused.
   * @default "rfc9068"
   */
  readonly profile?: IdentityProvider;
  /**
   * Client ids whose tokens are accepted. Profile `cognito` demands them, because its tokens name no audience.
   * @default - any client of the issuer
   */
  readonly clients?: readonly string[];
  /**
   * What a scope of the provider stands for here: `{ "https://api.example.com/sales.read": "sales:read" }`. Others are left out.
   * Profiles `cognito` and `entra-id` demand it, because their scopes are not called `resource:action`.
   * @default - each scope stands for itself
   */
  readonly scopeMap?: Readonly<Record<string, string>>;
  /**
   * Scopes by client id, for tokens that name none: profile `google` demands it, and accepts those clients only.
   * @default - tokens name their scopes
   */
  readonly clientScopes?: Readonly<Record<string, readonly string[]>>;
}

/** What a profile can demand. */
export type Demanded = 'audience' | 'clients' | 'scopeMap' | 'clientScopes';

/** One kind of issuer of a provider, told by its address. */
interface Variant {
  /** Whole `iss` claim; a named group is the exact value of the claim of that name. */
  readonly issuer: RegExp;
  readonly form: Partial<TokenForm> & Pick<TokenForm, 'client'>;
}

/** A provider's access tokens, as its documentation has them. */
export interface Profile {
  /** How the issuer's address looks, for people. */
  readonly issuer: string;
  /** Options that have to be given. */
  readonly demands: readonly Demanded[];
  readonly algorithms: IssuerConfig['algorithms'];
  readonly types: IssuerConfig['types'];
  readonly maxLifetimeSeconds?: number;
  /** The first that fits counts. */
  readonly variants: readonly Variant[];
}

const GUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/** Claims of ID tokens of OpenID Connect Core 1.0 (2, 3.1.3.6, 3.3.2.11), which no access token of these providers has. */
const OF_ID_TOKENS = ['nonce', 'at_hash', 'c_hash'];

/** Scopes as RFC 9068 has them (2.2.3). */
const SCOPE_TEXT = [{ claim: 'scope', as: 'text' }] as const;

/** A form that has nothing of its own; each profile says how it differs. */
const PLAIN: Omit<TokenForm, 'client'> = {
  id: 'jti',
  idRequired: true,
  untyped: false,
  clientIsAudience: false,
  besideAudience: [],
  scopes: SCOPE_TEXT,
  exact: {},
  refused: OF_ID_TOKENS,
};

/** In place of a named audience. */
export const ISSUER_ITSELF = '{issuer}';

export const PROFILES: Readonly<Record<Exclude<IdentityProvider, 'rfc9068'>, Profile>> = {
  // Amazon Cognito developer guide, "Understanding the access token": header of kid and alg alone; client_id, scope and jti;
  // token_use "access". aud only where the client asked for a resource ("Scopes, M2M, and resource servers", resource binding).
  cognito: {
    issuer: 'https://cognito-idp.<region>.amazonaws.com/<user pool id>',
    demands: ['clients', 'scopeMap'],
    algorithms: ['RS256'],
    types: ['at+jwt'],
    variants: [
      {
        issuer: /^https:\/\/(issuer-)?cognito-idp\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/[a-z0-9-]+_[A-Za-z0-9]+$/,
        form: { client: 'client_id', untyped: true, exact: { token_use: 'access' } },
      },
    ],
  },
  // Auth0 docs, "Access Token Profiles": the Auth0 profile has typ JWT, azp, no jti, and the userinfo endpoint as second audience.
  auth0: {
    issuer: 'https://<tenant>.auth0.com/ or https://<custom domain>/, with the slash at its end',
    demands: ['audience'],
    algorithms: ['RS256'],
    types: ['JWT'],
    variants: [
      {
        issuer: /^https:\/\/[^/?#\s]+\/$/,
        form: { client: 'azp', idRequired: false, besideAudience: [`${ISSUER_ITSELF}userinfo`] },
      },
    ],
  },
  // Okta developer docs, "Validate access tokens" and "OpenID Connect & OAuth 2.0", access token payload: cid, scp as a list,
  // ver 1. Tokens of the org authorization server, whose issuer has no path, are for Okta alone.
  okta: {
    issuer: 'https://<domain>/oauth2/<id of a custom authorization server>',
    demands: ['audience'],
    algorithms: ['RS256'],
    types: ['at+jwt', 'JWT'],
    variants: [
      {
        issuer: /^https:\/\/[^/?#\s]+\/oauth2\/[A-Za-z0-9]+$/,
        form: { client: 'cid', untyped: true, scopes: [{ claim: 'scp', as: 'list' }], exact: { ver: 1 } },
      },
    ],
  },
  // Microsoft identity platform, "Access token claims reference": typ always JWT; ver; azp (2.0) or appid (1.0); scp of delegated
  // permissions as a text, roles of application permissions as a list; uti "equivalent to jti"; tid.
  'entra-id': {
    issuer:
      'https://login.microsoftonline.com/<tenant id>/v2.0 or https://sts.windows.net/<tenant id>/ (never common or organizations)',
    demands: ['audience', 'scopeMap'],
    algorithms: ['RS256'],
    types: ['JWT'],
    variants: [
      {
        issuer: new RegExp(`^https://[a-z0-9.-]+/(?<tid>${GUID})/v2\\.0$`),
        form: {
          client: 'azp',
          id: 'uti',
          idRequired: false,
          scopes: [
            { claim: 'scp', as: 'text' },
            { claim: 'roles', as: 'list' },
          ],
          exact: { ver: '2.0' },
        },
      },
      {
        issuer: new RegExp(`^https://sts\\.[a-z0-9.-]+/(?<tid>${GUID})/$`),
        form: {
          client: 'appid',
          id: 'uti',
          idRequired: false,
          scopes: [
            { claim: 'scp', as: 'text' },
            { claim: 'roles', as: 'list' },
          ],
          exact: { ver: '1.0' },
        },
      },
    ],
  },
  // Keycloak server administration guide, and its class AccessToken: the claim typ "Bearer" (ID tokens "ID", refresh tokens
  // "Refresh"), azp, jti; aud only by a mapper, "account" beside it by the roles mapper. A mapper may add nonce.
  keycloak: {
    issuer: 'https://<host>/realms/<realm>',
    demands: ['audience'],
    algorithms: ['RS256'],
    types: ['JWT', 'at+jwt'],
    variants: [
      {
        issuer: /^https?:\/\/[^?#\s]+\/realms\/[^/?#\s]+$/,
        form: { client: 'azp', besideAudience: ['account'], exact: { typ: 'Bearer' }, refused: ['at_hash', 'c_hash'] },
      },
    ],
  },
  // Google Cloud, "Token types": access tokens are opaque to everybody but Google. What a service account can show is an ID
  // token for an audience of its choice: sub is its unique id, azp that or its address; an hour long, no scopes, no jti.
  google: {
    issuer: 'https://accounts.google.com',
    demands: ['audience', 'clientScopes'],
    algorithms: ['RS256'],
    types: ['JWT'],
    maxLifetimeSeconds: 3600,
    variants: [
      {
        issuer: /^https:\/\/accounts\.google\.com$/,
        form: { client: 'sub', idRequired: false, scopes: [] },
      },
    ],
  },
};

type ProviderProfile = keyof typeof PROFILES;

/** The kind of issuer that an address is of; `undefined` when it is of none. */
export function variantOf(profile: ProviderProfile, issuer: string): Variant | undefined {
  return PROFILES[profile].variants.find((variant) => variant.issuer.test(issuer));
}

/** What the profile of an issuer stands for, as the authorizer takes it. */
export type ProfileSettings = Pick<IssuerConfig, 'audience' | 'algorithms' | 'types'> &
  Partial<Pick<IssuerConfig, 'form' | 'maxLifetimeSeconds'>>;

/** Expands a profile that has no fault; the settings of the standard are the caller's. */
export function expandProfile(
  options: ProviderOptions & { readonly issuer: string; readonly audience?: readonly string[] },
): Partial<ProfileSettings> {
  const { profile = 'rfc9068', issuer, audience, clients, scopeMap, clientScopes } = options;
  const own = {
    ...(clients && { clients }),
    ...(scopeMap && { scopeMap: sorted(scopeMap) }),
  };
  if (profile === 'rfc9068') {
    return clients || scopeMap ? { form: { ...PLAIN, client: 'client_id', refused: [], ...own } } : {};
  }
  const { algorithms, types, maxLifetimeSeconds } = PROFILES[profile];
  const variant = variantOf(profile, issuer);
  const form: TokenForm = {
    ...PLAIN,
    client: 'client_id',
    ...variant?.form,
    exact: { ...variant?.form.exact, ...variant?.issuer.exec(issuer)?.groups },
    besideAudience: (variant?.form.besideAudience ?? []).map((one) => one.replace(ISSUER_ITSELF, issuer)),
    clientIsAudience: audience === undefined,
    ...own,
    ...(clientScopes && { clients: Object.keys(clientScopes).sort(), clientScopes: sorted(clientScopes) }),
  };
  return {
    audience: audience ?? clients ?? [],
    algorithms,
    types,
    ...(maxLifetimeSeconds !== undefined && { maxLifetimeSeconds }),
    form,
  };
}

/** Members in the order of their names, so that the order in a configuration plays no part in what is packaged. */
function sorted<T>(object: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}
