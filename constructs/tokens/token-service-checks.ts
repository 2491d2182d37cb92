import type { Construct } from 'constructs';
import { DECLARED_SCOPE, GRANTED_SCOPE, type Grammar, TIER } from '../../lambdas/lib/grammar';
import { isKnownScope } from '../../lambdas/token-service/config';
import { routeKey } from '../api';
import { validateIssuers } from '../authorizer/issuer-options';
import { ConstructError } from '../support/errors';
import { checkInteger } from '../support/node-function-checks';
import { checkLocation, checkNames, checkTokenFormat } from '../support/platform-checks';
import type { TokenServiceProps } from './token-service-props';

const SECONDS_PER_DAY = 86_400;

/** @throws {ConstructError} for the first member that is not valid */
export function validateTokenService(scope: Construct, props: TokenServiceProps): void {
  checkNames(scope, props.names);
  checkLocation(scope, props);
  checkTokenFormat(scope, props.tokenStore);
  const { api, apis = [], gateways = {}, maxLifetimeDays = 365 } = props;
  checkInteger(scope, 'revocationRefreshSeconds', props.revocationRefreshSeconds, 1, 300);
  const stranger = Object.keys(gateways).find((id) => !apis.some((known) => known.id === id));
  if (stranger !== undefined) {
    const known = apis.map(({ id }) => JSON.stringify(id)).join(', ') || 'none, as apis is empty';
    throw new ConstructError(`gateways names the API ${JSON.stringify(stranger)}, allowed are ${known}`, scope);
  }
  checkInteger(scope, 'maxLifetimeDays', maxLifetimeDays, 1, 3650);
  validateIssuers(scope, props.issuers ?? []);
  checkInteger(scope, 'rotationOverlapSeconds', props.rotationOverlapSeconds, 0, 30 * SECONDS_PER_DAY);
  checkInteger(scope, 'defaultLifetimeDays', props.defaultLifetimeDays, 1, maxLifetimeDays);
  if (api !== undefined && api.tokenService === undefined) {
    throw new ConstructError(
      `api is ${JSON.stringify(api.id)}, allowed is an API whose definition has tokenService: { basePath }`,
      scope,
    );
  }
  for (const name of Object.keys(props.scopes)) {
    checkGrammar(scope, 'scope', name, DECLARED_SCOPE);
  }
  for (const name of props.tiers ?? []) {
    checkGrammar(scope, 'tier', name, TIER);
  }
  if (Object.keys(props.scopes).length === 0) {
    throw new ConstructError('scopes is empty, allowed is at least one scope', scope);
  }
  checkPeople(scope, props);
  checkPolicy(scope, props);
  for (const [name, { scopes, tier }] of Object.entries(props.canaries ?? {})) {
    const scopeFault = scopes.find((one) => !Object.hasOwn(props.scopes, one));
    if (scopeFault !== undefined || (tier !== undefined && !(props.tiers ?? []).includes(tier))) {
      const fault = scopeFault === undefined ? `the tier ${JSON.stringify(tier)}` : JSON.stringify(scopeFault);
      throw new ConstructError(`canaries.${name} has ${fault}, allowed are the scopes and tiers of the service`, scope);
    }
  }
  checkDeclared(scope, props);
}

/** @throws {ConstructError} for a person whose issuer the platform does not trust: nobody could act as that person */
function checkPeople(scope: Construct, { operators = [], auditors = [], issuers }: TokenServiceProps): void {
  for (const [name, list] of Object.entries({ operators, auditors })) {
    for (const { issuer, subject } of list) {
      if (subject === '') {
        throw new ConstructError(`${name} has an empty subject, allowed is the sub of a person's access tokens`, scope);
      }
      if (issuers !== undefined && !issuers.some((trusted) => trusted.issuer === issuer)) {
        const allowed = issuers.map((trusted) => trusted.issuer).join(', ') || 'none, because issuers is empty';
        throw new ConstructError(
          `${name} has the issuer ${JSON.stringify(issuer)}, allowed is one of issuers: ${allowed}`,
          scope,
        );
      }
    }
  }
}

/** @throws {ConstructError} for a tier or a scope that the platform does not have */
function checkPolicy(scope: Construct, { policy = {}, tiers = [], scopes }: TokenServiceProps): void {
  const tier = policy.teamTiers?.find((name) => !tiers.includes(name));
  if (tier !== undefined) {
    throw new ConstructError(`policy.teamTiers has ${JSON.stringify(tier)}, allowed are ${tiers.join(', ')}`, scope);
  }
  for (const name of policy.allowedScopes ?? []) {
    checkGrammar(scope, 'policy.allowedScopes', name, GRANTED_SCOPE);
    if (!isKnownScope(name, scopes)) {
      throw new ConstructError(
        `policy.allowedScopes has ${JSON.stringify(name)}, allowed are the declared scopes ${Object.keys(scopes).join(', ')}, or a wildcard over them`,
        scope,
      );
    }
  }
}

/**
 * No token could hold a scope that is not declared, so its route would be closed to everybody.
 *
 * @throws {ConstructError} for a route of the API that requires a scope the service does not have
 */
function checkDeclared(scope: Construct, { api, scopes }: TokenServiceProps): void {
  for (const route of api?.routes ?? []) {
    const required = route.rule.kind === 'scopes' ? route.rule.anyOf.flat() : [];
    const missing = required.find((name) => !Object.hasOwn(scopes, name));
    if (missing !== undefined) {
      throw new ConstructError(
        `scopes lacks ${JSON.stringify(missing)}, which route ${routeKey(route)} of the API ${JSON.stringify(api?.id)} requires, allowed is every scope that its routes require`,
        scope,
      );
    }
  }
}

function checkGrammar(scope: Construct, what: string, value: string, { pattern, allowed }: Grammar): void {
  if (!pattern.test(value)) {
    throw new ConstructError(`${what} is ${JSON.stringify(value)}, allowed is ${allowed}`, scope);
  }
}
