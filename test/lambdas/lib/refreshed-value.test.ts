import { type RefreshOptions, refreshedValue } from '../../../lambdas/lib/refreshed-value';

/** Fresh for 10 ms, read beside the callers until 20, waited for from then on, gone at 100; a cool-down of 5. */
const TIMES: Omit<RefreshOptions<string>, 'clock' | 'read'> = { freshMs: 10, waitMs: 20, staleMs: 100, cooldownMs: 5 };

function setUp(options: Partial<RefreshOptions<string>> = {}, times = TIMES) {
  const world = {
    now: 1000,
    reads: 0,
    errors: [] as unknown[],
    answer: async (): Promise<string> => `value ${world.reads}`,
  };
  const value = refreshedValue<string>({
    clock: () => world.now,
    read: () => {
      world.reads++;
      return world.answer();
    },
    onFailure: (error) => world.errors.push(error),
    ...times,
    ...options,
  });
  return Object.assign(world, { value, fail: () => Promise.reject(new Error(`outage ${world.reads}`)) });
}

/** Lets everything that was started beside the callers come to its end. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('a value', () => {
  test('is read when it is first asked for, and not before', async () => {
    const world = setUp();
    expect(world.reads).toBe(0);
    expect(await world.value.get()).toBe('value 1');
  });

  test('is given at once, without a read, while it is fresh', async () => {
    const world = setUp();
    await world.value.get();
    world.now += 9;
    expect(world.value.get()).toBe('value 1');
    expect(world.reads).toBe(1);
  });

  test('is given at once beside a read from the end of its freshness on', async () => {
    const world = setUp();
    await world.value.get();
    world.now += 10;
    expect(world.value.get()).toBe('value 1');
    expect(world.reads).toBe(2);
    await settle();
    expect(world.value.get()).toBe('value 2');
  });

  test('is waited for from an age on', async () => {
    const world = setUp();
    await world.value.get();
    world.now += 20;
    expect(world.value.get()).toBeInstanceOf(Promise);
    expect(await world.value.get()).toBe('value 2');
    expect(world.reads).toBe(2);
  });

  test('is waited for as soon as it is not fresh where no other age is given', async () => {
    const world = setUp({}, { freshMs: 10 });
    await world.value.get();
    world.now += 10;
    expect(await world.value.get()).toBe('value 2');
  });

  test('is read once for all who wait', async () => {
    const world = setUp();
    expect(await Promise.all([world.value.get(), world.value.get(), world.value.get()])).toEqual(
      Array(3).fill('value 1'),
    );
  });

  test('is as old as the moment before its read', async () => {
    const world = setUp();
    world.answer = async () => {
      world.now += 8;
      return 'slow';
    };
    await world.value.get();
    world.now += 1;
    world.value.get();
    expect(world.reads).toBe(1);
    world.now += 1;
    world.value.get();
    expect(world.reads).toBe(2);
  });

  test('is refused when it was too old already when its read came to an end', async () => {
    const world = setUp();
    world.answer = async () => {
      world.now += 100;
      return 'late';
    };
    await expect(world.value.get()).rejects.toThrow('value is too old');
    world.answer = async () => 'in time';
    expect(await world.value.get()).toBe('in time');
  });

  test.each([-1, -3_600_000])('is read again when the clock was put back by %d ms', async (ms) => {
    const world = setUp();
    await world.value.get();
    world.now += ms;
    expect(await world.value.get()).toBe('value 2');
    expect(world.value.get()).toBe('value 2');
  });

  test('may be undefined', async () => {
    const value = refreshedValue<undefined>({ clock: () => 0, read: async () => undefined, freshMs: 10 });
    await value.get();
    expect(value.get()).toBeUndefined();
  });
});

describe('a value to begin with', () => {
  test('serves at once beside the first read, however late it is first used', async () => {
    const world = setUp({ initial: 'packaged' });
    world.now += 1_000_000;
    expect(world.value.get()).toBe('packaged');
    await settle();
    expect(world.value.get()).toBe('value 1');
  });

  test('serves until it is too old while nothing can be read', async () => {
    const world = setUp({ initial: 'packaged', patienceMs: 10 });
    world.answer = world.fail;
    for (let ms = 0; ms < 90; ms++) {
      expect(await world.value.get()).toBe('packaged');
      world.now += 1;
      await settle();
    }
    await expect(world.value.get()).rejects.toThrow('outage');
  });
});

describe('when reads fail', () => {
  test('and there is no value, the error of the read is thrown, and the next caller reads', async () => {
    const world = setUp();
    world.answer = world.fail;
    await expect(world.value.get()).rejects.toThrow('outage 1');
    await expect(world.value.get()).rejects.toThrow('outage 2');
    world.answer = async () => 'back';
    expect(await world.value.get()).toBe('back');
    expect(world.errors).toHaveLength(2);
  });

  test('and the cool-down always holds, callers without a value get the error without a read', async () => {
    const world = setUp({ alwaysCoolsDown: true });
    world.answer = world.fail;
    await expect(world.value.get()).rejects.toThrow('outage 1');
    world.now += 4;
    await expect(world.value.get()).rejects.toThrow('outage 1');
    world.now += 1;
    await expect(world.value.get()).rejects.toThrow('outage 2');
  });

  test('the last value serves until it is too old, with one read per cool-down', async () => {
    const world = setUp();
    await world.value.get();
    world.answer = world.fail;
    for (world.now += 20; world.now < 1100; world.now++) {
      expect(await world.value.get()).toBe('value 1');
    }
    expect(world.reads).toBe(1 + 16);
    expect(world.errors).toHaveLength(16);
    await expect(world.value.get()).rejects.toThrow('outage');
  });

  test('nobody waits during the cool-down that follows, and the next one does', async () => {
    const world = setUp();
    await world.value.get();
    world.answer = world.fail;
    world.now += 20;
    await world.value.get();
    world.now += 4;
    expect(world.value.get()).toBe('value 1');
    world.now += 1;
    expect(world.value.get()).toBeInstanceOf(Promise);
  });

  test('nobody waits for as long as was said, while reads go on beside', async () => {
    const world = setUp({ patienceMs: 30 });
    await world.value.get();
    world.answer = world.fail;
    world.now += 50;
    await world.value.get();
    for (const later of [5, 10, 15]) {
      world.now = 1050 + later;
      expect(world.value.get()).toBe('value 1');
      await settle();
    }
    expect(world.reads).toBe(2 + 3);
  });

  test('a value without stale time is gone', async () => {
    const world = setUp({}, { freshMs: 10 });
    await world.value.get();
    world.answer = world.fail;
    world.now += 10;
    await expect(world.value.get()).rejects.toThrow('outage 2');
  });

  test('a read beside the callers that fails after the value has expired is no unhandled rejection', async () => {
    const world = setUp();
    await world.value.get();
    let fail: (error: Error) => void = () => {};
    world.answer = () => new Promise((_resolve, reject) => (fail = reject));
    world.now += 19;
    world.value.get();
    world.now += 100;
    fail(new Error('late'));
    await settle();
    expect(world.errors).toEqual([new Error('late')]);
  });

  test('a read that was frozen with the function, and fails when both go on, is followed by another', async () => {
    const world = setUp({ alwaysCoolsDown: true });
    await world.value.get();
    let fail: (error: Error) => void = () => {};
    world.answer = () => new Promise((_resolve, reject) => (fail = reject));
    world.now += 10;
    world.value.get();
    world.now += 90_000;
    const waiting = [world.value.get(), world.value.get()];
    world.answer = async () => 'after the freeze';
    fail(new Error('no answer'));
    expect(await Promise.all(waiting)).toEqual(Array(2).fill('after the freeze'));
    expect(world.reads).toBe(3);
  });
});

describe('a search', () => {
  const is = (wanted: string) => (value: string) => (value === wanted ? `found ${value}` : undefined);

  test('finds at once what a fresh value has', async () => {
    const world = setUp();
    await world.value.get();
    expect(world.value.find(is('value 1'))).toBe('found value 1');
    expect(world.reads).toBe(1);
  });

  test('waits for the first value', async () => {
    expect(await setUp().value.find(is('value 1'))).toBe('found value 1');
  });

  test('reads a fresh value again that lacks what is sought, and no more until the cool-down is over', async () => {
    const world = setUp();
    await world.value.get();
    expect(await world.value.find(is('value 2'))).toBe('found value 2');
    world.now += 4;
    expect(await world.value.find(is('value 3'))).toBeUndefined();
    world.now += 1;
    expect(await world.value.find(is('value 3'))).toBe('found value 3');
  });

  test('does not read again after the first read where that counts for the cool-down', async () => {
    const world = setUp({ alwaysCoolsDown: true });
    expect(await world.value.find(is('value 2'))).toBeUndefined();
    expect(world.reads).toBe(1);
  });

  test('reads again after a read that somebody else began long ago and that brings nothing new', async () => {
    const world = setUp({ alwaysCoolsDown: true });
    let answer: (value: string) => void = () => {};
    world.answer = () => new Promise((resolve) => (answer = resolve));
    const first = world.value.get();
    world.now += 5;
    const search = world.value.find(is('new'));
    world.answer = async () => 'new';
    answer('old');
    expect(await Promise.all([first, search])).toEqual(['old', 'found new']);
  });

  test('reads again where a value serves beside a read that began long ago and brings nothing new', async () => {
    const world = setUp();
    await world.value.get();
    let answer: (value: string) => void = () => {};
    world.answer = () => new Promise((resolve) => (answer = resolve));
    world.now += 10;
    world.value.get();
    world.now += 5;
    const search = world.value.find(is('new'));
    world.answer = async () => 'new';
    answer('old');
    expect(await search).toBe('found new');
  });

  test('rejects when what it seeks may be there and cannot be read', async () => {
    const world = setUp();
    await world.value.get();
    world.answer = world.fail;
    await expect(world.value.find(is('new'))).rejects.toThrow('outage 2');
    await expect(world.value.find(is('newer'))).rejects.toThrow('outage 2');
    expect(world.value.find(is('value 1'))).toBe('found value 1');
    expect(world.reads).toBe(2);
  });
});
