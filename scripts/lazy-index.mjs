import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const INDEX = 'dist/index.js';

/**
 * Has the index load a folder when one of its names is asked for. `export * from` would load every construct, and with them the whole
 * provider that they use, for whoever wants one. The last line tells the names to Node.js for `import { … } from 'gatehouse'`.
 */
export function makeIndexLazy() {
  const load = createRequire(resolve(INDEX));
  const folders = [...readFileSync(INDEX, 'utf8').matchAll(/__exportStar\(require\("([^"]+)"\), exports\)/g)].map(
    ([, path]) => path,
  );
  const names = new Map(folders.flatMap((path) => Object.keys(load(path)).map((name) => [name, path])));
  const getters = [...names].map(
    ([name, path]) => `  ${name}: { enumerable: true, get: () => require(${JSON.stringify(path)}).${name} },`,
  );
  writeFileSync(
    INDEX,
    [
      '"use strict";',
      'Object.defineProperty(exports, "__esModule", { value: true });',
      'Object.defineProperties(exports, {',
      ...getters,
      '});',
      `0 && (module.exports = { ${[...names.keys()].join(', ')} });`,
      '',
    ].join('\n'),
  );
}
