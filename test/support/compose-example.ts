import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { temporaryFolder } from './temporary-folder';

const ROOT = resolve(__dirname, '../..');
export const COMPOSE_EXAMPLE = join(ROOT, 'examples/compose');
const SOURCES = ['package.json', 'tsconfig.json', 'openapi.yaml', 'main.ts', 'shop-stack.ts', 'backend'];

/** The example in a project of its own, with the kit as it was built last among its packages. */
export class ComposeExample {
  readonly folder = temporaryFolder();

  constructor() {
    for (const name of SOURCES) {
      cpSync(join(COMPOSE_EXAMPLE, name), join(this.folder, name), { recursive: true });
    }
    const packages = join(this.folder, 'node_modules');
    const commands = join(packages, '.bin');
    mkdirSync(commands, { recursive: true });
    for (const name of readdirSync(join(ROOT, 'node_modules')).filter((one) => !one.startsWith('.'))) {
      symlinkSync(join(ROOT, 'node_modules', name), join(packages, name));
    }
    symlinkSync(ROOT, join(packages, 'gatehouse'));
    for (const name of ['tsc', 'esbuild']) {
      symlinkSync(join(ROOT, 'node_modules/.bin', name), join(commands, name));
    }
    // npm makes commands executable when it installs a package.
    const command = `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, 'dist/cli/main.js')}" "$@"\n`;
    writeFileSync(join(commands, 'gatehouse'), command, { mode: 0o755 });
  }

  /** Runs a script of its package, as its README says. */
  run(script: string): { readonly status: number | null; readonly stdout: string } {
    const { status, stdout } = spawnSync('npm', ['run', '--silent', script], {
      cwd: this.folder,
      encoding: 'utf8',
      env: { ...process.env, CHECKPOINT_DISABLE: '1', npm_config_offline: 'true' },
    });
    return { status, stdout };
  }
}
