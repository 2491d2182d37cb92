import { readConfigFile } from '../lib/config-file';

/** Environment variable that names another configuration file than the packaged one. */
export const PORTAL_BFF_CONFIG_VARIABLE = 'PORTAL_BFF_CONFIG_FILE';

/** Where a person goes to sign in, and what this function does for the pages of the portal. */
export const PORTAL_PATHS = {
  login: '/auth/login',
  /** With the name of the provider behind it: each has a redirect URI of its own (RFC 9700, 4.4.2.2). */
  callback: '/auth/callback',
  stepUp: '/auth/step-up',
  logout: '/bff/logout',
  session: '/bff/session',
  sessions: '/bff/sessions',
  /** With the path of an operation behind it. */
  api: '/bff/api',
} as const;

/** Metrics of the function; each has the dimensions `Service` and `Stage`. */
export const PORTAL_BFF_METRICS = {
  /** People who signed in. */
  signedIn: 'PortalSignIns',
  /** Sign-ins that were refused or broken off; with the dimension `Reason` too. */
  signInFailed: 'PortalSignInsFailed',
  /** Requests that failed, because something could not be reached, or by a mistake of the function. */
  failed: 'PortalRequestsFailed',
  /** Time until the answer, in milliseconds. */
  latency: 'PortalLatency',
} as const;

/**
 * How it is known that a person proved more than a password. `demanded`: an ID token has one of these values of `acr`, or all of these of `amr`
 * (RFC 8176). `assumed`: the provider is set so that nobody signs in without a second factor, and need not say so. `none`: one factor is enough.
 */
export type SecondFactor =
  | { readonly kind: 'demanded'; readonly acr?: readonly string[]; readonly amr?: readonly string[] }
  | { readonly kind: 'assumed' }
  | { readonly kind: 'none' };

/** An OpenID Connect provider by which people sign in. */
export interface ProviderConfig {
  /** What a person reads on the button. */
  readonly title: string;
  /** Exact `iss` of its ID tokens; its metadata are found below. */
  readonly issuer: string;
  /** Name of the Secrets Manager secret that holds `clientId` and `clientSecret` as JSON. */
  readonly clientSecret: string;
  /** Scopes of the authorization request; `openid` is one of them. */
  readonly scopes: readonly string[];
  readonly secondFactor: SecondFactor;
  /** Claim of the ID token with the groups of a person. @default - there are none */
  readonly groupsClaim?: string;
}

/** One operation of an API that pages of the portal may call. Nothing else can be reached. */
export interface ProxyRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path below the API, with its parameters in braces: `/tokens/{tokenId}`. The page calls it below `/bff/api/<api>`. */
  readonly path: string;
  /** Name of the API. */
  readonly api: string;
  /** Scopes that the access token of the session gets for it, exact ones. */
  readonly scopes: readonly string[];
  /** Parameters of the query that are passed on; every other is refused. @default - none */
  readonly query?: readonly string[];
  /** Whether the person must have signed in a moment ago. @default false */
  readonly stepUp?: boolean;
}

/** Everything the function needs to know; packaged as `config.json`. It holds no secret. */
export interface PortalBffConfig {
  readonly version: 1;
  /** Name of the platform environment. */
  readonly environment: string;
  readonly region: string;
  /** Origin of the portal, as a browser writes it (RFC 6454, 6.1): scheme, host, and a port that is not the default one. */
  readonly origin: string;
  /** Providers by name: lower-case letters, digits, hyphens. */
  readonly providers: Readonly<Record<string, ProviderConfig>>;
  /** `iss` of the platform's own access tokens. */
  readonly ownIssuer: string;
  /** Name of the DynamoDB token table, which holds the sessions. */
  readonly table: string;
  /** Name of the token endpoint's function, which mints the access tokens of sessions. */
  readonly tokenEndpoint: string;
  /** Silence after which a session ends, in seconds. */
  readonly idleSeconds: number;
  /** Time after which a session ends in any case, in seconds. */
  readonly longestSeconds: number;
  /** Sessions that a person may have at the same time; the oldest ends for a new one. */
  readonly mostSessions: number;
  /** How long ago a person may have signed in for what needs step-up, in seconds. */
  readonly stepUpSeconds: number;
  /** Addresses of the APIs by name, without a slash at their end. */
  readonly apis: Readonly<Record<string, string>>;
  readonly routes: readonly ProxyRoute[];
  /** Scopes that everybody who signs in may use; the role in a team says what for. */
  readonly scopes: readonly string[];
  /** Scopes of the members of groups, beside those. @default - no group gives any */
  readonly groupScopes?: Readonly<Record<string, readonly string[]>>;
  /** CloudWatch namespace of the embedded metrics. */
  readonly metricsNamespace: string;
}

