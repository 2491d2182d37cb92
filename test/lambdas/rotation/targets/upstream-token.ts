import type { UpstreamTokenConfig } from '../../../../lambdas/rotation/config';
import { upstreamToken } from '../../../../lambdas/rotation/kinds/upstream-token';
import type {
  ProvidedToken,
  TokenProvider,
  UpstreamToken,
} from '../../../../lambdas/rotation/kinds/upstream-token-target';
import { FakeAwsError } from '../support/fake-secrets';
import { HOUR, must, type Target, type World } from '../support/world';

export const UPSTREAM: UpstreamTokenConfig = {
  kind: 'upstream-token',
  provider: {
    create: { method: 'POST', url: 'https://provider.example/tokens', id: '/id', token: '/token' },
    probe: { method: 'GET', url: 'https://provider.example/me' },
    revoke: { method: 'DELETE', url: 'https://provider.example/tokens/{id}' },
    idempotent: false,
    maxActive: 2,
    overlap: 'both',
    clientSupplied: false,
  },
  overlapSeconds: 7200,
  orphanSeconds: 3600,
};

export interface ProviderOptions {
  readonly idempotent?: boolean;
  readonly maxActive?: number;
  readonly overlap?: 'both' | 'none';
  readonly clientSupplied?: boolean;
  readonly hasList?: boolean;
  /** Whether only the current token is safe from an attempt of the same version at the same time. */
  readonly mayLosePending?: boolean;
}

export interface FakeToken {
  readonly id: string;
  readonly label: string;
  readonly token: string;
  readonly key: string;
  readonly acceptedFrom: number;
}

export interface UpstreamTarget extends Target<UpstreamToken> {
  /** Tokens that exist. */
  readonly tokens: Map<string, FakeToken>;
  /** Tokens that ever were made. */
  readonly made: FakeToken[];
  /** How long the provider takes to accept a new token, in milliseconds; infinity for never. */
  delay: number;
  /** Answers of probe before it tells the truth. */
  flaps: boolean[];
  /** Life of new tokens in milliseconds. */
  life: number | undefined;
  /** Second copies by version. */
  readonly recovered: Map<string, ProvidedToken>;
}

/** A provider of tokens. What must hold: every document that was current within the overlap has a token that is accepted. */
export function upstreamTarget(options: ProviderOptions = {}): UpstreamTarget {
  const { idempotent = false, maxActive = 2, overlap = 'both', clientSupplied = false, hasList = true } = options;
  const config: UpstreamTokenConfig = {
    ...UPSTREAM,
    provider: { ...UPSTREAM.provider, idempotent, maxActive, overlap, clientSupplied },
    ...(overlap === 'none' && { acceptedOutageSeconds: 60, recoveryKeyArn: 'arn:aws:kms:eu-west-1:1:key/k' }),
  };
  const tokens = new Map<string, FakeToken>();
  const made: FakeToken[] = [];
  const recovered = new Map<string, ProvidedToken>();

  const providerOf = (world: World<UpstreamToken>): TokenProvider => ({
    async create({ label, idempotencyKey, token }) {
      const repeated = [...tokens.values()].find(({ key }) => key === idempotencyKey);
      if (idempotent && repeated) {
        return { id: repeated.id, token: repeated.token };
      }
      if (overlap === 'none') {
        tokens.clear();
      }
      if (tokens.size >= maxActive) {
        throw new FakeAwsError('ProviderError', 'too many tokens');
      }
      const id = `t${made.length + 1}`;
      const fresh = {
        id,
        label,
        token: token ?? `canary-upstream-${made.length + 1}-abcdefgh`,
        key: idempotencyKey,
        acceptedFrom: world.time + target.delay,
      };
      tokens.set(id, fresh);
      made.push(fresh);
      return {
        id,
        token: fresh.token,
        ...(target.life !== undefined && { expiresAt: new Date(world.time + target.life).toISOString() }),
      };
    },
    list: async (prefix) =>
      hasList
        ? [...tokens.values()].filter(({ label }) => label.startsWith(prefix)).map(({ id, label }) => ({ id, label }))
        : undefined,
    async probe(token) {
      const flap = target.flaps.shift();
      return flap ?? isAccepted(world, token);
    },
    async revoke(id) {
      const token = tokens.get(id);
      if (token) {
        const stages = options.mayLosePending ? ['AWSCURRENT'] : ['AWSCURRENT', 'AWSPENDING'];
        const documents = stages.map((stage) => world.documentAt(stage));
        const isReferenced = documents.some((one) => one?.payload.token === token.token);
        world.check(() => must(!isReferenced, `G5: token ${id} was revoked while it is current or pending`));
      }
      tokens.delete(id);
    },
  });

  function isAccepted(world: World<UpstreamToken>, token: string): boolean {
    return [...tokens.values()].some((one) => one.token === token && world.time >= one.acceptedFrom);
  }

  const target: UpstreamTarget = {
    secret: config,
    tokens,
    made,
    recovered,
    delay: 0,
    flaps: [],
    life: undefined,
    interval: 12 * HOUR,

    kind: (process, world) =>
      upstreamToken(
        config,
        { intervalSeconds: target.interval / 1000, testSeconds: 10, testSuccesses: 2 },
        {
          provider: world.outside(process, 'provider', providerOf(world)),
          recovery: world.outside(process, 'recovery', {
            save: async (versionId: string, token: ProvidedToken) => {
              recovered.set(versionId, token);
            },
            load: async (versionId: string) => recovered.get(versionId),
          }),
        },
      ),

    check(world) {
      must(tokens.size <= maxActive, 'T3: more tokens than the provider allows');
      const since = overlap === 'none' ? world.time : world.time - config.overlapSeconds * 1000;
      for (const { payload } of overlap === 'none' ? [] : world.currentDuring(since, world.time)) {
        must(isAccepted(world, payload.token), `G4: token ${payload.label} is in use and not accepted`);
      }
    },

    checkEnd(world) {
      const current = world.documentAt('AWSCURRENT')?.payload;
      must(!current || isAccepted(world, current.token), 'T1: the current token is not accepted');
    },

    canaries: () => made.map(({ token }) => token),
  };
  return target;
}
