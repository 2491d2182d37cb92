import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthorizer } from '../../../lambdas/authorizer/authorizer';
import {
  type ApiSettings,
  type ApiTokenConfig,
  type AuthorizerConfig,
  compileConfig,
  readAuthorizerConfig,
  writeAuthorizerConfig,
} from '../../../lambdas/authorizer/config';
import type { RouteRule } from '../../../lambdas/lib/access-rule';
import { authorizerConfig, issuerConfig, rsaKey, testPorts } from './support/access-tokens';
import { scoped } from './support/routing';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-authorizer-'));
afterAll(() => rmSync(folder, { recursive: true }));
const { apis: _, ...config } = authorizerConfig([issuerConfig([rsaKey('r1')])]);
const declared = (...routes: RouteRule[]) => ({
  ...config,
  apis: { shop: { routes, revocation: 'bounded', resultCacheSeconds: 60 } as const },
});

test('what is written can be read, with its routes compiled', () => {
  const declaration = declared(scoped('GET /a/{x}', 'a:read'), scoped('GET /a/{x}/b', 'b:read'));
  writeFileSync(join(folder, 'config.json'), writeAuthorizerConfig(declaration));
  expect(readAuthorizerConfig(folder)).toEqual({
    ...config,
    apis: {
      shop: {
        revocation: 'bounded',
        resultCacheSeconds: 60,
        routes: [
          { key: 'GET /a/{x}', anyOf: [['a:read']] },
          { key: 'GET /a/{x}/b', anyOf: [['b:read']] },
        ],
        policy: {
          groups: [
            { anyOf: [['a:read']], allowed: ['GET/a/*'], exposedBy: [1] },
            {
              anyOf: [['b:read']],
              allowed: ['GET/a/*/b', 'GET/a/*/b/'],
              exposedBy: [0],
              denied: ['GET/a/*/b', 'GET/a/*/b/'],
            },
          ],
          unusual: expect.arrayContaining(['*//*', '*/../*']),
          encoded: ['*%2F*', '*%2f*', '*%6*'],
          encodedDots: expect.arrayContaining(['*%2F..*']),
        },
      },
    },
  });
});

test.each(['{}', 'null', '{"version":2}'])('another version is refused: %s', (text) => {
  writeFileSync(join(folder, 'config.json'), text);
  expect(() => readAuthorizerConfig(folder)).toThrow('expected 1');
});

test('a route table that no policy can express is written without one', () => {
  const rules = [scoped('GET /a/{rest+}', 'a:read'), scoped('GET /a/{x}', 'b:read')];
  expect(compileConfig(declared(...rules)).apis.shop).not.toHaveProperty('policy');
});

test('a malformed route table is not written', () => {
  expect(() => writeAuthorizerConfig(declared(scoped('GET /*', 'a:b')))).toThrow('route GET /* is malformed');
});

describe('settings of an API', () => {
  const { shop } = declared(scoped('GET /a', 'a:read'), scoped('GET /b', 'b:read')).apis;
  const withSettings = (settings: Partial<ApiSettings> & { routes?: RouteRule[] }) => ({
    ...config,
    apis: { shop: { ...shop, ...settings } },
  });

  test('a policy for the whole API is compiled where results are kept, of a REST API', () => {
    expect(compileConfig(withSettings({})).apis.shop).toHaveProperty('policy');
    expect(compileConfig(withSettings({ gateway: 'http' })).apis.shop).not.toHaveProperty('policy');
    expect(compileConfig(withSettings({ resultCacheSeconds: 0 })).apis.shop).not.toHaveProperty('policy');
  });

  test('a malformed rule set that is not enforced is not written', () => {
    const settings = { routes: [], shadow: [scoped('GET /*', 'a:b')] };
    expect(() => writeAuthorizerConfig(withSettings(settings))).toThrow('route GET /* is malformed');
  });

  test('a rule set that is not enforced is written as it is', () => {
    const shadow = [scoped('GET /b', 'a:b')];
    expect(compileConfig(withSettings({ routes: [], shadow })).apis.shop?.shadow).toEqual(shadow);
  });
});

describe('at its start the function refuses', () => {
  const api = { routes: [], revocation: 'bounded', resultCacheSeconds: 60 } as const;
  const start = (settings: Partial<ApiSettings>, changes: Partial<AuthorizerConfig> = {}) => {
    const { apiTokens: _, ...without } = config;
    return createAuthorizer({ ...without, ...changes, apis: { shop: { ...api, ...settings } } }, testPorts());
  };

  test('an API with usage keys and no table that holds them', () => {
    expect(() => start({ usageKeys: true })).toThrow('API shop has usageKeys, allowed is that with apiTokens');
    expect(() =>
      start({ usageKeys: true }, { apiTokens: authorizerConfig([]).apiTokens as ApiTokenConfig }),
    ).not.toThrow();
  });

  test('networks that are none', () => {
    expect(() => start({ cidrs: ['192.0.2.0'] })).not.toThrow();
    expect(() => start({ cidrs: ['192.0.2'] })).toThrow('a list of networks has an entry that is none');
  });
});
