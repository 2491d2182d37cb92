import { whenReady } from '../../../lambdas/lib/when-ready';

test('hands on at once what is there', () => {
  expect(whenReady(20, (value) => value + 1)).toBe(21);
});

test('waits for a promise, and for what follows from it', async () => {
  const steps: string[] = [];
  const result = whenReady(Promise.resolve('key'), async (value) => {
    steps.push(value);
    return `${value} found`;
  });
  steps.push('not waited for');
  await expect(result).resolves.toBe('key found');
  expect(steps).toEqual(['not waited for', 'key']);
});

test('passes a rejection on, and then hands on nothing', async () => {
  const next = jest.fn();
  await expect(whenReady(Promise.reject(new Error('table is down')), next)).rejects.toThrow('table is down');
  expect(next).not.toHaveBeenCalled();
});

test('throws at once what the next step throws at once', () => {
  expect(() =>
    whenReady(1, () => {
      throw new Error('is no key');
    }),
  ).toThrow('is no key');
});
