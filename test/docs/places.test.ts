import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const PAGES = ['docs/architecture.md', 'docs/extending.md', 'CONTRIBUTING.md'];
const FOLDERS = /^(audit|backend|bench|cli|constructs|docs|examples|lambdas|sandbox|scripts|stacks|test)\//;

/** Files and folders of the repository that a page names in code marks, without those that hold a place for a name. */
function places(page: string): string[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(/`([^`\s]+)`/g)]
    .map(([, place = '']) => place)
    .filter((place) => FOLDERS.test(place) && !/[<*]/.test(place));
}

test.each(PAGES)('every file and folder that %s names is there', (page) => {
  const named = places(page);
  expect(named.length).toBeGreaterThan(2);
  expect(named.filter((place) => !existsSync(join(ROOT, place)))).toEqual([]);
});
