import type { Severity } from '../rules/rule';
import { type AuditReport, type Finding, isOpen, isTrouble, losesState, type RuleInfo } from './report';

const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/** Position of a severity, 0 for the worst. */
export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** Open findings, what matters most first: lost state, then failures by severity, then what is unknown. */
export function openFindings(report: AuditReport): Finding[] {
  return report.findings.filter(isOpen).sort(worstFirst);
}

/** Findings of one rule and verdict together, in the order of the first of each. */
export function byRule(findings: readonly Finding[]): readonly (readonly Finding[])[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.verdict} ${finding.rule} ${losesState(finding)}`;
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [finding]);
    } else {
      group.push(finding);
    }
  }
  return [...groups.values()];
}

/** Findings that somebody accepted: by a waiver, or by the baseline. */
export function acceptedFindings(report: AuditReport): Finding[] {
  return report.findings.filter((finding) => finding.verdict !== 'pass' && !isOpen(finding)).sort(worstFirst);
}

function worstFirst(left: Finding, right: Finding): number {
  return (
    Number(losesState(right)) - Number(losesState(left)) ||
    Number(right.verdict === 'fail') - Number(left.verdict === 'fail') ||
    severityRank(left.severity) - severityRank(right.severity)
  );
}

export function ruleOf(report: AuditReport, finding: Finding): RuleInfo | undefined {
  return report.rules.find(({ id }) => id === finding.rule);
}

/** `stack: address: attribute`. */
export function placeOf({ stack, address, attribute }: Finding): string {
  return [stack, address, attribute].filter((part) => part !== null).join(': ');
}

/** What a waiver of a finding about a stateful resource has to name; undefined for other findings. */
export function bindingOf(report: AuditReport, { action, stack }: Finding): string | undefined {
  const hash = report.stacks.find(({ name }) => name === stack)?.planHash ?? null;
  return action === null || hash === null ? undefined : `action ${action}, plan ${hash}`;
}

/** Why an accepted finding is accepted. */
export function acceptance(finding: Finding): string {
  return finding.waiver === null ? 'in the baseline' : `waived by ${finding.waiver}`;
}

/** The result in one line: `2 findings (1 critical), 1 unknown`. */
export function headline(report: AuditReport): string {
  const open = openFindings(report);
  const failed = open.filter(({ verdict }) => verdict === 'fail');
  const lost = failed.filter(losesState).length;
  const severities = SEVERITIES.map((severity) => ({
    severity,
    count: failed.filter((finding) => finding.severity === severity).length,
  }));
  const told = severities.filter(({ count }) => count > 0).map(({ severity, count }) => `${count} ${severity}`);
  const trouble = report.waivers.filter(isTrouble).length;
  const weakened = report.matrix.filter(({ change }) => change === 'weakened').length;
  return [
    lost === 0 ? undefined : `${plural(lost, 'stateful resource')} destroyed, replaced or given up`,
    weakened === 0 ? undefined : `${plural(weakened, 'route')} weakened`,
    failed.length === 0 ? 'no findings' : `${plural(failed.length, 'finding')} (${told.join(', ')})`,
    `${open.length - failed.length} unknown`,
    trouble === 0 ? undefined : `${plural(trouble, 'waiver')} in trouble`,
    report.notJudged.length === 0 ? undefined : `${plural(report.notJudged.length, 'part')} not judged`,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}

/** `9 pass, 0 fail, 1 unknown`, and what was accepted. */
export function countsText({ counts }: AuditReport): string {
  const accepted = [
    ...(counts.waived === 0 ? [] : [`${counts.waived} waived`]),
    ...(counts.baseline === 0 ? [] : [`${counts.baseline} in the baseline`]),
  ];
  return [`${counts.pass} pass`, `${counts.fail} fail`, `${counts.unknown} unknown`, ...accepted].join(', ');
}

export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

export function sourceText(source: string): string {
  return source === 'plan' || source === 'state'
    ? source
    : source === 'synth'
      ? 'synthesized, not planned:'
      : 'plan and synthesized configuration:';
}
