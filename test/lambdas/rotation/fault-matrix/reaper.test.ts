import type { ClientSecret } from '../../../../lambdas/rotation/kinds/client-secret';
import type { GatewayKeySecret } from '../../../../lambdas/rotation/kinds/gateway-key-target';
import type { UpstreamToken } from '../../../../lambdas/rotation/kinds/upstream-token-target';
import { FakeAwsError } from '../support/fake-secrets';
import { ALL, goesOn, names, only, payload, rotated } from '../support/rows';
import { DAY, HOUR, SECOND, type Target, World } from '../support/world';
import type { ClientSecretTarget } from '../targets/client-secret';
import { type GatewayTarget, gatewayTarget } from '../targets/gateway-key';
import { fillKeyPool } from '../targets/signing-keys';
import { type UpstreamTarget, upstreamTarget } from '../targets/upstream-token';

beforeAll(fillKeyPool);

describe('the reaper', () => {
  const due = async (makeTarget: () => Target<unknown>) => {
    const world = await rotated(makeTarget());
    await world.rotate();
    world.pass(world.target.interval);
    return world;
  };

  describe.each(ALL)('F25 what is in use cannot be read: %s', (_name, makeTarget) => {
    const denials: readonly [string, 'describe' | 'get', string][] = [
      ['labels', 'describe', 'AccessDeniedException'],
      ['the value', 'get', 'AccessDeniedException'],
      ['the value, its key is disabled', 'get', 'DecryptionFailure'],
    ];
    test.each(denials)('%s', async (_what, method, code) => {
      const world = await due(makeTarget);
      const before = structuredClone(world.record?.credentials);
      world.secret[method] = async () => {
        throw new FakeAwsError(code);
      };
      const process = world.process();
      expect(names([await world.reap(process)])).toEqual(['ReapRefusedError']);
      expect(process.calls.every((call) => call.startsWith('secrets.') || call === 'records.read')).toBe(true);
      expect(world.record?.credentials).toEqual(before);
      expect(world.logs.some(({ metrics }) => metrics?.values.RotationFailures !== undefined)).toBe(true);
    });

    const texts: readonly [string, string][] = [
      ['no JSON', 'canary{'],
      ['another kind', '{"schema":1,"kind":"other","canary":1}'],
      ['a newer schema', '{"schema":2,"canary":1}'],
      ['empty', ''],
    ];
    test.each(texts)('F34 a current value that is %s', async (_what, text) => {
      const world = await due(makeTarget);
      const before = structuredClone(world.record?.credentials);
      world.secret.putByHand(`by-hand-${'0'.repeat(32)}`, text);
      world.violations.length = 0;
      expect(names([await world.reap()])).toEqual(['ReapRefusedError']);
      const failures = await world.rotate({ attempts: 1 });
      expect(names(failures)).toEqual(['RotationAbandonedError']);
      expect(world.record?.credentials).toEqual(before);
      expect(world.output).not.toContain('canary');
    });
  });

  test.each(ALL)('F34 a secret that is scheduled for deletion: %s', async (_name, makeTarget) => {
    const world = await due(makeTarget);
    const before = structuredClone(world.record?.credentials);
    world.secret.isDeleted = true;
    expect(names(await world.rotate({ attempts: 1 }))).toEqual(['RotationRefusedError']);
    expect(names([await world.reap()])).not.toEqual([undefined]);
    expect(world.record?.credentials).toEqual(before);
  });

  test.each(ALL)('F36 a rotation that never comes is noticed: %s', async (_name, makeTarget) => {
    const world = await rotated(makeTarget());
    const overdue = () => world.logs.at(-1)?.metrics?.values.RotationOverdue?.value;
    await world.reap();
    expect(overdue()).toBe(0);
    world.pass(DAY + HOUR);
    await world.reap();
    expect(overdue()).toBe(1);
    expect(world.logs.at(-1)?.fields.problems).toContain('overdue');
  });

  test('F36 a secret without a value is noticed', async () => {
    const world = new World(upstreamTarget());
    await world.reap();
    expect(world.logs.at(-1)?.fields.problems).toContain('no current value');
  });
});

describe('F21, F22, F23, F24', () => {
  test.each(ALL)('F24 the reaper at every moment of a rotation: %s', async (_name, makeTarget) => {
    const clean = await rotated(makeTarget());
    const healthy = clean.process();
    await clean.rotate({ process: healthy });
    for (let at = 1; at <= healthy.calls.length; at++) {
      const world = await rotated(makeTarget());
      let count = 0;
      const process = world.process(async () => {
        count += 1;
        if (count === at) {
          await world.reap();
        }
      });
      expect(await world.rotate({ process })).toEqual([]);
      await goesOn(world);
    }
  });

  test.each(ALL)('F24 a rotation at every moment of the reaper: %s', async (_name, makeTarget) => {
    for (let at = 1; at < 14; at++) {
      const world = await rotated(makeTarget());
      world.pass(HOUR);
      let count = 0;
      const process = world.process(async () => {
        count += 1;
        if (count === at) {
          await world.rotate();
        }
      });
      await world.reap(process);
      await goesOn(world);
    }
  });

  test.each(only('upstream-token', 'client-secret', 'gateway-key'))(
    'F23 a consumer that is as late as it may be is served until the overlap ends: %s',
    async (_name, makeTarget) => {
      const world = await rotated(makeTarget());
      const old = payload<AnyCredential>(world, 'AWSCURRENT');
      await world.rotate();
      const fresh = payload<AnyCredential>(world, 'AWSCURRENT');
      const overlapMs = 7200 * SECOND;
      world.pass(overlapMs - 60 * SECOND);
      await world.reap();
      expect([old, fresh].map((one) => isAccepted(world.target, one))).toEqual([true, true]);
      await world.passInterval();
      // After that a consumer is refused once, reads the secret again, and is served.
      expect([old, fresh].map((one) => isAccepted(world.target, one))).toEqual([false, true]);
    },
  );

  test('a key that somebody still uses is not disabled', async () => {
    const world = await rotated(gatewayTarget());
    world.target.stuckValue = payload<GatewayKeySecret>(world, 'AWSCURRENT').value;
    await world.rotate();
    await world.passInterval();
    expect([...world.target.keys.values()].filter(({ enabled }) => enabled)).toHaveLength(2);
    expect(names(await world.rotate({ attempts: 1 }))).toEqual(['RotationRefusedError']);
    world.target.stuckValue = undefined;
    await goesOn(world);
  });
});

type AnyCredential = Partial<UpstreamToken & ClientSecret & GatewayKeySecret>;

/** Whether the target accepts the credential of a document. */
function isAccepted(target: Target<unknown>, { token, secret, value }: AnyCredential): boolean {
  const { tokens, slots, keys } = target as Partial<UpstreamTarget & ClientSecretTarget & GatewayTarget>;
  return (
    [...(tokens?.values() ?? [])].some((one) => one.token === token) ||
    (slots ?? []).some((one) => one.secret === secret) ||
    [...(keys?.values() ?? [])].some((one) => one.enabled && one.value === value)
  );
}
