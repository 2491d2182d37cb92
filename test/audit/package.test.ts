import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FORMATS } from '../../audit';
import { fixture, type PlannedResource, planOf, temporaryFolder, writeJson } from './support';

const ROOT = resolve(__dirname, '../..');

/** The package as it is published, unpacked where a consumer would have it; of its dependencies only `yaml` is beside it. */
describe('the packed package', () => {
  const folder = temporaryFolder();
  let files: string[];

  beforeAll(() => {
    const npm = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
    execFileSync('npm', npm, { cwd: ROOT, env: { ...process.env, npm_config_offline: 'true' } });
    const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(join(ROOT, 'node_modules/yaml'), join(folder, 'node_modules/yaml'));
    execFileSync('tar', ['xzf', `${tarball}`, '-C', 'node_modules'], { cwd: folder });
    execFileSync('mv', ['node_modules/package', 'node_modules/gatehouse'], { cwd: folder });
    files = readdirSync(join(folder, 'node_modules/gatehouse'), { recursive: true, encoding: 'utf8' });
  }, 120_000);

  /** Runs a script of a consumer. */
  function consumer(name: string, ...lines: string[]): string {
    writeFileSync(join(folder, name), lines.join('\n'));
    return execFileSync(process.execPath, [name], { cwd: folder, encoding: 'utf8' });
  }

  test('has the plan audit, its schema and its documentation, and no source map', () => {
    expect(files).toEqual(
      expect.arrayContaining(['dist/audit/index.js', 'dist/audit/index.d.ts', 'docs/plan-audit.md']),
    );
    expect(consumer('schema.cjs', "console.log(require('gatehouse/audit/report.schema.json').$id);")).toBe(
      'urn:gatehouse:plan-audit-report:1\n',
    );
    expect(files.filter((file) => file.endsWith('.map'))).toEqual([]);
  });

  test('gatehouse/audit judges a plan and renders every format, without the other dependencies of the kit', () => {
    const output = consumer(
      'commonjs.cjs',
      "const { auditPath, exitCode, FORMATS, render } = require('gatehouse/audit');",
      `const report = auditPath(${JSON.stringify(fixture('route-without-rule'))});`,
      'console.log(exitCode(report), FORMATS.filter((format) => render(report, format).includes("orders")).join());',
    );

    expect(output).toBe(`1 ${FORMATS.join()}\n`);
  });

  test('gatehouse/audit can be imported by an ECMAScript module, with a rule of its own', () => {
    const output = consumer(
      'module.mjs',
      "import { auditPath, RULES } from 'gatehouse/audit';",
      "const rule = { ...RULES[0], id: 'ACME-001', title: 'Every answer', check: (model) => model.routes.map((route) =>",
      "  ({ verdict: 'unknown', stack: route.api.stack.name, address: route.address, message: 'asked' })) };",
      `const { findings } = auditPath(${JSON.stringify(fixture('good'))}, { rules: [rule] });`,
      'console.log(findings.map(({ rule, verdict }) => `${rule} ${verdict}`).join());',
    );

    expect(output).toBe(`${Array(4).fill('ACME-001 unknown').join()}\n`);
  });

  test('the rule that the page shows compiles against the package, runs, and answers with three values', () => {
    const page = readFileSync(join(folder, 'node_modules/gatehouse/docs/plan-audit.md'), 'utf8');
    const [, code = ''] = /### Write your own rule[\s\S]*?```ts\n([\s\S]*?)```/.exec(page) ?? [];
    const table = (name: string, rest: Partial<PlannedResource>) => ({ type: 'aws_dynamodb_table', name, ...rest });
    mkdirSync(join(folder, 'cdktf.out'));
    writeJson(
      join(folder, 'cdktf.out'),
      'tables.plan.json',
      planOf([
        table('a', { after: { billing_mode: 'PAY_PER_REQUEST' } }),
        table('b', { after: {} }),
        table('c', { unknown: { billing_mode: true }, expressions: { billing_mode: { references: ['var.mode'] } } }),
      ]),
    );
    writeFileSync(
      join(folder, 'rule.mts'),
      `${code}console.log(report.findings.map(({ rule, verdict }) => rule + verdict).join());`,
    );
    const options = ['--strict', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2023,dom', '--types', ''];
    execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), ...options, 'rule.mts'], {
      cwd: folder,
      encoding: 'utf8',
    });
    const output = execFileSync(process.execPath, ['rule.mjs'], { cwd: folder, encoding: 'utf8' });

    expect(output).toContain("message: 'it is PROVISIONED'");
    expect(output.match(/ACME-001(pass|fail|unknown)/g)).toEqual(['ACME-001pass', 'ACME-001fail', 'ACME-001unknown']);
  }, 60_000);
});
