import { readApplication, readToken } from '../../../../lambdas/authorizer/api-token/record';
import { AuthorizerError } from '../../../../lambdas/authorizer/reasons';
import { NOW, testPorts } from '../support/access-tokens';
import { tokenItem } from '../support/harness';

const ID = '0123456789ABCDEF';
const item = tokenItem(ID, 'token');
const application = { pk: 'application#a', entity: 'application', application: 'a', createdAt: NOW, version: 1 };

function portsWith(pk: string, value: Record<string, unknown>) {
  const ports = testPorts();
  ports.items.set(pk, value);
  return ports;
}

const token = (changes: Record<string, unknown>) =>
  readToken(portsWith(`token#${ID}`, { ...item, ...changes }), ID, false);

test('reads a token', async () => {
  expect(await token({})).toEqual(item);
});

test.each(['disabled', 'revoked'])('reads a token that is %s', async (status) => {
  expect(await token({ status })).toMatchObject({ status });
});

test.each([
  ['no item', undefined],
  ['an application', { entity: 'application' }],
  ['an item without entity', { entity: undefined }],
  ['an item of another id', { id: 'other' }],
  ['an item of another key', { pk: 'token#other' }],
])('%s is no token', async (_, changes) => {
  const ports = changes === undefined ? testPorts() : portsWith(`token#${ID}`, { ...item, ...changes });
  expect(await readToken(ports, ID, false)).toBeUndefined();
});

test.each([
  { application: undefined },
  { application: '' },
  { environment: 7 },
  { scopes: 'a:read' },
  { scopes: [7] },
  { cidrs: undefined },
  { status: 'ACTIVE' },
  { status: undefined },
  { expiresAt: undefined },
  { expiresAt: '2030-01-01' },
  { expiresAt: Number.NaN },
  { expiresAt: 1e15 },
  { notBefore: 'soon' },
  { generations: undefined },
  { generations: [null] },
  { generations: [{ number: 1, pepperId: 'p1' }] },
  { generations: [{ number: 1, hash: 'x', pepperId: 'p1', graceUntil: '1' }] },
  { usageKey: 7 },
  { tier: '' },
])('a malformed record is a failure and not a refusal: %j', async (changes) => {
  await expect(token(changes)).rejects.toThrow(`record of token ${ID} is malformed`);
});

test('a failure of the table is told with its cause', async () => {
  const cause = new Error('throttled');
  const ports = { ...testPorts(), readItem: () => Promise.reject(cause) };
  const error = await readToken(ports, ID, false).catch((one: unknown) => one);
  expect(error).toBeInstanceOf(AuthorizerError);
  expect(error).toMatchObject({ reason: 'store_error', message: 'token table cannot be read', cause });
});

describe('an application', () => {
  test('is read', async () => {
    const found = { ...application, tier: 'gold', usageKey: 'key' };
    expect(await readApplication(portsWith('application#a', found), 'a')).toEqual(found);
  });

  test('that is not there, or is something else, is undefined', async () => {
    expect(await readApplication(testPorts(), 'a')).toBeUndefined();
    expect(await readApplication(portsWith('application#a', { ...application, entity: 'token' }), 'a')).toBeUndefined();
  });

  test('that is malformed is a failure, and its value is not quoted', async () => {
    const ports = portsWith('application#a', { ...application, usageKey: { canary: 1 } });
    await expect(readApplication(ports, 'a')).rejects.toThrow('record of the application is malformed');
  });
});
