import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  PORTAL_BFF_CONFIG_VARIABLE,
  type PortalBffConfig,
  readPortalBffConfig,
  writePortalBffConfig,
} from '../../../lambdas/portal-bff/config';
import { temporaryFolder } from '../../support/temporary-folder';
import { portalConfig } from './support/config';

const CONFIG = portalConfig('https://login.example.com');
const folder = temporaryFolder();
afterEach(() => {
  delete process.env[PORTAL_BFF_CONFIG_VARIABLE];
});

test('what is written is what is read', () => {
  writeFileSync(join(folder, 'config.json'), writePortalBffConfig(CONFIG));
  expect(readPortalBffConfig(folder)).toEqual(CONFIG);
});

test('another file is read where the variable names one', () => {
  const file = join(folder, 'other.json');
  writeFileSync(file, writePortalBffConfig({ ...CONFIG, environment: 'other' }));
  process.env[PORTAL_BFF_CONFIG_VARIABLE] = file;
  expect(readPortalBffConfig(folder).environment).toBe('other');
});

test.each(['{}', 'null', '{"version":2}'])('another version is refused: %s', (text) => {
  writeFileSync(join(folder, 'config.json'), text);
  expect(() => readPortalBffConfig(folder)).toThrow('expected 1');
});

const route = (changes: object) => ({ routes: [{ ...CONFIG.routes[0], ...changes }] }) as Partial<PortalBffConfig>;
const provider = (changes: object) =>
  ({ providers: { main: { ...CONFIG.providers.main, ...changes } } }) as Partial<PortalBffConfig>;

test.each<[string, Partial<PortalBffConfig>, string]>([
  ['an origin with a path', { origin: 'https://portal.example.com/x' }, 'origin is "https://portal.example.com/x"'],
  ['an origin with a slash', { origin: 'https://portal.example.com/' }, 'origin is "https://portal.example.com/"'],
  ['an origin with the default port', { origin: 'https://portal.example.com:443' }, 'origin is'],
  ['an origin in capitals', { origin: 'https://Portal.example.com' }, 'origin is'],
  ['http for another host than loopback', { origin: 'http://portal.example.com' }, 'http only for a loopback address'],
  ['no provider', { providers: {} }, 'providers is empty'],
  [
    'a provider with a name that no path has',
    { providers: { 'a/b': CONFIG.providers.main as never } },
    'provider "a/b"',
  ],
  ['a provider by http', provider({ issuer: 'http://login.example.com' }), 'providers.main.issuer is'],
  ['a provider without openid', provider({ scopes: ['profile'] }), 'providers.main.scopes is ["profile"]'],
  ['a demand of nothing', provider({ secondFactor: { kind: 'demanded', acr: [] } }), 'demands nothing'],
  ['a silence of a day', { idleSeconds: 86_400 }, 'idleSeconds is 86400, expected a whole number from 300 to 3600'],
  ['sessions of a week', { longestSeconds: 604_800 }, 'longestSeconds is 604800, expected'],
  ['half a session', { mostSessions: 0.5 }, 'mostSessions is 0.5, expected'],
  ['a step-up for ever', { stepUpSeconds: 86_400 }, 'stepUpSeconds is 86400, expected'],
  ['an API by http', { apis: { tokens: 'http://api.example.com' } }, 'tokens is "http://api.example.com"'],
  ['an API with a user in its address', { apis: { tokens: 'https://a:b@api.example.com' } }, 'tokens is'],
  ['a route with dots', route({ path: '/tokens/%2e' }), 'route GET /tokens/%2e has another path'],
  [
    'a route of an API that is not there',
    route({ api: 'constructor' }),
    'is of the API "constructor", expected one of tokens',
  ],
  ['a route without scopes', route({ scopes: [] }), 'needs no scope'],
  ['a route with a scope that nobody has', route({ scopes: ['teams:write'] }), 'needs teams:write'],
])('%s is refused', (_, changes, message) => {
  expect(() => writePortalBffConfig({ ...CONFIG, ...changes })).toThrow(message);
});

test.each(['http://localhost:8787', 'http://127.0.0.1:8787', 'https://portal.example.com:8443'])(
  '%s is an origin',
  (origin) => {
    expect(writePortalBffConfig({ ...CONFIG, origin })).toContain(origin);
  },
);
