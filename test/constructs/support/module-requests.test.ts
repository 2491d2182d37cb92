import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { moduleRequests } from '../../../constructs/support/module-requests';

const names = (source: string): string[] => moduleRequests(source).map(({ name }) => name);

describe('modules that a text asks for', () => {
  test.each([
    ['require("a")', ['a']],
    ["const { x } = require ( 'a' );", ['a']],
    ['require(`a`)', ['a']],
    ['import a from "a"', ['a']],
    ['import{a as b}from"a";import*as c from"c";import d,{e}from"d"', ['a', 'c', 'd']],
    ['import "a"', ['a']],
    ['export * from "a"; export { b } from "b"', ['a', 'b']],
    ['await import("a")', ['a']],
    ['x/y;require("a")/z', ['a']],
    ['if(x)/require("no")/.test(y);require("a")', ['a']],
    ['a = b / c; d = "/"; require("a")', ['a']],
    ['`${require("a")}${`${require("b")}`}`; require("c")', ['a', 'b', 'c']],
    ['f(){}/x/.test(require("a"))', ['a']],
    ['return/["/]/.test(x)||require("a")', ['a']],
    ['var __require = r; __require("a")', ['a']],
  ])('%s', (source, expected) => {
    expect(names(source)).toEqual(expected);
  });
});

describe('what is no request', () => {
  test.each([
    ['// require("a")\n'],
    ['/* import "a" */'],
    ['"require(\'a\')"'],
    ['`require("a")`'],
    ['/require("a")/'],
    ['module.require("a")'],
    ['loader?.require("a")'],
    ['require.resolve("a")'],
    ['required("a")'],
    ['__webpack_require__("a")'],
    ['require(name)'],
    ['Array.from("abc")'],
    ['import.meta.url'],
    ['x = { from: "a", import: "b" }'],
  ])('%s', (source) => {
    expect(names(source)).toEqual([]);
  });
});

describe('what is optional', () => {
  const optional = (source: string): boolean[] => moduleRequests(source).map((request) => request.optional);

  test('a request within try, however deep', () => {
    expect(optional('try{if(x){f(()=>require("a"))}}catch{}require("b")')).toEqual([true, false]);
  });

  test('none within catch and finally', () => {
    expect(optional('try { } catch (e) { require("a") } finally { require("b") }')).toEqual([false, false]);
  });

  test.each([
    'function(require,module){require("./a")}',
    '(function (exports, require, module) { require("a") })',
    'x={1:[function(require,module,exports){require("a")}]}',
  ])('all of a text that has a require of its own: %s', (source) => {
    expect(optional(source)).toEqual([true]);
  });
});

/** Modules that esbuild finds, which parses the whole language. */
async function parsed(file: string): Promise<string[]> {
  const found = new Set<string>();
  await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    treeShaking: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'requests',
        setup: ({ onResolve }) => {
          onResolve({ filter: /.*/ }, ({ path, kind }) => {
            if (kind === 'entry-point') return undefined;
            if (kind !== 'require-resolve') found.add(path);
            return { path, external: true };
          });
        },
      },
    ],
  });
  return [...found].sort();
}

test.each([
  'dist/lambdas/authorizer/bundle/index.js',
  'dist/lambdas/rotation/bundle/index.js',
  'dist/lambdas/token-service/bundle/index.js',
  'node_modules/ajv/dist/ajv.js',
  'node_modules/aws4/aws4.js',
  'node_modules/jest-worker/build/index.js',
  'node_modules/fflate/lib/node.cjs',
  'node_modules/hono/dist/index.js',
  'node_modules/graceful-fs/graceful-fs.js',
])('finds in %s what a parser finds', async (name) => {
  const file = join(__dirname, '../../..', name);
  const found = moduleRequests(readFileSync(file, 'utf8')).map((request) => request.name);
  expect([...new Set(found)].sort()).toEqual(await parsed(file));
});
