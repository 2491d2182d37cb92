import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { kmsRecovery } from '../../../../lambdas/rotation/aws/recovery';
import { startTokenTable, type TokenTable } from '../../token-service/support/token-table';

const TABLE = 'acme-dev-rotation';
const environment = process.env;
let database: TokenTable;
let kms: Server;
let contexts: unknown[];

beforeAll(async () => {
  contexts = [];
  database = await startTokenTable();
  await database.client.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    }),
  );
  // A key service that turns bytes around, and wants the same context again.
  kms = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) {
      body += chunk;
    }
    const { Plaintext, CiphertextBlob, EncryptionContext } = JSON.parse(body);
    contexts.push(EncryptionContext);
    const turned = (text: string) => Buffer.from(Buffer.from(text, 'base64').reverse()).toString('base64');
    response.end(
      JSON.stringify(Plaintext ? { CiphertextBlob: turned(Plaintext) } : { Plaintext: turned(CiphertextBlob) }),
    );
  });
  await new Promise<void>((resolve) => kms.listen(0, '127.0.0.1', resolve));
  process.env = {
    ...environment,
    AWS_ENDPOINT_URL_DYNAMODB: database.endpoint,
    AWS_ENDPOINT_URL_KMS: `http://127.0.0.1:${(kms.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
});

afterAll(async () => {
  process.env = environment;
  kms.closeAllConnections();
  await new Promise((resolve) => kms.close(resolve));
  await database.close();
});

test('the second copy of a token is encrypted, and found again by its version only', async () => {
  const store = kmsRecovery({ region: 'eu-west-1', table: TABLE, secretName: 'a', keyArn: 'key' });
  expect(await store.load('v1')).toBeUndefined();
  await store.save('v1', { id: 't1', token: 'canary-token' });
  expect(await store.load('v1')).toEqual({ id: 't1', token: 'canary-token' });
  expect(await store.load('v2')).toBeUndefined();
  const { Items } = await database.client.send(new ScanCommand({ TableName: TABLE }));
  expect(JSON.stringify(Items)).not.toContain('canary');
  expect(contexts).toEqual(Array(2).fill({ secret: 'a', version: 'v1' }));
});
