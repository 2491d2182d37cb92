import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { rotationKey } from '../../../../lambdas/lib/rotation-record';
import { dynamoRecords } from '../../../../lambdas/rotation/aws/records';
import { startTokenTable, type TokenTable } from '../../token-service/support/token-table';

const TABLE = 'acme-dev-rotation';
const environment = process.env;
let database: TokenTable;

beforeAll(async () => {
  database = await startTokenTable();
  await database.client.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    }),
  );
  process.env = {
    ...environment,
    AWS_ENDPOINT_URL_DYNAMODB: database.endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
});

afterAll(async () => {
  process.env = environment;
  await database.close();
});

const record = (secretName: string, version: number) => ({
  pk: rotationKey(secretName),
  entity: 'rotation' as const,
  secretName,
  credentials: [
    { id: 'kid', addedAt: 1, publishedAt: 2, publicJwk: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid: 'kid' } },
    { id: 'other', addedAt: 3 },
  ],
  current: { versionId: 'v1', since: 4 },
  version,
});
const store = (secretName: string) => dynamoRecords({ region: 'eu-west-1', table: TABLE, secretName });

test('what was written is read again, member by member', async () => {
  expect(await store('a').read()).toBeUndefined();
  expect(await store('a').write(record('a', 1))).toBe(true);
  expect(await store('a').read()).toEqual(record('a', 1));
});

test('of two first writes one wins', async () => {
  const results = await Promise.all([store('b').write(record('b', 1)), store('b').write(record('b', 1))]);
  expect(results.sort()).toEqual([false, true]);
});

test('a write over another version than was read is refused', async () => {
  await store('c').write(record('c', 1));
  expect(await store('c').write(record('c', 2))).toBe(true);
  expect(await store('c').write(record('c', 2))).toBe(false);
  expect((await store('c').read())?.version).toBe(2);
});

test('a table that does not answer is an error', async () => {
  const missing = dynamoRecords({ region: 'eu-west-1', table: 'missing', secretName: 'a' });
  await expect(missing.write(record('a', 1))).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  await expect(missing.read()).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
});
