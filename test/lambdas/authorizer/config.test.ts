import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAuthorizerConfig, writeAuthorizerConfig } from '../../../lambdas/authorizer/config';
import { authorizerConfig, issuerConfig, rsaKey } from './support/access-tokens';
import { scoped } from './support/routing';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-authorizer-'));
afterAll(() => rmSync(folder, { recursive: true }));
const config = authorizerConfig([issuerConfig([rsaKey('r1')])]);

test('what is written can be read', () => {
  writeFileSync(join(folder, 'config.json'), writeAuthorizerConfig(config));
  expect(readAuthorizerConfig(folder)).toEqual(config);
});

test.each(['{}', 'null', '{"version":2}'])('another version is refused: %s', (text) => {
  writeFileSync(join(folder, 'config.json'), text);
  expect(() => readAuthorizerConfig(folder)).toThrow('expected 1');
});

test('a route table that no policy can express is not written', () => {
  const routes = [scoped('GET /a/{rest+}', 'a:read'), scoped('GET /a/{x}', 'b:read')];
  expect(() => writeAuthorizerConfig({ ...config, apis: { shop: { routes } } })).toThrow(
    'API shop has the routes GET /a/{rest+} and GET /a/{x}',
  );
});

test('a malformed route table is not written', () => {
  expect(() => writeAuthorizerConfig({ ...config, apis: { shop: { routes: [scoped('GET /*', 'a:b')] } } })).toThrow(
    'route GET /* is malformed',
  );
});
