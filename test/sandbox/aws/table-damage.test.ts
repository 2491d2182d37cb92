import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { crc32c } from '../../../sandbox/aws/table-log';
import { AwsLab, clientConfig, errorOf, TABLE } from './support';

let lab: AwsLab;
let folder: string;
beforeEach(async () => {
  lab = new AwsLab();
  folder = join(lab.stateDir, 'dynamodb');
  const aws = await lab.start({ tables: [TABLE] });
  const client = new DynamoDBClient(clientConfig(aws));
  for (let n = 0; n < 40; n += 1) {
    const name = { S: `${n}`.repeat(2000) };
    await client.send(new PutItemCommand({ TableName: TABLE.name, Item: { pk: { S: `${n}` }, name } }));
  }
  client.destroy();
  await lab.stop(aws);
});
afterEach(() => lab.dispose());

const nameOf = (pattern: RegExp): string => {
  const name = readdirSync(folder).find((entry) => pattern.test(entry));
  if (name === undefined) throw new Error(`no file ${pattern} in ${readdirSync(folder)}`);
  return name;
};
const start = () => lab.start({ tables: [TABLE] });

function change(name: string, edit: (bytes: Buffer) => void): void {
  const bytes = readFileSync(join(folder, name));
  edit(bytes);
  writeFileSync(join(folder, name), bytes);
}

/** Moves what is in the log into a table file, as LevelDB does when it opens. */
async function reopen(): Promise<void> {
  await lab.stop(await start());
}

const DAMAGE: readonly [string, () => void, RegExp][] = [
  ['CURRENT is gone', () => rmSync(join(folder, 'CURRENT')), /\(the file CURRENT is gone\)/],
  ['the manifest is gone', () => rmSync(join(folder, nameOf(/^MANIFEST/))), /MANIFEST/],
  ['the manifest is cut off', () => truncateSync(join(folder, nameOf(/^MANIFEST/)), 5), /./],
  [
    'a record of the log is overwritten',
    () => change(nameOf(/\.log$/), (bytes) => bytes.fill(0x41, 3000, 3010)),
    /\.log at byte \d+\)/,
  ],
  [
    'the length of a record is overwritten',
    () => change(nameOf(/\.log$/), (bytes) => bytes.writeUInt16LE(9, 4)),
    /\.log at byte 0\)/,
  ],
  [
    'a page of the log is zero',
    () => change(nameOf(/\.log$/), (bytes) => bytes.fill(0, 4096, 8192)),
    /\.log at byte \d+\)/,
  ],
];

test.each(DAMAGE)('when %s, the start is refused and says what may be lost', async (_, damage, how) => {
  damage();
  const { message } = await errorOf(start());
  expect(message).toMatch(/dynamodb is damaged \(.*\), tokens may be lost: restore it or start with --fresh$/s);
  expect(message).toMatch(how);
});

test.each([
  ['is gone', (file: string) => rmSync(file)],
  ['is cut off', (file: string) => truncateSync(file, 100)],
  ['is of zeros', (file: string) => writeFileSync(file, Buffer.alloc(readFileSync(file).length))],
])('when a table file %s, the start is refused', async (_, damage) => {
  await reopen();
  damage(join(folder, nameOf(/\.ldb$/)));
  expect((await errorOf(start())).message).toContain('dynamodb is damaged (');
});

test('half a record at the end, which a loss of power leaves, is no damage', async () => {
  const log = nameOf(/\.log$/);
  truncateSync(join(folder, log), readFileSync(join(folder, log)).length - 100);
  const aws = await start();
  const client = new DynamoDBClient(clientConfig(aws));
  const { Item } = await client.send(new GetItemCommand({ TableName: TABLE.name, Key: { pk: { S: '5' } } }));
  client.destroy();
  expect(Item?.pk).toEqual({ S: '5' });
});

test('a refused start leaves the store as it was', async () => {
  const kept = join(lab.stateDir, 'kept');
  mkdirSync(kept);
  for (const name of readdirSync(folder)) copyFileSync(join(folder, name), join(kept, name));
  rmSync(join(folder, 'CURRENT'));
  await errorOf(start());
  copyFileSync(join(kept, 'CURRENT'), join(folder, 'CURRENT'));
  await expect(start()).resolves.toBeDefined();
});

test('checksums are those of RFC 3720, B.4', () => {
  expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
  expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, n) => n))).toBe(0x46dd794e);
});
