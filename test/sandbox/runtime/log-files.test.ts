import { statSync } from 'node:fs';
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
