import { Names } from '../constructs/support/names';
import type { GatehouseConfig } from '../stacks/config/types';

/** Names of the secrets that a configuration has rotated in an environment, sorted. */
export function plannedSecrets({ prefix, rotation = {} }: GatehouseConfig, environment: string): string[] {
  const names = new Names(prefix, environment);
  const { signingKeys, usageKeys, upstreamTokens = {}, clientSecrets = {} } = rotation;
  return [
    names.pepperSecret,
    ...(signingKeys === undefined ? [] : [names.signingKeysSecret]),
    ...(usageKeys?.applications ?? []).map((application) => names.usageKeySecret(application)),
    ...Object.keys(upstreamTokens).map((name) => names.upstreamTokenSecret(name)),
    ...Object.keys(clientSecrets).map((name) => names.clientSecret(name)),
  ].sort();
}
