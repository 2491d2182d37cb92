import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { IssuerOptions } from '../../constructs/authorizer';
import { profileFault } from '../../constructs/authorizer/identity-provider-checks';
import { parseCidr } from '../../lambdas/lib/cidr';
import { ConfigError } from './error';
import { identityFault, issuersOf } from './identity';
import { LoadedConfig, resultCacheSeconds } from './loaded-config';
import { doubledName } from './names';
import { rotationFault } from './rotation';
import { schemaFault } from './schema/check';
import { configuration } from './schema/configuration';
import type { GatehouseConfig } from './types';

/**
 * Reads and checks a configuration file: syntax, JSON Schema, then what a schema cannot say (lifetimes that
 * contradict each other, scopes that are missing).
 *
 * @throws {ConfigError} with the first fault; nothing is written
 */
export function loadConfig(file: string): LoadedConfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError(`cannot read configuration ${file}: ${(cause as Error).message}`, { cause });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    if (/\.ya?ml$/i.test(file)) {
      throw new ConfigError(`configuration ${file} is YAML, allowed is JSON: write it as gatehouse.config.json`, {
        cause,
      });
    }
    throw new ConfigError(`configuration ${file} is not JSON: ${(cause as Error).message}`, { cause });
  }
  return new LoadedConfig(checkConfig(value, file), dirname(file), file);
}

/**
 * Checks a configuration value.
 *
 * @throws {ConfigError} with the first fault
 */
export function checkConfig(value: unknown, source: string): GatehouseConfig {
  const fault = schemaFault(configuration, value) ?? findContradiction(value as GatehouseConfig);
  if (fault !== undefined) {
    throw new ConfigError(`${source}: ${fault}`);
  }
  return value as GatehouseConfig;
}

function findContradiction(config: GatehouseConfig): string | undefined {
  const { defaultLifetimeDays = 90, maxLifetimeDays = 365 } = config.tokens;
  if (defaultLifetimeDays > maxLifetimeDays) {
    return `/tokens/defaultLifetimeDays is ${defaultLifetimeDays}, allowed is at most /tokens/maxLifetimeDays, ${maxLifetimeDays}`;
  }
  const declared = Object.keys(config.scopes);
  for (const [path, issuers] of issuerLists(config)) {
    const repeated = issuers.find(
      (entry, index) => issuers.findIndex((other) => other.issuer === entry.issuer) < index,
    );
    if (repeated !== undefined) {
      return `${path} names the issuer ${JSON.stringify(repeated.issuer)} twice, allowed is once`;
    }
    for (const [index, issuer] of issuers.entries()) {
      const fault = profileFault(issuer);
      if (fault !== undefined) {
        return `${path}/${index}/${fault.member} ${fault.text}`;
      }
      const foreign = foreignScope(issuer, declared);
      if (foreign !== undefined) {
        return `${path}/${index}/${foreign[0]} grants ${JSON.stringify(foreign[1])}, allowed are the scopes of /scopes`;
      }
    }
    for (const [index, { scopes = [] }] of issuers.entries()) {
      const useless = scopes.find((pattern) => !declared.some((scope) => coversScope(pattern, scope)));
      if (useless !== undefined) {
        return `${path}/${index}/scopes holds ${JSON.stringify(useless)}, which covers no scope of /scopes`;
      }
    }
  }
  const bound = issuerLists(config).find(([, issuers]) => issuers.some((one) => one.senderConstraints?.length));
  if (bound !== undefined && Object.values(config.apis).every((api) => resultCacheSeconds(api) !== 0)) {
    return `${bound[0]} has senderConstraints, and every API keeps authorizer results, allowed is resultCacheSeconds 0 for at least one`;
  }
  for (const [name, { revocation, resultCacheSeconds = 0 }] of Object.entries(config.apis)) {
    if (revocation === 'strict' && resultCacheSeconds > 0) {
      return `/apis/${name}/resultCacheSeconds is ${resultCacheSeconds}, allowed is 0 where /apis/${name}/revocation is "strict"`;
    }
  }
  for (const [name, { revocationCanary }] of Object.entries(config.apis)) {
    const tier = revocationCanary?.tier;
    if (tier !== undefined && !Object.hasOwn(config.tiers, tier)) {
      const known = Object.keys(config.tiers).join(', ') || 'none, as there are no tiers';
      return `/apis/${name}/revocationCanary/tier is ${JSON.stringify(tier)}, allowed are ${known}`;
    }
  }
  for (const [name, { cidrs = [] }] of Object.entries(config.apis)) {
    const wrong = cidrs.find((cidr) => parseCidr(cidr) === undefined);
    if (wrong !== undefined) {
      return `/apis/${name}/cidrs has ${JSON.stringify(wrong)}, allowed are networks such as "192.0.2.0/24" and "2001:db8::/32"`;
    }
  }
  for (const name of Object.keys(config.apis)) {
    if (config.apis[name]?.tokenService !== undefined) {
      for (const scope of ['tokens:read', 'tokens:write', 'teams:write', 'trail:read']) {
        if (config.scopes[scope] === undefined) {
          return `/scopes lacks ${JSON.stringify(scope)}, which /apis/${name}/tokenService needs`;
        }
      }
    }
  }
  const mounts = Object.keys(config.apis).filter((name) => config.apis[name]?.tokenService !== undefined);
  if (mounts.length > 1) {
    return `/apis/${mounts[1]}/tokenService is the second of its kind, allowed is one API that serves the token service`;
  }
  return doubledName(config) ?? identityFault(config) ?? rotationFault(config);
}

/** A scope that an issuer's tokens are mapped to, or given, and that the configuration does not have; with the member. */
function foreignScope(
  { scopeMap = {}, clientScopes = {} }: IssuerOptions,
  declared: readonly string[],
): readonly [member: string, scope: string] | undefined {
  const isForeign = (scope: string) => !declared.includes(scope);
  const mapped = Object.values(scopeMap).find(isForeign);
  const given = Object.values(clientScopes).flat().find(isForeign);
  return mapped !== undefined ? ['scopeMap', mapped] : given !== undefined ? ['clientScopes', given] : undefined;
}

/** Whether a limit of scopes, `resource:action`, `resource:*` or `*`, lets a scope through. */
function coversScope(pattern: string, scope: string): boolean {
  return pattern === '*' || pattern === scope || (pattern.endsWith(':*') && scope.startsWith(pattern.slice(0, -1)));
}

function issuerLists(config: GatehouseConfig): [string, readonly IssuerOptions[]][] {
  return [
    ['/issuers', config.issuers ?? []],
    ...Object.entries(config.environments).map(([name, environment]): [string, readonly IssuerOptions[]] => [
      `/environments/${name}/issuers`,
      environment.issuers ?? [],
    ]),
    // With the issuer that an environment is itself.
    ...Object.keys(config.environments).flatMap((name): [string, readonly IssuerOptions[]][] =>
      config.environments[name]?.identity === undefined ? [] : [[`/environments/${name}`, issuersOf(config, name)]],
    ),
  ];
}
