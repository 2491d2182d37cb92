import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { APIGatewayClient, CreateApiKeyCommand } from '@aws-sdk/client-api-gateway';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { buildSync } from 'esbuild';
import type { LocalAws } from '../../../sandbox/aws';
import { AwsLab, clientConfig, TABLE } from './support';

const ROOT = path.join(__dirname, '../../..');
const OPTIONS = { tables: [TABLE], secrets: [{ name: 's' }], usagePlans: [] };

let lab: AwsLab;
const children: ChildProcess[] = [];
beforeEach(() => {
  lab = new AwsLab();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await lab.dispose();
});

/** Runs a script in a process of its own and waits for its first line; the script may import the sandbox's sources. */
async function startChild(source: string): Promise<{ line: string; kill: () => Promise<void> }> {
  const entry = path.join(lab.stateDir, 'child.ts');
  const outfile = path.join(lab.stateDir, 'child.cjs');
  writeFileSync(entry, source);
  buildSync({ entryPoints: [entry], outfile, bundle: true, platform: 'node', packages: 'external', logLevel: 'error' });
  const child = spawn(process.execPath, [outfile], {
    env: { NODE_PATH: path.join(ROOT, 'node_modules') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the child ended early with ${code}`)));
  });
  return {
    line,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

test('after SIGKILL in the middle of writes, everything acknowledged is there and the state opens again', async () => {
  const child = await startChild(`
    import { startLocalAws } from ${JSON.stringify(path.join(ROOT, 'sandbox/aws'))};
    const options = ${JSON.stringify({ ...OPTIONS, stateDir: lab.stateDir })};
    startLocalAws({ ...options, invoke: () => Promise.reject(new Error('none')) }).then((aws) =>
      console.log(JSON.stringify({ endpoint: aws.endpoint, environment: aws.environment })));
  `);
  const config = clientConfig(JSON.parse(child.line) as LocalAws);
  const dynamoDb = new DynamoDBClient(config);
  const secrets = new SecretsManagerClient(config);
  const gateway = new APIGatewayClient(config);
  const acknowledged = { items: [] as string[], secrets: [] as string[], keys: [] as string[] };
  const count = () => acknowledged.items.length + acknowledged.secrets.length + acknowledged.keys.length;

  let killed = false;
  const writer = async (write: (n: number) => Promise<void>) => {
    for (let n = 0; !killed; n += 1) {
      try {
        await write(n);
      } catch (error) {
        if (!killed) throw error;
      }
    }
  };
  const writers = [
    writer(async (n) => {
      await dynamoDb.send(
        new PutItemCommand({
          TableName: TABLE.name,
          Item: { pk: { S: `i${n}` }, entity: { S: 'token' }, createdAt: { N: `${n}` } },
        }),
      );
      acknowledged.items.push(`i${n}`);
    }),
    writer(async (n) => {
      const token = `token-${String(n).padStart(32, '0')}`;
      await secrets.send(
        new PutSecretValueCommand({ SecretId: 's', ClientRequestToken: token, SecretString: `v${n}` }),
      );
      acknowledged.secrets.push(token);
    }),
    writer(async (n) => {
      const value = `value${String(n).padStart(20, '0')}`;
      await gateway.send(new CreateApiKeyCommand({ name: `k${n}`, value, enabled: true }));
      acknowledged.keys.push(value);
    }),
  ];
  while (count() < 90) await new Promise((resolve) => setTimeout(resolve, 5));
  killed = true;
  await child.kill();
  await Promise.all(writers);
  for (const client of [dynamoDb, secrets, gateway]) client.destroy();

  const aws = await lab.start(OPTIONS);
  const reopened = new DynamoDBClient(clientConfig(aws));
  const reopenedSecrets = new SecretsManagerClient(clientConfig(aws));
  expect(Math.min(acknowledged.items.length, acknowledged.secrets.length, acknowledged.keys.length)).toBeGreaterThan(0);
  for (const pk of acknowledged.items) {
    const { Item } = await reopened.send(new GetItemCommand({ TableName: TABLE.name, Key: { pk: { S: pk } } }));
    expect(Item?.pk).toEqual({ S: pk });
  }
  for (const token of acknowledged.secrets) {
    const found = await reopenedSecrets.send(new GetSecretValueCommand({ SecretId: 's', VersionId: token }));
    expect(found.SecretString).toBe(`v${Number(token.slice('token-'.length))}`);
  }
  for (const value of acknowledged.keys) expect(aws.apiKeys.findByValue(value)).toMatchObject({ enabled: true });
  for (const client of [reopened, reopenedSecrets]) client.destroy();
});

test('a table that a kill left half made is finished by the next start', async () => {
  const child = await startChild(`
    import dynalite from 'dynalite';
    const server = dynalite({ path: ${JSON.stringify(path.join(lab.stateDir, 'dynamodb'))}, createTableMs: 1e6 });
    server.listen(0, '127.0.0.1', () => console.log(server.address().port));
  `);
  const send = async (operation: string, input: object): Promise<string> => {
    const headers = {
      authorization: 'AWS4-HMAC-SHA256 Credential=x, SignedHeaders=host, Signature=x',
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-date': 'x',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
    };
    return (
      await fetch(`http://127.0.0.1:${child.line}`, { method: 'POST', headers, body: JSON.stringify(input) })
    ).text();
  };
  const created = await send('CreateTable', {
    TableName: TABLE.name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    AttributeDefinitions: TABLE.attributes.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by-created',
        KeySchema: [
          { AttributeName: 'entity', KeyType: 'HASH' },
          { AttributeName: 'createdAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['name', 'status'] },
      },
    ],
  });
  expect(created).toContain('"TableStatus":"CREATING"');
  await child.kill();

  const client = new DynamoDBClient(clientConfig(await lab.start(OPTIONS)));
  await client.send(new PutItemCommand({ TableName: TABLE.name, Item: { pk: { S: 'a' } } }));
  client.destroy();
});
