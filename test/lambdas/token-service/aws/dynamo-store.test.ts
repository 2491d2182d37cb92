import { DynamoTokenStore } from '../../../../lambdas/token-service/aws/dynamo-store';
import { startTokenTable, TABLE, type TokenTable } from '../support/token-table';

let table: TokenTable;
let store: DynamoTokenStore;
beforeEach(async () => {
  table = await startTokenTable();
  store = new DynamoTokenStore(table.client, TABLE);
});
afterEach(() => table.close());

const APPLICATION = {
  pk: 'application#partner',
  entity: 'application',
  application: 'partner',
  tier: 'gold',
  createdAt: 1,
  version: 1,
} as const;

test('an application is added once', async () => {
  expect(await store.addApplication(APPLICATION)).toBe(true);
  expect(await store.addApplication({ ...APPLICATION, tier: 'free' })).toBe(false);
  expect(await store.getApplication('partner')).toEqual(APPLICATION);
});

test('an application is changed over the version that was read only', async () => {
  await store.addApplication(APPLICATION);
  expect(await store.updateApplication('partner', 1, { team: 'a' })).toEqual({ ...APPLICATION, team: 'a', version: 2 });
  expect(await store.updateApplication('partner', 1, { team: 'b' })).toBeUndefined();
  expect(await store.updateApplication('partner', 8, { team: 'b' })).toBeUndefined();
  expect((await store.getApplication('partner'))?.team).toBe('a');
});

test('an application that is not there is not made by a change', async () => {
  expect(await store.updateApplication('partner', 1, { team: 'a' })).toBeUndefined();
  expect(await table.items()).toEqual([]);
});

test('a token and an application of the same name are different items', async () => {
  await store.addApplication({ ...APPLICATION, pk: 'application#AAAAAAAAAAAAAAAA', application: 'AAAAAAAAAAAAAAAA' });
  expect(await store.getToken('AAAAAAAAAAAAAAAA')).toBeUndefined();
});

test('errors of DynamoDB other than a failed condition are passed on', async () => {
  const MISSING = { name: 'ResourceNotFoundException' };
  const elsewhere = new DynamoTokenStore(table.client, 'no-such-table');
  await expect(elsewhere.getToken('AAAAAAAAAAAAAAAA')).rejects.toMatchObject(MISSING);
  await expect(elsewhere.addApplication(APPLICATION)).rejects.toMatchObject(MISSING);
  await expect(elsewhere.revokeToken('AAAAAAAAAAAAAAAA', { revokedAt: 1, revokedBy: 'x' })).rejects.toMatchObject(
    MISSING,
  );
  await expect(elsewhere.listTokens({ limit: 1 })).rejects.toMatchObject(MISSING);
});

describe('single items are read consistently', () => {
  // The local table always is consistent, so it is the request that is looked at, as it goes out.
  test.each([
    ['a token', () => store.getToken('AAAAAAAAAAAAAAAA')],
    ['an application', () => store.getApplication('partner')],
    ['the set of revocations', () => store.getRevocations()],
  ])('%s', async (_, read) => {
    const sent: string[] = [];
    table.client.middlewareStack.add(
      (next) => (args) => {
        sent.push(new TextDecoder().decode((args.request as { readonly body: Uint8Array }).body));
        return next(args);
      },
      { step: 'finalizeRequest' },
    );
    await read();
    expect(sent.map((body) => JSON.parse(body).ConsistentRead)).toEqual([true]);
  });
});

test('a reset does not go over what was written to the set of revocations since it was read', async () => {
  await store.resetRevocations();
  const entry = { id: 'r', kind: 'jti', value: 'x', until: 9, createdAt: 1, createdBy: 'somebody' } as const;
  let isBetween = true;
  const slow = new Proxy(table.client, {
    get: (target, name) =>
      name !== 'send'
        ? Reflect.get(target, name)
        : async (command: never) => {
            const answer = await target.send(command);
            if (isBetween) {
              isBetween = false;
              await store.putRevocation('jti:x', entry, undefined);
            }
            return answer;
          },
  });
  expect(await new DynamoTokenStore(slow, TABLE).resetRevocations()).toBe(false);
  expect((await store.getRevocations())?.named).toEqual({ 'jti:x': entry });
  expect(await new DynamoTokenStore(slow, TABLE).resetRevocations()).toBe(true);
  expect(await store.getRevocations()).toMatchObject({ named: {}, version: 3 });
});
