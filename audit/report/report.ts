import { compareText } from '../json';
import { buildMatrix, type MatrixRow } from '../matrix';
import type { AuditModel } from '../model/types';
import type { NotJudged, StackSource } from '../reader/stack';
import type { Rule, RuleFinding, Severity } from '../rules/rule';
import { REDACTED, type Verdict } from '../three-valued';

/** Version of the report's JSON form; a change that a reader could stumble over raises it. */
export const REPORT_VERSION = 1;

/** An answer of a rule, for reports. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly verdict: Verdict;
  readonly stack: string;
  readonly address: string;
  readonly attribute: string | null;
  /** Path of the construct that made the resource; null when only a plan was read. */
  readonly construct: string | null;
  readonly message: string;
}

export interface RuleInfo {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly why: string;
  readonly fix: string;
  readonly references: readonly string[];
}

export interface StackInfo {
  readonly name: string;
  readonly source: StackSource;
  readonly file: string;
  readonly terraformVersion: string | null;
}

/** Result of the plan audit. It holds no clock, no absolute path and no value that Terraform marks as sensitive. */
export interface AuditReport {
  readonly reportVersion: typeof REPORT_VERSION;
  readonly stacks: readonly StackInfo[];
  readonly matrix: readonly MatrixRow[];
  /** All answers, passes included. */
  readonly findings: readonly Finding[];
  /** What the audit could not read or does not know: it is no pass. */
  readonly notJudged: readonly NotJudged[];
  readonly counts: Readonly<Record<Verdict, number>>;
  readonly rules: readonly RuleInfo[];
}

/** Asks the rules and writes down their answers, in an order that depends on the content alone. */
export function buildReport(model: AuditModel, rules: readonly Rule[]): AuditReport {
  const answers: RuleFinding[] = [];
  const findings: Finding[] = [];
  for (const rule of rules) {
    for (const answer of rule.check(model)) {
      answers.push(answer);
      findings.push(toFinding(rule, answer));
    }
  }
  const count = (verdict: Verdict) => findings.filter((finding) => finding.verdict === verdict).length;
  const report: AuditReport = {
    reportVersion: REPORT_VERSION,
    stacks: model.stacks.map(({ name, source, file, terraformVersion }) => ({
      name,
      source,
      file,
      terraformVersion: terraformVersion ?? null,
    })),
    matrix: buildMatrix(model, answers),
    findings: findings.sort(compareFindings),
    notJudged: [...model.notJudged].sort(compareNotJudged),
    counts: { pass: count('pass'), fail: count('fail'), unknown: count('unknown') },
    rules: rules.map(({ id, title, severity, why, fix, references }) => ({
      id,
      title,
      severity,
      why,
      fix,
      references,
    })),
  };
  return redact(report, new Set(model.stacks.flatMap((stack) => [...stack.sensitiveTexts])));
}

function toFinding(rule: Rule, answer: RuleFinding): Finding {
  const { verdict, stack, address, message } = answer;
  const attribute = answer.attribute ?? null;
  return {
    rule: rule.id,
    severity: rule.severity,
    verdict,
    stack,
    address,
    attribute,
    construct: answer.constructPath ?? null,
    message,
  };
}

function compareFindings(left: Finding, right: Finding): number {
  return (
    compareText(left.stack, right.stack) ||
    compareText(left.rule, right.rule) ||
    compareText(left.address, right.address) ||
    compareText(left.attribute ?? '', right.attribute ?? '') ||
    compareText(left.message, right.message)
  );
}

function compareNotJudged(left: NotJudged, right: NotJudged): number {
  return (
    compareText(left.stack, right.stack) ||
    compareText(left.subject, right.subject) ||
    compareText(left.reason, right.reason)
  );
}

/** Last line of defence: no text that Terraform marks as sensitive leaves the audit, whichever way it came in. */
function redact<T>(value: T, secrets: ReadonlySet<string>): T {
  if (secrets.size === 0) {
    return value;
  }
  // Longest first, so that a secret within another leaves no rest of it behind. Methods and kinds are shown in upper case.
  const ordered = [...secrets].sort((left, right) => right.length - left.length || compareText(left, right));
  const pattern = new RegExp(ordered.map((secret) => secret.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'gi');
  const clean = (part: unknown): unknown => {
    if (typeof part === 'string') {
      return part.replace(pattern, REDACTED);
    }
    if (Array.isArray(part)) {
      return part.map(clean);
    }
    if (typeof part === 'object' && part !== null) {
      return Object.fromEntries(Object.entries(part).map(([key, item]) => [key, clean(item)]));
    }
    return part;
  };
  // The copy has the members of the original, with other texts.
  return clean(value) as T;
}
