import { statSync } from 'node:fs';
import type { Severity } from '../../audit';
import {
  auditPath,
  type DiffFormat,
  diffPaths,
  EXIT_CODES,
  exitCode,
  explainRule,
  type Format,
  listRules,
  render,
  renderDifferences,
  terminalOptions,
} from '../../audit';
import type { JudgingOptions } from '../audit-options';
import { CliError, EXIT } from '../errors';
import { kitVersion } from '../version';
import { readJudging, writeReport } from './judging';

export interface AuditCommandOptions extends JudgingOptions {
  readonly format: Format;
  readonly out?: string;
  readonly write?: readonly { readonly format: Format; readonly file: string }[];
  readonly findings?: boolean;
  readonly source?: string;
  readonly strict?: boolean;
  readonly failOn: Severity;
}

/** Judges a plan and writes the reports. */
export function audit(path: string, options: AuditCommandOptions): void {
  const { source } = options;
  if (source !== undefined && !statSync(source, { throwIfNoEntry: false })?.isDirectory()) {
    throw new CliError(`--source ${source} is no folder, expected that of a Terraform configuration`, EXIT.usage);
  }
  const sourceFolder = source === undefined ? {} : { sourceFolder: source };
  const judging = readJudging(options);
  const report = auditPath(path, { ...judging, ...sourceFolder });
  for (const { format, file } of [...(options.write ?? []), ...outOf(options)]) {
    writeReport(file, render(report, format, { version: kitVersion() }));
  }
  if (options.out === undefined) {
    const terminal = terminalOptions(process.stdout, process.env);
    const findingsOnly = options.findings === true;
    process.stdout.write(render(report, options.format, { ...terminal, findingsOnly, version: kitVersion() }));
  }
  process.exitCode = exitCode(report, {
    strict: options.strict === true,
    failOn: options.failOn,
    changed: judging.policy?.changed === true,
  });
}

function outOf({ out, format }: AuditCommandOptions): { format: Format; file: string }[] {
  return out === undefined ? [] : [{ format, file: out }];
}

/** Prints what a rule is about, or the list of the rules. */
export function explain(rule: string | undefined): void {
  const text = rule === undefined ? listRules() : explainRule(rule, process.stdout.columns);
  if (text === undefined) {
    throw new CliError(`no rule ${rule}: gatehouse audit explain lists the rules`, EXIT.usage);
  }
  process.stdout.write(text);
}

/** Prints what a newer plan changes. */
export function diff(older: string, newer: string, format: DiffFormat): void {
  const differences = diffPaths(older, newer);
  const { width } = terminalOptions(process.stdout, process.env);
  process.stdout.write(renderDifferences(differences, format, width === undefined ? {} : { width }));
  const failed = differences.introduced.some(({ verdict }) => verdict === 'fail');
  const weakened = differences.changed.some(({ order }) => order === 'weakened');
  process.exitCode = failed || weakened ? EXIT_CODES.findings : EXIT_CODES.ok;
}
