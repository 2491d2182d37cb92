import { join } from 'node:path';
import { RotationLab, SECRETS } from './rotation-lab';
import { Traffic } from './rotation-traffic';
import { filesContaining } from './support';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

/**
 * Every kind of secret, rotated by its schedule under traffic. The clock is put forward in small steps while rotations are
 * due, so that caches are as old as they may be; requests overlap with the steps of the rotations, not with the clock's.
 */
describe('rotation under traffic', () => {
  const lab = new RotationLab();
  let traffic: Traffic;
  /** Secret texts that no log may hold. */
  const canaries = new Set<string>();

  beforeAll(async () => {
    await lab.start();
    traffic = new Traffic(lab);
    await traffic.issue();
    for (const secret of Object.values(SECRETS)) {
      if (secret !== SECRETS.pepper) expect(await lab.rotate(secret)).toBe('rotated');
    }
    await lab.sandbox.settle();
    await collectCanaries();
  }, 120_000);

  afterAll(() => lab.remove());

  /** Lets time pass by one step; everybody calls until nothing is due any more. */
  async function pass(seconds: number): Promise<void> {
    lab.putForward(seconds);
    let settled = false;
    const settling = lab.sandbox.settle().then(() => {
      settled = true;
    });
    do {
      await traffic.round();
      await new Promise((next) => setTimeout(next, 2));
    } while (!settled);
    await settling;
  }

  /**
   * To the next first day of a month, through its windows, and on until retired credentials are gone. In the first hours of such
   * a day its own windows are still ahead.
   */
  async function nextMonth(): Promise<void> {
    const now = new Date(lab.clock());
    const windowsOf = (month: number) => Date.UTC(now.getUTCFullYear(), month, 1, 2, 55);
    const own = windowsOf(now.getUTCMonth());
    const first = own > lab.clock() ? own : windowsOf(now.getUTCMonth() + 1);
    while (lab.clock() < first - 48 * HOUR * 1000) await pass(48 * HOUR);
    lab.putForwardTo(first);
    for (let minutes = 0; minutes < 6 * 60; minutes += 10) await pass(10 * MINUTE);
    await collectCanaries();
    await traffic.issue();
    for (let hours = 0; hours < 96; hours += 12) await pass(12 * HOUR);
  }

  async function collectCanaries(): Promise<void> {
    for (const secret of Object.values(SECRETS)) {
      for (const text of secretTexts(JSON.parse(await lab.value(secret)))) canaries.add(text);
    }
  }

  /** Rotations that succeeded, by secret. */
  const succeeded = (): Record<string, number> =>
    Object.fromEntries(
      Object.values(SECRETS).map((secret) => [
        secret,
        lab.events.filter(({ event, secretArn }) => event === 'RotationSucceeded' && secretArn.includes(secret)).length,
      ]),
    );
  const each = (count: number) => Object.fromEntries(Object.values(SECRETS).map((secret) => [secret, count]));
  const since = (before: Record<string, number>) =>
    Object.fromEntries(Object.entries(succeeded()).map(([name, count]) => [name, count - (before[name] ?? 0)]));

  /**
   * Past the windows of the month's first day and what they postpone to the days after, where the test runs amid them: what they
   * do is not counted.
   */
  async function leaveWindows(): Promise<void> {
    const sinceWindows = () => {
      const now = new Date(lab.clock());
      return (now.getTime() - Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1, 2, 54)) / 1000;
    };
    while (sinceWindows() >= 0 && sinceWindows() < 96 * HOUR) await pass(HOUR);
  }

  test('three rotations of each kind: no request fails', async () => {
    await leaveWindows();
    const before = succeeded();
    for (let month = 0; month < 3; month += 1) await nextMonth();
    expect(traffic.failures).toEqual([]);
    expect(since(before)).toEqual(each(3));
    expect(lab.events.filter(({ event }) => /Failed|Abandoned/.test(event))).toEqual([]);
  }, 300_000);

  test('a crash in each step and a lost answer after it, of each kind: no request fails', async () => {
    const before = succeeded();
    for (const step of STEPS) lab.arm(step, ['kill', 'lost']);
    await nextMonth();
    expect(lab.armed).toBe(0);
    expect(traffic.failures).toEqual([]);
    expect(since(before)).toEqual(each(1));
  }, 300_000);

  test('nothing is left behind', async () => {
    for (const secret of Object.values(SECRETS)) {
      const { AWSCURRENT: current, AWSPENDING: pending = current } = await lab.labels(secret);
      expect(pending).toBe(current);
    }
    expect(lab.upstream.active).toBe(1);
    expect(lab.upstream.most).toBeLessThanOrEqual(2);
    expect(traffic.requests).toBeGreaterThan(500);
  });

  test('AWSCURRENT of the pepper two generations back: status names what tokens need, no rotation goes on from it', async () => {
    const good = (await lab.labels(SECRETS.pepper)).AWSCURRENT ?? '';
    const generations = await lab.versions(SECRETS.pepper);
    const older =
      generations.find(({ generation }) => generation === (generations.at(-1)?.generation ?? 0) - 2)?.id ?? '';
    await lab.moveCurrent(SECRETS.pepper, good, older);
    const report = () => lab.report(SECRETS.pepper);
    expect((await report()).problems).toEqual([
      expect.stringContaining(`AWSCURRENT was moved back to version ${older}`),
      expect.stringMatching(/^pepper p-\w+ is needed by \d+ and not in the current version, AWSPREVIOUS has it/),
    ]);
    lab.putForward(2 * HOUR);
    expect(await lab.rotate(SECRETS.pepper)).toBe('abandoned');
    expect((await lab.labels(SECRETS.pepper)).AWSCURRENT).toBe(older);
    expect((await report()).problems.at(-1)).toContain(
      'was given up in createSecret: nothing is made from the current version',
    );
    await lab.moveCurrent(SECRETS.pepper, older, good);
    lab.putForward(2 * HOUR);
    await lab.sandbox.settle();
    await traffic.round();
    expect(traffic.failures).toEqual([]);
    expect((await report()).problems.filter((problem) => !problem.includes('was given up'))).toEqual([]);
  }, 120_000);

  test('no value is in a log or a synthesized file', () => {
    const texts = [...canaries, ...lab.upstream.issued, lab.upstream.admin, ...lab.rotationTokens];
    expect(texts.length).toBeGreaterThan(40);
    expect(filesContaining(join(lab.stateDir, 'logs'), texts)).toEqual([]);
    expect(filesContaining(lab.synthDir, texts)).toEqual([]);
    const events = JSON.stringify(lab.events);
    expect(texts.filter((text) => events.includes(text))).toEqual([]);
  });
});

/** Members of a document that are secret: keys of peppers, private members of JWKs, values of tokens and keys. */
function secretTexts(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    typeof member === 'string' && ['d', 'key', 'value', 'token', 'secret'].includes(name)
      ? [member]
      : secretTexts(member),
  );
}
