import type { IConstruct } from 'constructs';
import type { IssuerConfig } from '../../lambdas/authorizer/config';
import {
  ALGORITHMS,
  type Algorithm,
  APPLICATION,
  GRANTED_SCOPE,
  PRIVATE_JWK_MEMBERS,
  type SenderConstraint,
} from '../../lambdas/lib/grammar';
import { parseOwnKeySetAddress } from '../../lambdas/lib/own-key-set';
import { principalPrefix } from '../../lambdas/lib/principal';
import { isSafeText, SAFE_TEXT_EXPECTED } from '../../lambdas/lib/text';
import { ADMINISTRATION_APPLICATION } from '../../lambdas/lib/token-record';
import { LONGEST_DERIVED_SECONDS, LONGEST_LEEWAY_SECONDS } from '../../lambdas/lib/token-source';
import { ConstructError } from '../support/errors';
import { checkInteger } from '../support/node-function-checks';
import { profileFault } from './identity-provider-checks';
import { expandProfile, type ProviderOptions } from './identity-providers';
import { completeIntrospection, type IntrospectionOptions, validateIntrospection } from './introspection';
import { DEFAULT_ALGORITHMS, validateKeyQuality } from './issuer-keys';

/**
 * An issuer of access tokens (JWT, RFC 9068, or of the form of a provider's `profile`). At least one of `jwks`, `jwksUri` and
 * `introspection` is given.
 */
export interface IssuerOptions extends ProviderOptions {
  /** Exact value of the `iss` claim. */
  readonly issuer: string;
  /**
   * Accepted values of the `aud` claim; one of them must be present.
   * @default - with profile `cognito`: tokens have no `aud`, and `clients` stand for it; else it must be given
   */
  readonly audience?: readonly string[];
  /** Whether a token's `aud` may name others beside an accepted value. @default false */
  readonly allowSeveralAudiences?: boolean;
  /**
   * Scopes that the issuer may grant: `resource:action`, `resource:*` or `*`. Others that a token has are left out, so that
   * somebody else's authorization server opens no more routes than it is meant to.
   * @default - every scope by its exact name; no wildcard, which would grant scopes that are not named
   */
  readonly scopes?: readonly string[];
  /**
   * Applications that the issuer speaks for: their names, where its client ids are the same, or an application by the client id.
   * Its tokens for other clients belong to no application: they have no usage key, no tier and no team, so that a metered route
   * refuses them. Several issuers may speak for one application.
   * @default - the issuer speaks for no application
   */
  readonly applications?: readonly string[] | Readonly<Record<string, string>>;
  /** Accepted JWS algorithms. @default ["RS256", "ES256"]; with a provider's profile ["RS256"] */
  readonly algorithms?: readonly Algorithm[];
  /**
   * Inline JSON Web Key Set (RFC 7517), public keys only. Given together with `jwksUri` it is a copy that a new execution
   * environment uses until its first fetch has succeeded, for at most 24 hours, so that neither a cold start nor an
   * issuer that is down holds up requests.
   * @default - the keys are fetched from `jwksUri`
   */
  readonly jwks?: { readonly keys: readonly Record<string, unknown>[] };
  /**
   * HTTPS address of the issuer's key set; for the platform's own issuer also `ownKeySetAddress(…)`, by which the authorizer reads the keys in the
   * rotation table.
   * @default - the keys are those of `jwks`, for ever
   */
  readonly jwksUri?: string;
  /**
   * Accepted `typ` header values, compared without case (RFC 9068, 2.1). None with a provider's profile, which says them.
   * @default ["at+jwt", "application/at+jwt"]
   */
  readonly types?: readonly string[];
  /** Longest accepted `exp - iat`, in seconds. @default 86400; with profile `google` and with `ownIssuer` 3600, there at most */
  readonly maxLifetimeSeconds?: number;
  /** Accepted clock difference, in seconds, 0 to 300. @default 30 */
  readonly leewaySeconds?: number;
  /** Asks the issuer's authorization server about tokens. @default - tokens are verified with its keys alone */
  readonly introspection?: IntrospectionOptions;
  /**
   * Constraints that the issuer's tokens may have: `dpop` (RFC 9449), `mtls` (RFC 8705). Bound tokens are accepted by APIs
   * whose `senderConstraints` say so, and which keep no results: a kept result asks nobody for a proof.
   * @default - a token with a `cnf` claim is refused
   */
  readonly senderConstraints?: readonly SenderConstraint[];
  /**
   * Whether it is the platform's own issuer, whose tokens the token endpoint makes. What they say of application, team, tier and networks is believed,
   * they end with what they were derived from, and a token for the `resource` of one API is refused by the others. `audience` is what stands for
   * every API. A platform has one such issuer; it needs a `tokenStore`.
   * @default false
   */
  readonly ownIssuer?: boolean;
}

