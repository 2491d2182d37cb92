import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAggregatorConfig, writeAggregatorConfig } from '../../../lambdas/usage-aggregator/config';
import { CONFIG } from './support/memory';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-usage-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('what is written can be read', () => {
  writeFileSync(join(folder, 'config.json'), writeAggregatorConfig(CONFIG));
  expect(readAggregatorConfig(folder)).toEqual(CONFIG);
});

test.each(['{}', 'null', '{"version":2}'])('another version is refused: %s', (text) => {
  writeFileSync(join(folder, 'config.json'), text);
  expect(() => readAggregatorConfig(folder)).toThrow('expected 1');
});
