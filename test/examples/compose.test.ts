import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMPOSE_EXAMPLE, ComposeExample } from '../support/compose-example';

describe('the example of a stack of one’s own', () => {
  const example = new ComposeExample();
  const stack = join(example.folder, 'shop-stack.ts');
  const source = readFileSync(stack, 'utf8');

  afterEach(() => writeFileSync(stack, source));

  test('compiles strictly, synthesizes both environments, and the plan audit finds nothing', () => {
    const { status, stdout } = example.run('audit');
    expect(stdout).toMatch(/\nFindings: none\n\n\d+ pass, 0 fail, 0 unknown\n$/);
    expect(status).toBe(0);
    expect(readdirSync(join(example.folder, 'cdktf.out/stacks')).sort()).toEqual(['shop-dev', 'shop-prod']);
    expect(readFileSync(join(example.folder, 'tsconfig.json'), 'utf8')).toContain('"strict": true');
  }, 60_000);

  test.each([
    ['strict revocation behind kept results', 'usageKeys: true,', "usageKeys: true, revocation: 'strict',"],
    ['a second brand', 'tiers: Object.keys(TIERS),', "tiers: Object.keys(TIERS), brand: 'other',"],
  ])('does not compile with %s', (_, from, to) => {
    expect(source).toContain(from);
    writeFileSync(stack, source.replace(from, to));
    const { status, stdout } = example.run('build');
    expect(stdout).toMatch(/^shop-stack\.ts\(\d+,\d+\): error TS/);
    expect(status).not.toBe(0);
  });

  test('its README names every file and every command', () => {
    const readme = readFileSync(join(COMPOSE_EXAMPLE, 'README.md'), 'utf8');
    const { scripts } = JSON.parse(readFileSync(join(COMPOSE_EXAMPLE, 'package.json'), 'utf8'));
    const named = [...readme.matchAll(/^ {4}npm run (\w+)/gm)].map(([, name]) => name);
    expect(named).toEqual(Object.keys(scripts).filter((name) => name !== 'build'));
    for (const file of ['openapi.yaml', 'shop-stack.ts', 'main.ts', 'backend/orders.ts']) {
      expect(readme).toContain(`| \`${file}\` |`);
    }
  });
});
