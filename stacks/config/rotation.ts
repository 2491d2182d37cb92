import { nextWindow, RotationKind, ScheduleError, scheduleIntervals } from '../../constructs/rotation';
import { DEFAULT_SCHEDULE, DEFAULT_WINDOW } from '../../constructs/rotation/rotating-secret-checks';
import { ROTATION_DEFAULTS, type SecretConfig, shortestInterval } from '../../lambdas/rotation/config';
import type { GatehouseConfig, RotationScheduleConfig } from './types';

/** What the parts of a shortest interval are called in the configuration. */
const PARTS: Readonly<Record<SecretConfig['kind'], string>> = {
  'signing-keys': 'publicationCacheSeconds + verifierCacheSeconds + skewSeconds',
  pepper: 'the hour for which the authorizer keeps its copy + skewSeconds',
  'gateway-key': 'settleSeconds + overlapSeconds + quietDays and a day',
  'upstream-token': 'overlapSeconds',
  'client-secret': 'overlapSeconds',
};

/**
 * The first thing that is wrong with the rotations of a configuration: an unknown API, a schedule that Secrets Manager would
 * refuse, or one that is quicker than caches forget.
 */
export function rotationFault(config: GatehouseConfig): string | undefined {
  const { rotation = {} } = config;
  const { signingKeys } = rotation;
  if (signingKeys?.api !== undefined && config.apis[signingKeys.api] === undefined) {
    return `/rotation/signingKeys/api is ${JSON.stringify(signingKeys.api)}, allowed are ${Object.keys(config.apis).join(', ')}`;
  }
  for (const [path, settings, secret] of rotations(config)) {
    const fault = scheduleFault(path, settings, secret);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

type Entry = readonly [path: string, settings: RotationScheduleConfig, secret: SecretConfig];

function rotations({ rotation = {} }: GatehouseConfig): Entry[] {
  const { pepper = {}, signingKeys, usageKeys, upstreamTokens = {}, clientSecrets = {} } = rotation;
  const { schedule: _schedule, window: _window, ...bounds } = pepper;
  const entries: Entry[] = [
    ['/rotation/pepper', pepper, { kind: 'pepper', tokenTable: '', ...ROTATION_DEFAULTS.pepper, ...bounds }],
  ];
  if (signingKeys !== undefined) {
    entries.push(['/rotation/signingKeys', signingKeys, RotationKind.signingKeys(signingKeys).config]);
  }
  if (usageKeys !== undefined) {
    const { applications: _applications, schedule: _at, window: _within, ...times } = usageKeys;
    const secret = { application: '', tokenTable: '', namePrefix: '', ...ROTATION_DEFAULTS['gateway-key'], ...times };
    entries.push(['/rotation/usageKeys', usageKeys, { kind: 'gateway-key', ...secret }]);
  }
  for (const [name, settings] of Object.entries(upstreamTokens)) {
    entries.push([`/rotation/upstreamTokens/${name}`, settings, RotationKind.upstreamToken(settings).config]);
  }
  for (const [name, settings] of Object.entries(clientSecrets)) {
    entries.push([`/rotation/clientSecrets/${name}`, settings, RotationKind.clientSecret(settings).config]);
  }
  return entries;
}

function scheduleFault(path: string, settings: RotationScheduleConfig, secret: SecretConfig): string | undefined {
  const rules = {
    scheduleExpression: settings.schedule ?? DEFAULT_SCHEDULE,
    duration: settings.window ?? DEFAULT_WINDOW,
  };
  try {
    const { opens, closes } = nextWindow(rules, 0);
    // A rotation may begin late in one window and early in the next.
    const apart = scheduleIntervals(rules).shortest - (closes - opens) / 1000;
    const needed = shortestInterval(secret);
    if (apart >= needed) return undefined;
    return `${path}/schedule is ${JSON.stringify(rules.scheduleExpression)} with a window of ${rules.duration}, so two rotations may be ${apart} s apart, allowed are at least ${needed} s: ${PARTS[secret.kind]}`;
  } catch (error) {
    if (error instanceof ScheduleError) return `${path}: ${error.message}`;
    throw error;
  }
}
