import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ROTATION_DEFAULTS,
  type RotationConfig,
  readRotationConfig,
  type SecretConfig,
  shortestInterval,
  writeRotationConfig,
} from '../../../lambdas/rotation/config';
import { CLIENT } from './targets/client-secret';
import { GATEWAY } from './targets/gateway-key';
import { PEPPER } from './targets/pepper';
import { SIGNING } from './targets/signing-keys';
import { UPSTREAM } from './targets/upstream-token';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-rotation-'));
afterAll(() => rmSync(folder, { recursive: true }));

const config = (secret: SecretConfig, more: Partial<RotationConfig> = {}): RotationConfig => ({
  version: 1,
  environment: 'dev',
  region: 'eu-west-1',
  account: '123456789012',
  secretName: 'acme-dev-secret',
  rotationTable: 'acme-dev-rotation',
  intervalSeconds: 30 * 86_400,
  ...ROTATION_DEFAULTS.common,
  metricsNamespace: 'Acme/Auth',
  secret,
  ...more,
});

test.each([SIGNING, PEPPER, GATEWAY, UPSTREAM, CLIENT].map((secret) => [secret.kind, secret] as const))(
  'what is written can be read: %s',
  (_kind, secret) => {
    writeFileSync(join(folder, 'config.json'), writeRotationConfig(config(secret)));
    expect(readRotationConfig(folder)).toEqual(config(secret));
  },
);

test.each(['{}', 'null', '{"version":2}'])('another version is refused: %s', (text) => {
  writeFileSync(join(folder, 'config.json'), text);
  expect(() => readRotationConfig(folder)).toThrow('expected 1');
});

test.each([
  [SIGNING, 3960],
  [PEPPER, 3660],
  [{ ...GATEWAY, quietDays: 0 }, 1800 + 7200],
  [GATEWAY, 1800 + 7200 + 2 * 86_400],
  [UPSTREAM, 7200],
  [CLIENT, 7200],
] as const)('an interval that is one second too short is not written: %#', (secret, seconds) => {
  expect(shortestInterval(secret)).toBe(seconds);
  expect(() => writeRotationConfig(config(secret, { intervalSeconds: seconds - 1 }))).toThrow(
    `rotation interval is ${seconds - 1} s, expected at least ${seconds} s for ${secret.kind}`,
  );
  expect(() => writeRotationConfig(config(secret, { intervalSeconds: seconds }))).not.toThrow();
});

test.each([
  [{ maxActive: 1 }, {}, 'provider.maxActive is 1, expected at least 2 with overlap "both"'],
  [{ overlap: 'none' }, {}, 'expected acceptedOutageSeconds'],
  [{ overlap: 'none' }, { acceptedOutageSeconds: 60 }, 'expected recoveryKeyArn'],
] as const)('a provider that cannot rotate without being told is refused: %j', (provider, more, message) => {
  const secret = { ...UPSTREAM, ...more, provider: { ...UPSTREAM.provider, ...provider } };
  expect(() => writeRotationConfig(config(secret))).toThrow(message);
});

test('the defaults may rotate every month', () => {
  const signing = { kind: 'signing-keys', ...ROTATION_DEFAULTS['signing-keys'] } as const;
  const pepper = { kind: 'pepper', tokenTable: 't', ...ROTATION_DEFAULTS.pepper } as const;
  expect(() => [signing, pepper].map((secret) => writeRotationConfig(config(secret)))).not.toThrow();
});
