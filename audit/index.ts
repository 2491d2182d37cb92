/**
 * The plan audit: reads what would be deployed, judges it, and shows who may call what. Pure but for reading the files it is
 * given: no network, no clock, no credentials.
 */
import { EXIT_CODES } from './errors';
import { buildModel } from './model/build';
import { loadStacks } from './reader/load';
import { type AuditReport, buildReport } from './report/report';
import { RULES } from './rules';
import type { Rule } from './rules/rule';

export { AuditError, EXIT_CODES, PlanUnusableError } from './errors';
export type { MatrixAuthorizer, MatrixRow } from './matrix';
export type * from './model/types';
export type { NotJudged, StackSource } from './reader/stack';
export { renderJson } from './report/json';
export type { AuditReport, Finding, RuleInfo, StackInfo } from './report/report';
export { renderTable, type TableOptions, terminalOptions } from './report/table';
export { RULES } from './rules';
export type { Rule, RuleFinding, Severity } from './rules/rule';
export type { Value, Verdict } from './three-valued';

export interface AuditOptions {
  /** Rules to ask. @default - the rules of the kit */
  readonly rules?: readonly Rule[];
}

/**
 * Audits plan JSON (`terraform show -json`), or a folder of synthesized stacks with or without their plans.
 *
 * @param path a plan JSON file, a `cdk.tf.json`, a `cdktf.out`, or a folder of `<stack>.plan.json` files
 * @throws {PlanUnusableError} when there is nothing that can be judged
 */
export function auditPath(path: string, options: AuditOptions = {}): AuditReport {
  const { stacks, notJudged } = loadStacks(path);
  return buildReport(buildModel(stacks, notJudged), options.rules ?? RULES);
}

/**
 * Exit code of a report: 1 when a rule fails; 4 under `strict` when an answer is unknown or a part was not judged; else 0.
 * An unusable plan is an error, with its own code 5. Codes 2 and 3 are reserved.
 */
export function exitCode(report: AuditReport, options: { readonly strict?: boolean } = {}): number {
  if (report.counts.fail > 0) {
    return EXIT_CODES.findings;
  }
  const open = report.counts.unknown + report.notJudged.length;
  return options.strict === true && open > 0 ? EXIT_CODES.unknown : EXIT_CODES.ok;
}
