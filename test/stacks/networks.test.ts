import { join } from 'node:path';
import { synthesize } from '../../stacks/synth';
import { temporaryFolder } from '../support/temporary-folder';
import { fixtureConfig, loadFixture } from './fixture';

function warningsWith(cidrs: readonly string[] | undefined): string[] {
  const shop = { ...fixtureConfig.apis.shop, ...(cidrs === undefined ? {} : { cidrs }) };
  const loaded = loadFixture({ apis: { ...fixtureConfig.apis, shop } });
  const warnings: string[] = [];
  synthesize(loaded, join(temporaryFolder(), 'out'), { onWarning: (warning) => warnings.push(warning) });
  return warnings.filter((warning) => warning.includes('cidrs of the API shop'));
}

test('networks of an API with public routes are warned of, with the routes that they do not cover', () => {
  const [warning, ...others] = warningsWith(['192.0.2.0/24']);
  expect(warning).toMatch(/hold for no public and no iam route.*: GET \/v1\/\S+.* can be called from everywhere$/);
  expect(others.every((other) => other.includes('cidrs of the API shop'))).toBe(true);
});

test('without networks nothing is said', () => {
  expect(warningsWith(undefined)).toEqual([]);
});