/** What is said of somebody else's tokens. */
const FOREIGN_MEMBERS = [
  'applications',
  'introspection',
  'profile',
  'clients',
  'scopeMap',
  'clientScopes',
  'types',
  'allowSeveralAudiences',
] as const;

/** In characters; it is a part of every principal's text. */
const LONGEST_ISSUER = 512;
/** In characters; the authorizer accepts no longer claim. */
const LONGEST_CLIENT_ID = 512;
/** Most that `maxLifetimeSeconds` may be. */
const LONGEST_LIFETIME_SECONDS = 2_592_000;
/** What ends sources is forgotten when nothing that was derived can be alive. */
const LONGEST_OWN_SECONDS = Math.max(...Object.values(LONGEST_DERIVED_SECONDS));

/**
 * Checks the issuers of a platform, of which each is named once.
 *
 * @throws {ConstructError} with the first fault; never quotes key material
 */
export function validateIssuers(scope: IConstruct, issuers: readonly IssuerOptions[]): void {
  if (issuers.filter(({ ownIssuer }) => ownIssuer).length > 1) {
    throw new ConstructError('several issuers have ownIssuer true, allowed is one', scope);
  }
  issuers.forEach((issuer, index) => {
    validateIssuer(scope, issuer, `issuers[${index}]`);
    if (issuers.findIndex((other) => other.issuer === issuer.issuer) < index) {
      throw new ConstructError(`issuer ${JSON.stringify(issuer.issuer)} is named twice, allowed is once`, scope);
    }
  });
}

/**
 * Checks an issuer.
 *
 * @param path what the issuer is called in errors
 * @throws {ConstructError} with the first fault; never quotes key material
 */
function validateIssuer(scope: IConstruct, options: IssuerOptions, path: string): void {
  const { issuer, algorithms, jwks, jwksUri, introspection, scopes, types } = options;
  if (issuer === '') {
    throw new ConstructError(`${path}.issuer is "", allowed is the exact value of the iss claim`, scope);
  }
  if (!isSafeText(issuer) || principalPrefix('access_token', issuer).length > LONGEST_ISSUER) {
    throw new ConstructError(
      `${path}.issuer is ${JSON.stringify(issuer)}, allowed are at most ${LONGEST_ISSUER} characters of ${SAFE_TEXT_EXPECTED}`,
      scope,
    );
  }
  validateApplications(scope, options.applications, path);
  const foreign = options.ownIssuer ? FOREIGN_MEMBERS.find((name) => options[name] !== undefined) : undefined;
  if (foreign !== undefined) {
    throw new ConstructError(
      `${path}.${foreign} is given, but must be left out with ownIssuer: the platform's own tokens say it themselves, in the form of RFC 9068`,
      scope,
    );
  }
  const fault = profileFault(options);
  if (fault !== undefined) {
    throw new ConstructError(`${path}.${fault.member} ${fault.text}`, scope);
  }
  const unknown = algorithms?.find((name) => !ALGORITHMS.includes(name));
  if (algorithms?.length === 0 || unknown !== undefined) {
    throw new ConstructError(
      `${path}.algorithms is ${JSON.stringify(algorithms)}, allowed are ${ALGORITHMS.join(', ')}`,
      scope,
    );
  }
  if (types?.length === 0) {
    throw new ConstructError(`${path}.types is [], allowed is a list of one or more typ values`, scope);
  }
  const wrongScope = scopes?.find((one) => !GRANTED_SCOPE.pattern.test(one));
  if (wrongScope !== undefined) {
    throw new ConstructError(
      `${path}.scopes holds ${JSON.stringify(wrongScope)}, allowed is ${GRANTED_SCOPE.allowed}`,
      scope,
    );
  }
  const hasKeys = jwks !== undefined || jwksUri !== undefined;
  if (!hasKeys && introspection === undefined) {
    throw new ConstructError(
      `${path} has neither jwks nor jwksUri nor introspection, allowed is at least one of them`,
      scope,
    );
  }
  if (introspection !== undefined) {
    validateIntrospection(scope, introspection, hasKeys, `${path}.introspection`);
  }
  if (jwksUri !== undefined) {
    if (!options.ownIssuer || parseOwnKeySetAddress(jwksUri) === undefined) {
      validateKeyAddress(scope, jwksUri, path);
    }
  }
  if (jwks !== undefined) {
    validateKeys(scope, jwks.keys, path);
    validateKeyQuality(scope, jwks.keys, algorithms ?? DEFAULT_ALGORITHMS, path);
  }
  const longest = options.ownIssuer ? LONGEST_OWN_SECONDS : LONGEST_LIFETIME_SECONDS;
  checkInteger(scope, `${path}.maxLifetimeSeconds`, options.maxLifetimeSeconds, 60, longest);
  checkInteger(scope, `${path}.leewaySeconds`, options.leewaySeconds, 0, LONGEST_LEEWAY_SECONDS);
}

