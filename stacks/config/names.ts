import { GATEWAY_ALARM_IDS } from '../../constructs/observability/gateway-alarm-table';
import { rotationFunctionName } from '../../constructs/rotation/rotating-secret';
import type { Location } from '../../constructs/support/arn';
import { Names } from '../../constructs/support/names';
import { REVOCATION_CANARY_ALARM_IDS } from '../../constructs/tokens/revocation-canary-alarms';
import { TOKEN_SWEEPER_ALARM_IDS } from '../../constructs/tokens/token-sweeper-alarms';
import { TRAIL_ALARM_IDS } from '../../constructs/trail/trail-alarm-table';
import { USAGE_ALARM_IDS } from '../../constructs/usage/usage-alarm-table';
import { IDENTITY_API } from './identity';
import type { GatehouseConfig } from './types';

/** One name that a configuration yields. */
export interface ConfiguredName {
  /** Names of one kind must differ. */
  readonly kind: NameKind;
  readonly name: string;
  /** What is called so, by its path in the configuration. */
  readonly place: string;
}

export type NameKind =
  | 'stack'
  | 'function'
  | 'REST API'
  | 'usage plan'
  | 'table'
  | 'secret'
  | 'queue'
  | 'bucket'
  | 'access lines'
  | 'key alias'
  | 'dashboard'
  | 'alarm'
  | 'event rule';

/** Last parts of the names of a rotation's alarms and rules. */
const ROTATION_ALARMS = ['failed', 'overdue', 'pending', 'age', 'missing'];
const ROTATION_RULES = ['changes', 'events', 'reap'];

/**
 * Every name that the stacks of a configuration give to a resource that AWS knows by its name, and the stacks' own. Log groups
 * and roles follow from the names of functions and APIs. Regions and accounts are left out: roles are one for all regions,
 * and what is found by a name is found by it everywhere.
 */
export function configuredNames(config: GatehouseConfig): ConfiguredName[] {
  return Object.keys(config.environments).flatMap((environment) => [
    ...platformNames(config, environment),
    ...Object.keys(config.apis).flatMap((api) => apiNames(config, environment, api)),
    ...identityNames(config, environment),
  ]);
}

/** The first two things of a configuration that would have one name. */
export function doubledName(config: GatehouseConfig): string | undefined {
  const places = new Map<string, string>();
  for (const { kind, name, place } of configuredNames(config)) {
    const key = `${kind} ${name}`;
    const other = places.get(key);
    if (other !== undefined) {
      return `${other} and ${place} both yield the ${kind} ${JSON.stringify(name)}, rename one`;
    }
    places.set(key, place);
  }
  return undefined;
}

function platformNames(config: GatehouseConfig, environment: string): ConfiguredName[] {
  const names = new Names(config.prefix, environment);
  const where = `/environments/${environment}`;
  const { signingKeys, usageKeys, upstreamTokens = {}, clientSecrets = {} } = config.rotation ?? {};
  const own: readonly [NameKind, string, string][] = [
    ['stack', `platform-${environment}`, 'the platform'],
    ['function', names.authorizer, 'the authorizer'],
    ['function', names.tokenService, 'the token service'],
    ['table', names.tokenTable, 'the token table'],
    ['table', names.rotationTable, 'the rotation table'],
    ['function', names.usageAggregator, 'the usage aggregator'],
    ['table', names.usageTable, 'the usage table'],
    ['queue', names.usageFailures, 'the queue of failures'],
    ...(config.usage?.lines === undefined
      ? []
      : [
          ['access lines', names.accessLines, 'the archive of access logs'] as const,
          // Roles have the names of functions.
          ...['sender', 'writer'].map(
            (role) => ['function', `${names.accessLines}-${role}`, `the role ${role}`] as const,
          ),
        ]),
    ...USAGE_ALARM_IDS.map((id) => ['alarm', `${names.base}-${id}`, `the alarm ${id}`] as const),
    ['function', names.tokenSweeper, 'the token sweeper'],
    ['event rule', `${names.tokenSweeper}-schedule`, 'the schedule of the token sweeper'],
    ...TOKEN_SWEEPER_ALARM_IDS.map((id) => ['alarm', `${names.base}-${id}`, `the alarm ${id}`] as const),
    ['function', names.trailSealer, "the audit trail's sealer"],
    ['event rule', `${names.trailSealer}-schedule`, "the schedule of the audit trail's sealer"],
    ['table', names.trailTable, 'the table of the audit trail'],
    ['bucket', names.trailBucket(locationOf(config, environment)), 'the bucket of the audit trail'],
    ['key alias', names.trailKeyAlias, 'the key of the audit trail'],
    ['key alias', names.trailSigningKeyAlias, 'the key that signs the audit trail'],
    ...TRAIL_ALARM_IDS.map((id) => ['alarm', `${names.base}-${id}`, `the alarm ${id}`] as const),
    ['key alias', names.keyAlias, 'the key'],
    ...(signingKeys === undefined ? [] : [['function', names.keySet, 'the key set'] as const]),
  ].map(([kind, name, what]) => [kind as NameKind, name as string, `${what} of ${where}`]);
  const secrets: readonly [string, string][] = [
    [names.pepperSecret, `the pepper of ${where}`],
    ...(signingKeys === undefined
      ? []
      : [[names.signingKeysSecret, `/rotation/signingKeys in ${where}`] as [string, string]]),
    ...(usageKeys?.applications ?? []).map((application): [string, string] => [
      names.usageKeySecret(application),
      `/rotation/usageKeys/applications (${application}) in ${where}`,
    ]),
    ...Object.keys(upstreamTokens).map((name): [string, string] => [
      names.upstreamTokenSecret(name),
      `/rotation/upstreamTokens/${name} in ${where}`,
    ]),
    ...Object.keys(clientSecrets).map((name): [string, string] => [
      names.clientSecret(name),
      `/rotation/clientSecrets/${name} in ${where}`,
    ]),
  ];
  return [
    ...own.map(([kind, name, place]) => ({ kind, name, place })),
    ...secrets.flatMap(([secret, place]) => secretNames(secret, place)),
  ];
}

