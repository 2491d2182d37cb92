import type { IConstruct } from 'constructs';
import type { RouteRule } from '../../lambdas/lib/access-rule';
import { parseCidr } from '../../lambdas/lib/cidr';
import {
  ALGORITHMS,
  APPLICATION,
  GRANTED_SCOPE,
  PRIVATE_JWK_MEMBERS,
  TOKEN_ENVIRONMENTS,
} from '../../lambdas/lib/grammar';
import { principalPrefix } from '../../lambdas/lib/principal';
import { isSafeText, SAFE_TEXT_EXPECTED } from '../../lambdas/lib/text';
import { ADMINISTRATION_APPLICATION } from '../../lambdas/lib/token-record';
import { checkRoutes, RouteError } from '../api/route';
import { ConstructError } from '../support/errors';
import { checkInteger } from '../support/node-function-checks';
import { checkBrand, checkLocation, checkNames } from '../support/platform-checks';
import { profileFault } from './identity-provider-checks';
import { validateIntrospection } from './introspection';
import { DEFAULT_ALGORITHMS, validateKeyQuality } from './issuer-keys';
import { validateSenderConstraints } from './sender-constraints';
import type { IssuerOptions, ProtectedApi, TokenAuthorizerProps } from './token-authorizer';

const ENGINES: readonly unknown[] = ['jose', 'node-crypto', undefined];
/** In characters; it is a part of every principal's text. */
const LONGEST_ISSUER = 512;
/** In characters; the authorizer accepts no longer claim. */
const LONGEST_CLIENT_ID = 512;

/**
 * Checks the properties of an authorizer.
 *
 * @throws {ConstructError} with the first fault; never quotes key material
 */
export function validateAuthorizer(scope: IConstruct, props: TokenAuthorizerProps): void {
  checkNames(scope, props.names);
  checkLocation(scope, props);
  const { apiTokens, issuers = [], apis } = props;
  if (apiTokens === undefined && issuers.length === 0) {
    throw new ConstructError(
      'the authorizer has neither apiTokens nor issuers, allowed is at least one of them',
      scope,
    );
  }
  if (apiTokens !== undefined) {
    checkBrand(scope, apiTokens.brand);
    const { tokenEnvironments } = apiTokens;
    if (tokenEnvironments.length === 0 || tokenEnvironments.some((word) => !TOKEN_ENVIRONMENTS.includes(word))) {
      throw new ConstructError(
        `apiTokens.tokenEnvironments is ${JSON.stringify(tokenEnvironments)}, allowed are "live" and "test"`,
        scope,
      );
    }
  }
  if (!ENGINES.includes(props.engine)) {
    throw new ConstructError(`engine is ${JSON.stringify(props.engine)}, allowed are "jose" and "node-crypto"`, scope);
  }
  issuers.forEach((issuer, index) => {
    validateIssuer(scope, issuer, `issuers[${index}]`);
    if (issuers.findIndex((other) => other.issuer === issuer.issuer) < index) {
      throw new ConstructError(`issuer ${JSON.stringify(issuer.issuer)} is named twice, allowed is once`, scope);
    }
  });
  if (Object.keys(apis).length === 0) {
    throw new ConstructError('apis is empty, allowed is at least one API with its routes', scope);
  }
  for (const [api, protectedApi] of Object.entries(apis)) {
    validateApi(scope, api, protectedApi, apiTokens !== undefined);
  }
  validateSenderConstraints(scope, issuers, apis, props.dpop);
  checkInteger(scope, 'revocationRefreshSeconds', props.revocationRefreshSeconds, 1, 300);
}

function validateApi(scope: IConstruct, api: string, settings: ProtectedApi, hasTable: boolean): void {
  const { routes, revocation, resultCacheSeconds, cidrs, shadow, gateway, usageKeys } = settings;
  const path = `apis[${JSON.stringify(api)}]`;
  validateRoutes(scope, path, routes);
  if (shadow !== undefined) {
    validateRoutes(scope, `${path}.shadow`, shadow);
  }
  const wrong = cidrs?.find((cidr) => parseCidr(cidr) === undefined);
  if (cidrs?.length === 0 || wrong !== undefined) {
    throw new ConstructError(
      `${path}.cidrs has ${wrong === undefined ? 'no entry' : JSON.stringify(wrong)}, allowed are networks such as "192.0.2.0/24" and "2001:db8::/32"`,
      scope,
    );
  }
  if (usageKeys === true && (gateway === 'http' || !hasTable)) {
    throw new ConstructError(
      `${path}.usageKeys is true, allowed is false ${gateway === 'http' ? 'for an HTTP API, which has no usage plans' : 'without apiTokens: usage keys stand in the token table'}`,
      scope,
    );
  }
  checkInteger(scope, `${path}.resultCacheSeconds`, resultCacheSeconds, 0, 3600);
  if (revocation === 'strict' && resultCacheSeconds !== 0) {
    throw new ConstructError(
      `${path}.resultCacheSeconds is ${resultCacheSeconds}, allowed is 0 where revocation is "strict": a result that the gateway keeps outlives a revocation`,
      scope,
    );
  }
  if (revocation === 'strict' && !hasTable) {
    throw new ConstructError(
      `${path}.revocation is "strict", allowed is "bounded" without apiTokens: revocations stand in the token table`,
      scope,
    );
  }
}

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
    validateKeyAddress(scope, jwksUri, path);
  }
  if (jwks !== undefined) {
    validateKeys(scope, jwks.keys, path);
    validateKeyQuality(scope, jwks.keys, algorithms ?? DEFAULT_ALGORITHMS, path);
  }
  checkInteger(scope, `${path}.maxLifetimeSeconds`, options.maxLifetimeSeconds, 60, 2_592_000);
  checkInteger(scope, `${path}.leewaySeconds`, options.leewaySeconds, 0, 300);
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
    throw new ConstructError(`${path}.jwksUri is no plain https address, allowed is "https://host/path"`, scope);
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

function validateRoutes(scope: IConstruct, path: string, routes: readonly RouteRule[]): void {
  try {
    checkRoutes(routes);
  } catch (error) {
    if (error instanceof RouteError) {
      throw new ConstructError(`${path}: ${error.message}`, scope);
    }
    throw error;
  }
}
