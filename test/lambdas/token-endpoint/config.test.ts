import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  metadataPaths,
  readTokenEndpointConfig,
  TOKEN_ENDPOINT_CONFIG_VARIABLE,
  writeTokenEndpointConfig,
} from '../../../lambdas/token-endpoint/config';
import { temporaryFolder } from '../../support/temporary-folder';
import { CONFIG } from './support/config';

const folder = temporaryFolder();
afterEach(() => {
  delete process.env[TOKEN_ENDPOINT_CONFIG_VARIABLE];
});

test('what is written is what is read', () => {
  writeFileSync(join(folder, 'config.json'), writeTokenEndpointConfig(CONFIG));
  expect(readTokenEndpointConfig(folder)).toEqual(CONFIG);
});

test('another file is read where the variable names one', () => {
  const file = join(folder, 'other.json');
  writeFileSync(file, writeTokenEndpointConfig({ ...CONFIG, brand: 'other' }));
  process.env[TOKEN_ENDPOINT_CONFIG_VARIABLE] = file;
  expect(readTokenEndpointConfig(folder).brand).toBe('other');
});

test.each(['{}', 'null', '{"version":2}'])('another version is refused: %s', (text) => {
  writeFileSync(join(folder, 'config.json'), text);
  expect(() => readTokenEndpointConfig(folder)).toThrow('expected 1');
});

test.each([
  ['an issuer with a slash at its end', { issuer: 'https://id.example.com/' }, 'issuer is "https://id.example.com/"'],
  ['an issuer with a query', { issuer: 'https://id.example.com/x?y' }, 'issuer is "https://id.example.com/x?y"'],
  [
    'an exchange of more than 900 s',
    { exchangeSeconds: 901 },
    'exchangeSeconds is 901, expected a whole number from 1 to 900',
  ],
  ['a relative resource', { resources: { '/shop': {} } }, 'resource is "/shop", expected an absolute URI'],
  ['a resource with a fragment', { resources: { 'https://x.example/#a': {} } }, 'resource is "https://x.example/#a"'],
  [
    'keys that outlive no token',
    { timing: { ...CONFIG.timing, maxTokenLifetimeSeconds: 600 } },
    'expected at least 3600',
  ],
  [
    'proofs of no algorithm',
    { dpop: { algorithms: [], maxAgeSeconds: 60, requireNonce: false } },
    'at least one algorithm',
  ],
])('%s is not written', (_, change, message) => {
  expect(() => writeTokenEndpointConfig({ ...CONFIG, ...change })).toThrow(message);
});

test('the metadata of an issuer with a path are at both places (RFC 8414, 3.1; OpenID Connect Discovery, 4)', () => {
  expect(metadataPaths('https://id.example.com')).toEqual([
    '/.well-known/oauth-authorization-server',
    '/.well-known/openid-configuration',
  ]);
  expect(metadataPaths('https://id.example.com/machines')).toEqual([
    '/.well-known/oauth-authorization-server/machines',
    '/machines/.well-known/oauth-authorization-server',
    '/.well-known/openid-configuration/machines',
    '/machines/.well-known/openid-configuration',
  ]);
});