function validateApplications(scope: IConstruct, applications: IssuerOptions['applications'], path: string): void {
  const isList = Array.isArray(applications);
  for (const [key, application] of Object.entries(applications ?? {})) {
    if (!APPLICATION.pattern.test(application) || application === ADMINISTRATION_APPLICATION) {
      throw new ConstructError(
        `${path}.applications${isList ? `[${key}]` : `[${JSON.stringify(key)}]`} is ${JSON.stringify(application)}, allowed is the name of an application other than "${ADMINISTRATION_APPLICATION}": ${APPLICATION.allowed}`,
        scope,
      );
    }
    if (!isList && (key === '' || key.length > LONGEST_CLIENT_ID || !isSafeText(key))) {
      throw new ConstructError(
        `${path}.applications has the client id ${JSON.stringify(key)}, allowed are 1 to ${LONGEST_CLIENT_ID} characters of ${SAFE_TEXT_EXPECTED}`,
        scope,
      );
    }
  }
}

function validateKeyAddress(scope: IConstruct, jwksUri: string, path: string): void {
  const url = URL.canParse(jwksUri) ? new URL(jwksUri) : undefined;
  // Plain HTTP from the machine itself, for development, as the authorizer does.
  const local = url?.protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(url.hostname);
  if (url === undefined || (url.protocol !== 'https:' && !local) || url.username !== '' || url.password !== '') {
    // The address is not quoted: it may hold a password.
    throw new ConstructError(`${path}.jwksUri is not a plain https address, allowed is "https://host/path"`, scope);
  }
}

function validateKeys(scope: IConstruct, keys: readonly Record<string, unknown>[], path: string): void {
  if (keys.length === 0) {
    throw new ConstructError(`${path}.jwks has no keys, allowed is at least one public key`, scope);
  }
  keys.forEach((key, index) => {
    const member = PRIVATE_JWK_MEMBERS.find((name) => name in key);
    if (member !== undefined || key.kty === 'oct') {
      throw new ConstructError(
        `${path}.jwks.keys[${index}] holds ${member === undefined ? 'a symmetric key' : `the private member "${member}"`}, allowed are public keys only`,
        scope,
      );
    }
  });
}

/**
 * How long a token of any of some issuers is accepted at most, the clock difference included, in seconds. Where no issuer is known, it
 * is the longest that an issuer can have.
 */
export function longestLifeSeconds(issuers: readonly IssuerOptions[]): number {
  if (issuers.length === 0) {
    return LONGEST_LIFETIME_SECONDS + LONGEST_LEEWAY_SECONDS;
  }
  const lives = issuers
    .map(completeIssuer)
    .map(({ maxLifetimeSeconds, leewaySeconds }) => maxLifetimeSeconds + leewaySeconds);
  return Math.max(...lives);
}

/** Adds the defaults, and what the profile of the issuer's provider says. */
export function completeIssuer(given: IssuerOptions): IssuerConfig {
  const { introspection, applications, profile, clients, scopeMap, clientScopes, audience = [], ...others } = given;
  const { ownIssuer, ...options } = others;
  return {
    audience,
    algorithms: DEFAULT_ALGORITHMS,
    types: ['at+jwt', 'application/at+jwt'],
    maxLifetimeSeconds: ownIssuer ? LONGEST_OWN_SECONDS : 86_400,
    leewaySeconds: 30,
    ...expandProfile(given),
    ...options,
    ...(applications && { applications: boundApplications(applications) }),
    ...(introspection && { introspection: completeIntrospection(introspection) }),
    ...(ownIssuer && { ownIssuer }),
  };
}

/** Applications by client id; the order plays no part in what is written. */
function boundApplications(applications: NonNullable<IssuerOptions['applications']>): Record<string, string> {
  const entries = isList(applications)
    ? applications.map((name): [string, string] => [name, name])
    : Object.entries(applications);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isList<T>(value: readonly T[] | object): value is readonly T[] {
  return Array.isArray(value);
}
