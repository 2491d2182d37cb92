import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { transformFileSync } from '@swc/core';
import { unzipSync } from 'fflate';
import {
  contentHash,
  readFolder,
  removeTemporaryAssets,
  writeAssetZip,
  zipEntries,
} from '../../../constructs/support/asset-zip';
import { temporaryFolder } from '../../support/temporary-folder';

afterAll(removeTemporaryAssets);

function entries(files: Record<string, string>): Map<string, Uint8Array> {
  return new Map(Object.entries(files).map(([name, text]) => [name, new Uint8Array(Buffer.from(text))]));
}

const hex = (files: Record<string, string>): string => contentHash(entries(files)).toString('hex');

describe('content hash', () => {
  test('is the SHA-256 of lengths, names and bytes', () => {
    // name length 1 (u32 LE), content length 2 (u64 LE), "a", "hi"
    expect(hex({ a: 'hi' })).toBe('a8775ab0d9af5bdd3650bd05bfd18bbb4f07f14da3334a14a84a958c696e4786');
  });

  test('changes when a file becomes executable', () => {
    const bytes = new Uint8Array(Buffer.from('hi'));
    expect(contentHash(new Map([['a', { executable: true, bytes }]])).toString('hex')).not.toBe(hex({ a: 'hi' }));
  });

  test('does not depend on the order of the entries', () => {
    expect(hex({ a: '1', b: '2' })).toBe(hex({ b: '2', a: '1' }));
  });

  test.each<[string, Record<string, string>]>([
    ['content', { 'a.js': 'ab', 'b.js': 'd' }],
    ['a name', { 'a.js': 'ab', 'c.js': 'c' }],
    ['a byte moved into the next file', { 'a.js': 'a', 'b.js': 'bc' }],
    ['a character moved from name to content', { 'a.j': 'sab', 'b.js': 'c' }],
    ['a file left out', { 'a.js': 'ab' }],
    ['an empty file more', { 'a.js': 'ab', 'b.js': 'c', 'd.js': '' }],
  ])('changes with %s', (_, files) => {
    expect(hex(files)).not.toBe(hex({ 'a.js': 'ab', 'b.js': 'c' }));
  });
});

/** Modes of the entries of a zip by name, in octal, read from its central directory. */
function modes(bytes: Uint8Array): Record<string, string> {
  const zip = Buffer.from(bytes);
  const found: Record<string, string> = {};
  for (let at = zip.indexOf('PK\u0001\u0002'); at >= 0; at = zip.indexOf('PK\u0001\u0002', at + 46)) {
    const name = zip.toString('utf8', at + 46, at + 46 + zip.readUInt16LE(at + 28));
    found[name] = (zip.readUInt32LE(at + 38) >>> 16).toString(8);
  }
  return found;
}

describe('zip', () => {
  test('holds the files', () => {
    const files = unzipSync(zipEntries(entries({ 'index.js': 'x', 'lib/é.js': 'y' })));
    expect(
      Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, Buffer.from(bytes).toString()])),
    ).toEqual({
      'index.js': 'x',
      'lib/é.js': 'y',
    });
  });

  test('has the same bytes whatever the order of the entries', () => {
    expect(zipEntries(entries({ b: '2', a: '1' }))).toEqual(zipEntries(entries({ a: '1', b: '2' })));
  });

  test('is dated 1980-01-01 00:00 with mode 0644', () => {
    const zip = Buffer.from(zipEntries(entries({ a: '1' })));
    const central = zip.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
    expect(zip.readUInt16LE(central + 12)).toBe(0);
    expect(zip.readUInt16LE(central + 14)).toBe((0 << 9) | (1 << 5) | 1);
    expect((zip.readUInt32LE(central + 38) >>> 16).toString(8)).toBe('100644');
  });

  test('stores a small package, and compresses one that Lambda may not take as it is', () => {
    const small = zipEntries(new Map([['a', new Uint8Array(1024 * 1024)]]));
    const large = zipEntries(new Map([['a', new Uint8Array(9 * 1024 * 1024)]]));
    expect(small.length).toBeGreaterThan(1024 * 1024);
    expect(large.length).toBeLessThan(1024 * 1024);
  });

  test('has the same bytes in every time zone', () => {
    // A process of its own per zone: a process reads its zone once.
    const zips = ['UTC', 'Pacific/Kiritimati', 'America/Los_Angeles'].map((TZ) =>
      run("console.log(Buffer.from(zipEntries(new Map([['a', new Uint8Array(1)]]))).toString('hex'))", { TZ }),
    );
    expect(zips[0]).toMatch(/^504b0304/);
    expect(new Set(zips).size).toBe(1);
  });
});

