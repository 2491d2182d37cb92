import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { publishedSchema } from '../../stacks/config/schema/configuration';
import type { GatehouseConfig } from '../../stacks/config/types';
import { document, EXAMPLE, newAjv, operations, readExample } from './example';

const config = readExample<GatehouseConfig & { $schema: string }>('gatehouse.config.json');
const api = config.apis.homepage;

describe('configuration of the home-page dashboard', () => {
  test('is valid by the published schema', () => {
    const validate = newAjv({ strictRequired: false }).compile(JSON.parse(JSON.stringify(publishedSchema())));
    validate(config);
    expect(validate.errors).toBeNull();
  });

  test('names the schema where the package publishes it', () => {
    expect(join(EXAMPLE, config.$schema)).toBe(
      join(__dirname, '../../dist/stacks/config/gatehouse.config.schema.json'),
    );
  });

  test('names the OpenAPI document', () => {
    expect(existsSync(join(EXAMPLE, api?.openapi ?? 'missing'))).toBe(true);
  });

  test('has the backends that the document names, and no other', () => {
    const named = new Set(operations.map(({ backend }) => backend));
    expect(Object.keys(api?.backends ?? {}).sort()).toEqual([...named].sort());
  });

  test('has the source of every backend, bundled where the build puts it', () => {
    const sources = readdirSync(join(EXAMPLE, 'backends'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    const bundles = Object.entries(api?.backends ?? {}).map(([name, { bundle }]) => [name, bundle]);
    expect(bundles).toEqual(sources.sort().map((name) => [name, `dist/${name}`]));
  });

  test('describes every scope of the document in the same words', () => {
    expect(config.scopes).toMatchObject(document.components.securitySchemes.token.flows.clientCredentials.scopes);
  });

  test('adds only the scopes of the token service', () => {
    const own = Object.keys(document.components.securitySchemes.token.flows.clientCredentials.scopes);
    expect(Object.keys(config.scopes).filter((scope) => !own.includes(scope))).toEqual([
      'tokens:read',
      'tokens:write',
      'teams:write',
      'trail:read',
    ]);
  });

  test('keeps the tokens of its environments apart', () => {
    const words = Object.values(config.environments).map(({ tokenEnvironment }) => tokenEnvironment);
    expect(new Set(words).size).toBe(words.length);
  });

  test('protects production from destruction', () => {
    expect(config.environments.prod?.deletionProtection ?? true).toBe(true);
  });
});
