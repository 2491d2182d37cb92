import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FORMATS, RULES, type Rule, STICKY_MARKER } from '../../../audit';
import { fixture, planOf, readFixture } from '../../audit/support';
import { temporaryFolder } from '../../e2e/support';
import { run } from '../run';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const BAD = fixture('route-without-rule');
const WAIVER = `
version: 1
waivers:
  - id: W-1
    rule: AUTHZ-001
    address: aws_api_gateway_method.open
    reason: the load balancer has no credentials
    owner: team-sales
    approver: security
    created: 2026-11-01
    expires: 2026-11-30
`;

function file(name: string, text: string): string {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
}

/** A plan that destroys a table. */
function lostTable(name = 'tokens'): object {
  const change = { actions: ['delete'], before: { name, hash_key: 'id' }, after: null, after_unknown: {} };
  const address = 'aws_dynamodb_table.tokens';
  const provider = 'registry.terraform.io/hashicorp/aws';
  const resource = {
    address,
    mode: 'managed',
    type: 'aws_dynamodb_table',
    name: 'tokens',
    provider_name: provider,
    change,
  };
  return { ...planOf([]), resource_changes: [resource] };
}

/** A plan that changes nothing. */
function clean(): string {
  return file('clean.plan.json', JSON.stringify({ ...readFixture('good'), resource_changes: [], planned_values: {} }));
}

describe('gatehouse audit', () => {
  test.each(FORMATS)('--format %s goes to stdout, and nothing to stderr', async (format) => {
    const { code, stdout, stderr } = await run('audit', BAD, '--format', format);

    expect(code).toBe(1);
    expect(stdout).toContain('orders');
    expect(stderr).toBe('');
  });

  test('--findings leaves out the matrix', async () => {
    const { code, stdout } = await run('audit', BAD, '--findings');

    expect(code).toBe(1);
    expect(stdout).toContain('FAIL AUTHZ-001');
    expect(stdout).not.toContain('Authorization matrix');
  });

  test('--source names the lines of a configuration, and no absolute path', async () => {
    const source = dirname(BAD);
    const { stdout } = await run('audit', BAD, '--source', source, '--findings');

    expect(stdout).toMatch(/aws_api_gateway_method\.open\n {4}source: main\.tf:36\n/);
    expect(stdout).not.toContain(source);
  });

  test('--source that is no folder is a usage error', async () => {
    const { code, stderr } = await run('audit', BAD, '--source', join(folder.path, 'none'));

    expect(code).toBe(64);
    expect(stderr).toContain('is no folder, expected that of a Terraform configuration');
  });

  test('another format is a usage error that names those there are', async () => {
    const { code, stderr } = await run('audit', BAD, '--format', 'pdf');

    expect(code).toBe(64);
    expect(stderr).toContain('Allowed choices are table, json, markdown, sarif, html, junit, github, gitlab, csv');
  });

  test('--out writes the file and nothing else, --write any number of further ones', async () => {
    const [html, sarif, markdown] = ['a.html', 'a.sarif', 'a.md'].map((name) => join(folder.path, name));
    const before = readdirSync(folder.path);
    const { code, stdout } = await run(
      ...['audit', BAD, '--format', 'html', '--out', `${html}`],
      ...['--write', `sarif=${sarif}`, '--write', `markdown=${markdown}`],
    );

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(readFileSync(`${html}`, 'utf8')).toMatch(/^<!doctype html>/);
    expect(JSON.parse(readFileSync(`${sarif}`, 'utf8'))).toMatchObject({ version: '2.1.0' });
    expect(readFileSync(`${markdown}`, 'utf8')).toContain(STICKY_MARKER);
    expect(readdirSync(folder.path).sort()).toEqual([...before, 'a.html', 'a.md', 'a.sarif'].sort());
  });

  test.each(['pdf=x', 'sarif', 'sarif=', '=x'])('--write %s is a usage error', async (value) => {
    const { code, stderr } = await run('audit', BAD, '--write', value);

    expect(code).toBe(64);
    expect(stderr).toContain('expected <format>=<file>');
  });

  test('a file that cannot be written is one line, and not a rule that fails', async () => {
    const target = join(folder.path, 'none/report.html');
    const { code, stderr } = await run('audit', BAD, '--format', 'html', '--out', target);

    expect(code).toBe(73);
    expect(stderr).toBe(`gatehouse: ${target} cannot be written (ENOENT)\n`);
  });

  test('a policy sets the limits of the rules', async () => {
    const policy = file('policy.yaml', 'requiredTags: [cost-centre]\n');
    const { stdout } = await run('audit', fixture('good'), '--policy', policy);

    expect(stdout).toContain('cost-centre');
    const wrong = await run('audit', BAD, '--policy', file('wrong.yaml', 'rotationDay: 3\n'));
    expect(wrong.code).toBe(64);
    expect(wrong.stderr).toContain('wrong.yaml: unknown setting "rotationDay"');
  });
});

