import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { auditPath } from '../../../audit';
import { renderSarif } from '../../../audit/report/sarif';
import { fixture } from '../support';
import { findingOf, HOSTILE, reportFullOf, reportWith, waiverInfoOf } from './sample';

/** The schema of OASIS as published (draft 04, whose keywords here mean the same in draft 07). */
const {
  $schema: _,
  id: __,
  ...schema
} = JSON.parse(readFileSync(join(__dirname, '../fixtures/sarif-2.1.0.schema.json'), 'utf8')) as Record<string, unknown>;
// A pattern of the published schema is none in the mode of Unicode.
const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false });
addFormats(ajv);
const validate = ajv.compile(schema);

interface Result {
  ruleId: string;
  ruleIndex: number;
  kind: string;
  level: string;
  message: { text: string };
  locations: { physicalLocation: { artifactLocation: { uri: string; uriBaseId?: string }; region?: object } }[];
  partialFingerprints: Record<string, string>;
  baselineState?: string;
  suppressions?: { kind: string; status: string; justification: string }[];
}

interface Log {
  runs: {
    tool: { driver: { rules: { id: string; properties: Record<string, unknown> }[]; version?: string } };
    invocations: { toolExecutionNotifications: { message: { text: string } }[] }[];
    results: Result[];
  }[];
}

function runOf(text: string): Log['runs'][number] {
  const [run] = (JSON.parse(text) as Log).runs;
  if (run === undefined) {
    throw new Error('the log has no run');
  }
  return run;
}

describe('the SARIF report', () => {
  test.each(['good', 'route-without-rule', 'wildcard-allow', 'later-plan', 'openapi-body'])(
    '%s is as the schema of SARIF 2.1.0 says',
    (name) => {
      validate(JSON.parse(renderSarif(auditPath(fixture(name)), '1.2.3')));

      expect(validate.errors ?? []).toEqual([]);
    },
  );

  test('the schema refuses what is no SARIF', () => {
    expect(validate({ version: '2.1.0' })).toBe(false);
    expect(validate({ version: '2.1.0', runs: [{ tool: {} }] })).toBe(false);
  });

  test.each(HOSTILE)('%j stays text', (hostile) => {
    const text = renderSarif(reportFullOf(hostile));
    validate(JSON.parse(text));

    expect(validate.errors ?? []).toEqual([]);
    for (const { locations } of runOf(text).results) {
      expect(locations[0]?.physicalLocation.artifactLocation.uri).toMatch(/^[\w./~!*'()%-]+$/);
    }
  });

  test('a failure points at the line that made the resource', () => {
    const source = { file: 'stacks/my api.ts', line: 12, column: 5 };
    const [result] = runOf(renderSarif(reportWith([findingOf({ source })]))).results;

    expect(result?.locations[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'stacks/my%20api.ts', uriBaseId: 'SRCROOT' },
      region: { startLine: 12, startColumn: 5 },
    });
    expect(result).toMatchObject({ kind: 'fail', level: 'error', ruleId: 'AUTHZ-001' });
  });

  test('without a source it points at the file of the stack, and at no line of it', () => {
    const report = reportWith([findingOf()]);
    const [result] = runOf(renderSarif(report)).results;

    expect(result?.locations[0]?.physicalLocation).toEqual({ artifactLocation: { uri: report.stacks[0]?.file } });
  });

  test('an unknown answer is an open result, never a pass', () => {
    const [result] = runOf(renderSarif(reportWith([findingOf({ verdict: 'unknown' })]))).results;

    expect(result).toMatchObject({ kind: 'open', level: 'none' });
  });

  test('a waived finding and one of the baseline are suppressed', () => {
    const findings = [findingOf({ waiver: 'W-1' }), findingOf({ inBaseline: true, address: 'x.y' })];
    const report = reportWith(findings, { waivers: [waiverInfoOf()], baseline: { known: 1, resolved: [] } });
    const [waived, known] = runOf(renderSarif(report)).results;

    expect(waived?.suppressions?.[0]).toMatchObject({ kind: 'external', status: 'accepted' });
    expect(waived?.suppressions?.[0]?.justification).toContain('owner ana, approver bo, until 2026-12-01');
    expect(known).toMatchObject({ baselineState: 'unchanged', suppressions: [{ justification: 'in the baseline' }] });
  });

  test('fingerprints do not depend on the line or the message', () => {
    const report = auditPath(fixture('route-without-rule'));
    const moved = report.findings.map((finding) => ({ ...finding, source: { file: 'x.ts', line: 9, column: 1 } }));
    const prints = (log: string) => runOf(log).results.map((result) => result.partialFingerprints);

    expect(prints(renderSarif({ ...report, findings: moved }))).toEqual(prints(renderSarif(report)));
    expect(prints(renderSarif(report)).length).toBeGreaterThan(5);
  });

  test('rules carry the score that GitHub sorts by, and the controls that they support evidence for', () => {
    const rules = runOf(renderSarif(reportWith([]), '1.2.3')).tool.driver.rules;

    expect(rules.find(({ id }) => id === 'AUTHZ-001')?.properties).toMatchObject({
      'security-severity': '9.5',
      supportsEvidenceFor: ['OWASP API 2023 API2'],
    });
  });

  test('more results than GitHub takes are cut, and that is told', () => {
    const many = Array.from({ length: 25_010 }, (_, index) => findingOf({ address: `a.b${index}` }));
    const run = runOf(renderSarif(reportWith(many)));

    expect(run.results).toHaveLength(25_000);
    expect(run.invocations[0]?.toolExecutionNotifications[0]?.message.text).toContain('10 results');
  });
});