/** What numbers are allowed, both ends included (ASVS 5.0, 7.1.1 and 7.1.2). */
const RANGES = {
  idleSeconds: [300, 3600],
  longestSeconds: [900, 43_200],
  mostSessions: [1, 20],
  stepUpSeconds: [60, 3600],
} as const satisfies Partial<Record<keyof PortalBffConfig, readonly [number, number]>>;

const NAME = /^[a-z][a-z0-9-]{0,31}$/;
const PATH = /^(\/(\{[A-Za-z][A-Za-z0-9]*\}|[A-Za-z0-9._~-]+))+$/;

/**
 * Writes the configuration for the function's package; the bytes depend on the content alone.
 *
 * @throws {Error} when a value is outside what is allowed; the message names it
 */
export function writePortalBffConfig(config: PortalBffConfig): string {
  refuse(config);
  return JSON.stringify(config);
}

/**
 * Reads the configuration of the running function.
 *
 * @throws {Error} when the file is missing, no JSON, or of another version
 */
export function readPortalBffConfig(bundleFolder: string): PortalBffConfig {
  const value = readConfigFile(bundleFolder, PORTAL_BFF_CONFIG_VARIABLE) as PortalBffConfig;
  if (value?.version !== 1) {
    throw new Error(`portal configuration has version ${JSON.stringify(value?.version)}, expected 1`);
  }
  return value;
}

function refuse(config: PortalBffConfig): void {
  const { origin, providers, ownIssuer, apis, routes, scopes, groupScopes = {} } = config;
  if (!isOrigin(origin)) {
    throw new Error(
      `origin is ${JSON.stringify(origin)}, expected scheme, host and a port that is not the default one, such as https://portal.example.com; http only for a loopback address`,
    );
  }
  for (const [name, [least, most]] of Object.entries(RANGES)) {
    const value = config[name as keyof typeof RANGES];
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new Error(`${name} is ${value}, expected a whole number from ${least} to ${most}`);
    }
  }
  if (Object.keys(providers).length === 0) {
    throw new Error('providers is empty, expected at least one, by which people sign in');
  }
  for (const [name, provider] of Object.entries(providers)) {
    refuseProvider(name, provider);
  }
  for (const [name, address] of Object.entries({ ownIssuer, ...apis })) {
    if (!isAddress(address)) {
      throw new Error(
        `${name} is ${JSON.stringify(address)}, expected an https address without query, and without a slash at its end`,
      );
    }
  }
  const granted = new Set([scopes, ...Object.values(groupScopes)].flat());
  for (const route of routes) {
    refuseRoute(route, apis, granted);
  }
}

function refuseProvider(name: string, { issuer, scopes, secondFactor }: ProviderConfig): void {
  if (!NAME.test(name)) {
    throw new Error(`provider ${JSON.stringify(name)} has another name than lower-case letters, digits and hyphens`);
  }
  if (!isAddress(issuer) && !isAddress(issuer.replace(/\/$/, ''))) {
    throw new Error(`providers.${name}.issuer is ${JSON.stringify(issuer)}, expected an https address without query`);
  }
  if (!scopes.includes('openid')) {
    throw new Error(`providers.${name}.scopes is ${JSON.stringify(scopes)}, expected "openid" among them`);
  }
  if (secondFactor.kind === 'demanded' && !secondFactor.acr?.length && !secondFactor.amr?.length) {
    throw new Error(`providers.${name}.secondFactor demands nothing, expected values of acr or amr`);
  }
}

function refuseRoute(
  { method, path, api, scopes }: ProxyRoute,
  apis: PortalBffConfig['apis'],
  granted: ReadonlySet<string>,
): void {
  const place = `route ${method} ${path}`;
  if (!PATH.test(path)) {
    throw new Error(`${place} has another path than segments of letters, digits, . _ ~ - and parameters in braces`);
  }
  if (!Object.hasOwn(apis, api)) {
    throw new Error(`${place} is of the API ${JSON.stringify(api)}, expected one of ${Object.keys(apis).join(', ')}`);
  }
  const missing = scopes.find((scope) => !granted.has(scope));
  if (scopes.length === 0 || missing !== undefined) {
    throw new Error(`${place} needs ${missing ?? 'no scope'}, expected scopes that somebody who signs in has`);
  }
}

function isOrigin(text: string): boolean {
  return isAddress(text) && new URL(text).origin === text;
}

/** Whether a text is an https address without user, query and fragment, and without a slash at its end; http is for loopback alone. */
function isAddress(text: string): boolean {
  if (!URL.canParse(text) || /[/?#]$|[?#]/.test(text)) {
    return false;
  }
  const { protocol, hostname, username, password } = new URL(text);
  const isLoopback = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
  return (protocol === 'https:' || (protocol === 'http:' && isLoopback)) && username === '' && password === '';
}
