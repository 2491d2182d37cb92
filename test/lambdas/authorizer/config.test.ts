import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAuthorizerConfig, writeAuthorizerConfig } from '../../../lambdas/authorizer/config';
import type { RouteRule } from '../../../lambdas/lib/access-rule';
import { authorizerConfig, issuerConfig, rsaKey } from './support/access-tokens';
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
          { key: 'GET /a/{x}/b', anyOf: [['b:read']], overlaps: [[0, ['GET/a/*/b']]] },
        ],
      },
    },
  });
});

test.each(['{}', 'null', '{"version":2}'])('another version is refused: %s', (text) => {
  writeFileSync(join(folder, 'config.json'), text);
  expect(() => readAuthorizerConfig(folder)).toThrow('expected 1');
});

test('a route table that no policy can express is not written', () => {
  const declaration = declared(scoped('GET /a/{rest+}', 'a:read'), scoped('GET /a/{x}', 'b:read'));
  expect(() => writeAuthorizerConfig(declaration)).toThrow('API shop has the routes GET /a/{rest+} and GET /a/{x}');
});

test('a malformed route table is not written', () => {
  expect(() => writeAuthorizerConfig(declared(scoped('GET /*', 'a:b')))).toThrow('route GET /* is malformed');
});
