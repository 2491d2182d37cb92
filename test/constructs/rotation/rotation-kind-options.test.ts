import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type {
  ClientSecretOptions,
  GatewayKeyOptions,
  PepperOptions,
  SigningKeysOptions,
  UpstreamTokenOptions,
} from '../../../constructs/rotation';
import {
  type ClientSecretConfig,
  type GatewayKeyConfig,
  type PepperConfig,
  ROTATION_DEFAULTS,
  type SigningKeysConfig,
  type UpstreamTokenConfig,
} from '../../../lambdas/rotation/config';

const SOURCE = readFileSync(resolve(__dirname, '../../../constructs/rotation/rotation-kind-options.ts'), 'utf8');

/** The `@default` of each property of an interface, as it is written; `undefined` where it says none. */
function documented(name: string): Record<string, string | undefined> {
  const body = SOURCE.split(`export interface ${name} {`)[1]?.split('\n}')[0] ?? '';
  const properties = [...body.matchAll(/\/\*\*([\s\S]*?)\*\/\s*readonly (\w+)\??:/g)];
  return Object.fromEntries(
    properties.map(([, comment = '', property = '']) => [property, /@default (?!- )(\S+)/.exec(comment)?.[1]]),
  );
}

test.each([
  ['SigningKeysOptions', ROTATION_DEFAULTS['signing-keys']],
  ['PepperOptions', ROTATION_DEFAULTS.pepper],
  ['GatewayKeyOptions', ROTATION_DEFAULTS['gateway-key']],
  ['UpstreamTokenOptions', ROTATION_DEFAULTS['upstream-token']],
  ['ClientSecretOptions', ROTATION_DEFAULTS['client-secret']],
])('%s documents the defaults that are used', (name, defaults) => {
  const written = Object.entries(documented(name)).filter(([, value]) => value !== undefined);
  expect(Object.fromEntries(written)).toEqual(
    Object.fromEntries(Object.entries(defaults).map(([property, value]) => [property, JSON.stringify(value)])),
  );
});

/** What a function reads of a kind, less what the kind says itself. */
type Settable<Config> = Exclude<keyof Config, 'kind' | 'tokenTable' | 'namePrefix'>;
type Missing<Config, Options> = Exclude<Settable<Config>, keyof Options>;

/** Compiles only for a type without members. */
function none<T extends never>(): readonly T[] {
  return [];
}

test('every setting of a rotation function can be given, or this does not compile', () => {
  expect(none<Missing<SigningKeysConfig, SigningKeysOptions>>()).toEqual([]);
  expect(none<Missing<PepperConfig, PepperOptions>>()).toEqual([]);
  expect(none<Missing<GatewayKeyConfig, GatewayKeyOptions>>()).toEqual([]);
  expect(none<Missing<UpstreamTokenConfig, UpstreamTokenOptions>>()).toEqual([]);
  expect(none<Missing<ClientSecretConfig, ClientSecretOptions>>()).toEqual([]);
});
