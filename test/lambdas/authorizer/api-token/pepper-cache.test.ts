import { createPepperCache } from '../../../../lambdas/authorizer/api-token/pepper-cache';
import { NOW, testPorts } from '../support/access-tokens';

const KEYS = { p1: Buffer.alloc(32, 1), p2: Buffer.alloc(32, 2) };

function document(current: keyof typeof KEYS, ...retired: (keyof typeof KEYS)[]): string {
  const entry = (id: keyof typeof KEYS) => ({ id, key: KEYS[id].toString('base64url') });
  const payload = { next: null, current: entry(current), retired: retired.map(entry) };
  return JSON.stringify({ schema: 1, kind: 'pepper', generation: 1, basedOnVersionId: null, createdAt: 'x', payload });
}

function setup() {
  const ports = testPorts();
  const readPepper = jest.fn(async () => document('p1'));
  const find = createPepperCache({ ...ports, clock: () => ports.now * 1000, readPepper });
  return { ports, readPepper, find: async (id: string) => find(id) };
}

test('reads the secret once in 300 seconds', async () => {
  const { ports, readPepper, find } = setup();
  expect(await find('p1')).toEqual(KEYS.p1);
  ports.now = NOW + 299;
  expect(await find('p1')).toEqual(KEYS.p1);
  expect(readPepper).toHaveBeenCalledTimes(1);
  ports.now = NOW + 300;
  await find('p1');
  expect(readPepper).toHaveBeenCalledTimes(2);
});

test('an unknown id makes it read at once, also just after the first read', async () => {
  const { readPepper, find } = setup();
  await find('p1');
  readPepper.mockResolvedValue(document('p2', 'p1'));
  expect(await find('p2')).toEqual(KEYS.p2);
  expect(await find('p1')).toEqual(KEYS.p1);
  expect(readPepper).toHaveBeenCalledTimes(2);
});

test('unknown ids make it read no more than once in 30 seconds', async () => {
  const { ports, readPepper, find } = setup();
  await find('p1');
  for (const seconds of [0, 1, 29, 30]) {
    ports.now = NOW + seconds;
    expect(await find('p9')).toBeUndefined();
  }
  expect(readPepper).toHaveBeenCalledTimes(3);
});

test('a retired key that is gone from the secret is gone here after the next read', async () => {
  const { ports, readPepper, find } = setup();
  readPepper.mockResolvedValue(document('p2', 'p1'));
  expect(await find('p1')).toEqual(KEYS.p1);
  readPepper.mockResolvedValue(document('p2'));
  ports.now = NOW + 300;
  expect(await find('p1')).toBeUndefined();
});

describe('when the secret cannot be read', () => {
  test('the last value serves for an hour, tried again each 30 seconds', async () => {
    const { ports, readPepper, find } = setup();
    await find('p1');
    readPepper.mockRejectedValue(new Error('down'));
    for (const seconds of [300, 301, 329, 330, 3599]) {
      ports.now = NOW + seconds;
      expect(await find('p1')).toEqual(KEYS.p1);
    }
    expect(readPepper).toHaveBeenCalledTimes(1 + 3);
    expect(ports.warnings).toEqual(Array(3).fill('pepper_refresh_failed'));
    ports.now = NOW + 3600;
    await expect(find('p1')).rejects.toThrow('pepper secret cannot be read');
  });

  test('and there is none, it is a failure, and the next request tries again', async () => {
    const { readPepper, find } = setup();
    readPepper.mockRejectedValueOnce(new Error('down'));
    await expect(find('p1')).rejects.toThrow('pepper secret cannot be read');
    expect(await find('p1')).toEqual(KEYS.p1);
  });

  test('a value that is no pepper document counts as unreadable', async () => {
    const { ports, readPepper, find } = setup();
    await find('p1');
    readPepper.mockResolvedValue('canary');
    ports.now = NOW + 300;
    expect(await find('p1')).toEqual(KEYS.p1);
    expect(ports.warnings).toEqual(['pepper_refresh_failed']);
  });
});
