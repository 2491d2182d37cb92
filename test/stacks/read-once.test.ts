import fs from 'node:fs';
import { basename, join } from 'node:path';
import { synthesize } from '../../stacks';
import { loadConfig } from '../../stacks/config';
import { temporaryFolder } from '../support/temporary-folder';

const CONFIG = join(__dirname, '../../examples/homepage-dashboard/gatehouse.config.json');

test('an OpenAPI document is read and parsed once, in a synthesis of two environments', () => {
  const read = jest.spyOn(fs, 'readFileSync');
  const parsed = jest.spyOn(JSON, 'parse');
  try {
    const loaded = loadConfig(CONFIG);
    synthesize(loaded, join(temporaryFolder(), 'cdktf.out'), { onWarning: () => undefined });
    expect(Object.keys(loaded.config.environments)).toHaveLength(2);
    const reads = read.mock.calls.map(([file]) => String(file)).filter((file) => basename(file) === 'openapi.json');
    const parses = parsed.mock.calls.map(([text]) => String(text)).filter((text) => /^\s*{\s*"openapi":/.test(text));
    // The document of the example, and that of the token service, which its API serves.
    expect(reads.map((file) => file.split('/').slice(-2)[0]).sort()).toEqual(['homepage-dashboard', 'token-service']);
    expect(parses).toHaveLength(2);
    expect(new Set(parses).size).toBe(2);
  } finally {
    read.mockRestore();
    parsed.mockRestore();
  }
});
