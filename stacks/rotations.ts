import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import type { EndpointSigningKeys } from '../constructs/identity';
import {
  KeySetEndpoint,
  RotatingSecret,
  type RotatingSecretProps,
  RotationKind,
  RotationStore,
} from '../constructs/rotation';
import type { TokenStore } from '../constructs/tokens';
import { defined } from '../lambdas/lib/defined';
import type { RotationScheduleConfig, RotationSettings } from './config/types';

type Common = Omit<RotatingSecretProps, 'kind' | 'store' | 'secret' | 'schedule' | 'window' | 'readers'>;

export interface RotationsProps extends Common {
  readonly settings: RotationSettings;
  readonly tokenStore: TokenStore;
  /** Functions that read the pepper. */
  readonly pepperReaders: readonly ITerraformDependable[];
}

/** What a platform rotates. */
export interface Rotations {
  readonly store: RotationStore;
  /** Rotating secrets by the names of the secrets. */
  readonly secrets: Readonly<Record<string, RotatingSecret>>;
  /** @default - there are none */
  readonly signingKeys: EndpointSigningKeys | undefined;
  /** @default - there are no signing keys */
  readonly keySet: KeySetEndpoint | undefined;
}

/** Adds the rotations of a configuration to its platform: that of the pepper, and those that it names. */
export function addRotations(stack: Construct, props: RotationsProps): Rotations {
  const { settings, tokenStore, pepperReaders, ...common } = props;
  const { names } = common;
  const store = new RotationStore(stack, 'Rotations', common);
  const secrets: Record<string, RotatingSecret> = {};
  const add = (
    id: string,
    kind: RotationKind,
    which: Pick<RotatingSecretProps, 'secret' | 'readers'>,
    { schedule, window }: RotationScheduleConfig,
  ): RotatingSecret => {
    const secret = new RotatingSecret(stack, id, {
      ...common,
      ...which,
      kind,
      store,
      ...defined({ schedule, window }),
    });
    secrets[secret.secretName] = secret;
    return secret;
  };

  const { pepper = {}, signingKeys, usageKeys, upstreamTokens = {}, clientSecrets = {} } = settings;
  const pepperKind = RotationKind.pepper({ ...timesOf(pepper), tokenStore });
  const pepperSecret = { secretName: tokenStore.pepperSecretName, secretArn: tokenStore.pepperSecretArn };
  add('PepperRotation', pepperKind, { secret: pepperSecret, readers: pepperReaders }, pepper);

  let keys: EndpointSigningKeys | undefined;
  let keySet: KeySetEndpoint | undefined;
  if (signingKeys !== undefined) {
    const { api: _api, ...timing } = timesOf(signingKeys);
    const kind = RotationKind.signingKeys(timing);
    const secret = add('SigningKeys', kind, { secret: { create: names.signingKeysSecret } }, signingKeys);
    keys = { secret, kind };
    const { publicationCacheSeconds } = signingKeys;
    keySet = new KeySetEndpoint(stack, 'KeySet', {
      ...common,
      store,
      secretName: names.signingKeysSecret,
      ...defined({ publicationCacheSeconds }),
    });
  }
  if (usageKeys !== undefined) {
    const { applications, ...times } = timesOf(usageKeys);
    for (const application of applications) {
      const kind = RotationKind.gatewayKey({ ...times, application, names, tokenStore });
      add(`UsageKey-${application}`, kind, { secret: { create: names.usageKeySecret(application) } }, usageKeys);
    }
  }
  for (const [name, options] of Object.entries(upstreamTokens)) {
    const kind = RotationKind.upstreamToken(timesOf(options));
    add(`Upstream-${name}`, kind, { secret: { create: names.upstreamTokenSecret(name) } }, options);
  }
  for (const [name, options] of Object.entries(clientSecrets)) {
    const kind = RotationKind.clientSecret(timesOf(options));
    add(`Client-${name}`, kind, { secret: { create: names.clientSecret(name) } }, options);
  }
  return { store, secrets, signingKeys: keys, keySet };
}

/** Settings without the schedule. */
function timesOf<T extends RotationScheduleConfig>(settings: T): Omit<T, keyof RotationScheduleConfig> {
  const { schedule: _schedule, window: _window, ...rest } = settings;
  return rest;
}
