import { createHash } from 'node:crypto';
import { type ChangeRow, changeRows } from '../change/change-rows';
import { compareText } from '../json';
import { buildMatrix, type MatrixRow, type WeighedFinding } from '../matrix';
import type { AuditModel } from '../model/types';
import { planHash } from '../reader/plan-hash';
import type { NotJudged, StackSource } from '../reader/stack';
import { supports } from '../rules/frameworks';
import { DEFAULT_RULE_POLICY, type RulePolicy } from '../rules/policy';
import type { Rule, RuleFinding, Severity, StatefulAction } from '../rules/rule';
import { answersOf } from '../rules/shared/answers';
import type { Verdict } from '../three-valued';
import { redact } from './redact';

/** Version of the report's JSON form; a change that a reader could stumble over raises it. */
export const REPORT_VERSION = 1;

/** Place in a file, relative to the folder of the project; lines and columns count from 1. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

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
  /** Line that made the resource; null when neither recorded sources nor the synthesized file tell it. */
  readonly source: SourcePlace | null;
  readonly message: string;
  /** What the plan does to a stateful resource, for the findings that guard those; null for others. */
  readonly action: StatefulAction | null;
  /** Identity across runs: rule, stack, address, attribute and kind of evidence; no line and no value. */
  readonly fingerprint: string;
  /** Id of the waiver that covers the finding. */
  readonly waiver: string | null;
  /** True when the baseline holds the finding. */
  readonly inBaseline: boolean;
}

export interface RuleInfo {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly why: string;
  readonly fix: string;
  readonly references: readonly string[];
  /** Controls of standards that its answers support evidence for; no claim of compliance. */
  readonly supports: readonly { readonly framework: string; readonly control: string }[];
}

export interface StackInfo {
  readonly name: string;
  readonly source: StackSource;
  readonly file: string;
  readonly terraformVersion: string | null;
  /** SHA-256 of what the plan changes, by which waivers of stateful changes name it; null when no plan was read. */
  readonly planHash: string | null;
}

/** What became of a waiver. All but `used` and `expires soon` are trouble (exit code 3). */
export type WaiverStatus = 'used' | 'expires soon' | 'expired' | 'unused' | 'rejected';

/** A waiver, and what became of it. */
export interface WaiverInfo {
  readonly id: string;
  readonly rule: string;
  readonly target: string;
  readonly reason: string;
  readonly owner: string;
  readonly approver: string;
  readonly ticket: string | null;
  /** Last day, `YYYY-MM-DD` in UTC. */
  readonly expires: string;
  readonly status: WaiverStatus;
  /** Why it is trouble; null when it is not. */
  readonly problem: string | null;
  /** Number of findings that it covers. */
  readonly findings: number;
}

/** An accepted finding of the baseline. */
export interface BaselineEntry {
  readonly rule: string;
  readonly stack: string;
  readonly address: string;
  readonly attribute: string | null;
  readonly fingerprint: string;
}

/** How the findings compare with the baseline. */
export interface BaselineInfo {
  /** Findings that the baseline holds. */
  readonly known: number;
  /** Entries of the baseline that are no findings any more: they should leave it. */
  readonly resolved: readonly BaselineEntry[];
}

/** How many answers of each kind; an answer is counted once. */
export interface Counts {
  readonly pass: number;
  /** Failures that no waiver covers and the baseline does not hold. */
  readonly fail: number;
  /** Unknown answers that no waiver covers and the baseline does not hold. */
  readonly unknown: number;
  readonly waived: number;
  readonly baseline: number;
}

/** Result of the plan audit. It holds no clock, no absolute path and no value that Terraform marks as sensitive. */
export interface AuditReport {
  readonly reportVersion: typeof REPORT_VERSION;
  readonly stacks: readonly StackInfo[];
  readonly matrix: readonly MatrixRow[];
  /** What the plans make of the resources behind routes, tokens, keys and alarms, attribute by attribute. */
  readonly changes: readonly ChangeRow[];
  /** All answers, passes included. */
  readonly findings: readonly Finding[];
  /** What the audit could not read or does not know: it does not count as pass. */
  readonly notJudged: readonly NotJudged[];
  readonly counts: Counts;
  readonly waivers: readonly WaiverInfo[];
  /** Null when no baseline was given. */
  readonly baseline: BaselineInfo | null;
  readonly rules: readonly RuleInfo[];
}

