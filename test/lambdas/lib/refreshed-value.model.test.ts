import fc from 'fast-check';
import { type RefreshedValue, refreshedValue } from '../../../lambdas/lib/refreshed-value';

interface Times {
  readonly freshMs: number;
  readonly waitMs: number;
  readonly staleMs: number;
  readonly cooldownMs: number;
  readonly patienceMs: number;
  readonly alwaysCoolsDown: boolean;
}

/** A value knows when its read began. */
interface Stamped {
  readonly beganAt: number;
}

/** What the model knows: the value there is, the last read that failed since, and the last one that counts for the cool-down. */
interface Model {
  valueAt: number | undefined;
  failedAt: number | undefined;
  countedAt: number | undefined;
}

/** One value with reads that end when a command says so. */
class World {
  now = 1_000_000;
  /** Beginnings of all reads. */
  readonly began: number[] = [];
  running: { beganAt: number; resolve: (value: Stamped) => void; reject: (error: Error) => void } | undefined;
  /** Callers who wait. */
  waiting = 0;
  readonly value: RefreshedValue<Stamped>;

  constructor(readonly times: Times) {
    this.value = refreshedValue<Stamped>({
      clock: () => this.now,
      read: () => this.read(),
      ...times,
    });
  }

  private read(): Promise<Stamped> {
    expect(this.running).toBeUndefined();
    this.began.push(this.now);
    return new Promise((resolve, reject) => {
      this.running = { beganAt: this.now, resolve, reject };
    });
  }

  /** Never too old when it is handed out, whatever happened before. */
  check(value: Stamped): void {
    const age = this.now - value.beganAt;
    expect(age).toBeGreaterThanOrEqual(0);
    expect(age).toBeLessThan(this.times.staleMs);
  }

  isUsable({ valueAt }: Model): boolean {
    return isWithin(valueAt, this.times.staleMs, this.now);
  }
}

function isWithin(since: number | undefined, ms: number, now: number): boolean {
  return since !== undefined && since <= now && now - since < ms;
}

/** Lets promises that can go on do so; no time passes. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Takes the reads that began with this command into the model; whether each was allowed. */
function takeReads(model: Model, { began, now, times }: World, before: number, wasUsable: boolean): void {
  expect(began.length - before).toBeLessThanOrEqual(1);
  if (began.length > before && (times.alwaysCoolsDown || wasUsable)) {
    expect(isWithin(model.countedAt, times.cooldownMs, now)).toBe(false);
    model.countedAt = now;
  }
}

class Pass implements fc.AsyncCommand<Model, World> {
  constructor(private readonly ms: number) {}
  check = () => true;
  async run(_model: Model, world: World) {
    world.now += this.ms;
  }
  toString = () => `pass(${this.ms})`;
}

class Ask implements fc.AsyncCommand<Model, World> {
  constructor(private readonly isSearch: boolean) {}
  check = () => true;

  async run(model: Model, world: World) {
    const { times, now } = world;
    const before = world.began.length;
    const wasUsable = world.isUsable(model);
    const wasRunning = world.running !== undefined;
    const isFresh = isWithin(model.valueAt, times.freshMs, now);
    const isPatient = isWithin(model.failedAt, times.patienceMs, now);
    const isAtOnce = isWithin(model.valueAt, isPatient ? times.staleMs : times.waitMs, now);
    const maySearch = times.alwaysCoolsDown || wasUsable ? !isWithin(model.countedAt, times.cooldownMs, now) : true;

    // A search for what no value has always asks for another read.
    const answer = this.isSearch ? world.value.find(() => undefined) : world.value.get();
    if (!this.isSearch) {
      expect(answer instanceof Promise).toBe(!isAtOnce);
      expect(world.began.length > before).toBe(!isFresh && !wasRunning && maySearch);
    }
    if (answer instanceof Promise) {
      world.waiting++;
      void answer
        .then(
          (value) => value && world.check(value),
          () => {
            // Closed: nothing that may be used was withheld, but where the caller has to know that it may be out of date.
            if (!this.isSearch) {
              expect(world.isUsable(model)).toBe(false);
            }
          },
        )
        .finally(() => world.waiting--);
    } else if (answer !== undefined) {
      world.check(answer);
      expect(answer.beganAt).toBe(model.valueAt);
    }
    await settle();
    if (this.isSearch && !wasRunning) {
      expect(world.began.length > before).toBe(maySearch);
    }
    takeReads(model, world, before, wasUsable);
  }
  toString = () => (this.isSearch ? 'search' : 'get');
}

class EndRead implements fc.AsyncCommand<Model, World> {
  constructor(private readonly isSuccess: boolean) {}
  check = () => true;

  async run(model: Model, world: World) {
    const { running } = world;
    if (!running) {
      return;
    }
    const before = world.began.length;
    world.running = undefined;
    const { beganAt } = running;
    if (this.isSuccess) {
      Object.assign(model, { valueAt: beganAt, failedAt: undefined });
      running.resolve({ beganAt });
    } else {
      model.failedAt = beganAt;
      running.reject(new Error('outage'));
    }
    const wasUsable = world.isUsable(model);
    await settle();
    // Those who waited may have begun the next one.
    takeReads(model, world, before, wasUsable);
    if (!world.running) {
      expect(world.waiting).toBe(0);
    }
  }
  toString = () => (this.isSuccess ? 'succeed' : 'fail');
}

const times: fc.Arbitrary<Times> = fc
  .tuple(fc.nat(20), fc.nat(20), fc.nat(40), fc.nat(15), fc.nat(30), fc.boolean())
  .map(([fresh, more, most, cooldownMs, patienceMs, alwaysCoolsDown]) => ({
    freshMs: fresh + 1,
    waitMs: fresh + 1 + more,
    staleMs: fresh + 1 + more + most,
    cooldownMs,
    patienceMs,
    alwaysCoolsDown,
  }));

const commands = fc.commands<Model, World, false>(
  [
    // The clock may be put back.
    fc.integer({ min: -5, max: 40 }).map((ms) => new Pass(ms)),
    fc.boolean().map((isSearch) => new Ask(isSearch)),
    fc.constant(new Ask(false)),
    fc.boolean().map((isSuccess) => new EndRead(isSuccess)),
  ],
  { size: '+1' },
);

test('no order of requests, reads, failures and steps of the clock breaks a promise', async () => {
  await fc.assert(
    fc.asyncProperty(times, commands, async (drawn, sequence) => {
      const model: Model = { valueAt: undefined, failedAt: undefined, countedAt: undefined };
      await fc.asyncModelRun(() => ({ model, real: new World(drawn) }), sequence);
    }),
    { numRuns: 300 },
  );
}, 120_000);
