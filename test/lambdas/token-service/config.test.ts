import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  readTokenServiceConfig,
  TOKEN_SERVICE_CONFIG_VARIABLE,
  writeTokenServiceConfig,
} from '../../../lambdas/token-service/config';
import { CONFIG } from './support/harness';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'token-service-'));
});
afterEach(() => {
  delete process.env[TOKEN_SERVICE_CONFIG_VARIABLE];
  rmSync(folder, { recursive: true });
});

test('what is written is what is read', () => {
  writeFileSync(join(folder, 'config.json'), writeTokenServiceConfig(CONFIG));
  expect(readTokenServiceConfig(folder)).toEqual(CONFIG);
});

test('another file is read where the variable names one', () => {
  const file = join(folder, 'other.json');
  writeFileSync(file, writeTokenServiceConfig({ ...CONFIG, brand: 'other' }));
  process.env[TOKEN_SERVICE_CONFIG_VARIABLE] = file;
  expect(readTokenServiceConfig(folder).brand).toBe('other');
});

test('another version is refused', () => {
  writeFileSync(join(folder, 'config.json'), '{"version":2}');
  expect(() => readTokenServiceConfig(folder)).toThrow('token service configuration has version 2, expected 1');
});
