import { join } from 'node:path';
import { EXAMPLE } from '../../e2e/support';
import { temporaryFolder } from '../../support/temporary-folder';
import { run } from '../run';

test.each(['', ' ', 'peper', 'no/such', 'homepage-dev-a b'])(
  'rotate %j is refused with what is allowed',
  async (secret) => {
    const config = join(EXAMPLE, 'gatehouse.config.json');
    const { code, stderr } = await run('rotate', secret, '--config', config, '--environment', 'dev');
    expect(code).toBe(64);
    expect(stderr).toContain(`gatehouse: the secret is ${JSON.stringify(secret)}, allowed in the environment dev are `);
    expect(stderr).toMatch(/ pepper, [^\n]*and whole names that begin with homepage-dev\n$/);
  },
);

test('a configuration in YAML is refused with what is allowed', async () => {
  const file = join(temporaryFolder({ 'gatehouse.config.yaml': 'prefix: acme\n' }), 'gatehouse.config.yaml');
  const { code, stderr } = await run('rotate', 'pepper', '--config', file, '--environment', 'dev');
  expect({ code, stderr }).toEqual({
    code: 64,
    stderr: `gatehouse: configuration ${file} is YAML, allowed is JSON: write it as gatehouse.config.json\n`,
  });
});
