import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { run } from '../cli/run';
import { temporaryFolder } from '../support/temporary-folder';

const ROOT = resolve(__dirname, '../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** Relative links of a page, without the part behind #. */
function links(page: string): string[] {
  return [...page.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)]
    .map(([, target]) => target ?? '')
    .filter((target) => !/^\w+:/.test(target));
}

test('the smallest configuration of the page synthesizes and passes its own audit', async () => {
  const [config = '', openapi = ''] = [...read('docs/configuration.md').matchAll(/```json\n(.*?)```/gs)].map(
    ([, text]) => text,
  );
  const folder = temporaryFolder({ 'gatehouse.config.json': config, 'openapi.json': openapi });
  mkdirSync(join(folder, 'orders'));
  writeFileSync(
    join(folder, 'orders', 'index.js'),
    'exports.handler = async () => ({ statusCode: 200, body: "[]" });\n',
  );
  const out = join(folder, 'cdktf.out');
  expect(await run('synth', '-c', join(folder, 'gatehouse.config.json'), '-o', out)).toMatchObject({
    code: 0,
    stderr: '',
  });
  const audit = await run('audit', out, '--format', 'json', '--strict');
  expect(audit.code).toBe(0);
  expect((JSON.parse(audit.stdout) as { counts: { fail: number } }).counts.fail).toBe(0);
}, 60_000);

test('every page that the package ships links only to what the package ships', () => {
  const { files } = JSON.parse(read('package.json')) as { files: string[] };
  const shipped = (file: string): boolean =>
    ['README.md', 'LICENSE', 'package.json'].includes(file) ||
    files.some(
      (entry) =>
        file === entry ||
        file.startsWith(`${entry}/`) ||
        (entry === 'constructs/**/README.md' && /^constructs\/.*README\.md$/.test(file)),
    );
  const pages = [
    'README.md',
    ...files.filter((file) => file.endsWith('.md') && !file.includes('*')),
    'docs/configuration.md',
    'docs/deploy.md',
    'docs/authorizer.md',
    'docs/tokens.md',
    'docs/rotation.md',
    'docs/plan-audit.md',
    'docs/openapi.md',
  ];
  const dead = pages.flatMap((page) =>
    links(read(page))
      .map((target) => join(dirname(page), target))
      .filter((target) => !shipped(target))
      .map((target) => `${page} -> ${target}`),
  );
  expect(dead).toEqual([]);
});
