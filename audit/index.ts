/**
 * The plan audit: reads what would be deployed, judges it, and shows who may call what. Pure but for reading the files it is
 * given: no network, no clock, no credentials.
 */
import { applyBaseline, type Baseline } from './baseline/baseline';
import { compareReports, orderByModels, type ReportDifferences } from './diff/compare';
import { EXIT_CODES } from './errors';
import type { JsonObject } from './json';
import { buildModel } from './model/build';
import type { AuditModel } from './model/types';
import { loadStacks } from './reader/load';
import { readSynth } from './reader/synth';
import { severityRank } from './report/parts';
import { type AuditReport, buildReport, isOpen, isTrouble, losesState } from './report/report';
import { RULES } from './rules';
import type { RulePolicy } from './rules/policy';
import type { Rule, Severity } from './rules/rule';
import { withSources } from './sources';
import { applyWaivers } from './waivers/apply';
import type { WaiverFile } from './waivers/waivers';

export {
  applyBaseline,
  type Baseline,
  BaselineError,
  nextBaseline,
  readBaseline,
  renderBaseline,
} from './baseline/baseline';
export type { ChangeRow } from './change/change-rows';
export { type ChangedRoute, type ColumnChange, compareReports, type ReportDifferences } from './diff/compare';
export { DIFF_FORMATS, type DiffFormat, renderDifferences } from './diff/render';
export { AuditError, EXIT_CODES, PlanUnusableError } from './errors';
export { explainRule, listRules } from './explain';
export type { MatrixAuthorizer, MatrixRow } from './matrix';
export type * from './model/types';
export type { NotJudged, StackSource } from './reader/stack';
export { renderJson } from './report/json';
export { STICKY_MARKER } from './report/markdown';
export { FORMATS, type Format, isFormat, type RenderOptions, render } from './report/render';
export type {
  AuditReport,
  BaselineEntry,
  BaselineInfo,
  Counts,
  Finding,
  RuleInfo,
  SourcePlace,
  StackInfo,
  WaiverInfo,
  WaiverStatus,
} from './report/report';
export { isOpen, isTrouble, losesState } from './report/report';
export { renderTable, type TableOptions, terminalOptions } from './report/table';
export * from './rule-kit';
export { RULES } from './rules';
export { DEFAULT_RULE_POLICY, type RulePolicy, readRulePolicy } from './rules/policy';
export { SOURCES_FILE } from './sources';
export { applyWaivers } from './waivers/apply';
export { readWaivers, type Waiver, type WaiverFile, WaiverFileError } from './waivers/waivers';

export interface AuditOptions {
  /** Rules to ask. @default - the rules of the kit */
  readonly rules?: readonly Rule[];
  /** Limits and demands of the organisation. @default - DEFAULT_RULE_POLICY */
  readonly policy?: RulePolicy;
  /** Exceptions, with the day on which they are judged. @default - none */
  readonly waivers?: { readonly file: WaiverFile; readonly today: string };
  /** Findings that are known and fail nothing. @default - none */
  readonly baseline?: Baseline;
  /** Folder of the Terraform configuration behind a plan, whose lines findings are to name. @default - they name none */
  readonly sourceFolder?: string;
}

/**
 * Audits plan JSON (`terraform show -json`), or a folder of synthesized stacks with or without their plans.
 *
 * @param path a plan JSON file, a `cdk.tf.json`, a `cdktf.out`, or a folder of `<stack>.plan.json` files
 * @throws {PlanUnusableError} when there is nothing that can be judged
 */
export function auditPath(path: string, options: AuditOptions = {}): AuditReport {
  return auditModel(path, options).report;
}

/**
 * Compares what would be deployed now with what would have been: two plans, or two folders, as {@link auditPath} reads them.
 *
 * @throws {PlanUnusableError} when one of them cannot be judged
 */
export function diffPaths(older: string, newer: string, options: AuditOptions = {}): ReportDifferences {
  const before = auditModel(older, options);
  const after = auditModel(newer, options);
  return compareReports(before.report, after.report, orderByModels(before.model, after.model));
}

function auditModel(path: string, options: AuditOptions): { model: AuditModel; report: AuditReport } {
  const { stacks, notJudged } = loadStacks(path);
  const model = buildModel(stacks, notJudged);
  const report = buildReport(model, options.rules ?? RULES, options.policy);
  return { model, report: judged(withSources(report, stacks, path, options.sourceFolder), options) };
}

/**
 * Audits one configuration in JSON syntax that is in memory, as cdktf's `stack.toTerraform()` returns it: the rules that need
 * no plan answer, the others say unknown.
 *
 * @param name name of the stack in the report
 * @throws {PlanUnusableError} when it cannot be judged
 */
export function auditConfiguration(document: object, name: string, options: AuditOptions = {}): AuditReport {
  // Through JSON, as Terraform would read it: what has no JSON form is left out.
  const stack = readSynth(JSON.parse(JSON.stringify(document)) as JsonObject, name, 'cdk.tf.json');
  return judged(buildReport(buildModel([stack], []), options.rules ?? RULES, options.policy), options);
}

function judged(report: AuditReport, { waivers, baseline }: AuditOptions): AuditReport {
  const waived = waivers === undefined ? report : applyWaivers(report, waivers.file, waivers.today);
  return baseline === undefined ? waived : applyBaseline(waived, baseline);
}

export interface ExitCodeOptions {
  /** What is unknown or was not judged counts. @default false */
  readonly strict?: boolean;
  /** Failures of lower severity are shown and do not count. @default "info" */
  readonly failOn?: Severity;
  /** A plan that changes a route, or a resource behind one, fails; see {@link changesSomething}. @default false */
  readonly changed?: boolean;
}

/**
 * Whether a plan changes a route, or a resource on the path of a request, a token, a key or an alarm, in a way that may matter: not
 * what each release changes, what is only stronger, nor what is new or gone as a whole, which rules judge.
 */
export function changesSomething({ matrix, changes }: AuditReport): boolean {
  const matters = new Set(['weakened', 'changed', 'unknown', 'unclassified']);
  return [...matrix, ...changes].some(({ change }) => change !== null && matters.has(change));
}

/**
 * Exit code of a report, the first that holds: 2 a stateful resource is destroyed, replaced or given up; 1 a rule fails, or under
 * `changed` something changes; 3 a waiver is in trouble; 4 under `strict` an answer is unknown or a part was not judged; else 0. An
 * unusable plan, and a file of waivers or a baseline that cannot be read, are errors with a code of their own (5 and 3).
 */
export function exitCode(report: AuditReport, options: ExitCodeOptions = {}): number {
  const open = report.findings.filter(isOpen);
  if (open.some(losesState)) {
    return EXIT_CODES.stateful;
  }
  const worst = severityRank(options.failOn ?? 'info');
  if (open.some(({ verdict, severity }) => verdict === 'fail' && severityRank(severity) <= worst)) {
    return EXIT_CODES.findings;
  }
  if (options.changed === true && changesSomething(report)) {
    return EXIT_CODES.findings;
  }
  if (report.waivers.some(isTrouble)) {
    return EXIT_CODES.waiver;
  }
  const notPassed = report.counts.unknown + report.notJudged.length;
  return options.strict === true && notPassed > 0 ? EXIT_CODES.unknown : EXIT_CODES.ok;
}