/** Asks the rules and writes down their answers, in an order that depends on the content alone. */
export function buildReport(
  model: AuditModel,
  rules: readonly Rule[],
  policy: RulePolicy = DEFAULT_RULE_POLICY,
): AuditReport {
  const answers: WeighedFinding[] = [];
  const findings: Draft[] = [];
  for (const rule of rules) {
    for (const answer of answersOf(rule, model, policy)) {
      answers.push({ ...answer, severity: rule.severity });
      findings.push(toFinding(rule, answer));
    }
  }
  const report: AuditReport = {
    reportVersion: REPORT_VERSION,
    stacks: model.stacks.map(({ name, source, file, terraformVersion, document }) => ({
      name,
      source,
      file,
      terraformVersion: terraformVersion ?? null,
      planHash: source.startsWith('plan') ? planHash(document) : null,
    })),
    matrix: buildMatrix(model, answers),
    changes: changeRows(model),
    findings: withFingerprints(findings.sort(compareFindings)),
    notJudged: [...model.notJudged].sort(compareNotJudged),
    counts: countFindings(findings),
    waivers: [],
    baseline: null,
    rules: rules.map(({ id, title, severity, why, fix, references }) => ({
      id,
      title,
      severity,
      why,
      fix,
      references,
      supports: supports(id).map(({ framework, control }) => ({ framework, control })),
    })),
  };
  return redact(report, new Set(model.stacks.flatMap((stack) => [...stack.sensitiveTexts])));
}

/** True for what somebody has to look at: neither passed, nor waived, nor in the baseline. */
export function isOpen(finding: Finding): boolean {
  return finding.verdict !== 'pass' && finding.waiver === null && !finding.inBaseline;
}

/** True for an open finding by which a stateful resource is lost: destroyed, replaced or given up. */
export function losesState(finding: Finding): boolean {
  return isOpen(finding) && finding.verdict === 'fail' && finding.action !== null && finding.action !== 'update';
}

/** True for a waiver that somebody has to look at. */
export function isTrouble(waiver: WaiverInfo): boolean {
  return waiver.status !== 'used' && waiver.status !== 'expires soon';
}

/** Counts the answers of a report. */
export function countFindings(findings: readonly Finding[]): Counts {
  const counts = { pass: 0, fail: 0, unknown: 0, waived: 0, baseline: 0 };
  for (const finding of findings) {
    if (finding.verdict === 'pass' || isOpen(finding)) {
      counts[finding.verdict] += 1;
    } else {
      counts[finding.waiver === null ? 'baseline' : 'waived'] += 1;
    }
  }
  return counts;
}

/** A finding on its way into the report. */
type Draft = Finding & { readonly evidence: string };

function toFinding(rule: Rule, answer: RuleFinding): Draft {
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
    source: null,
    message,
    action: answer.stateful ?? null,
    fingerprint: '',
    evidence: answer.evidence ?? '',
    waiver: null,
    inBaseline: false,
  };
}

/** Several findings of one rule about one attribute are told apart by their order, so that one more of them is a new one. */
function withFingerprints(findings: readonly Draft[]): Finding[] {
  const seen = new Map<string, number>();
  return findings.map(({ evidence, ...finding }) => {
    const { rule, stack, address, attribute } = finding;
    const identity = JSON.stringify([rule, stack, address, attribute, evidence]);
    const order = finding.verdict === 'pass' ? 0 : (seen.get(identity) ?? 0) + 1;
    seen.set(identity, Math.max(order, seen.get(identity) ?? 0));
    const fingerprint = createHash('sha256').update(`${identity} ${order}`).digest('hex').slice(0, 32);
    return { ...finding, fingerprint };
  });
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
