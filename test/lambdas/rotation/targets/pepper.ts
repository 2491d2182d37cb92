import type { PepperPayload } from '../../../../lambdas/lib/pepper';
import { publishSeconds } from '../../../../lambdas/lib/rotation-timing';
import type { PepperConfig } from '../../../../lambdas/rotation/config';
import { pepper } from '../../../../lambdas/rotation/kinds/pepper';
import { DAY, must, type Target, type World } from '../support/world';

export const PEPPER: PepperConfig = {
  kind: 'pepper',
  tokenTable: 'acme-dev-tokens',
  writerCacheSeconds: 120,
  publicationCacheSeconds: 0,
  verifierCacheSeconds: 3600,
  skewSeconds: 60,
  rollBackSeconds: 7200,
};

/** Life of the tokens of these tests, in milliseconds. */
export const TOKEN_LIFE = DAY;

interface Issued {
  first: number;
  expires: number;
  readonly key: string;
}

export interface PepperTarget extends Target<PepperPayload> {
  /** When tokens were hashed with a pepper, and when the last of them expires. */
  readonly issued: ReadonlyMap<string, Issued>;
  /** Whether writers issue tokens. */
  isIssuing: boolean;
}

/**
 * Peppers, judged by the worst that caches may do: a writer hashes with any document that was current in the last `Cs`, all the
 * time; a verifier has any document that was current in the last `Cv`.
 */
export function pepperTarget(config: PepperConfig = PEPPER): PepperTarget {
  const issued = new Map<string, Issued>();
  const target: PepperTarget = {
    secret: config,
    issued,
    isIssuing: true,
    interval: (publishSeconds(config) + 7200) * 1000,

    kind: (process, world) =>
      pepper(
        config,
        world.outside(process, 'table', {
          referencedPeppers: async (now: number) =>
            new Map([...issued].filter(([, { expires }]) => expires > now).map(([id]) => [id, 1])),
        }),
      ),

    check(world) {
      const documents = world.currentDuring(world.time - config.writerCacheSeconds * 1000, world.time);
      for (const { payload } of target.isIssuing ? documents : []) {
        const { id, key } = payload.current;
        const known = issued.get(id) ?? { first: world.time, expires: 0, key };
        known.expires = world.time + TOKEN_LIFE;
        issued.set(id, known);
      }
    },

    checkEnd(world) {
      for (const [id, { first, expires, key }] of issued) {
        const verifiers = world.currentDuring(
          first - config.verifierCacheSeconds * 1000,
          Math.min(expires, world.time),
        );
        // Before the first document there was no verifier that could have one.
        for (const document of verifiers) {
          const entry = everyPepper(document.payload).find((one) => one.id === id);
          must(entry?.key === key, `P1: some verifier does not know the pepper ${id} although a token of it is alive`);
        }
      }
    },

    canaries: (world: World<PepperPayload>) =>
      [...world.secret.versions.values()].flatMap(({ text }) => {
        try {
          return everyPepper(JSON.parse(text ?? '').payload).map(({ key }) => key);
        } catch {
          return [];
        }
      }),
  };
  return target;
}

export function everyPepper({ current, next, retired }: PepperPayload) {
  return [current, ...(next ? [next] : []), ...retired];
}
