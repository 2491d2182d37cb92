import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap } from '../../cli/bootstrap';
import { dynamoCall } from '../../lambdas/lib/dynamo-call';
import { fromAttributes, toAttributes } from '../../lambdas/lib/dynamodb-item';
import type { TrailEntry } from '../../lambdas/lib/trail/trail-entry';
import { type Sandbox, startSandbox } from '../../sandbox';
import { synthesize } from '../../stacks';
import { loadConfig } from '../../stacks/config';
import { run } from '../cli/run';
import { call, filesBelow, filesContaining, temporaryFolder, writeExampleConfig } from './support';

const TABLE = 'homepage-dev-trail';

type Finding = { readonly fault: string; readonly record: string; readonly where: string };

/** A change through the gateway, its entry sealed by the schedule, verified by the command line, tampered with, and found. */
describe('the audit trail in the sandbox', () => {
  const folder = temporaryFolder();
  const state = join(folder.path, 'state');
  const exported = join(folder.path, 'trail.ndjson');
  const publicKey = join(folder.path, 'trail.pem');
  let now = Date.now();
  let config: string;
  let sandbox: Sandbox;
  const secrets: string[] = [];

  beforeAll(async () => {
    config = writeExampleConfig(folder.path, (example) => example);
    const synthDir = join(folder.path, 'cdktf.out');
    synthesize(loadConfig(config), synthDir, { onWarning: () => undefined });
    sandbox = await startSandbox({ synthDir, environment: 'dev', stateDir: state, port: 0, clock: () => now });
    const { token } = await bootstrap({
      namePrefix: 'homepage-dev',
      region: 'eu-west-1',
      endpoint: sandbox.awsEnvironment.AWS_ENDPOINT_URL,
      credentials: sandbox.awsCredentials,
    });
    secrets.push(token);
    for (const name of ['first', 'second', 'third']) {
      const answer = await manage('POST', '/tokens', {
        name,
        application: 'shop',
        scopes: ['sales:read'],
        tier: 'free',
      });
      expect(answer.status).toBe(201);
      secrets.push(String(answer.body.token));
      expect((await manage('POST', `/tokens/${answer.body.id}/revoke`)).status).toBe(200);
    }
    await seal();
  }, 90_000);

  afterAll(async () => {
    await sandbox?.close();
    folder.remove();
  });

  function manage(method: string, path: string, body?: unknown) {
    const base = sandbox.apis.find(({ api }) => api === 'homepage')?.baseUrl ?? '';
    return call(`${base}/v1${path}`, { method, token: secrets[0] ?? '', ...(body === undefined ? {} : { body }) });
  }

  /** A minute later the schedule calls the sealer. */
  async function seal(): Promise<void> {
    now += 61_000;
    await sandbox.settle();
  }

  function gatehouse(...argv: string[]) {
    const endpoint = sandbox.awsEnvironment.AWS_ENDPOINT_URL ?? '';
    const where = ['-c', config, '-e', 'dev', '--endpoint-url', endpoint, '--state', state];
    return run('trail', ...argv, ...where);
  }

  async function findings(...argv: string[]): Promise<{ code: number; findings: Finding[] }> {
    const { code, stdout, stderr } = await gatehouse('verify', '--json', ...argv);
    expect(stderr).toBe('');
    return { code, findings: (JSON.parse(stdout) as { findings: Finding[] }).findings };
  }

  const dynamo = () =>
    dynamoCall({
      region: 'eu-west-1',
      access: { endpoint: sandbox.awsEnvironment.AWS_ENDPOINT_URL ?? '', credentials: sandbox.awsCredentials },
    });

  /** Entries of the bucket as they lie on the disk. */
  function batches(): { file: string; entries: TrailEntry[] }[] {
    return filesBelow(join(state, 'buckets'))
      .filter((file) => file.endsWith('.ndjson'))
      .sort()
      .map((file) => ({
        file,
        entries: readFileSync(file, 'utf8')
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line) as TrailEntry),
      }));
  }

  test('each change is an entry, and the schedule seals them', async () => {
    const entries = batches().flatMap((batch) => batch.entries);
    const actions = entries.map(({ action }) => action);
    expect(actions.filter((action) => action === 'token.revoke')).toHaveLength(3);
    expect(actions.filter((action) => action === 'token.issue').length).toBeGreaterThanOrEqual(3);
    expect(await findings()).toEqual({ code: 0, findings: [] });
  });

  test('no secret is in the trail', () => {
    expect(filesContaining(join(state, 'buckets'), secrets)).toEqual([]);
  });

  test('the export verifies offline with the public key alone', async () => {
    writeFileSync(publicKey, (await gatehouse('key')).stdout);
    expect(readFileSync(publicKey, 'utf8')).toMatch(/^-----BEGIN PUBLIC KEY-----/);
    expect(await gatehouse('export', '--out', exported)).toMatchObject({ code: 0 });
    const verified = await run('trail', 'verify', '--export', exported, '--public-key', publicKey, '--json');
    expect(verified.code).toBe(0);
    expect(JSON.parse(verified.stdout)).toMatchObject({ findings: [], source: 'export, whole' });
  });

  test('an edit in the export is found at the record', async () => {
    const lines = readFileSync(exported, 'utf8').split('\n');
    const at = lines.findIndex((line) => line.includes('"token.revoke"'));
    const line = JSON.parse(lines[at] ?? '') as { entry: TrailEntry };
    const tampered = join(folder.path, 'tampered.ndjson');
    lines[at] = JSON.stringify({ ...line, entry: { ...line.entry, actor: 'somebody else' } });
    writeFileSync(tampered, lines.join('\n'));
    const verified = await run('trail', 'verify', '--export', tampered, '--public-key', publicKey, '--json');
    expect(verified.code).toBe(1);
    expect(JSON.parse(verified.stdout)).toMatchObject({
      findings: [{ fault: 'edit', record: `${line.entry.writer}-${line.entry.seq}`, where: 'export' }],
    });
  });

  test('a file that was cut is found', async () => {
    const cut = join(folder.path, 'cut.ndjson');
    writeFileSync(cut, readFileSync(exported, 'utf8').split('\n').slice(0, -2).join('\n'));
    const verified = await run('trail', 'verify', '--export', cut, '--public-key', publicKey, '--json');
    expect(verified.code).toBe(1);
    expect(verified.stdout).toContain('the file ends before its last line');
  });

  test('an entry that was changed or taken out of the table is found at the record, and nothing else is', async () => {
    const entries = batches().flatMap((batch) => batch.entries);
    const [changed, gone] = entries.slice(-2) as [TrailEntry, TrailEntry];
    const keyOf = ({ writer, seq }: TrailEntry) => toAttributes({ writer, seq });
    const itemOf = async (entry: TrailEntry) =>
      ((await dynamo()('GetItem', { TableName: TABLE, Key: keyOf(entry) })) as { Item: Record<string, unknown> }).Item;
    const [before, removed] = [await itemOf(changed), await itemOf(gone)];
    const item = fromAttributes(before);
    await dynamo()('PutItem', {
      TableName: TABLE,
      Item: toAttributes({ ...item, entry: String(item.entry).replace(/"actor":"[^"]*"/, '"actor":"nobody"') }),
    });
    await dynamo()('DeleteItem', { TableName: TABLE, Key: keyOf(gone) });
    const found = await findings();
    expect(found.code).toBe(1);
    expect(found.findings).toHaveLength(2);
    expect(found.findings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ fault: 'edit', record: `${changed.writer}-${changed.seq}`, where: 'table' }),
        expect.objectContaining({ fault: 'gap', record: `${gone.writer}-${gone.seq}`, where: 'table' }),
      ]),
    );
    for (const Item of [before, removed]) await dynamo()('PutItem', { TableName: TABLE, Item });
    expect(await findings()).toEqual({ code: 0, findings: [] });
  });

  test('a checkpoint finds that the end was cut off bucket and table alike', async () => {
    const checkpoint = join(folder.path, 'checkpoint.json');
    expect(await findings('--checkpoint', checkpoint)).toMatchObject({ code: 0 });
    const later = JSON.parse(readFileSync(checkpoint, 'utf8')) as { number: number; size: number };
    writeFileSync(checkpoint, JSON.stringify({ ...later, number: later.number + 1, size: later.size + 4 }));
    expect(await findings('--checkpoint', checkpoint)).toMatchObject({
      code: 1,
      findings: [{ fault: 'truncation', record: `seal ${later.number + 1}` }],
    });
  });

  test('a batch that was changed on the disk is found at the record', async () => {
    const [batch] = batches();
    const text = readFileSync(batch?.file ?? '', 'utf8');
    const [victim] = batch?.entries ?? [];
    writeFileSync(batch?.file ?? '', text.replace(/"outcome":"done"/, '"outcome":"refused"'));
    const found = await findings();
    expect(found).toMatchObject({ code: 1, findings: [{ fault: 'edit', where: 'batches' }] });
    expect(found.findings[0]?.record).toBe(`${victim?.writer}-${victim?.seq}`);
    writeFileSync(batch?.file ?? '', text);
  });

  test('on a terminal it is told in words', async () => {
    const isTerminal = process.stdout.isTTY;
    process.stdout.isTTY = true;
    try {
      const { stdout, code } = await gatehouse('verify');
      expect(code).toBe(0);
      expect(stdout).toMatch(/^homepage-dev: seal \d+, \d+ entries, root [0-9a-f]{64}\n/);
      expect(stdout).toMatch(/\nnothing is wrong\n$/);
    } finally {
      process.stdout.isTTY = isTerminal;
    }
  });

  test.each([
    [['verify', '--export', 'x'], '--export needs --public-key <file>'],
    [['verify'], 'gatehouse trail verify needs --environment <name>'],
    [['verify', '--late-minutes', 'x'], '--late-minutes is no whole number'],
    [['key'], 'gatehouse trail key needs --environment <name>'],
  ])('%j is wrong usage', async (argv, message) => {
    const { code, stderr } = await run('trail', ...argv);
    expect(code).toBe(64);
    expect(stderr).toContain(message);
  });
});
