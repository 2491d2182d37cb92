import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type LocalAws, startLocalAws } from '../../../sandbox/aws';
import { LogFiles } from '../../../sandbox/runtime/log-files';
import { SmallDisk } from './full-disk';
import { clientConfig, errorOf, TABLE } from './support';

const onDisk = SmallDisk.available() ? describe : describe.skip;

onDisk('a full disk (needs root on Linux, to mount a small one)', () => {
  let disk: SmallDisk;
  let aws: LocalAws;
  let tables: DynamoDBClient;
  let secrets: SecretsManagerClient;
  let troubles: string[];

  async function start(): Promise<void> {
    aws = await startLocalAws({
      stateDir: join(disk.folder, 'state'),
      tables: [TABLE],
      secrets: [{ name: 's' }],
      usagePlans: [],
      invoke: () => Promise.reject(new Error('no function in this test')),
      onTrouble: (line) => troubles.push(line),
    });
    tables = new DynamoDBClient(clientConfig(aws));
    secrets = new SecretsManagerClient(clientConfig(aws));
  }

  async function stop(): Promise<void> {
    tables.destroy();
    secrets.destroy();
    await aws.close();
  }

  beforeEach(async () => {
    disk = new SmallDisk(16);
    mkdirSync(join(disk.folder, 'state'));
    troubles = [];
    await start();
  });
  afterEach(async () => {
    await stop();
    disk.remove();
  });

  const put = (pk: string, size = 10) =>
    tables.send(new PutItemCommand({ TableName: TABLE.name, Item: { pk: { S: pk }, name: { S: 'x'.repeat(size) } } }));
  const get = async (pk: string) =>
    (await tables.send(new GetItemCommand({ TableName: TABLE.name, Key: { pk: { S: pk } } }))).Item?.pk?.S;

  test('at a write into a table: 500 and a line, reads go on, and it comes back when space does', async () => {
    await put('before');
    disk.fill();
    const failed: string[] = [];
    for (let n = 0; n < 20; n += 1) {
      const outcome = await put(`full-${n}`, 20_000).then(
        () => 'stored',
        (error: { name: string; $metadata: { httpStatusCode: number } }) =>
          `${error.$metadata.httpStatusCode} ${error.name}`,
      );
      failed.push(outcome);
    }
    expect(failed.at(-1)).toBe('500 InternalServerError');
    expect(troubles[0]).toMatch(/^the table store failed: /);
    expect(await get('before')).toBe('before');
    disk.empty();
    await put('after');
    expect(await get('after')).toBe('after');

    await stop();
    await start();
    expect([await get('before'), await get('after')]).toEqual(['before', 'after']);
    for (const [n, outcome] of failed.entries()) {
      if (outcome === 'stored') expect(await get(`full-${n}`)).toBe(`full-${n}`);
    }
  });

  test('in the middle of parallel writes: what was acknowledged is there after a restart', async () => {
    const acknowledged: string[] = [];
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; n < 60; n += 1) {
        const pk = `${writer}-${n}`;
        if (writer === 0 && n % 20 === 10) disk.fill();
        if (writer === 0 && n % 20 === 19) disk.empty();
        await put(pk, 3000).then(
          () => acknowledged.push(pk),
          () => undefined,
        );
      }
    });
    await Promise.all(writers);
    disk.empty();
    await stop();
    await start();
    expect(acknowledged.length).toBeGreaterThan(60);
    const lost: string[] = [];
    for (const pk of acknowledged) if ((await get(pk)) !== pk) lost.push(pk);
    expect(lost).toEqual([]);
  });

  test('at a write of a secret: 500, the old value stays, and it comes back when space does', async () => {
    const value = (SecretString: string) => secrets.send(new PutSecretValueCommand({ SecretId: 's', SecretString }));
    await value('first');
    disk.fill();
    expect((await errorOf(value('x'.repeat(9000)))).status).toBe(500);
    expect(troubles.join()).toContain('ENOSPC');
    disk.empty();
    await value('second');
    await stop();
    await start();
    expect((await errorOf(value('third').then(() => Promise.reject(new Error('stored'))))).message).toBe('stored');
  });

  test('at a log line: it is lost, which the next line tells, and nothing throws', () => {
    const logs = new LogFiles(join(disk.folder, 'state'), { onTrouble: (line) => troubles.push(line) });
    logs.append('group', 'first');
    disk.fill();
    for (let n = 0; n < 5; n += 1) logs.append('group', 'x'.repeat(6000));
    disk.empty();
    logs.append('group', 'last');
    logs.close();
    expect(troubles.filter((line) => line.startsWith('log lines are lost: ENOSPC'))).toHaveLength(1);
    const lines = require('node:fs').readFileSync(logs.fileOf('group'), 'utf8').trim().split('\n') as string[];
    expect(lines[0]).toBe('first');
    expect(lines.at(-1)).toBe('last');
    expect(lines.some((line) => /^\{"lostLines":\d+\}$/.test(line))).toBe(true);
  });
});
