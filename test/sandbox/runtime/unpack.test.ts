import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { type ExecutableFile, zipEntries } from '../../../constructs/support/asset-zip';
import { unpackFunction } from '../../../sandbox/runtime/unpack';
import { RuntimeLab } from './support';

let lab: RuntimeLab;
beforeEach(() => {
  lab = new RuntimeLab();
});
afterEach(() => lab.dispose());

const unpack = (zipFile: string, name = 'fn') => unpackFunction({ name, zipFile, stateDir: lab.stateDir });

test('files and folders land below functions/<name>-<digest>', async () => {
  const folder = await unpack(lab.zip({ 'index.js': 'a', 'lib/x.json': '{}' }));
  expect(path.relative(lab.stateDir, folder)).toMatch(/^functions\/fn-[0-9a-f]{16}$/);
  expect(readFileSync(path.join(folder, 'lib/x.json'), 'utf8')).toBe('{}');
});

test('a file that was packed as an executable may be run, others may not', async () => {
  const bytes = strToU8('x');
  const packed = zipEntries(
    new Map<string, Uint8Array | ExecutableFile>([
      ['index.js', bytes],
      ['run.sh', { executable: true, bytes }],
    ]),
  );
  const file = path.join(lab.stateDir, 'modes.zip');
  writeFileSync(file, packed);
  const folder = await unpack(file);
  const modeOf = (name: string) => statSync(path.join(folder, name)).mode & 0o100;
  expect([modeOf('index.js'), modeOf('run.sh')]).toEqual([0, 0o100]);
});

test('the same package is not unzipped twice', async () => {
  const zip = lab.zip({ 'index.js': 'a', 'lib/x.js': 'b' });
  const folder = await unpack(zip);
  const { ino } = statSync(folder);
  expect(await unpack(zip)).toBe(folder);
  expect(statSync(folder).ino).toBe(ino);
});

test.each<[string, (folder: string) => void]>([
  ['other bytes', (folder) => writeFileSync(path.join(folder, 'lib/x.js'), 'c')],
  ['fewer bytes', (folder) => writeFileSync(path.join(folder, 'index.js'), '')],
  ['a file less', (folder) => rmSync(path.join(folder, 'lib/x.js'))],
  ['a file more', (folder) => writeFileSync(path.join(folder, 'lib/y.js'), '')],
  ['nothing', (folder) => rmSync(path.join(folder, 'lib'), { recursive: true })],
])('an unpacked package that was damaged is unpacked anew: %s', async (_name, damage) => {
  const zip = lab.zip({ 'index.js': 'a', 'lib/x.js': 'b' });
  damage(await unpack(zip));
  const folder = await unpack(zip);
  expect(readFileSync(path.join(folder, 'index.js'), 'utf8')).toBe('a');
  expect(readFileSync(path.join(folder, 'lib/x.js'), 'utf8')).toBe('b');
  expect(readdirSync(path.join(folder, 'lib'))).toEqual(['x.js']);
});

test('another package of the same function gets another folder', async () => {
  expect(await unpack(lab.zip({ 'index.js': 'a' }))).not.toBe(await unpack(lab.zip({ 'index.js': 'b' })));
});

test('several at once give one complete folder and leave nothing behind', async () => {
  const zip = lab.zip({ 'index.js': 'a', 'b.js': 'b' });
  const folders = await Promise.all(Array.from({ length: 5 }, () => unpack(zip)));
  expect(new Set(folders).size).toBe(1);
  expect(readdirSync(path.join(lab.stateDir, 'functions')).sort()).toEqual([
    path.basename(folders[0] ?? ''),
    'package.json',
  ]);
});

test('a "type" of the surrounding project has no effect', async () => {
  writeFileSync(path.join(lab.stateDir, 'package.json'), '{"type":"module"}');
  expect(await lab.run('exports.handler = async () => typeof module;')).toEqual({ ok: true, payload: 'object' });
});

test.each(['../evil.js', 'a/../../evil.js', '/etc/evil', 'a\\..\\evil', 'C:evil', './x'])(
  'entry %j is refused',
  async (name) => {
    const file = path.join(lab.stateDir, 'evil.zip');
    writeFileSync(file, zipSync({ [name]: strToU8('x') }));
    await expect(unpack(file)).rejects.toThrow('is no path inside the package');
    expect(existsSync(path.join(lab.stateDir, 'evil.js'))).toBe(false);
  },
);

test('a file that is no zip is an error that names it', async () => {
  const file = path.join(lab.stateDir, 'plain.zip');
  writeFileSync(file, 'hello');
  await expect(unpack(file)).rejects.toThrow(`cannot unzip ${file}`);
});

test('a function name that is no folder name is refused', async () => {
  await expect(unpack(lab.zip({ a: 'b' }), '../fn')).rejects.toThrow('function name "../fn"');
});

test('prepare finds a package that is missing', async () => {
  const spec = lab.spec({ 'index.js': '' }, { zipFile: path.join(lab.stateDir, 'absent.zip') });
  await expect(lab.runtime(spec).prepare()).rejects.toThrow('ENOENT');
});

test('a package that appears after a failed request is used', async () => {
  const zipFile = path.join(lab.stateDir, 'later', 'p.zip');
  const spec = lab.spec({ 'index.js': '' }, { zipFile });
  const runtime = lab.runtime(spec);
  await expect(runtime.invoke(spec.name, {})).rejects.toThrow('ENOENT');
  mkdirSync(path.dirname(zipFile));
  writeFileSync(zipFile, zipSync({ 'index.js': strToU8('exports.handler = async () => 5;') }));
  expect(await runtime.invoke(spec.name, {})).toEqual({ ok: true, payload: 5 });
});
