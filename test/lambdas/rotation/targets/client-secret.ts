import type { ClientSecretConfig } from '../../../../lambdas/rotation/config';
import {
  type ClientSecret,
  type ClientSecretProvider,
  clientSecret,
} from '../../../../lambdas/rotation/kinds/client-secret';
import { FakeAwsError } from '../support/fake-secrets';
import { HOUR, must, type Target, type World } from '../support/world';

export const CLIENT: ClientSecretConfig = {
  kind: 'client-secret',
  provider: {
    kind: 'cognito',
    userPoolId: 'eu-west-1_abc',
    clientId: 'client',
    tokenUrl: 'https://auth.example/oauth2/token',
  },
  overlapSeconds: 7200,
  existingSecret: 'retire',
};

export interface FakeClientSecret {
  readonly id: string;
  readonly secret: string;
  readonly acceptedFrom: number;
}

export interface ClientSecretTarget extends Target<ClientSecret> {
  /** Secrets of the client, at most two. */
  readonly slots: FakeClientSecret[];
  readonly added: FakeClientSecret[];
  delay: number;
  flaps: boolean[];
}

/** A client with two slots. What must hold: every document that was current within the overlap has a secret that is accepted. */
export function clientSecretTarget(
  options: { readonly existing?: string; readonly existingSecret?: 'keep' | 'retire' } = {},
): ClientSecretTarget {
  const config: ClientSecretConfig = { ...CLIENT, existingSecret: options.existingSecret ?? 'retire' };
  const slots: FakeClientSecret[] = [];
  const added: FakeClientSecret[] = [];
  if (options.existing !== undefined) {
    slots.push({ id: 'by-hand', secret: options.existing, acceptedFrom: 0 });
  }

  const providerOf = (world: World<ClientSecret>): ClientSecretProvider => ({
    // The order of a list means nothing.
    list: async () => slots.map(({ id }) => id).sort((a, b) => (a > b ? -1 : 1)),
    async add(secret) {
      if (slots.length >= 2) {
        throw new FakeAwsError('LimitExceeded');
      }
      const fresh = { id: `client--${added.length + 1}`, secret, acceptedFrom: world.time + target.delay };
      slots.push(fresh);
      added.push(fresh);
      return fresh.id;
    },
    async remove(id) {
      const at = slots.findIndex((one) => one.id === id);
      const documents = [world.documentAt('AWSCURRENT'), world.documentAt('AWSPENDING')];
      const isReferenced = documents.some((one) => one?.payload.secret === slots[at]?.secret);
      world.check(() => {
        must(at < 0 || !isReferenced, `G5: client secret ${id} was deleted while it is current or pending`);
        must(at < 0 || slots.length > 1, 'O2: the last client secret was deleted');
      });
      if (at >= 0) {
        slots.splice(at, 1);
      }
    },
    authenticate: async (secret) => target.flaps.shift() ?? isAccepted(world, secret),
  });

  function isAccepted(world: World<ClientSecret>, secret: string): boolean {
    return slots.some((one) => one.secret === secret && world.time >= one.acceptedFrom);
  }

  const target: ClientSecretTarget = {
    secret: config,
    slots,
    added,
    delay: 0,
    flaps: [],
    interval: 12 * HOUR,

    kind: (process, world) =>
      clientSecret(
        config,
        { testSeconds: 10, testSuccesses: 2 },
        world.outside(process, 'provider', providerOf(world)),
      ),

    check(world) {
      must(slots.length <= 2, 'O: more than two client secrets');
      for (const { payload } of world.currentDuring(world.time - config.overlapSeconds * 1000, world.time)) {
        must(isAccepted(world, payload.secret), `O1: client secret ${payload.name} is in use and not accepted`);
      }
    },

    checkEnd() {},

    canaries: () => [...slots, ...added].map(({ secret }) => secret),
  };
  return target;
}
