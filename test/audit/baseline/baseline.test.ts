import {
  type AuditReport,
  applyBaseline,
  auditPath,
  type Baseline,
  BaselineError,
  exitCode,
  nextBaseline,
  readBaseline,
  renderBaseline,
} from '../../../audit';
import { findingOf, reportWith } from '../report/sample';
import { fixture, readFixture, temporaryFolder, writeJson } from '../support';

const FILE = 'audit-baseline.json';
const ONE = findingOf({ address: 'aws_api_gateway_method.one', fingerprint: '1'.repeat(32) });
const TWO = findingOf({ address: 'aws_api_gateway_method.two', fingerprint: '2'.repeat(32) });
const LOST = findingOf({ address: 'aws_dynamodb_table.lost', action: 'delete', fingerprint: '3'.repeat(32) });

function first(report: AuditReport): Baseline {
  return nextBaseline(report, undefined, FILE);
}

describe('the baseline', () => {
  test('holds every open finding at first, and is read back as it was written', () => {
    const baseline = first(reportWith([ONE, TWO, { ...ONE, verdict: 'pass' }]));

    expect(baseline.entries.map(({ address }) => address)).toEqual([ONE.address, TWO.address]);
    expect(readBaseline(JSON.parse(renderBaseline(baseline)), FILE)).toEqual(baseline);
  });

  test('marks what it holds, which fails nothing; what is new does', () => {
    const baseline = first(reportWith([ONE]));

    expect(exitCode(applyBaseline(reportWith([ONE]), baseline), { strict: true })).toBe(0);
    const report = applyBaseline(reportWith([ONE, TWO]), baseline);
    expect(report.findings.map(({ inBaseline }) => inBaseline)).toEqual([true, false]);
    expect(report.counts).toMatchObject({ fail: 1, baseline: 1 });
    expect(exitCode(report)).toBe(1);
  });

  test('tells what is resolved', () => {
    const report = applyBaseline(reportWith([TWO]), first(reportWith([ONE, TWO])));

    expect(report.baseline).toEqual({ known: 1, resolved: [expect.objectContaining({ address: ONE.address })] });
    expect(exitCode(report)).toBe(0);
  });

  test('shrinks', () => {
    expect(nextBaseline(reportWith([TWO]), first(reportWith([ONE, TWO])), FILE)).toEqual(first(reportWith([TWO])));
  });

  test('never grows', () => {
    const grow = () => nextBaseline(reportWith([ONE, TWO]), first(reportWith([ONE])), FILE);

    expect(grow).toThrow(BaselineError);
    expect(grow).toThrow(`${FILE}: would grow by AUTHZ-001 at aws_api_gateway_method.two: `);
  });

  test('does not trade one finding for another', () => {
    expect(() => nextBaseline(reportWith([TWO]), first(reportWith([ONE])), FILE)).toThrow(BaselineError);
  });

  test('never holds what a plan does to a stateful resource', () => {
    const baseline = first(reportWith([ONE, LOST]));

    expect(baseline.entries.map(({ address }) => address)).toEqual([ONE.address]);
    const entry = { rule: LOST.rule, stack: LOST.stack, address: LOST.address, attribute: null };
    const forged = { version: 1, entries: [{ ...entry, fingerprint: LOST.fingerprint }] };
    expect(exitCode(applyBaseline(reportWith([LOST]), readBaseline(forged, FILE)))).toBe(2);
  });

  test('leaves a waived finding to its waiver', () => {
    expect(first(reportWith([{ ...ONE, waiver: 'W-1' }])).entries).toEqual([]);
  });
});

describe('a resource that moves into a module', () => {
  const before = findingOf({ address: 'aws_s3_bucket.logs["a.b"]', fingerprint: '4'.repeat(32) });
  const moved = findingOf({ address: 'module.storage["x"].aws_s3_bucket.logs["a.b"]', fingerprint: '5'.repeat(32) });

  test('stays in the baseline', () => {
    expect(exitCode(applyBaseline(reportWith([moved]), first(reportWith([before]))))).toBe(0);
  });

  test('is a new one where the old one is still there', () => {
    const fixed = { ...before, verdict: 'pass' as const };

    expect(exitCode(applyBaseline(reportWith([moved, fixed]), first(reportWith([before]))))).toBe(1);
  });

  test('takes one entry, not several', () => {
    const second = { ...moved, address: 'module.other.aws_s3_bucket.logs["a.b"]', fingerprint: '6'.repeat(32) };
    const report = applyBaseline(reportWith([moved, second]), first(reportWith([before])));

    expect(report.counts).toMatchObject({ fail: 1, baseline: 1 });
  });
});

describe('fingerprints of a real plan', () => {
  const folder = temporaryFolder();

  test('do not depend on the order of the plan or its layout', () => {
    const plan = readFixture('route-without-rule');
    const changes = Array.isArray(plan.resource_changes) ? [...plan.resource_changes].reverse() : [];
    const file = writeJson(folder, 'plan.json', JSON.stringify({ ...plan, resource_changes: changes }, null, 8));
    const baseline = first(auditPath(fixture('route-without-rule')));
    const report = applyBaseline(auditPath(file), baseline);

    expect(baseline.entries.length).toBeGreaterThan(5);
    expect(report.baseline).toEqual({ known: baseline.entries.length, resolved: [] });
    expect(report.counts).toMatchObject({ fail: 0, unknown: 0 });
  });

  test('are different for every finding', () => {
    const report = auditPath(fixture('wildcard-allow'));
    const open = report.findings.filter(({ verdict }) => verdict !== 'pass');

    expect(new Set(open.map(({ fingerprint }) => fingerprint)).size).toBe(open.length);
  });
});

describe('a file that is no baseline', () => {
  test.each([null, [], {}, { version: 2, entries: [] }, { version: 1, entries: {} }])('%j', (document) => {
    expect(() => readBaseline(document, FILE)).toThrow(`${FILE}: is not a baseline`);
  });

  test('an entry without a member, or one that stands twice', () => {
    const entry = { rule: 'R', stack: 's', address: 'a', attribute: null, fingerprint: 'f' };

    expect(() => readBaseline({ version: 1, entries: [{ ...entry, rule: 1 }] }, FILE)).toThrow('entries[0] lacks');
    expect(() => readBaseline({ version: 1, entries: [entry, entry] }, FILE)).toThrow('entries[1] has the fingerprint');
  });
});