describe('exit codes', () => {
  test('0: nothing failed', async () => {
    expect((await run('audit', clean())).code).toBe(0);
  });

  test('0: nothing failed of the severity that counts', async () => {
    const { stdout } = await run('audit', fixture('good'), '--format', 'json');
    const { findings } = JSON.parse(stdout) as { findings: { verdict: string; severity: string }[] };

    expect(findings.filter(({ verdict, severity }) => verdict === 'fail' && severity === 'critical')).toEqual([]);
    expect((await run('audit', fixture('good'), '--fail-on', 'critical')).code).toBe(0);
  });

  test('1: a rule fails', async () => {
    expect((await run('audit', BAD)).code).toBe(1);
  });

  test('2: a stateful resource is destroyed, until a waiver names this very plan', async () => {
    const plan = file('lost.plan.json', JSON.stringify(lostTable()));
    const lost = await run('audit', plan);
    expect(lost.code).toBe(2);

    const [, action, hash] = /a waiver names: action (\w+), plan\s+([0-9a-f]{64})/.exec(lost.stdout) ?? [];
    const bound = WAIVER.replace('AUTHZ-001', 'STATE-001')
      .replace('aws_api_gateway_method.open', 'aws_dynamodb_table.tokens')
      .concat(`    action: ${action}\n    plan: ${hash}\n`);
    const day = ['--now', '2026-11-20'];
    expect((await run('audit', plan, '--waivers', file('bound.yaml', bound), ...day)).code).toBe(0);

    const other = file('lost.plan.json', JSON.stringify(lostTable('another table')));
    expect((await run('audit', other, '--waivers', file('bound.yaml', bound), ...day)).code).toBe(2);
  });

  test('3: a waiver is in trouble, and nothing failed', async () => {
    const waivers = file('waivers.yaml', WAIVER);
    const { code, stdout } = await run('audit', clean(), '--waivers', waivers, '--now', '2026-11-20');

    expect(code).toBe(3);
    expect(stdout).toContain('W-1: covers nothing: remove it');
  });

  test('4: with --strict something is unknown', async () => {
    expect((await run('audit', fixture('wildcard-template'), '--strict', '--fail-on', 'critical')).code).not.toBe(0);
    const notPlanned = file(
      'module.tf.json',
      JSON.stringify({ terraform: {}, module: { network: { source: './x' } } }),
    );
    expect((await run('audit', notPlanned, '--fail-on', 'critical')).code).toBe(0);
    expect((await run('audit', notPlanned, '--fail-on', 'critical', '--strict')).code).toBe(4);
  });

  test('5: the plan cannot be used', async () => {
    const { code, stderr } = await run('audit', file('half.plan.json', '{"format_version":'));

    expect(code).toBe(5);
    expect(stderr).toMatch(/^gatehouse: .*half\.plan\.json: is truncated JSON\n$/);
  });

  test('64: usage', async () => {
    expect((await run('audit')).code).toBe(64);
    expect((await run('audit', BAD, '--now', '2026-02-30')).code).toBe(64);
    expect((await run('audit', BAD, '--fail-on', 'worst')).code).toBe(64);
  });

  test('70: a fault of the tool itself is one line', async () => {
    const broken = jest.spyOn(RULES[0] as Rule, 'check').mockImplementation(() => {
      throw new TypeError('this is a fault\nwith two lines');
    });
    const { code, stderr } = await run('audit', BAD);
    broken.mockRestore();

    expect({ code, stderr }).toEqual({ code: 70, stderr: 'gatehouse: this is a fault\n' });
  });
});

describe('waivers', () => {
  const waivers = file('covering.yaml', WAIVER);

  async function openIn(...argv: string[]): Promise<string[]> {
    const { stdout } = await run('audit', BAD, '--format', 'json', ...argv);
    const { findings } = JSON.parse(stdout) as { findings: { address: string; waiver: string | null; rule: string }[] };
    return findings.filter(({ waiver }) => waiver !== null).map(({ rule, address }) => `${rule} ${address}`);
  }

  test('in YAML cover their findings until they expire', async () => {
    expect(await openIn('--waivers', waivers, '--now', '2026-11-30')).toEqual([
      'AUTHZ-001 aws_api_gateway_method.open',
    ]);
    expect(await openIn('--waivers', waivers, '--now', '2026-12-01')).toEqual([]);
  });

  test('without --now are judged on the day of the clock', async () => {
    const covered: number[] = [];
    for (const now of ['2026-11-30T23:59:59.999Z', '2026-12-01T00:00:00.000Z']) {
      jest.useFakeTimers({ now: Date.parse(now), advanceTimers: true });
      covered.push((await openIn('--waivers', waivers)).length);
      jest.useRealTimers();
    }

    expect(covered).toEqual([1, 0]);
  });

  test('the clock is not asked without waivers', async () => {
    const clock = jest.spyOn(Date.prototype, 'toISOString');
    const now = jest.spyOn(Date, 'now');
    await run('audit', BAD, '--format', 'json');
    const asked = [clock.mock.calls.length, now.mock.calls.length];
    clock.mockRestore();
    now.mockRestore();

    expect(asked).toEqual([0, 0]);
  });

  test.each([
    ['no file', join(folder.path, 'none.yaml'), 'cannot be read (ENOENT)'],
    ['neither JSON nor YAML', file('bad.yaml', 'a: [1'), 'is neither JSON nor YAML'],
    ['a key that stands twice', file('twice.yaml', 'version: 1\nversion: 1\n'), 'is neither JSON nor YAML'],
    ['no list of waivers', file('other.yaml', 'version: 1\n'), 'holds no waivers'],
  ])('%s: exit code 3 and one line', async (_, path, message) => {
    const { code, stdout, stderr } = await run('audit', BAD, '--waivers', path);

    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/^gatehouse: [^\n]+\n$/);
    expect(stderr).toContain(message);
  });

  test('what a faulty file holds is not quoted', async () => {
    const { stderr } = await run('audit', BAD, '--waivers', file('secret.yaml', 'password: [canary-of-a-file'));

    expect(stderr).not.toContain('canary');
  });
});

