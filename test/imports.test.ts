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
  /^lambdas\/([\w-]+\/config|lib\/(access-rule|cidr|client-record|config-file|defined|grammar|once-key|outbox|own-key-set|principal|revocation|rotation-record|rotation-timing|team-record|text|token-headers|token-record|token-source|trail\/trail-keys|usage\/(pages|queries|uses)|usage-plan))$/;

/** Rooms whose folders stay small enough to be seen at once. */
const SMALL_ROOMS = ['lambdas/authorizer', 'lambdas/token-service'];
const MOST_FILES = 20;

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(ROOT, folder, name))
    .filter((file) => file.endsWith('.ts') && statSync(file).isFile());
}

function imports(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/\b(?:from|import|require)\b\s*\(?\s*'([^']+)'/g)].map(
    (match) => match[1] ?? '',
  );
}

/** Every source file with the source files that it names, types included; a part that is loaded when it is needed counts too. */
function importGraph(): Map<string, readonly string[]> {
  const files = Object.keys(RULES).flatMap(sources);
  const known = new Set(files);
  const targets = (file: string) =>
    imports(file)
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => resolve(dirname(file), specifier))
      .flatMap((target) => [`${target}.ts`, join(target, 'index.ts')].filter((candidate) => known.has(candidate)));
  return new Map(files.map((file) => [file, targets(file)]));
}

/** Groups of files that reach each other by imports (strongly connected components, after Tarjan), each sorted. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const visit = (file: string): number => {
    const own = order.size;
    order.set(file, own);
    lowest.set(file, own);
    open.push(file);
    for (const target of graph.get(file) ?? []) {
      const reached = order.has(target) ? (open.includes(target) ? (order.get(target) ?? own) : own) : visit(target);
      lowest.set(file, Math.min(lowest.get(file) ?? own, reached));
    }
    if (lowest.get(file) === own) {
      const circle = open.splice(open.indexOf(file));
      if (circle.length > 1 || graph.get(file)?.includes(file)) found.push(circle.sort());
    }
    return lowest.get(file) ?? own;
  };
  for (const file of graph.keys()) {
    if (!order.has(file)) visit(file);
  }
  return found.sort();
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

describe('circles of imports', () => {
  test('are found where they are, and only there', () => {
    const graph = { a: ['b', 'e'], b: ['c'], c: ['a', 'd'], d: ['d'], e: ['f'], f: [], g: ['h'], h: ['g', 'c'] };
    expect(circles(new Map(Object.entries(graph)))).toEqual([['a', 'b', 'c'], ['d'], ['g', 'h']]);
  });

  test('are none among the source files, not even of types', () => {
    const graph = importGraph();
    expect([...graph.values()].flat().length).toBeGreaterThan(graph.size);
    expect(circles(graph).map((circle) => circle.map((file) => relative(ROOT, file)))).toEqual([]);
  });
});

describe('rooms of the functions', () => {
  test.each(SMALL_ROOMS)('%s: no folder has more than 20 files', (room) => {
    const sizes = new Map<string, number>();
    for (const file of sources(room)) {
      const folder = relative(ROOT, dirname(file));
      sizes.set(folder, (sizes.get(folder) ?? 0) + 1);
    }
    expect(sizes.size).toBeGreaterThan(3);
    expect([...sizes].filter(([, size]) => size > MOST_FILES)).toEqual([]);
  });
});
