import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Files that are loaded by their path, beside what package.json exports. */
const BY_PATH = ['dist/stacks/main.js', 'dist/audit/rules/catalogue.js'];
const LOADED = /\brequire\(["'](\.{1,2}\/[^"']+)["']\)/g;

/**
 * Deletes the compiled files that nothing loads: a file of types alone compiles to nothing, and of the functions it is the bundles that
 * are shipped. Declarations stay.
 */
export function prune() {
  const { bin, exports } = JSON.parse(readFileSync('package.json', 'utf8'));
  const targets = Object.values(exports).map((target) => target.default ?? target);
  const waiting = [...Object.values(bin), ...BY_PATH, ...targets.flatMap(filesOf)].map((file) => join(file));
  const loaded = new Set();
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (!loaded.has(file) && file.endsWith('.js')) {
      for (const [, path] of readFileSync(file, 'utf8').matchAll(LOADED)) {
        waiting.push(resolve(join(dirname(file), path)));
      }
    }
    loaded.add(file);
  }
  for (const name of readdirSync('dist', { recursive: true })) {
    const file = join('dist', name);
    if (file.endsWith('.js') && !file.includes('/bundle/') && !loaded.has(file)) {
      rmSync(file);
      rmSync(`${file}.map`, { force: true });
    }
  }
}

/** Files that an entry of `exports` stands for; it may have an asterisk for a folder. */
function filesOf(target) {
  const [before, after] = target.split('*');
  return after === undefined
    ? [target]
    : readdirSync(before)
        .map((name) => `${before}${name}${after}`)
        .filter((file) => existsSync(file));
}

/** The file that Node.js loads for a path. */
function resolve(path) {
  const file = [path, `${path}.js`, join(path, 'index.js')].find((one) => /\.js(on)?$/.test(one) && existsSync(one));
  if (file === undefined) {
    throw new Error(`${path} is loaded and is not there`);
  }
  return file;
}
