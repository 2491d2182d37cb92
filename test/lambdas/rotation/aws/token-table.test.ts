import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { applicationKey, tokenKey } from '../../../../lambdas/lib/token-record';
import { dynamoKeyedRecords, referencedPeppers } from '../../../../lambdas/rotation/aws/token-table';
import { startTokenTable, TABLE, type TokenTable } from '../../token-service/support/token-table';

const NOW = Date.UTC(2026, 0, 1);
const SECONDS = NOW / 1000;
const environment = process.env;
let database: TokenTable;

beforeEach(async () => {
  database = await startTokenTable();
  process.env = {
    ...environment,
    AWS_ENDPOINT_URL_DYNAMODB: database.endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
});

afterEach(async () => {
  process.env = environment;
  await database.close();
});

async function put(item: object): Promise<void> {
  await database.client.send(new PutCommand({ TableName: TABLE, Item: { createdAt: 1, version: 1, ...item } }));
}

const token = (id: string, more: object) => ({
  pk: tokenKey(id),
  entity: 'token',
  id,
  application: 'dashboard',
  expiresAt: SECONDS + 60,
  generations: [],
  ...more,
});

describe('peppers', () => {
  const count = () => referencedPeppers({ region: 'eu-west-1', table: TABLE }, NOW);

  test('counts the tokens that need a pepper, in either generation', async () => {
    await put(token('one', { generations: [{ pepperId: 'p1', hash: 'h' }] }));
    await put(token('two', { generations: [{ pepperId: 'p1' }, { pepperId: 'p2' }] }));
    expect(await count()).toEqual(
      new Map([
        ['p1', 2],
        ['p2', 1],
      ]),
    );
  });

  test('a disabled or revoked token counts, an expired one does not', async () => {
    await put(token('one', { status: 'disabled', generations: [{ pepperId: 'p1' }] }));
    await put(token('two', { status: 'revoked', generations: [{ pepperId: 'p2' }] }));
    await put(token('three', { expiresAt: SECONDS, generations: [{ pepperId: 'p3' }] }));
    expect([...(await count()).keys()].sort()).toEqual(['p1', 'p2']);
  });

  test('every page of the table is read', async () => {
    // A page of DynamoDB ends after 1 MB.
    const description = 'x'.repeat(90_000);
    for (let index = 0; index < 14; index++) {
      await put(token(`token${index}`, { description, generations: [{ pepperId: `p${index}` }] }));
    }
    expect((await count()).size).toBe(14);
  });

  test('a table that cannot be read is an error and not an empty answer', async () => {
    const missing = referencedPeppers({ region: 'eu-west-1', table: 'missing' }, NOW);
    await expect(missing).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });
});

describe('usage keys', () => {
  const records = () => dynamoKeyedRecords({ region: 'eu-west-1', table: TABLE, application: 'dashboard' });
  const to = { keyId: 'key2', value: 'new-value' };
  const stored = async (pk: string) => (await database.items()).find((item) => item.pk === pk);

  test('an application without a key has none', async () => {
    expect(await records().application()).toBeUndefined();
    await put({ pk: applicationKey('dashboard'), entity: 'application', application: 'dashboard' });
    expect(await records().application()).toBeUndefined();
  });

  test('the application and its tokens get the new value, and their versions rise', async () => {
    const application = { entity: 'application', application: 'dashboard', usageKey: 'old', usageKeyId: 'key1' };
    await put({ pk: applicationKey('dashboard'), ...application });
    await put(token('one', { usageKey: 'old' }));
    await put(token('two', { usageKey: 'older' }));
    expect(await records().application()).toEqual({ keyId: 'key1', value: 'old' });
    expect(await records().switchKey(['old', 'older'], to)).toBe(3);
    expect(await records().application()).toEqual({ keyId: 'key2', value: 'new-value' });
    expect(await stored(tokenKey('one'))).toMatchObject({ usageKey: 'new-value', version: 2 });
    expect(await records().switchKey(['old', 'older'], to)).toBe(0);
  });

  test('tokens without a key, with a key of their own, or of another application stay', async () => {
    await put(token('none', {}));
    await put(token('own', { usageKey: 'own' }));
    await put(token('foreign', { application: 'other', usageKey: 'old' }));
    expect(await records().switchKey(['old'], to)).toBe(0);
    expect(await stored(tokenKey('none'))).not.toHaveProperty('usageKey');
    expect(await stored(tokenKey('own'))).toMatchObject({ usageKey: 'own' });
    expect(await stored(tokenKey('foreign'))).toMatchObject({ usageKey: 'old' });
  });
});
