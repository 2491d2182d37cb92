import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AuditReport, auditPath, EXIT_CODES, exitCode, renderJson } from '../../audit';
import { fixture, planOf, reportOf } from './support';

function counts(pass: number, fail: number, unknown: number, notJudged = 0): AuditReport {
  const report = reportOf(planOf([]));
  const note = { stack: 's', subject: 'x', reason: 'y' };
  return { ...report, counts: { pass, fail, unknown }, notJudged: Array.from({ length: notJudged }, () => note) };
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
    expect(hcl.counts).toEqual({ pass: 9, fail: 0, unknown: 0 });
    expect(hcl.notJudged).toEqual([]);
  });

  test('plans of HCL and of JSON syntax give the same report', () => {
    expect(renderJson(json)).toBe(renderJson(hcl));
  });

  test('the configuration alone gives the same findings and matrix', () => {
    const synth = auditPath(join(__dirname, 'fixtures', 'good-json', 'main.tf.json'));

    expect(synth.findings.map((finding) => ({ ...finding, stack: '' }))).toEqual(
      hcl.findings.map((finding) => ({ ...finding, stack: '' })),
    );
    expect(synth.matrix.map((row) => ({ ...row, stack: '' }))).toEqual(
      hcl.matrix.map((row) => ({ ...row, stack: '' })),
    );
  });
});

test('the audit imports no network, no construct, no function and no package', () => {
  const allowed = new Set(['node:fs', 'node:path']);
  const files = readdirSync(join(__dirname, '../../audit'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const imports = files.flatMap((file) => {
    const text = readFileSync(join(__dirname, '../../audit', file), 'utf8');
    return [...text.matchAll(/(?:from|import|require\()\s*'([^']+)'/g)].map((match) => `${file}: ${match[1]}`);
  });

  const outside = imports.filter((line) => {
    const [file = '', target = ''] = line.split(': ');
    const leavesAudit = target.startsWith('../') && !file.includes('/');
    return target.startsWith('.') ? leavesAudit || target.startsWith('../../') : !allowed.has(target);
  });

  expect(files.length).toBeGreaterThan(30);
  expect(outside).toEqual([]);
});
