import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfigFile } from '../../../lambdas/lib/config-file';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-config-'));
const VARIABLE = 'GATEHOUSE_TEST_CONFIG_FILE';
afterEach(() => delete process.env[VARIABLE]);
afterAll(() => rmSync(folder, { recursive: true }));

test('reads config.json beside the bundle', () => {
  writeFileSync(join(folder, 'config.json'), '{"a":1}');
  expect(readConfigFile(folder, VARIABLE)).toEqual({ a: 1 });
});

test('reads the file that the variable names', () => {
  process.env[VARIABLE] = join(folder, 'other.json');
  writeFileSync(join(folder, 'other.json'), '{"b":2}');
  expect(readConfigFile('nowhere', VARIABLE)).toEqual({ b: 2 });
});

test('names a file that is missing', () => {
  process.env[VARIABLE] = join(folder, 'missing.json');
  expect(() => readConfigFile(folder, VARIABLE)).toThrow(
    `cannot read the function's configuration ${folder}/missing.json`,
  );
});

test('names a file that is no JSON', () => {
  process.env[VARIABLE] = join(folder, 'broken.json');
  writeFileSync(join(folder, 'broken.json'), '{');
  expect(() => readConfigFile(folder, VARIABLE)).toThrow(`configuration ${folder}/broken.json is not JSON`);
});
