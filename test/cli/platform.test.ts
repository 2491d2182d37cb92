import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { platformOf } from '../../cli/platform';
import { writeCredentials } from '../../sandbox/aws/credentials';

const CONFIG = join(__dirname, '../../examples/homepage-dashboard/gatehouse.config.json');
const WRITTEN = { accessKeyId: 'SANDBOXKEY', secretAccessKey: 'written' };

describe('credentials for an endpoint on loopback', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-platform-'));
  const state = join(folder, 'state');
  const saved = { ...process.env };
  const at = (endpointUrl: string | undefined, options: { state?: string } = {}) =>
    platformOf({
      config: CONFIG,
      environment: 'dev',
      ...(endpointUrl === undefined ? {} : { endpointUrl }),
      ...options,
    });

  beforeAll(() => {
    mkdirSync(state);
    writeCredentials(state, WRITTEN);
  });
  beforeEach(() => {
    delete process.env.AWS_ACCESS_KEY_ID;
  });
  afterAll(() => {
    process.env = saved;
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(['http://127.0.0.1:4566', 'http://localhost:4566'])('are those that the sandbox wrote: %s', (endpoint) => {
    expect(at(endpoint, { state }).credentials).toEqual(WRITTEN);
  });

  test('are those of the environment where it has some', () => {
    process.env.AWS_ACCESS_KEY_ID = 'mine';
    expect(at('http://127.0.0.1:4566', { state }).credentials).toBeUndefined();
  });

  test('are missed with the folder that was looked at', () => {
    const none = join(folder, 'none');
    expect(() => at('http://127.0.0.1:4566', { state: none })).toThrow(`no sandbox runs on the state folder ${none}`);
  });

  test.each([undefined, 'https://secretsmanager.eu-west-1.amazonaws.com', 'http://127.0.0.1.example.com:4566'])(
    'are never sent elsewhere: %s',
    (endpoint) => {
      expect(at(endpoint, { state }).credentials).toBeUndefined();
    },
  );
});