function locationOf(config: GatehouseConfig, environment: string): Location {
  const { account = config.account, region = config.region } = config.environments[environment] ?? {};
  return { account, region };
}

/** A secret, and the function, alarms and rules of its rotation. */
function secretNames(secret: string, place: string): ConfiguredName[] {
  const rotation = rotationFunctionName(secret);
  return [
    { kind: 'secret', name: secret, place },
    { kind: 'function', name: rotation, place: `the rotation of ${place}` },
    ...ROTATION_ALARMS.map((id): ConfiguredName => ({ kind: 'alarm', name: `${rotation}-${id}`, place })),
    ...ROTATION_RULES.map((id): ConfiguredName => ({ kind: 'event rule', name: `${rotation}-${id}`, place })),
  ];
}

function identityNames(config: GatehouseConfig, environment: string): ConfiguredName[] {
  const place = `/environments/${environment}/identity`;
  if (config.environments[environment]?.identity === undefined) {
    return [];
  }
  const names = new Names(config.prefix, environment);
  return [
    { kind: 'function', name: names.tokenEndpoint, place },
    ...gatewayNames(config, environment, IDENTITY_API, place),
  ];
}

/** The gateway of an API, and what shows and watches it. */
function gatewayNames(config: GatehouseConfig, environment: string, api: string, place: string): ConfiguredName[] {
  const names = new Names(config.prefix, environment);
  const { region } = locationOf(config, environment);
  return [
    { kind: 'stack', name: `gateway-${api}-${environment}`, place },
    { kind: 'REST API', name: names.restApi(api), place },
    { kind: 'dashboard', name: names.dashboard(api, region), place },
    ...GATEWAY_ALARM_IDS.map((id): ConfiguredName => ({ kind: 'alarm', name: names.alarm(api, id), place })),
  ];
}

function apiNames(config: GatehouseConfig, environment: string, api: string): ConfiguredName[] {
  const names = new Names(config.prefix, environment);
  const inside = `in /environments/${environment}`;
  const place = `/apis/${api} ${inside}`;
  return [
    ...gatewayNames(config, environment, api, place),
    ...(config.apis[api]?.revocationCanary === undefined
      ? []
      : [
          { kind: 'function', name: names.revocationCanary(api), place: `the canary of ${place}` } as const,
          {
            kind: 'event rule',
            name: `${names.revocationCanary(api)}-schedule`,
            place: `the canary of ${place}`,
          } as const,
          ...REVOCATION_CANARY_ALARM_IDS.map(
            (id): ConfiguredName => ({ kind: 'alarm', name: names.alarm(api, id), place }),
          ),
        ]),
    ...Object.keys(config.apis[api]?.backends ?? {}).map(
      (backend): ConfiguredName => ({
        kind: 'function',
        name: names.backend(api, backend),
        place: `/apis/${api}/backends/${backend} ${inside}`,
      }),
    ),
    ...Object.keys(config.tiers).map(
      (tier): ConfiguredName => ({
        kind: 'usage plan',
        name: names.usagePlan(api, tier),
        place: `/apis/${api} with /tiers/${tier} ${inside}`,
      }),
    ),
  ];
}
