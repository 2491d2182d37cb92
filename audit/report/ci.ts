import type { Severity } from '../rules/rule';
import { commandMessage, commandProperty, json, printable } from './escape';
import { countsText, openFindings, placeOf, ruleOf } from './parts';
import { type AuditReport, type Finding, isTrouble } from './report';

/**
 * Annotations of GitHub Actions: a failure is an error, an unknown answer and a waiver in trouble are warnings. GitHub shows ten
 * of a kind for each step, so the worst come first; the last line has the counts.
 */
export function renderGithub(report: AuditReport): string {
  const findings = openFindings(report).map((finding) => {
    const title = `${finding.rule} ${ruleOf(report, finding)?.title ?? ''}`.trim();
    const kind = finding.verdict === 'fail' ? 'error' : 'warning';
    return command(kind, { ...place(finding), title }, `${placeOf(finding)}: ${finding.message}`);
  });
  const waivers = report.waivers
    .filter(isTrouble)
    .map(({ id, problem }) => command('warning', { title: `waiver ${id}` }, `waiver ${id} ${problem}`));
  return `${[...findings, ...waivers, command('notice', { title: 'plan audit' }, countsText(report))].join('\n')}\n`;
}

function place({ source }: Finding): Record<string, string> {
  return source === null ? {} : { file: source.file, line: String(source.line), col: String(source.column) };
}

function command(kind: string, properties: Readonly<Record<string, string>>, message: string): string {
  const list = Object.entries(properties).map(([name, value]) => `${name}=${commandProperty(value)}`);
  return `::${kind} ${list.join(',')}::${commandMessage(message)}`;
}

const GITLAB_SEVERITIES: Readonly<Record<Severity, string>> = {
  critical: 'blocker',
  high: 'critical',
  medium: 'major',
  low: 'minor',
  info: 'info',
};

/** A Code Quality report of GitLab (Code Climate format): failures by their severity, unknown answers as `info`. */
export function renderGitlab(report: AuditReport): string {
  return json(
    openFindings(report).map((finding) => ({
      description: printable(`${finding.verdict === 'fail' ? '' : 'unknown: '}${finding.address}: ${finding.message}`),
      check_name: finding.rule,
      fingerprint: finding.fingerprint,
      severity: finding.verdict === 'fail' ? GITLAB_SEVERITIES[finding.severity] : 'info',
      location: {
        path: printable(finding.source?.file ?? stackFile(report, finding)),
        lines: { begin: finding.source?.line ?? 1 },
      },
    })),
  );
}

function stackFile(report: AuditReport, finding: Finding): string {
  return report.stacks.find(({ name }) => name === finding.stack)?.file ?? finding.stack;
}
