import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StateFolder } from '../../../sandbox/state/state-folder';
import { temporaryFolder } from '../../support/temporary-folder';

const MARK = 'gatehouse-state.json';
const opened: StateFolder[] = [];
afterEach(() => {
  for (const state of opened.splice(0)) state.release();
});

function open(folder: string): StateFolder {
  const state = StateFolder.open(folder);
  opened.push(state);
  return state;
}

describe('a state folder', () => {
  test('is made with a mark, for its owner only', () => {
    const folder = join(temporaryFolder(), 'new', 'state');
    open(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(JSON.parse(readFileSync(join(folder, MARK), 'utf8'))).toEqual({ kit: 'gatehouse', schema: 1, kept: [] });
  });

  test.each(['/proc/st', '/proc/st/deep/er'])('that cannot be made, as %s, is refused in one line', (folder) => {
    expect(() => open(folder)).toThrow(/^the state folder \/proc\/st\S* cannot be used \(E[A-Z]+\)$/);
  });

  test('that is empty and open to others is taken and closed to them', () => {
    const folder = join(temporaryFolder(), 'state');
    mkdirSync(folder, { mode: 0o755 });
    open(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  test.each([
    ['a project', { 'package.json': '{}', 'src/index.ts': '' }],
    ['photographs', { 'a.jpg': 'x' }],
    ['a file with a dot', { '.bashrc': 'x' }],
    ['state beside something else', { 'secrets.json': '{}', 'thesis.txt': 'x' }],
  ])('with %s in it is refused and left as it is', (_, files) => {
    const folder = temporaryFolder(files as Record<string, string>);
    const before = readdirSync(folder, { recursive: true }).sort();
    expect(() => open(folder)).toThrow(/is no state folder of the sandbox: it has no gatehouse-state\.json and holds/);
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual(before);
  });

  test('of an earlier version, which set no mark, is known by what is in it', () => {
    const folder = temporaryFolder({
      'api-keys.json': '{}',
      'secrets.json': '{}',
      'logs/a.log': 'x',
      'dynamodb/CURRENT': '',
    });
    open(folder).clear();
    expect(readdirSync(folder).sort()).toEqual([MARK, 'lock']);
  });

  test('is cleared of what the sandbox wrote, and of nothing else', () => {
    const folder = join(temporaryFolder(), 'state');
    const state = open(folder);
    writeFileSync(join(folder, 'secrets.json'), '{}');
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    mkdirSync(join(folder, 'own'));
    state.clear();
    expect(readdirSync(folder).sort()).toEqual([MARK, 'lock', 'notes.txt', 'own']);
  });

  test('is cleared of links, and what they point to stays', () => {
    const outside = temporaryFolder({ 'precious.txt': 'x', 'deep/er.txt': 'y' });
    const folder = join(temporaryFolder(), 'state');
    const state = open(folder);
    symlinkSync(outside, join(folder, 'logs'));
    mkdirSync(join(folder, 'functions'));
    symlinkSync(join(outside, 'deep'), join(folder, 'functions', 'deep'));
    symlinkSync(join(outside, 'precious.txt'), join(folder, 'secrets.json'));
    state.clear();
    expect(readdirSync(outside, { recursive: true }).sort()).toEqual(['deep', 'deep/er.txt', 'precious.txt']);
    expect(existsSync(join(folder, 'logs'))).toBe(false);
  });

  test('that is a link to a foreign folder is refused', () => {
    const outside = temporaryFolder({ 'precious.txt': 'x' });
    const link = join(temporaryFolder(), 'state');
    symlinkSync(outside, link);
    expect(() => open(link)).toThrow('is no state folder of the sandbox');
  });

  test('that cannot be made is named with the reason', () => {
    const folder = temporaryFolder({ file: 'x' });
    expect(() => open(join(folder, 'file', 'state'))).toThrow(
      /the state folder .*file\/state cannot be used \(ENOTDIR\)/,
    );
  });
});

describe('what is missing since the last run', () => {
  test.each([
    ['dynamodb', 'the tokens, applications and revocations'],
    ['secrets.json', 'the secrets, so that no issued token would be valid any more'],
    ['api-keys.json', 'the usage keys of the applications'],
  ])('%s: is said with what is lost', (name, lost) => {
    const folder = join(temporaryFolder(), 'state');
    const state = open(folder);
    for (const kept of ['dynamodb', 'secrets.json', 'api-keys.json']) {
      if (kept !== name) writeFileSync(join(folder, kept), '');
    }
    state.recordComplete();
    expect(() => state.assertComplete()).not.toThrow();
    writeFileSync(join(folder, name), '');
    state.recordComplete();
    expect(() => state.assertComplete()).not.toThrow();
    require('node:fs').rmSync(join(folder, name));
    expect(() => state.assertComplete()).toThrow(
      `${name} is gone, and with it ${lost}: restore it or start with --fresh`,
    );
    state.clear();
    expect(() => state.assertComplete()).not.toThrow();
  });
});

describe('two sandboxes on one folder', () => {
  test('the second is refused, with the process that holds it', () => {
    const folder = join(temporaryFolder(), 'state');
    const first = open(folder);
    expect(() => open(folder)).toThrow(
      `the state folder ${folder} is used by a sandbox that runs (process ${process.pid}): stop it or name another folder with --state`,
    );
    first.release();
    expect(() => open(folder)).not.toThrow();
  });

  test('the lock of a process that was killed is taken over', async () => {
    const folder = join(temporaryFolder(), 'state');
    open(folder).release();
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const lock = { pid: child.pid, id: 'killed' };
    writeFileSync(join(folder, 'lock'), JSON.stringify(lock));
    expect(() => open(folder)).toThrow(`(process ${child.pid})`);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    expect(() => open(folder)).not.toThrow();
    expect(readdirSync(folder).sort()).toEqual([MARK, 'lock']);
  });

  const onLinux = process.platform === 'linux' ? test : test.skip;
  onLinux('a process that got the number of a killed one later does not keep its lock (needs /proc of Linux)', () => {
    const folder = join(temporaryFolder(), 'state');
    open(folder).release();
    writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: process.ppid, id: 'old', began: '1' }));
    expect(() => open(folder)).not.toThrow();
  });

  test.each(['', '{"pid":', 'null', '{"pid":"x","id":1}'])('a lock that reads %j is taken over', (text) => {
    const folder = join(temporaryFolder(), 'state');
    open(folder).release();
    writeFileSync(join(folder, 'lock'), text);
    expect(() => open(folder)).not.toThrow();
  });

  test('a lock is given back by its own holder only', () => {
    const folder = join(temporaryFolder(), 'state');
    const first = open(folder);
    const other = JSON.stringify({ pid: process.pid, id: 'other' });
    writeFileSync(join(folder, 'lock'), other);
    first.release();
    expect(readFileSync(join(folder, 'lock'), 'utf8')).toBe(other);
  });
});
