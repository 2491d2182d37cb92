import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { type AuditReport, auditPath, EXIT_CODES, exitCode, type Finding, renderJson, type Verdict } from '../../audit';
import { findingOf, reportWith } from './report/sample';
import { fixture } from './support';

/** A report with so many answers of each kind. */
function counts(pass: number, fail: number, unknown: number, notJudged = 0): AuditReport {
  const findings = Object.entries({ pass, fail, unknown }).flatMap(([verdict, count]) =>
    Array.from({ length: count }, (_, index) =>
      findingOf({ verdict: verdict as Verdict, address: `${verdict}.${index}` }),
    ),
  );
  const note = { stack: 's', subject: 'x', reason: 'y' };
  return { ...reportWith(findings), notJudged: Array.from({ length: notJudged }, () => note) };
}

describe('exit codes', () => {
  test('all passed: 0, strict too', () => {
    expect(exitCode(counts(3, 0, 0))).toBe(EXIT_CODES.ok);
    expect(exitCode(counts(3, 0, 0), { strict: true })).toBe(0);
  });

  test('a failure: 1, and before an unknown answer', () => {
    expect(exitCode(counts(3, 1, 1))).toBe(1);
    expect(exitCode(counts(3, 1, 1), { strict: true })).toBe(1);
  });

  test('an unknown answer: 4 under strict', () => {
    expect(exitCode(counts(3, 0, 1))).toBe(0);
    expect(exitCode(counts(3, 0, 1), { strict: true })).toBe(4);
  });

  test('a part that was not judged: 4 under strict', () => {
    expect(exitCode(counts(3, 0, 0, 1))).toBe(0);
    expect(exitCode(counts(3, 0, 0, 1), { strict: true })).toBe(4);
  });
});

describe('one design, two notations', () => {
  const hcl = auditPath(fixture('good'));
  const json = auditPath(fixture('good-json'));

  test('the good design has no finding', () => {
    expect(hcl.counts).toMatchObject({ fail: 0, unknown: 0 });
    expect(hcl.notJudged).toEqual([]);
  });

  test('plans of HCL and of JSON syntax give the same report', () => {
    // HCL needs a data source more, so it is another plan.
    const unnamed = (report: AuditReport) => ({
      ...report,
      stacks: report.stacks.map((stack) => ({ ...stack, planHash: null })),
    });

    expect(renderJson(unnamed(json))).toBe(renderJson(unnamed(hcl)));
  });

  test('the configuration alone gives the same matrix and the same answers, where it does not answer unknown', () => {
    const synth = auditPath(join(__dirname, 'fixtures', 'good-json', 'main.tf.json'));

    // The plans of the fixtures hold no provider configuration.
    const asked = new Set(hcl.findings.map(question));
    const known = synth.findings
      .filter((finding) => finding.verdict !== 'unknown' && asked.has(question(finding)))
      .map(nameless);
    const unknown = synth.findings.filter(({ verdict }) => verdict === 'unknown').map(question);
    expect(known).toEqual(hcl.findings.filter((finding) => !unknown.includes(question(finding))).map(nameless));
    expect(known.length).toBeGreaterThan(unknown.length);
    // Only a plan tells of before.
    expect(synth.matrix.map((row) => ({ ...row, stack: '' }))).toEqual(
      hcl.matrix.map((row) => ({ ...row, stack: '', change: null })),
    );
  });
});

/** A finding without what differs between a plan and a configuration: its stack's name, and the line that only the latter has. */
function nameless(finding: Finding): Finding {
  return { ...finding, stack: '', fingerprint: '', source: null };
}

/** What a finding is about. */
function question({ rule, address, attribute }: Finding): string {
  return `${rule} ${address} ${attribute}`;
}

test('the audit imports no network, no construct, no function and no package', () => {
  const allowed = new Set(['node:crypto', 'node:fs', 'node:path', 'yaml']);
  const root = resolve(__dirname, '../../audit');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const outside = files.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const targets = [...text.matchAll(/(?:\bfrom|^import)\s+'([^'\n]+)'|(?:require|import)\('([^'\n]+)'/gm)].map(
      (match) => match[1] ?? match[2] ?? '',
    );
    return targets
      .filter((target) =>
        target.startsWith('.')
          ? relative(root, resolve(root, dirname(file), target)).startsWith('..')
          : !allowed.has(target),
      )
      .map((target) => `${file}: ${target}`);
  });

  expect(files.length).toBeGreaterThan(30);
  expect(outside).toEqual([]);
});
