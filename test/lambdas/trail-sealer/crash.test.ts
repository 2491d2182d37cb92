import type { TrailSealerPorts } from '../../../lambdas/trail-sealer/ports';
import { event, writer } from '../lib/trail/support';
import { TrailLab } from './support';

class Crash extends Error {}

/**
 * The same ports, of which one call stops the run: the one that is the `at`-th, before or after it has its effect.
 */
function crashing(
  ports: TrailSealerPorts,
  at: number,
  isAfter: boolean,
): { ports: TrailSealerPorts; calls: () => number } {
  let calls = 0;
  let isDead = false;
  const guarded = <T extends object>(port: T): T =>
    new Proxy(port, {
      get(target, name) {
        const method = Reflect.get(target, name) as unknown;
        if (typeof method !== 'function') {
          return method;
        }
        return async (...parameters: unknown[]) => {
          calls += 1;
          const isIt = calls === at;
          isDead ||= isIt;
          if (isDead && !(isIt && isAfter)) throw new Crash();
          const result: unknown = await Reflect.apply(method, target, parameters);
          if (isDead) throw new Crash();
          return result;
        };
      },
    });
  const { table, objects, key } = ports;
  return {
    ports: { ...ports, table: guarded(table), objects: guarded(objects), key: guarded(key) },
    calls: () => calls,
  };
}

test('a run that stops at any call is taken up by the next one', async () => {
  const lab = new TrailLab();
  await lab.start();
  let rounds = 0;
  let total = 0;
  /** Entries in two new chains. */
  const append = async () => {
    for (const length of [3, 2]) {
      const events = Array.from({ length }, (_, index) =>
        event(rounds * 10 + index, { at: lab.now - 60_000 + index * 1000 }),
      );
      await lab.append(writer(rounds * 2 + length), events);
      total += length;
    }
    rounds += 1;
  };
  try {
    await append();
    const whole = crashing(lab.ports(), -1, false);
    await lab.sealer(whole.ports).run();
    expect(whole.calls()).toBeGreaterThan(12);
    for (let at = 2; at <= whole.calls(); at += 1) {
      for (const isAfter of [false, true]) {
        await append();
        await expect(lab.sealer(crashing(lab.ports(), at, isAfter).ports).run()).rejects.toThrow(Crash);
        // The lease of a run that died ends by itself.
        lab.now += 120_000;
        await lab.sealer().run();
        expect(await lab.ports().table.unsealed(10)).toEqual([]);
      }
    }
    expect(await lab.verify()).toMatchObject({ findings: [], entries: total, checkpoint: { size: total } });
    const seals = await lab.others('seal');
    expect(seals.map(({ seq }) => seq)).toEqual(seals.map((_, index) => index + 1));
  } finally {
    await lab.lab.dispose();
  }
}, 120_000);
