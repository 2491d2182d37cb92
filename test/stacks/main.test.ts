import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/temporary-folder';
import { fixtureConfig, projectFiles } from './fixture';
import { folderBytes } from './synthesized';

/** The built program: what a consumer and cdktf run. */
const program = join(__dirname, '..', '..', 'dist', 'stacks', 'main.js');

beforeAll(() => {
  if (!existsSync(program)) {
    throw new Error('dist/stacks/main.js is not built, run "npm run build"');
  }
});

function run(folder: string, environment: Record<string, string> = {}) {
  const { GATEHOUSE_CONFIG, CDKTF_OUTDIR, ...inherited } = process.env;
  const env = { ...inherited, ...environment };
  const { status, stdout, stderr } = spawnSync(process.execPath, [program], { cwd: folder, env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** Two projects of the same content, synthesized by processes that have nothing else in common. */
describe('synthesis', () => {
  const canary = 'canary-5f2d';
  const variables = [
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'AWS_REGION',
    'TF_VAR_x',
    'USER',
    'HOSTNAME',
    'HOME',
  ];
  const one = temporaryFolder(projectFiles());
  const other = temporaryFolder(projectFiles());
  const elsewhere = temporaryFolder();
  const temporary = temporaryFolder();
  const out = join(one, 'elsewhere', 'out');
  const surroundings = {
    ...Object.fromEntries(variables.map((name) => [name, canary])),
    CDKTF_OUTDIR: out,
    TMPDIR: temporary,
    TZ: 'Pacific/Kiritimati',
    LC_ALL: 'tr_TR.UTF-8',
    // Without Terraform.
    PATH: '',
  };
  let bytes: Record<string, string>;
  let results: ReturnType<typeof run>[];

  beforeAll(() => {
    results = [
      run(one, surroundings),
      run(elsewhere, { GATEHOUSE_CONFIG: join(other, 'gatehouse.config.json'), TZ: 'UTC', LC_ALL: 'C' }),
    ];
    bytes = folderBytes(out);
  });

  test('says nothing, with and without Terraform', () => {
    expect(results).toEqual([
      { status: 0, stdout: '', stderr: '' },
      { status: 0, stdout: '', stderr: '' },
    ]);
  });

  test('in another folder, process, locale and time zone writes the same bytes, packages included', () => {
    expect(folderBytes(join(elsewhere, 'cdktf.out'))).toEqual(bytes);
    // Six stacks: per environment a platform with six packages and two gateways with two packages.
    expect(Object.keys(bytes).filter((name) => name.endsWith('/cdk.tf.json'))).toHaveLength(6);
    expect(Object.keys(bytes).filter((name) => name.endsWith('/function.zip'))).toHaveLength(20);
  });

  test('again over its own output changes nothing', () => {
    expect(run(one, { CDKTF_OUTDIR: out }).status).toBe(0);
    expect(folderBytes(out)).toEqual(bytes);
  });

  test('takes nothing from the environment of the process', () => {
    const texts = Object.entries(bytes).filter(([name]) => name.endsWith('.json'));
    expect(texts).toHaveLength(7);
    const holding = (text: string) => texts.filter(([, hex]) => Buffer.from(hex, 'hex').includes(text));
    expect(holding(canary)).toEqual([]);
    expect(holding(one)).toEqual([]);
  });

  test('reads the configuration that GATEHOUSE_CONFIG names, its paths relative to it', () => {
    expect(readdirSync(elsewhere)).toEqual(['cdktf.out']);
    expect(readdirSync(other)).not.toContain('cdktf.out');
  });

  test('leaves no temporary file', () => {
    expect(readdirSync(temporary)).toEqual([]);
  });
});

describe('a fault of the configuration is one line on stderr, exit code 64, and writes nothing:', () => {
  const faults: [string, string, RegExp][] = [
    ['no JSON', '{', /gatehouse\.config\.json is not JSON/],
    ['unknown member', JSON.stringify({ ...fixtureConfig, colour: 'red' }), /unknown member "colour"/],
    [
      'misuse of a construct',
      JSON.stringify({
        ...fixtureConfig,
        prefix: 'a-prefix-of-16ch',
        apis: { [longName('a')]: longBackends() },
        environments: { production: { tokenEnvironment: 'live' } },
      }),
      /functionName is "a-prefix-of-16ch-production-a{20}-b{20}"/,
    ],
    [
      'fault of the OpenAPI document',
      JSON.stringify({
        ...fixtureConfig,
        apis: { shop: { ...fixtureConfig.apis.shop, backends: { cart: fixtureConfig.apis.shop.backends.cart } } },
      }),
      /openapi\.json.*"status"/,
    ],
  ];

  test.each(faults)('%s', (_, text, message) => {
    const folder = temporaryFolder(projectFiles());
    writeFileSync(join(folder, 'gatehouse.config.json'), text);
    const { status, stdout, stderr } = run(folder);
    expect(stderr).toMatch(message);
    expect({ status, stdout, lines: stderr.trimEnd().split('\n').length }).toEqual({
      status: 64,
      stdout: '',
      lines: 1,
    });
    expect(existsSync(join(folder, 'cdktf.out'))).toBe(false);
  });

  test('no configuration', () => {
    const { status, stderr } = run(temporaryFolder());
    expect(status).toBe(64);
    expect(stderr).toMatch(/^gatehouse: cannot read configuration .*gatehouse\.config\.json/);
  });
});

function longName(letter: string): string {
  return letter.repeat(20);
}

function longBackends() {
  const { tokenService, ...shop } = fixtureConfig.apis.shop;
  return { ...shop, backends: { ...shop.backends, [longName('b')]: shop.backends.cart } };
}
