import {
  publishSeconds,
  retiredEntries,
  retireSeconds,
  rollBackWindowSeconds,
  type SigningTiming,
} from '../../../lambdas/lib/rotation-timing';
import { ROTATION_DEFAULTS } from '../../../lambdas/rotation/config';

/**
 * A model of signing keys in whole ticks, by the same formulas. Each reader may hold any document that was current, and any
 * key set that was served, within its bound: whether some choice of caches rejects a token is asked exactly.
 */
interface Model {
  readonly timing: SigningTiming;
  readonly publish: number;
  readonly retire: number;
  readonly interval: number;
  readonly rotations: number;
  /** Whether the next key is published a rotation ahead. */
  readonly hasNext: boolean;
  /** Rotation after which the label moves one step back, and how many ticks later. */
  readonly rollBack?: { readonly after: number; readonly ticks: number };
}

interface KeyTimes {
  /** Ticks during which the key was that of the current document. */
  current: [from: number, to: number][];
  publishedFrom: number;
  publishedTo: number;
}

/** Keys by number, with their times. Key n becomes current at the n-th promotion. */
function timesOf({ publish, retire, interval, rotations, hasNext, rollBack }: Model): KeyTimes[] {
  const keys: KeyTimes[] = [];
  const end = (rotations + 2) * interval + 100;
  const keyAt = (number: number): KeyTimes => {
    keys[number] ??= { current: [], publishedFrom: 0, publishedTo: end };
    return keys[number];
  };
  const promotions = Array.from({ length: rotations + 1 }, (_, number) => number * interval);
  for (const [number, from] of promotions.entries()) {
    const to = promotions[number + 1] ?? end;
    const key = keyAt(number);
    key.current = [[from, to]];
    // The first two are there from the beginning; any other is made when the key before it becomes current.
    const madeAt = hasNext ? (promotions[number - 1] ?? 0) : from;
    key.publishedFrom = number === 0 ? Number.NEGATIVE_INFINITY : Math.max(madeAt, from - publish);
    key.publishedTo = number === rotations ? Number.POSITIVE_INFINITY : to + retire;
  }
  if (rollBack) {
    // The key before signs again, and stays published; what was current becomes next again.
    const at = (promotions[rollBack.after] ?? 0) + rollBack.ticks;
    const before = keyAt(rollBack.after - 1);
    const isGone = at >= before.publishedTo;
    before.current.push([at, at + interval]);
    if (!isGone) {
      before.publishedTo = at + interval + retire;
    }
    keyAt(rollBack.after).current = [
      [promotions[rollBack.after] ?? 0, at],
      [at + interval, end],
    ];
    keyAt(rollBack.after).publishedTo = Number.POSITIVE_INFINITY;
  }
  return keys;
}

/** Tokens that some verifier within its bounds rejects, over all choices of caches. */
function violations(model: Model): number {
  const { writerCacheSeconds, publicationCacheSeconds, verifierCacheSeconds, maxTokenLifetimeSeconds } = model.timing;
  const cached = publicationCacheSeconds + verifierCacheSeconds;
  let found = 0;
  for (const { current, publishedFrom, publishedTo } of timesOf(model)) {
    for (const [from, to] of current) {
      // A signer holds a document that was current up to Cs ago: it signs from `from` to just before `to + Cs`.
      for (let signedAt = from; signedAt <= to - 1 + writerCacheSeconds; signedAt++) {
        for (let usedAt = signedAt; usedAt <= signedAt + maxTokenLifetimeSeconds; usedAt++) {
          for (let servedAt = usedAt - cached; servedAt <= usedAt; servedAt++) {
            if (servedAt >= 0 && (servedAt < publishedFrom || servedAt >= publishedTo)) {
              found += 1;
            }
          }
        }
      }
    }
  }
  return found;
}

function configurations(): Model[] {
  const models: Model[] = [];
  for (const writerCacheSeconds of [0, 1, 3]) {
    for (const publicationCacheSeconds of [0, 1, 2]) {
      for (const verifierCacheSeconds of [0, 2, 3]) {
        for (const maxTokenLifetimeSeconds of [1, 3]) {
          const timing: SigningTiming = {
            writerCacheSeconds,
            publicationCacheSeconds,
            verifierCacheSeconds,
            maxTokenLifetimeSeconds,
            skewSeconds: 0,
            rollBackSeconds: 0,
          };
          const publish = publishSeconds(timing);
          const retire = writerCacheSeconds + maxTokenLifetimeSeconds;
          for (const interval of [Math.max(1, publish), publish + 2, publish + 7]) {
            models.push({ timing, publish, retire, interval, rotations: 5, hasNext: true });
          }
        }
      }
    }
  }
  return models;
}

const MODELS = configurations();

test('F22 exactly at both bounds no unexpired token is rejected, in 162 configurations', () => {
  expect(MODELS).toHaveLength(162);
  expect(MODELS.filter((model) => violations(model) > 0)).toEqual([]);
});

test('F22 published one tick too late fails in every configuration where a cache can tell', () => {
  const tight = MODELS.filter(({ publish, interval }) => publish > 0 && interval === publish);
  expect(tight).toHaveLength(48);
  expect(tight.filter((model) => violations({ ...model, publish: model.publish - 1 }) === 0)).toEqual([]);
});

test('F22 retired one tick too early fails in every configuration', () => {
  const shorter = MODELS.map((model) => ({ ...model, retire: model.retire - 1 }));
  expect(shorter.filter((model) => violations(model) === 0)).toEqual([]);
});

test('a key that signs as soon as it is published fails, however long keys are kept', () => {
  const cached = MODELS.filter(({ publish }) => publish > 0);
  const immediate = cached.map((model) => ({ ...model, hasNext: false, retire: 1000 }));
  expect(immediate.filter((model) => violations(model) === 0)).toEqual([]);
});

test('a roll-back within its window rejects nothing, and some later one does', () => {
  let beyond = 0;
  for (const model of MODELS) {
    const { timing, interval } = model;
    const generous = { ...timing, rollBackSeconds: 4 };
    const retire = retireSeconds(generous);
    const window = rollBackWindowSeconds(generous);
    for (let ticks = 1; ticks < retire + interval; ticks++) {
      const found = violations({ ...model, rotations: 2, timing: generous, retire, rollBack: { after: 2, ticks } });
      if (ticks < window) {
        expect(found).toBe(0);
      } else if (found > 0) {
        beyond += 1;
      }
    }
  }
  expect(beyond).toBeGreaterThan(0);
});

test('the defaults, worked out', () => {
  const timing = ROTATION_DEFAULTS['signing-keys'];
  expect(publishSeconds(timing)).toBe(86_760);
  expect(retireSeconds(timing)).toBe(173_100);
  expect(rollBackWindowSeconds(timing)).toBe(86_400);
  expect(retiredEntries(timing, 30 * 86_400)).toBe(1);
  expect(publishSeconds(ROTATION_DEFAULTS.pepper)).toBe(3660);
});

test('what signed last outlives its key by nothing, also where no roll-back is wanted', () => {
  const timing = { ...ROTATION_DEFAULTS['signing-keys'], verifierCacheSeconds: 600, rollBackSeconds: 0 };
  expect(retireSeconds(timing)).toBe(300 + 3600 + 60);
});
