import { createClientSecret } from '../../../../lambdas/authorizer/introspection/client-secret';
import { reasonOf } from '../../../../lambdas/authorizer/reasons';
import { NOW, testPorts } from '../support/access-tokens';

function setUp() {
  const target = { value: (): string | Promise<string> => 'first', reads: 0 };
  const ports = Object.assign(testPorts(), {
    readSecret: async () => {
      target.reads++;
      return target.value();
    },
  });
  return Object.assign(target, { ports, secret: createClientSecret('acme/introspection', ports) });
}

const fail = () => Promise.reject(new Error('down'));

test('the value is read once in five minutes', async () => {
  const target = setUp();
  for (const [later, value] of [
    [0, 'first'],
    [299.999, 'first'],
    [300, 'second'],
    [599, 'second'],
  ] as const) {
    target.ports.now = NOW + later;
    expect(await target.secret.current()).toBe(value);
    target.value = () => 'second';
  }
  expect(target.reads).toBe(2);
});

test('a value of the rotation is the secret in its document', async () => {
  const target = setUp();
  target.value = () => JSON.stringify({ schema: 1, kind: 'client-secret', payload: { name: 'n', secret: 'rotated' } });
  expect(await target.secret.current()).toBe('rotated');
});

test.each([
  '',
  '{',
  '{}',
  '{"clientSecret":"s3cret"}',
  '{"schema":1,"kind":"pepper","payload":{"secret":"s3cret"}}',
  '{"schema":1,"kind":"client-secret","payload":{"secret":{"a":"s3cret"}}}',
  '{"schema":1,"kind":"client-secret","payload":null}',
])('the value %s is none, and no error quotes it', async (value) => {
  const target = setUp();
  target.value = () => value;
  const error = (await target.secret.current().catch((reason: unknown) => reason)) as Error;
  expect(reasonOf(error)).toBe('store_error');
  expect(`${error.message} ${String(error.cause)}`).not.toContain('s3cret');
});

test('while it cannot be read, the last value serves for an hour', async () => {
  const target = setUp();
  await target.secret.current();
  target.value = fail;
  target.ports.now = NOW + 3599;
  expect(await target.secret.current()).toBe('first');
  expect(target.ports.warnings).toEqual(['client_secret_refresh_failed']);
  target.ports.now = NOW + 3600;
  await expect(target.secret.current()).rejects.toThrow('client secret cannot be read');
});

test('a failed read is tried again after 30 seconds', async () => {
  const target = setUp();
  await target.secret.current();
  target.value = fail;
  for (const [later, reads] of [
    [300, 2],
    [329, 2],
    [330, 3],
  ] as const) {
    target.ports.now = NOW + later;
    await target.secret.current();
    expect(target.reads).toBe(reads);
  }
});

test('a value that the server refuses is read again, at most once in 30 seconds', async () => {
  const target = setUp();
  const used = await target.secret.current();
  target.value = () => 'second';
  expect(await target.secret.successor(used)).toBe('second');
  expect(await target.secret.successor('second')).toBeUndefined();
  expect(target.reads).toBe(2);
  target.ports.now = NOW + 30;
  target.value = () => 'third';
  expect(await target.secret.successor('second')).toBe('third');
});

test('a value that is still the same has no successor', async () => {
  const target = setUp();
  expect(await target.secret.successor(await target.secret.current())).toBeUndefined();
});
