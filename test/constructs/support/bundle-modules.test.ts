import { missingModules } from '../../../constructs/support/bundle-modules';
import { NodeFunction } from '../../../constructs/support/node-function';
import type { NodeFunctionProps } from '../../../constructs/support/node-function-props';
import { testStack } from '../../support/template';
import { temporaryFolder } from '../../support/temporary-folder';

type Files = Record<string, string>;

function missing(files: Files, provided?: readonly string[]): string[] {
  const entries = new Map(Object.entries(files).map(([name, text]) => [name, new Uint8Array(Buffer.from(text))]));
  return missingModules(entries, 'index.js', provided).map(
    ({ file, name, optional }) => `${file}: ${name}${optional ? ' (optional)' : ''}`,
  );
}

describe('modules that are there', () => {
  test.each<[string, Files]>([
    ['of Node.js', { 'index.js': 'require("fs"); require("node:http"); require("fs/promises"); require("node:test")' }],
    ['of the Lambda runtime', { 'index.js': 'require("@aws-sdk/client-s3"); import("@smithy/types")' }],
    [
      'in node_modules of the package',
      { 'index.js': 'require("a"); require("@s/b/c")', 'node_modules/a/main.js': '', 'node_modules/@s/b/c.js': '' },
    ],
    [
      'in node_modules of a folder around',
      { 'index.js': 'require("./x/y")', 'x/y.js': 'require("a")', 'node_modules/a/index.js': '' },
    ],
    [
      'files beside',
      {
        'index.js': 'require("./a"); require("./b.json"); require("./c")',
        'a.js': '',
        'b.json': '{}',
        'c/index.cjs': '',
      },
    ],
    ['the folder itself', { 'lib/a.js': 'require("..")', 'index.js': 'require("./lib/a")' }],
    ['asked for by a name that is made', { 'index.js': 'require(name); require("a" + b)' }],
    ['asked for in a comment', { 'index.js': '// require("express")\n"require(\\"express\\")"' }],
    ['asked for by what nothing leads to', { 'index.js': '', 'unused.js': 'require("express")' }],
  ])('%s', (_what, files) => {
    expect(missing(files)).toEqual([]);
  });

  test('named as provided', () => {
    expect(missing({ 'index.js': 'require("sharp"); require("@s/b/deep")' }, ['sharp', '@s/b'])).toEqual([]);
  });
});

describe('modules that are not', () => {
  test.each<[string, Files, string[]]>([
    ['a package', { 'index.js': 'const x = require("express")' }, ['index.js: express']],
    ['the SDK that the runtime no longer has', { 'index.js': 'require("aws-sdk")' }, ['index.js: aws-sdk']],
    ['a scoped package', { 'index.js': 'import "@acme/lib"' }, ['index.js: @acme/lib']],
    ['a file', { 'index.js': 'require("../shared/util")' }, ['index.js: ../shared/util']],
    [
      'what a file beside asks for',
      { 'index.js': 'require("./a")', 'a.js': 'require("./b"); require("left-pad")' },
      ['a.js: ./b', 'a.js: left-pad'],
    ],
    ['within try', { 'index.js': 'try { require("bufferutil") } catch {}' }, ['index.js: bufferutil (optional)']],
    ['a name that every object has', { 'index.js': 'require("constructor")' }, ['index.js: constructor']],
  ])('%s', (_what, files, expected) => {
    expect(missing(files)).toEqual(expected);
  });
});

describe('NodeFunction', () => {
  const make = (files: Files, props: Partial<NodeFunctionProps> = {}): NodeFunction =>
    new NodeFunction(testStack(), 'Function', { functionName: 'f', bundle: temporaryFolder(files), ...props });
  const warnings = ({ node }: NodeFunction): string[] =>
    node.metadata.filter(({ type }) => type === '@cdktf/warn').map(({ data }) => String(data));

  test('first hour: a backend that is not bundled is refused at synthesis, with file and module', () => {
    expect(() => make({ 'index.js': 'const express = require("express"); exports.handler = 1;' })).toThrow(
      'test/Function: the bundle asks for "express" (index.js), which is neither in it nor part of Node.js or of the Lambda runtime',
    );
  });

  test('all of them are named at once', () => {
    expect(() => make({ 'index.js': 'require("a"); require("./b")', 'b.js': 'require("c")' })).toThrow(
      'asks for "a" (index.js), "c" (b.js)',
    );
  });

  test('one within try is a warning', () => {
    const made = make({ 'index.js': 'try { require("bufferutil") } catch {}' });
    expect(warnings(made)).toEqual([
      'the bundle tries to load "bufferutil" (index.js), which is not there when it is deployed',
    ]);
  });

  test('one that is provided is neither', () => {
    expect(warnings(make({ 'index.js': 'require("sharp")' }, { providedModules: ['sharp'] }))).toEqual([]);
  });

  test('the module of the handler is where it begins', () => {
    const files = { 'index.js': 'require("express")', 'other.mjs': 'import "node:fs"' };
    expect(warnings(make(files, { handler: 'other.run' }))).toEqual([]);
  });
});
