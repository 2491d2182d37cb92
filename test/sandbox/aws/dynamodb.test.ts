import { connect } from 'node:net';
import { ConditionalCheckFailedException, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { LocalAws, TableSpec } from '../../../sandbox/aws';
import { AwsLab, clientConfig, errorOf, signedHeaders, TABLE } from './support';

let lab: AwsLab;
let aws: LocalAws;
let client: DynamoDBClient;
let documents: DynamoDBDocumentClient;

async function start(tables: TableSpec[] = [TABLE]): Promise<void> {
  aws = await lab.start({ tables });
  client = new DynamoDBClient(clientConfig(aws, 'AWS_ENDPOINT_URL_DYNAMODB'));
  documents = DynamoDBDocumentClient.from(client);
}

beforeEach(async () => {
  lab = new AwsLab();
  await start();
});
afterEach(async () => {
  client.destroy();
  await lab.dispose();
});

const item = (id: string, createdAt: number) => ({
  pk: `token#${id}`,
  entity: 'token',
  createdAt,
  name: id,
  status: 'active',
  hash: 'h',
});
const put = (Item: Record<string, unknown>) => documents.send(new PutCommand({ TableName: TABLE.name, Item }));
const get = async (pk: string) => (await documents.send(new GetCommand({ TableName: TABLE.name, Key: { pk } }))).Item;

test('a planned table is there with its keys and indexes', async () => {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: TABLE.name }));
  expect(Table).toMatchObject({
    TableStatus: 'ACTIVE',
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by-created',
        IndexStatus: 'ACTIVE',
        KeySchema: [
          { AttributeName: 'entity', KeyType: 'HASH' },
          { AttributeName: 'createdAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['name', 'status'] },
      },
    ],
  });
});

test('an index gives only what it projects, newest first when asked', async () => {
  await put(item('a', 1));
  await put(item('b', 2));
  const { Items } = await documents.send(
    new QueryCommand({
      TableName: TABLE.name,
      IndexName: 'by-created',
      KeyConditionExpression: 'entity = :e',
      ExpressionAttributeValues: { ':e': 'token' },
      ScanIndexForward: false,
    }),
  );
  expect(Items).toEqual([
    { pk: 'token#b', entity: 'token', createdAt: 2, name: 'b', status: 'active' },
    { pk: 'token#a', entity: 'token', createdAt: 1, name: 'a', status: 'active' },
  ]);
});

test('a conditional write is refused when the condition fails', async () => {
  await put(item('a', 1));
  const again = documents.send(
    new PutCommand({ TableName: TABLE.name, Item: item('a', 2), ConditionExpression: 'attribute_not_exists(pk)' }),
  );
  await expect(again).rejects.toThrow(ConditionalCheckFailedException);
});

test('items survive a restart', async () => {
  await put(item('a', 1));
  await lab.stop(aws);
  await start();
  expect(await get('token#a')).toEqual(item('a', 1));
});

test('a second start on the same state is refused while the first runs, which goes on', async () => {
  const error = await errorOf(lab.start({ tables: [TABLE] }));
  expect(error.message).toMatch(/dynamodb is in use by another process: is a sandbox already running on this state\?$/);
  await put(item('a', 1));
});

test('a table with a new index in the plan is refused, with both forms', async () => {
  await lab.stop(aws);
  const error = await errorOf(
    start([{ ...TABLE, globalSecondaryIndexes: [], attributes: TABLE.attributes.slice(0, 1) }]),
  );
  expect(error.message).toBe(
    'table "gh-dev-tokens" is stored with other keys or indexes than planned, and the sandbox converts no data: ' +
      'stored table(HASH pk S) by-created(HASH entity S, RANGE createdAt N, INCLUDE name status), planned table(HASH pk S); ' +
      'start with --fresh',
  );
  await start();
});

test('a table added to the plan is made beside the others', async () => {
  await put(item('a', 1));
  await lab.stop(aws);
  await start([TABLE, { name: 'second', hashKey: 'id', attributes: [{ name: 'id', type: 'S' }] }]);
  await documents.send(new PutCommand({ TableName: 'second', Item: { id: '1' } }));
  expect(await get('token#a')).toEqual(item('a', 1));
});

test('a caller that goes away in the middle of a request does no harm', async () => {
  const { port } = new URL(aws.environment.AWS_ENDPOINT_URL_DYNAMODB ?? '');
  const socket = connect(Number(port), '127.0.0.1');
  const head = `POST / HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: x\r\nx-amz-target: DynamoDB_20120810.PutItem\r\n`;
  await new Promise<void>((resolve) => socket.write(`${head}content-length: 100\r\n\r\n{"Table`, () => resolve()));
  await put(item('a', 1));
  await new Promise<void>((resolve) => socket.on('close', () => resolve()).destroy());
  expect(await get('token#a')).toEqual(item('a', 1));
});

test('closing waits for the work of callers that are gone', async () => {
  const { port } = new URL(aws.environment.AWS_ENDPOINT_URL_DYNAMODB ?? '');
  const request = (n: number) => {
    const body = JSON.stringify({
      TableName: TABLE.name,
      Item: { pk: { S: `${n}` }, name: { S: 'x'.repeat(300_000) } },
    });
    const headers = signedHeaders(aws, aws.environment.AWS_ENDPOINT_URL_DYNAMODB ?? '', {
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'DynamoDB_20120810.PutItem' },
      body,
    });
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return `POST / HTTP/1.1\r\n${lines.join('')}content-length: ${body.length}\r\n\r\n${body}`;
  };
  const sockets = Array.from({ length: 40 }, () => connect(Number(port), '127.0.0.1'));
  const firstAnswer = new Promise((resolve) => {
    for (const socket of sockets) socket.once('data', resolve).on('error', () => undefined);
  });
  sockets.forEach((socket, n) => {
    socket.write(request(n));
  });
  await firstAnswer;
  for (const socket of sockets) socket.destroy();
  // dynalite would end the process here if its store closed under one of the writes.
  await lab.stop(aws);
  await start();
  await put(item('a', 1));
});
