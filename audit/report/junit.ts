import { markup } from './escape';
import { acceptance, placeOf } from './parts';
import type { AuditReport, Finding } from './report';

/**
 * The report as JUnit XML: a suite for each stack, a test for each answer. What is unknown, waived or in the baseline is a
 * skipped test with its reason, never a passed one. A stack's parts that were not judged are in its `system-out`.
 */
export function renderJunit(report: AuditReport): string {
  const suites = report.stacks.map(({ name }) => suite(report, name));
  const { pass, fail, unknown, waived, baseline } = report.counts;
  const total = pass + fail + unknown + waived + baseline;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="plan audit" tests="${total}" failures="${fail}" errors="0" skipped="${unknown + waived + baseline}">`,
    ...suites.flat(),
    '</testsuites>',
    '',
  ].join('\n');
}

function suite(report: AuditReport, stack: string): string[] {
  const findings = report.findings.filter((finding) => finding.stack === stack);
  const failed = findings.filter((finding) => outcome(finding) === 'failure').length;
  const skipped = findings.filter((finding) => outcome(finding) === 'skipped').length;
  const notes = report.notJudged.filter((note) => note.stack === stack);
  const counts = `tests="${findings.length}" failures="${failed}" errors="0" skipped="${skipped}"`;
  return [
    `  <testsuite name="${markup(stack)}" ${counts}>`,
    ...findings.map((finding) => testCase(finding)),
    ...(notes.length === 0 ? [] : ['    <system-out>']),
    ...notes.map(({ subject, reason }) => markup(`not judged: ${subject}: ${reason}`)),
    ...(notes.length === 0 ? [] : ['    </system-out>']),
    '  </testsuite>',
  ];
}

function outcome(finding: Finding): 'passed' | 'failure' | 'skipped' {
  if (finding.verdict === 'pass') {
    return 'passed';
  }
  return finding.verdict === 'unknown' || finding.waiver !== null || finding.inBaseline ? 'skipped' : 'failure';
}

function testCase(finding: Finding): string {
  const { address, attribute, source } = finding;
  const name = attribute === null ? address : `${address} ${attribute}`;
  const file = source === null ? '' : ` file="${markup(source.file)}" line="${source.line}"`;
  const head = `    <testcase classname="${markup(finding.rule)}" name="${markup(name)}"${file}`;
  switch (outcome(finding)) {
    case 'passed':
      return `${head}/>`;
    case 'skipped': {
      const accepted = finding.waiver !== null || finding.inBaseline;
      const reason = `${accepted ? acceptance(finding) : 'unknown'}: ${finding.message}`;
      return `${head}><skipped message="${markup(reason)}"/></testcase>`;
    }
    case 'failure': {
      const text = markup(`${placeOf(finding)}: ${finding.message}`);
      return `${head}><failure type="${markup(finding.severity)}" message="${markup(finding.message)}">${text}</failure></testcase>`;
    }
  }
}