describe('gatehouse audit baseline', () => {
  const baseline = join(folder.path, 'audit-baseline.json');

  test('writes what is there, after which the audit passes and finds what is new', async () => {
    const written = await run('audit', 'baseline', BAD, '--file', baseline);
    expect(written).toMatchObject({ code: 0, stderr: '' });
    expect(written.stdout).toMatch(/^.*audit-baseline\.json: [1-9]\d* findings, 0 resolved and taken out\n$/);

    expect((await run('audit', BAD, '--baseline', baseline, '--strict')).code).toBe(0);
    expect((await run('audit', BAD, '--baseline', baseline, '--policy', file('p.yaml', 'webAcl: true'))).code).toBe(1);
  });

  test('refuses to grow, and leaves the file as it is', async () => {
    const before = readFileSync(baseline, 'utf8');
    const policy = file('p.yaml', 'webAcl: true');
    const { code, stderr } = await run('audit', 'baseline', BAD, '--file', baseline, '--policy', policy);

    expect(code).toBe(3);
    expect(stderr).toMatch(/would grow by EDGE-001/);
    expect(readFileSync(baseline, 'utf8')).toBe(before);
  });

  test('shrinks', async () => {
    const name = join(folder.path, 'route-without-rule.plan.json');
    writeFileSync(name, JSON.stringify(readFixture('route-without-rule')));
    const other = join(folder.path, 'shrinking.json');
    await run('audit', 'baseline', name, '--file', other);
    const count = (JSON.parse(readFileSync(other, 'utf8')) as { entries: unknown[] }).entries.length;
    const waivers = file('covering.yaml', WAIVER);
    const { stdout } = await run(
      'audit',
      'baseline',
      name,
      '--file',
      other,
      '--waivers',
      waivers,
      '--now',
      '2026-11-20',
    );

    expect(stdout).toContain(`${count - 1} findings, 1 resolved and taken out`);
  });

  test('a file that is no baseline is exit code 3', async () => {
    const { code, stderr } = await run('audit', BAD, '--baseline', file('none.json', '{}'));

    expect(code).toBe(3);
    expect(stderr).toMatch(/none\.json: is not a baseline/);
  });

  test('needs the name of its file', async () => {
    expect((await run('audit', 'baseline', BAD)).code).toBe(64);
    expect(existsSync('audit-baseline.json')).toBe(false);
  });
});

describe('gatehouse audit explain', () => {
  test('tells what a rule is about', async () => {
    const { code, stdout } = await run('audit', 'explain', 'AUTHZ-001');

    expect(code).toBe(0);
    expect(stdout).toContain('AUTHZ-001  Route without an access rule');
  });

  test('without a rule lists them', async () => {
    const { code, stdout } = await run('audit', 'explain');

    expect(code).toBe(0);
    expect(stdout.split('\n').length).toBeGreaterThan(20);
  });

  test('of no rule is a usage error', async () => {
    expect(await run('audit', 'explain', 'NOPE')).toEqual({
      code: 64,
      stdout: '',
      stderr: 'gatehouse: no rule NOPE: gatehouse audit explain lists the rules\n',
    });
  });
});

describe('gatehouse audit diff', () => {
  test('exits with 1 when a failure was introduced, else with 0', async () => {
    const worse = await run('audit', 'diff', fixture('good'), BAD);
    expect(worse.code).toBe(1);
    expect(worse.stdout).toContain('Introduced');

    expect((await run('audit', 'diff', BAD, BAD)).code).toBe(0);
  });

  test('has formats of its own', async () => {
    const { stdout } = await run('audit', 'diff', fixture('good'), BAD, '--format', 'markdown');

    expect(stdout).toContain(STICKY_MARKER);
    expect((await run('audit', 'diff', BAD, BAD, '--format', 'sarif')).code).toBe(64);
  });

  test('a plan that cannot be used is exit code 5', async () => {
    expect((await run('audit', 'diff', BAD, join(folder.path, 'none.json'))).code).toBe(5);
  });
});

test.each([['audit'], ['audit', 'explain'], ['audit', 'diff'], ['audit', 'baseline']])(
  '%s %s --help',
  async (...words) => {
    const { code, stdout } = await run(...words, '--help');

    expect(code).toBe(0);
    expect(stdout).toContain(`gatehouse ${words.join(' ')}`);
  },
);
