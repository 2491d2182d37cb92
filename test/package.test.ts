import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import manifest from '../package.json';
import lock from '../package-lock.json';
import { temporaryFolder } from './support/temporary-folder';

const ROOT = resolve(__dirname, '..');
const OPTIONAL = Object.keys(manifest.peerDependenciesMeta);
const NEEDED = Object.keys(manifest.peerDependencies).filter((name) => !OPTIONAL.includes(name));

type Locked = Record<string, { dependencies?: Record<string, string>; hasInstallScript?: boolean } | undefined>;

/** Every package that the dependencies of the kit bring along. */
function installed(names: readonly string[], seen = new Set<string>()): Set<string> {
  for (const name of names.filter((one) => !seen.has(one))) {
    seen.add(name);
    const { [`node_modules/${name}`]: entry } = lock.packages as Locked;
    installed(Object.keys(entry?.dependencies ?? {}), seen);
  }
  return seen;
}

describe('the packed package with the constructs’ peers alone', () => {
  const folder = temporaryFolder();
  const kit = join(folder, 'node_modules/gatehouse');

  beforeAll(() => {
    const npm = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
    execFileSync('npm', npm, { cwd: ROOT, env: { ...process.env, npm_config_offline: 'true' } });
    const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
    for (const name of [...Object.keys(manifest.dependencies), ...NEEDED]) {
      mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true });
      symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
    }
    execFileSync('tar', ['xzf', `${tarball}`, '-C', 'node_modules'], { cwd: folder });
    execFileSync('mv', ['node_modules/package', 'node_modules/gatehouse'], { cwd: folder });
  }, 120_000);

  // A report of the plan audit is longer than what Node.js takes of a child by default.
  const maxBuffer = 64 * 1024 * 1024;
  const node = (...args: string[]) => spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer });
  const gatehouse = (...args: string[]) => node(join(kit, manifest.bin.gatehouse), ...args);

  test('brings only packages along that every command needs, and none has an install script', () => {
    const packages = installed(Object.keys(manifest.dependencies));
    expect([...packages].sort()).toEqual(['commander', 'fflate', 'yaml']);
    const scripts = [...packages, ...NEEDED].filter(
      (name) => (lock.packages as Locked)[`node_modules/${name}`]?.hasInstallScript === true,
    );
    expect(scripts).toEqual([]);
  });

  test('each entry is there with its types and can be loaded; the sandbox says what it needs', () => {
    const constructs = readdirSync(join(kit, 'dist/constructs'))
      .filter((name) => existsSync(join(kit, 'dist/constructs', name, 'index.js')))
      .map((name) => `/constructs/${name}`);
    const entries = Object.keys(manifest.exports)
      .filter((entry) => !entry.includes('*'))
      .map((entry) => entry.slice(1));
    const script = `const faults = [];
      for (const entry of ${JSON.stringify([...entries, ...constructs])}) {
        try { require('gatehouse' + entry); } catch (error) { faults.push([entry, error.name, error.message]); }
      }
      console.log(JSON.stringify(faults));`;
    expect(JSON.parse(node('-e', script).stdout)).toEqual([
      [
        '/sandbox',
        'SandboxError',
        'the sandbox needs packages that are not installed, install them by: npm install --save-dev @hono/node-server@2 ajv@8 dynalite@4 hono@4 zod@4',
      ],
    ]);
    const types = Object.values(manifest.exports).flatMap((target) =>
      typeof target === 'string' ? [] : [target.types],
    );
    expect(types.filter((file) => !file.includes('*') && !existsSync(join(kit, file)))).toEqual([]);
  });

  test('the index loads a construct when it is asked for, and its folder alone', () => {
    const script = `const kit = require('gatehouse');
      const loaded = () => Object.keys(require.cache).filter((file) => file.includes('/dist/constructs/')).length;
      const before = loaded();
      const { UsageTiers } = kit;
      console.log(JSON.stringify([before, typeof UsageTiers, loaded() > 0,
        Object.keys(require.cache).some((file) => file.includes('/constructs/rotation/')), 'RestGateway' in kit]));`;
    expect(JSON.parse(node('-e', script).stdout)).toEqual([0, 'function', true, false, true]);
    const module =
      "import { RestGateway, RotatingSecret } from 'gatehouse'; console.log(typeof RestGateway, typeof RotatingSecret);";
    expect(node('--input-type=module', '-e', module).stdout).toBe('function function\n');
  });

  test('the index has every folder of constructs', () => {
    const folders = readdirSync(join(ROOT, 'constructs')).filter((name) =>
      existsSync(join(ROOT, 'constructs', name, 'index.ts')),
    );
    const index = readFileSync(join(ROOT, 'index.ts'), 'utf8');
    expect(folders.filter((name) => !index.includes(`export * from './constructs/${name}';`))).toEqual([]);
  });

  test('gatehouse synth and audit work', () => {
    const config = join(kit, 'examples/homepage-dashboard/gatehouse.config.json');
    expect(gatehouse('synth', '-c', config)).toMatchObject({ status: 0 });
    expect(gatehouse('audit', 'cdktf.out', '--format', 'json')).toMatchObject({ status: 0, stderr: '' });
  }, 60_000);

  test.each([
    // All but DuckDB, which only whoever asks in SQL needs, and API Gateway's client, for commands that look for a deployed platform.
    ['start', ['start'], `${OPTIONAL.length - 2} packages`],
    ['token list with AWS credentials', ['token', 'list', '-e', 'dev'], '@aws-sdk/client-lambda@3'],
    ['rotate', ['rotate', 'pepper', '-e', 'dev'], '@aws-sdk/client-lambda@3 @aws-sdk/client-secrets-manager@3'],
    ['secrets status', ['secrets', 'status', '-e', 'dev'], '@aws-sdk/client-lambda@3'],
    ['bootstrap', ['bootstrap', '-e', 'dev'], '@aws-sdk/client-lambda@3'],
  ])('gatehouse %s says in one line what to install', (command, args, expected) => {
    const { status, stderr, stdout } = gatehouse(...args);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      new RegExp(
        `^gatehouse: gatehouse ${command} needs packages that are not installed, install them by: npm install --save-dev [^\\n]+\\n$`,
      ),
    );
    const wanted = OPTIONAL.filter((name) => stderr.includes(` ${name}@`));
    expect(`${stderr} ${wanted.length} packages`).toContain(expected);
  });
});
