import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { LogFiles } from '../../../sandbox/runtime/log-files';
import { RuntimeLab } from './support';

let lab: RuntimeLab;
beforeEach(() => {
  lab = new RuntimeLab();
});
afterEach(() => lab.dispose());

async function linesOf(source: string, event: unknown = {}): Promise<string[]> {
  const lines: string[] = [];
  const spec = lab.spec({ 'index.js': source });
  await lab.runtime(spec, { onLog: (name, line) => lines.push(`${name}: ${line}`) }).invoke(spec.name, event);
  return lines;
}

test('each line written to stdout and stderr is reported before the result', async () => {
  const source = `exports.handler = async () => {
    console.log('one\\ntwo'); console.error('three %d', 3); process.stdout.write('no '); process.stdout.write('end');
  };`;
  expect(await linesOf(source)).toEqual([
    'gh-dev-demo: one',
    'gh-dev-demo: two',
    'gh-dev-demo: three 3',
    'gh-dev-demo: no end',
  ]);
});

test('lines are appended to the file of the log group', async () => {
  await linesOf('exports.handler = async () => { console.log(JSON.stringify({ level: "INFO" })); };');
  await linesOf('exports.handler = async () => { console.log("again"); };');
  expect(lab.log()).toBe('{"level":"INFO"}\nagain\n');
});

test('a character split over two writes is put together', async () => {
  const source = `exports.handler = async () => { const b = Buffer.from('ü'); process.stdout.write(b.subarray(0, 1)); process.stdout.write(b.subarray(1)); };`;
  expect(await linesOf(source)).toEqual(['gh-dev-demo: ü']);
});

test('output before process.exit is kept', async () => {
  const lines = await linesOf('exports.handler = async () => { console.log("last words"); process.exit(0); };');
  expect(lines[0]).toBe('gh-dev-demo: last words');
});

test('a thrown error is logged with its stack', async () => {
  const lines = await linesOf('exports.handler = async () => { throw new Error("broken"); };');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(
    /ERROR\tInvoke Error\t\{"errorType":"Error","errorMessage":"broken","stack":\["Error: broken"/,
  );
});

test('the event is not logged', async () => {
  await linesOf('exports.handler = async () => { throw new Error("x"); };', { canary: 'canary-value' });
  expect(lab.log()).not.toContain('canary-value');
});

test('the file is readable by its owner only', () => {
  const logs = new LogFiles(lab.stateDir);
  logs.append('/aws/lambda/gh-dev-demo', 'x');
  logs.close();
  expect(statSync(path.join(lab.stateDir, 'logs/aws/lambda/gh-dev-demo.log')).mode & 0o777).toBe(0o600);
});

test.each(['/../outside', '/a/../../b', '', '/', '/a b', '/a\0'])('log group %j is refused', (logGroup) => {
  expect(() => new LogFiles(lab.stateDir).append(logGroup, 'x')).toThrow('log group');
});

describe('the size of a log', () => {
  const files = (): string[] => readdirSync(path.join(lab.stateDir, 'logs')).sort();
  const content = (name: string): string => readFileSync(path.join(lab.stateDir, 'logs', name), 'utf8');

  test('is capped: a full file is put aside, the newest lines stay, the oldest go', () => {
    const logs = new LogFiles(lab.stateDir, { maxBytes: 1000 });
    for (let n = 0; n < 500; n += 1) logs.append('g', `line ${n}`);
    logs.close();
    expect(files()).toEqual(['g.log', 'g.log.1', 'g.log.2']);
    const all = ['g.log.2', 'g.log.1', 'g.log'].map(content).join('');
    const numbers = [...all.matchAll(/line (\d+)\n/g)].map(([, number]) => Number(number));
    expect(numbers.at(-1)).toBe(499);
    // Without a gap up to the newest.
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
    for (const name of files()) expect(content(name).length).toBeLessThanOrEqual(1000);
    expect(all.length).toBeGreaterThan(2000);
  });

  test('goes on after a restart', () => {
    for (let n = 0; n < 50; n += 1) {
      const logs = new LogFiles(lab.stateDir, { maxBytes: 100 });
      logs.append('g', `line number ${n}`);
      logs.close();
    }
    expect(files()).toEqual(['g.log', 'g.log.1', 'g.log.2']);
    expect(content('g.log')).toMatch(/line number 49\n$/);
  });

  test('holds a line that is longer than a file', () => {
    const logs = new LogFiles(lab.stateDir, { maxBytes: 100 });
    logs.append('g', 'x'.repeat(500));
    logs.append('g', 'short');
    logs.close();
    expect(content('g.log')).toBe('short\n');
    expect(content('g.log.1')).toBe(`${'x'.repeat(500)}\n`);
  });
});

test('half a line that a kill left is ended before the next one', () => {
  const file = path.join(lab.stateDir, 'logs', 'g.log');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, 'whole\nhal');
  const logs = new LogFiles(lab.stateDir);
  logs.append('g', 'next');
  logs.close();
  expect(readFileSync(file, 'utf8')).toBe('whole\nhal\nnext\n');
});
