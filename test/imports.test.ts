import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const ROOT = resolve(__dirname, '..');

/** Folders that the files of a folder may import, besides their own; `packages` says which npm packages are closed to them. */
const RULES: Record<string, { folders: readonly string[]; packages?: RegExp }> = {
  lambdas: { folders: [], packages: /^(cdktf|constructs|@cdktf\/)/ },
  // Bundled into the functions of whoever uses the kit: no package at all.
  backend: { folders: ['lambdas'], packages: /^/ },
  audit: { folders: [], packages: /^(cdktf|constructs|@cdktf\/|@aws-sdk\/)/ },
  constructs: { folders: ['lambdas'], packages: /^@aws-sdk\// },
  stacks: { folders: ['constructs', 'audit', 'lambdas'] },
  sandbox: { folders: ['constructs', 'audit', 'lambdas'] },
  cli: { folders: ['stacks', 'constructs', 'audit', 'lambdas', 'sandbox'] },
};

/** Constants and types without dependencies: all that a construct may take from the functions. */
const OPEN_TO_CONSTRUCTS =
  /^lambdas\/([\w-]+\/config|lib\/(access-rule|cidr|config-file|defined|grammar|principal|revocation|rotation-record|rotation-timing|text|token-record))$/;

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(ROOT, folder, name))
    .filter((file) => file.endsWith('.ts') && statSync(file).isFile());
}

function imports(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/(?:from|import|require\()\s*'([^']+)'/g)].map(
    (match) => match[1] ?? '',
  );
}

describe('direction of imports', () => {
  test.each(Object.entries(RULES))('%s', (folder, rule) => {
    const wrong: string[] = [];
    for (const file of sources(folder)) {
      for (const specifier of imports(file)) {
        const place = `${relative(ROOT, file)} imports ${specifier}`;
        if (!specifier.startsWith('.')) {
          if (rule.packages?.test(specifier)) {
            wrong.push(place);
          }
          continue;
        }
        const target = relative(ROOT, resolve(dirname(file), specifier));
        const top = target.split('/')[0] ?? '';
        if (top !== folder && !rule.folders.includes(top)) {
          wrong.push(place);
        }
        if (folder === 'constructs' && top === 'lambdas' && !OPEN_TO_CONSTRUCTS.test(target)) {
          wrong.push(place);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});

/** Rooms inside a folder, and the rooms beside them that they must not know. */
const ROOMS: readonly (readonly [room: string, closed: RegExp])[] = [
  ['lambdas/token-service/domain', /^lambdas\/token-service\/(?!domain\/)/],
  ['lambdas/token-service/aws', /^lambdas\/token-service\/http\//],
  ['lambdas/token-service/http', /^lambdas\/token-service\/aws\//],
];

test.each(ROOMS)('%s imports nothing of %s', (room, closed) => {
  const targets = sources(room).flatMap((file) =>
    imports(file)
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => relative(ROOT, resolve(dirname(file), specifier))),
  );
  expect(targets.length).toBeGreaterThan(0);
  expect(targets.filter((target) => closed.test(target))).toEqual([]);
});
