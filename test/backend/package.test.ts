import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { exports as subPaths } from '../../package.json';
import { temporaryFolder } from '../support/temporary-folder';

const ROOT = resolve(__dirname, '../..');

describe('gatehouse/backend of the built package', () => {
  test('has types', () => {
    expect(existsSync(join(ROOT, subPaths['./backend'].types))).toBe(true);
  });

  test('resolves by its name and loads nothing but itself', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(ROOT, join(folder, 'node_modules/gatehouse'));
    const script = `
      const { readCaller, requireScopes, protectedHandler } = require('gatehouse/backend');
      console.log(JSON.stringify([
        [readCaller, requireScopes, protectedHandler].map((one) => typeof one),
        Object.keys(require.cache).map((file) => require('node:path').relative(${JSON.stringify(join(ROOT, 'dist'))}, file)),
      ]));
    `;
    const output = execFileSync(process.execPath, ['-e', script], { cwd: folder, encoding: 'utf8' });
    expect(JSON.parse(output)).toEqual([
      ['function', 'function', 'function'],
      [
        'backend/index.js',
        'lambdas/lib/caller.js',
        'lambdas/lib/principal.js',
        'lambdas/lib/token-headers.js',
        'lambdas/lib/whole-seconds.js',
        'backend/handler.js',
        'backend/scopes.js',
        'lambdas/lib/scopes.js',
      ],
    ]);
  });
});
