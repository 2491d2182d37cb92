import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { App, TerraformStack } from 'cdktf';
import { Construct, Node } from 'constructs';
import { auditPath } from '../../audit';
import { recordSources, synthesize } from '../../stacks';
import { loadConfig } from '../../stacks/config';
import { temporaryFolder } from '../e2e/support';

const ROOT = resolve(__dirname, '../..');
const CONFIG = join(ROOT, 'examples/homepage-dashboard/gatehouse.config.json');
const folder = temporaryFolder();
afterAll(() => folder.remove());

interface Recorded {
  version: number;
  of: string;
  sources: Record<string, { file: string; line: number; column: number }>;
}

function recorded(out: string, stack: string): Recorded {
  return JSON.parse(readFileSync(join(out, 'stacks', stack, 'sources.json'), 'utf8')) as Recorded;
}

class Bucket extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new S3Bucket(this, 'Resource', { bucket: 'example' }); // the line that the record names
  }
}

class OneStack extends TerraformStack {
  constructor(app: App) {
    super(app, 'one');
    new AwsProvider(this, 'Aws', { region: 'eu-west-1' });
    new Bucket(this, 'Logs');
  }
}

/** Number of the line in this file that holds a text. */
function lineOf(text: string): number {
  return (
    readFileSync(__filename, 'utf8')
      .split('\n')
      .findIndex((line) => line.includes(text)) + 1
  );
}

function synthOne(name: string): { out: string; app: App; files: readonly string[] } {
  const out = join(folder.path, name);
  const sources = recordSources(ROOT);
  const app = new App({ outdir: out });
  new OneStack(app);
  app.synth();
  return { out, app, files: sources.write(app) };
}

describe('recorded sources', () => {
  test('name the innermost line of the project that made a resource', () => {
    const { out, files } = synthOne('lines');

    expect(files).toEqual([join(out, 'stacks/one/sources.json')]);
    expect(recorded(out, 'one').sources['one/Logs/Resource']).toMatchObject({
      file: 'test/stacks/sources.test.ts',
      line: lineOf('the line that the record' + ' names'),
    });
  });

  test('name the very configuration that they are of', () => {
    const { out } = synthOne('hash');
    const synth = readFileSync(join(out, 'stacks/one/cdk.tf.json'));

    expect(recorded(out, 'one').of).toBe(createHash('sha256').update(synth).digest('hex'));
  });

  test('leave the configuration as it is without them', () => {
    const { out } = synthOne('same');
    const plain = join(folder.path, 'plain');
    const app = new App({ outdir: plain });
    new OneStack(app);
    app.synth();

    const file = 'stacks/one/cdk.tf.json';
    expect(readFileSync(join(out, file), 'utf8')).toBe(readFileSync(join(plain, file), 'utf8'));
  });

  test('leave no trace in the library when they are written or stopped', () => {
    const before = Node.prototype.addMetadata;
    synthOne('trace');
    recordSources().stop();

    expect(Node.prototype.addMetadata).toBe(before);
  });

  test('of a project elsewhere hold nothing', () => {
    const out = join(folder.path, 'elsewhere');
    const sources = recordSources(folder.path);
    const app = new App({ outdir: out });
    new OneStack(app);
    app.synth();
    sources.write(app);

    expect(recorded(out, 'one').sources).toEqual({});
  });
});

describe('compiled files', () => {
  test('are traced back to their TypeScript by their source maps', () => {
    const project = join(folder.path, 'project');
    mkdirSync(join(project, 'src'), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(project, 'node_modules'));
    const kit = JSON.stringify(join(ROOT, 'dist/stacks/index.js'));
    writeFileSync(
      join(project, 'src/main.ts'),
      [
        "import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';",
        "import { AwsProvider } from '@cdktf/provider-aws/lib/provider';",
        "import { App, TerraformStack } from 'cdktf';",
        'interface OnlyInTypeScript { readonly one: 1 }',
        'declare const require: (name: string) => any;',
        `const sources = require(${kit}).recordSources(process.argv[2]);`,
        "const app = new App({ outdir: 'out' });",
        "const stack = new TerraformStack(app, 'one');",
        "new AwsProvider(stack, 'Aws', { region: 'eu-west-1' });",
        '',
        "new S3Bucket(stack, 'Logs', { bucket: 'example' });",
        'app.synth();',
        'sources.write(app);',
        'export type { OnlyInTypeScript };',
      ].join('\n'),
    );
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const options = ['--outDir', 'js', '--sourceMap', '--module', 'node20', '--skipLibCheck', '--types', 'node'];
    execFileSync(process.execPath, [tsc, 'src/main.ts', ...options], { cwd: project });
    execFileSync(process.execPath, ['js/main.js', project], { cwd: project });

    expect(recorded(join(project, 'out'), 'one').sources['one/Logs']).toEqual({
      file: 'src/main.ts',
      line: 11,
      column: 1,
    });
  }, 60_000);
});

describe('the stacks of the kit', () => {
  const out = join(folder.path, 'cdktf.out');

  test('are recorded on request: every finding about a construct names its line', () => {
    synthesize(loadConfig(CONFIG), out, { sources: true });
    const findings = auditPath(out).findings.filter(({ construct }) => construct !== null);

    expect(findings.length).toBeGreaterThan(100);
    expect(findings.filter(({ source }) => !/^(constructs|stacks)\/.+\.ts$/.test(source?.file ?? ''))).toEqual([]);
  });

  test('what no construct made points at the synthesized file', () => {
    const others = auditPath(out).findings.filter(({ construct }) => construct === null);

    expect(others.length).toBeGreaterThan(3);
    expect(others.filter(({ source }) => !/^stacks\/[\w-]+\/cdk\.tf\.json$/.test(source?.file ?? ''))).toEqual([]);
  });

  test('the same bytes come from another folder', () => {
    const other = join(folder.path, 'other.out');
    synthesize(loadConfig(CONFIG), other, { sources: true });

    const file = 'stacks/gateway-homepage-dev/sources.json';
    expect(readFileSync(join(other, file), 'utf8')).toBe(readFileSync(join(out, file), 'utf8'));
    expect(readFileSync(join(other, file), 'utf8')).not.toContain(ROOT);
  });

  test('sources of another configuration are not believed: the synthesized file is pointed at', () => {
    const changed = join(folder.path, 'changed.out');
    cpSync(out, changed, { recursive: true });
    const file = join(changed, 'stacks/platform-dev/cdk.tf.json');
    writeFileSync(file, `${readFileSync(file, 'utf8')}\n`);
    const text = readFileSync(file, 'utf8').split('\n');
    const found = auditPath(changed).findings.filter(({ stack }) => stack === 'platform-dev');

    expect(found.length).toBeGreaterThan(5);
    for (const { source, address } of found) {
      expect(source?.file).toBe('stacks/platform-dev/cdk.tf.json');
      expect(text[(source?.line ?? 0) - 1]).toContain(`"${address.split('.')[1]}"`);
    }
  });

  test('a synthesis without them removes the former ones', () => {
    synthesize(loadConfig(CONFIG), out);

    expect(existsSync(join(out, 'stacks/platform-dev/sources.json'))).toBe(false);
  });
});
