import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { completionNodes } from '../../cli/completion/words';
import { commandTree } from '../../cli/main';
import { EXAMPLE, temporaryFolder } from '../e2e/support';
import { run } from './run';

describe('gatehouse', () => {
  const folder = temporaryFolder();
  const out = join(folder.path, 'cdktf.out');
  afterAll(folder.remove);

  test('--help lists every command and exits with 0', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    const listed = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
    expect(listed).toEqual(expect.arrayContaining(['synth', 'plan', 'audit', 'start', 'bootstrap', 'token', 'team']));
    expect(listed).toEqual([...commandTree().commands.map((command) => command.name()), 'help']);
  });

  const paths = completionNodes(commandTree()).map(({ path }) => path);

  test.each(paths.filter((path) => path !== ''))('%s --help exits with 0', async (command) => {
    const { code, stdout } = await run(...command.split(' '), '--help');
    expect(code).toBe(0);
    expect(stdout).toContain(`gatehouse ${command}`);
  });

  test('an unknown command or option is a usage error', async () => {
    expect((await run('destroy')).code).toBe(64);
    expect((await run('synth', '--nonsense')).code).toBe(64);
    expect((await run('start', '--port', 'eighty')).code).toBe(64);
    expect((await run('bootstrap', '--environment', 'dev', '--lifetime', '9')).code).toBe(64);
    expect((await run('rotate', 'pepper', '--environment', 'dev', '--timeout', '0')).code).toBe(64);
    expect((await run('rotate', '--environment', 'dev')).code).toBe(64);
    expect((await run('secrets', 'status')).code).toBe(64);
    expect((await run('secrets', 'status', '-e', 'dev', '--format', 'xml')).code).toBe(64);
  });

  test('synth writes the stacks and names them', async () => {
    const { code, stdout } = await run('synth', '--config', join(EXAMPLE, 'gatehouse.config.json'), '--out', out);
    expect(code).toBe(0);
    expect(stdout).toContain('platform-dev');
    expect(existsSync(join(out, 'stacks/gateway-homepage-prod/cdk.tf.json'))).toBe(true);
  });

  test.each(['/proc/x', '/proc/x/deep/er'])(
    'synth into %s, which cannot be made, exits with 73 and one line',
    async (target) => {
      const { code, stderr } = await run('synth', '--config', join(EXAMPLE, 'gatehouse.config.json'), '--out', target);
      expect(code).toBe(73);
      expect(stderr).toMatch(/^gatehouse: E[A-Z]+: .*, mkdir '\/proc\/x'\n$/);
    },
  );

  test('audit prints the matrix of what was synthesized, and JSON on request', async () => {
    const table = await run('audit', out, '--fail-on', 'critical');
    expect(table.code).toBe(0);
    expect(table.stdout).toContain('/v1/sales/{region}');
    const json = await run('audit', out, '--format', 'json');
    expect((JSON.parse(json.stdout) as { matrix: unknown[] }).matrix.length).toBeGreaterThan(40);
  });

  test('an unusable plan exits with 5 and one line', async () => {
    const file = join(folder.path, 'broken.plan.json');
    writeFileSync(file, '{"format_version":');
    const { code, stderr } = await run('audit', file);
    expect(code).toBe(5);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain('broken.plan.json');
  });

  test('a faulty configuration exits with 64 and one line, and writes nothing', async () => {
    const file = join(folder.path, 'faulty.json');
    const config = JSON.parse(readFileSync(join(EXAMPLE, 'gatehouse.config.json'), 'utf8')) as Record<string, unknown>;
    writeFileSync(file, JSON.stringify({ ...config, account: '12' }));
    const target = join(folder.path, 'nothing');
    const { code, stderr } = await run('synth', '--config', file, '--out', target);
    expect(code).toBe(64);
    expect(stderr).toBe(`gatehouse: ${file}: /account is "12", allowed is 12 digits\n`);
    expect(existsSync(target)).toBe(false);
  });

  test('all faults of a document are told in one run, a line each', async () => {
    const config = JSON.parse(readFileSync(join(EXAMPLE, 'gatehouse.config.json'), 'utf8'));
    const name = Object.keys(config.apis)[0] ?? '';
    config.apis[name].openapi = join(folder.path, 'faulty-api.json');
    const document = JSON.parse(readFileSync(join(EXAMPLE, 'openapi.json'), 'utf8'));
    document.paths['/v1/sales'].get.security = [{ nobody: [] }];
    document.paths['/v1/sales'].get['x-gatehouse-publik'] = 'why';
    writeFileSync(config.apis[name].openapi, JSON.stringify(document, null, 2));
    const file = join(folder.path, 'two-faults.json');
    writeFileSync(file, JSON.stringify(config));
    const { code, stderr } = await run('synth', '--config', file, '--out', join(folder.path, 'nothing'));
    expect(code).toBe(64);
    const [head, ...lines] = stderr.trimEnd().split('\n');
    expect(head).toMatch(/^gatehouse: 2 faults in .*faulty-api\.json:$/);
    expect(lines).toEqual([
      expect.stringMatching(/#\/paths\/~1v1~1sales\/get\/x-gatehouse-publik: .* \(line \d+\)$/),
      expect.stringMatching(/#\/paths\/~1v1~1sales\/get\/security\/0\/nobody: .* \(line \d+\)$/),
    ]);
  });

  test('an environment that the configuration lacks is named with those it has', async () => {
    const config = join(EXAMPLE, 'gatehouse.config.json');
    const { code, stderr } = await run('start', '--config', config, '--environment', 'stage', '--out', out);
    expect(code).toBe(64);
    expect(stderr).toBe('gatehouse: no environment stage, there are dev, prod\n');
  });

  test('--debug adds the stack', async () => {
    const { stderr } = await run('audit', join(folder.path, 'none'), '--debug');
    expect((await run('--debug', 'audit', join(folder.path, 'none'))).stderr).toContain('    at ');
    expect(stderr).toContain('    at ');
  });

  test('bootstrap names the call that was refused', async () => {
    const unreachable = ['--endpoint-url', 'http://127.0.0.1:1'];
    const config = join(EXAMPLE, 'gatehouse.config.json');
    process.env.AWS_ACCESS_KEY_ID = 'test';
    process.env.AWS_SECRET_ACCESS_KEY = 'test';
    const { code, stderr, stdout } = await run('bootstrap', '--config', config, '--environment', 'dev', ...unreachable);
    delete process.env.AWS_ACCESS_KEY_ID;
    delete process.env.AWS_SECRET_ACCESS_KEY;
    expect(code).toBe(1);
    expect(stderr).toContain('cannot describe the secret homepage-dev-pepper');
    expect(stdout).toBe('');
  });
});
