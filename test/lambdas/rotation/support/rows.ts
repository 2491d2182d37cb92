import { clientSecretTarget } from '../targets/client-secret';
import { gatewayTarget } from '../targets/gateway-key';
import { pepperTarget } from '../targets/pepper';
import { signingTarget } from '../targets/signing-keys';
import { upstreamTarget } from '../targets/upstream-token';
import type { Target } from './world';
import { World } from './world';

// Some rows run a whole history for each call of a rotation.
jest.setTimeout(120_000);

/** Every kind with its target. */
export const ALL: readonly [string, () => Target<unknown>][] = [
  ['signing-keys', () => signingTarget()],
  ['pepper', () => pepperTarget()],
  ['gateway-key', () => gatewayTarget()],
  ['upstream-token', () => upstreamTarget()],
  ['client-secret', () => clientSecretTarget()],
];

export const only = (...names: string[]) => ALL.filter(([name]) => names.includes(name));

/** A world after some ordinary rotations, with the next one due. */
export async function rotated<T extends Target<unknown>>(target: T, rotations = 2): Promise<World<unknown, T>> {
  const world = new World<unknown, T>(target);
  for (let rotation = 0; rotation < rotations; rotation++) {
    expect(await world.rotate()).toEqual([]);
    await world.passInterval();
  }
  return world;
}

/** The next rotation succeeds, and all that must hold did all the time. */
export async function goesOn(world: World<unknown>): Promise<void> {
  await world.passInterval();
  expect((await world.rotate({ attempts: 6 })).map(({ message }) => message)).toEqual([]);
  await world.passInterval();
  world.end();
}

/** A rotation that comes before its time: nothing fails, nothing changes but the record, and nothing is left pending. */
export async function postpones(world: World<unknown>): Promise<void> {
  const before = current(world);
  const logged = world.logs.length;
  const process = world.process();
  expect(await world.rotate({ process, attempts: 1 })).toEqual([]);
  expect(process.calls).not.toContain('secrets.put');
  expect(current(world)).toBe(before);
  expect([undefined, before]).toContain(world.secret.holder('AWSPENDING'));
  expect(world.record?.postponed?.reason).toMatch(/ is (still|to be|accepted) /);
  const metrics = world.logs.slice(logged).flatMap((entry) => Object.keys(entry.metrics?.values ?? {}));
  expect(metrics).toContain('RotationsPostponed');
  expect(metrics.filter((name) => /Failures|Refused|Abandoned|Promoted/.test(name))).toEqual([]);
}

export const current = (world: World<unknown>) => world.secret.holder('AWSCURRENT');

/** The payload of the version with a label, which must be there. */
export function payload<P>(world: World<unknown>, stage: string): P {
  const document = world.documentAt(stage);
  if (!document) {
    throw new Error(`no version has ${stage}`);
  }
  return document.payload as P;
}

export const names = (failures: readonly (Error | undefined)[]) => failures.map((one) => one?.name);
