import { publishSeconds, retireSeconds } from '../../../../lambdas/lib/rotation-timing';
import type { SigningKey, SigningKeys } from '../../../../lambdas/lib/signing-keys';
import type { SigningKeysConfig } from '../../../../lambdas/rotation/config';
import { newSigningKey, signingKeys } from '../../../../lambdas/rotation/kinds/signing-keys';
import { type Interval, must, type Target, type World } from '../support/world';

/** Times that make a month of rotations short; the proportions are those of the defaults. */
export const SIGNING: SigningKeysConfig = {
  kind: 'signing-keys',
  algorithm: 'ES256',
  writerCacheSeconds: 300,
  publicationCacheSeconds: 300,
  verifierCacheSeconds: 3600,
  skewSeconds: 60,
  maxTokenLifetimeSeconds: 3600,
  rollBackSeconds: 7200,
};

const pool: SigningKey[] = [];

/** Real keys, made once: thousands of runs need the same few. */
export async function fillKeyPool(): Promise<void> {
  while (pool.length < 24) {
    pool.push(await newSigningKey('ES256'));
  }
}

/**
 * Signing keys, judged by the worst that caches within their bounds may do: a signer uses any document that was current in the
 * last `Cs`, a verifier any public set that was served in the last `Cj + Cv`, a token lives for `L`.
 */
export function signingTarget(config: SigningKeysConfig = SIGNING, intervalSeconds?: number): Target<SigningKeys> {
  /** Public sets by the time that they were served. */
  const sets: Interval<ReadonlySet<string>>[] = [];
  let drawn = 0;
  let lastRecord: unknown;

  function observe(world: World<SigningKeys>): void {
    if (world.record === lastRecord) {
      return;
    }
    lastRecord = world.record;
    const served = new Set(world.record?.credentials.flatMap(({ id, publicJwk }) => (publicJwk ? [id] : [])));
    const last = sets.at(-1);
    if (last) {
      last.to = world.time;
    }
    sets.push({ from: world.time, to: Number.POSITIVE_INFINITY, value: served });
    for (const kid of world.referenced()) {
      const isLost = last?.value.has(kid) === true && !served.has(kid);
      must(!isLost, `G5: key ${kid} was taken from the public set while it is current or pending`);
    }
    const current = world.documentAt('AWSCURRENT')?.payload;
    must(
      !current || served.has(current.current.kid) || last === undefined || !last.value.has(current.current.kid),
      'J1',
    );
  }

  /** From when to when a key may sign, by a signer whose copy is as old as it may be. */
  function signing(world: World<SigningKeys>): Map<string, { from: number; to: number }> {
    const times = new Map<string, { from: number; to: number }>();
    for (const { from, to, value } of world.currents) {
      const { kid } = value.payload.current;
      const published = sets.find((set) => set.value.has(kid))?.from ?? Number.POSITIVE_INFINITY;
      // The signer itself holds back the first key until it is published.
      const start = value.basedOnVersionId === null ? Math.max(from, published) : from;
      const end = Math.min(to, world.time) + config.writerCacheSeconds * 1000;
      const known = times.get(kid);
      times.set(kid, { from: Math.min(start, known?.from ?? start), to: Math.max(end, known?.to ?? end) });
    }
    return times;
  }

  return {
    secret: config,
    interval: (intervalSeconds ?? publishSeconds(config) + 7200) * 1000,

    kind: (process, world) =>
      signingKeys(
        config,
        world.outside(process, 'keys', {
          newKey: async () => {
            const key = pool[drawn % pool.length];
            drawn += 1;
            if (!key) {
              throw new Error('the pool of keys is empty');
            }
            // A name of its own, so that a key is never drawn twice; thumbprints are tested with the kind.
            const kid = `${key.kid.slice(0, 8)}-${drawn}`;
            const named = (jwk: object) => ({ ...jwk, kid });
            return { ...key, kid, privateJwk: named(key.privateJwk), publicJwk: named(key.publicJwk) };
          },
          fetchKeySet: async () => ({ keys: [] }),
        }),
      ),

    check: observe,

    checkEnd(world) {
      const cachesMs = (config.publicationCacheSeconds + config.verifierCacheSeconds) * 1000;
      for (const [kid, { from, to }] of signing(world)) {
        const lastExpiry = Math.min(world.time, to + config.maxTokenLifetimeSeconds * 1000);
        // Before the first set was served nobody has one that could lack the key.
        const seen = sets.filter((set) => set.value.size > 0);
        const isLacking = seen.some((set) => set.from <= lastExpiry && set.to > from - cachesMs && !set.value.has(kid));
        must(!isLacking, `J1: some verifier does not know the key ${kid} although a token of it is alive`);
      }
      const current = world.documentAt('AWSCURRENT')?.payload;
      const kids = world.record?.credentials.map(({ id }) => id) ?? [];
      must(!current || kids.includes(current.current.kid), 'J3: the current key is not on record');
      must(new Set(kids).size === kids.length, 'J4: a key id is there twice');
      const limit = 4 + Math.ceil((retireSeconds(config) * 1000) / this.interval);
      must(kids.length <= limit, `G6: ${kids.length} keys on record`);
    },

    canaries: (world) =>
      [...world.secret.versions.values()].flatMap(({ text }) => {
        try {
          const { current, next } = JSON.parse(text ?? '').payload;
          return [current, next].map(({ privateJwk }) => String(privateJwk.d));
        } catch {
          return [];
        }
      }),
  };
}
