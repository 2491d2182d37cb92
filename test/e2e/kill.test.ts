import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { call, temporaryFolder } from './support';

const ROOT = resolve(__dirname, '../..');
const COMMAND = join(ROOT, 'dist/cli/main.js');

interface Running {
  readonly process: ChildProcess;
  readonly base: string;
  readonly administrator: string;
  readonly token: string;
}

/** Runs `gatehouse start` as a user does and reads what it prints. */
async function start(folder: string): Promise<Running> {
  const child = spawn(
    process.execPath,
    [COMMAND, 'start', '--port', '0', '--out', join(folder, 'cdktf.out'), '--state', join(folder, 'state')],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  return new Promise((done, fail) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
      const administrator = /administrator token, valid for one hour:\n\s+(\S+)/.exec(output)?.[1];
      const curl = /Bearer (\S+)' (\S+)\n/.exec(output);
      const base = /homepage\s+(http\S+)/.exec(output)?.[1];
      if (administrator !== undefined && curl?.[1] !== undefined && base !== undefined) {
        done({ process: child, base, administrator, token: curl[1] });
      }
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('exit', (code) => fail(new Error(`gatehouse start ended with ${code}: ${output}`)));
  });
}

async function end(running: Running, signal: NodeJS.Signals): Promise<void> {
  running.process.removeAllListeners('exit');
  const ended = once(running.process, 'exit');
  running.process.kill(signal);
  await ended;
}

describe('kill -9 in mid-traffic', () => {
  const folder = temporaryFolder();
  afterAll(folder.remove);

  test('loses no issued token', async () => {
    expect(existsSync(COMMAND)).toBe(true);
    const first = await start(folder.path);
    const issued: string[] = [first.token];
    let stop = false;
    const traffic = Array.from({ length: 4 }, async (_, lane) => {
      while (!stop) {
        const answer = await call(`${first.base}/v1/tokens`, {
          method: 'POST',
          token: first.administrator,
          body: { name: 'traffic', application: `lane-${lane}`, scopes: ['sales:read'], tier: 'partner' },
        }).catch(() => undefined);
        if (answer?.status === 201) {
          issued.push(String(answer.body.token));
        }
      }
    });
    while (issued.length < 25) {
      await new Promise((next) => setTimeout(next, 20));
    }
    await end(first, 'SIGKILL');
    stop = true;
    await Promise.all(traffic);

    const second = await start(folder.path);
    try {
      const statuses: number[] = [];
      for (const token of issued) {
        statuses.push((await call(`${second.base}/v1/sales`, { token })).status);
      }
      expect(issued.length).toBeGreaterThanOrEqual(25);
      expect(statuses.filter((status) => status !== 200)).toEqual([]);
    } finally {
      await end(second, 'SIGTERM');
    }
  }, 120_000);
});
