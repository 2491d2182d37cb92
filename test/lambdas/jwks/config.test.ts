import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JwksConfig, readJwksConfig, writeJwksConfig } from '../../../lambdas/jwks/config';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-jwks-'));
afterAll(() => rmSync(folder, { recursive: true }));

const config: JwksConfig = {
  version: 1,
  region: 'eu-west-1',
  rotationTable: 'acme-dev-rotation',
  secretName: 'acme-dev-signing-keys',
  publicationCacheSeconds: 300,
};

test('what is written can be read', () => {
  writeFileSync(join(folder, 'config.json'), writeJwksConfig(config));
  expect(readJwksConfig(folder)).toEqual(config);
});

test.each(['{}', 'null', '{"version":2}'])('another version is refused: %s', (text) => {
  writeFileSync(join(folder, 'config.json'), text);
  expect(() => readJwksConfig(folder)).toThrow('expected 1');
});

test.each([0, 9, 10.5, Number.NaN])('a cache time of %d seconds is not written', (publicationCacheSeconds) => {
  expect(() => writeJwksConfig({ ...config, publicationCacheSeconds })).toThrow(
    `publicationCacheSeconds is ${publicationCacheSeconds}, expected a whole number of at least 10`,
  );
});