describe('folder', () => {
  test('is read with its sub-folders, names with slashes', () => {
    const folder = temporaryFolder({ 'index.js': 'x', 'lib/deep/a.js': 'y' });
    expect([...readFolder(folder).keys()].sort()).toEqual(['index.js', 'lib/deep/a.js']);
  });

  test('gives the same zip after touch and after a chmod that makes no file executable', () => {
    const folder = temporaryFolder({ 'index.js': 'x' });
    const before = readFileSync(writeAssetZip(readFolder(folder)).path);
    utimesSync(join(folder, 'index.js'), 1, 1);
    chmodSync(join(folder, 'index.js'), 0o600);
    removeTemporaryAssets();
    expect(readFileSync(writeAssetZip(readFolder(folder)).path)).toEqual(before);
  });

  test('case g01-executable: a file that its owner may run keeps its mode, whatever the umask was', () => {
    const zips = [0o755, 0o700, 0o775].map((mode) => {
      const folder = temporaryFolder({ 'index.js': 'x', 'run.sh': '#!/bin/sh' });
      chmodSync(join(folder, 'run.sh'), mode);
      removeTemporaryAssets();
      return readFileSync(writeAssetZip(readFolder(folder)).path);
    });
    expect(modes(zips[0] ?? Buffer.alloc(0))).toEqual({ 'index.js': '100644', 'run.sh': '100755' });
    expect(zips[1]).toEqual(zips[0]);
    expect(zips[2]).toEqual(zips[0]);
  });

  test.each([0o100, 0o744, 0o110])('a file of mode %o is executable', (mode) => {
    const folder = temporaryFolder({ 'lib/tool': 'x' });
    chmodSync(join(folder, 'lib/tool'), mode | 0o400);
    expect(modes(zipEntries(readFolder(folder)))).toEqual({ 'lib/tool': '100755' });
  });

  test.each([0o644, 0o611, 0o666])('a file of mode %o is not', (mode) => {
    const folder = temporaryFolder({ 'lib/tool': 'x' });
    chmodSync(join(folder, 'lib/tool'), mode);
    expect(modes(zipEntries(readFolder(folder)))).toEqual({ 'lib/tool': '100644' });
  });

  test('empty folders do not count', () => {
    const folder = temporaryFolder({ 'index.js': 'x' });
    mkdirSync(join(folder, 'empty'));
    expect([...readFolder(folder).keys()]).toEqual(['index.js']);
  });
});

describe('asset file', () => {
  test('has a stable name, and both forms of the hash', () => {
    const zip = writeAssetZip(entries({ a: '1' }));
    expect(zip.path).toMatch(/function\.zip$/);
    expect(Buffer.from(zip.hashBase64, 'base64').toString('hex')).toBe(zip.hash);
  });

  test('is removed on request, and written anew afterwards', () => {
    const { path } = writeAssetZip(entries({ a: '1' }));
    removeTemporaryAssets();
    expect(existsSync(path)).toBe(false);
    expect(existsSync(writeAssetZip(entries({ a: '1' })).path)).toBe(true);
  });

  test('goes away with its process', () => {
    const path = run("console.log(writeAssetZip(new Map([['a', new Uint8Array(1)]])).path)");
    expect(path).toMatch(/function\.zip$/);
    expect(existsSync(path)).toBe(false);
  });
});

/** Runs a script on the compiled module in a process of its own. */
function run(script: string, environment: Record<string, string> = {}): string {
  const { code } = transformFileSync(join(__dirname, '../../../constructs/support/asset-zip.ts'), {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  });
  const module = code.replace('"fflate"', JSON.stringify(require.resolve('fflate')));
  const folder = temporaryFolder({ 'asset-zip.js': module });
  const program = `const { writeAssetZip, zipEntries } = require('./asset-zip.js'); ${script}`;
  const env = { ...process.env, ...environment };
  return execFileSync(process.execPath, ['-e', program], { cwd: folder, env, encoding: 'utf8' }).trim();
}
