import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  auditPath,
  DIFF_FORMATS,
  type DiffFormat,
  diffPaths,
  EXIT_CODES,
  exitCode,
  explainRule,
  FORMATS,
  type Format,
  isFormat,
  listRules,
  render,
  renderDifferences,
  type Severity,
  terminalOptions,
} from '../../audit';
import { addJudgingOptions, type JudgingOptions, readJudging, writeReport } from '../audit-options';
import { CliError, EXIT } from '../errors';
import { kitVersion } from '../version';
import { registerBaseline } from './audit-baseline';

const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

const HELP = `
Formats: table (terminal), markdown (pull requests), json, sarif (code scanning), html (one page), junit,
github (annotations of a job), gitlab (code quality), csv (the authorization matrix alone).

Exit codes, the first that holds:
  70  internal error          64  wrong usage             5  the plan cannot be used
  73  a report or the baseline cannot be written
   2  a stateful resource is destroyed, replaced or given up
   1  a rule fails             3  a waiver or the baseline is in trouble
   4  with --strict: an answer is unknown, or something was not judged
   0  none of these`;

interface AuditCommandOptions extends JudgingOptions {
  readonly format: Format;
  readonly out?: string;
  readonly write?: readonly { readonly format: Format; readonly file: string }[];
  readonly strict?: boolean;
  readonly failOn: Severity;
}

/** `gatehouse audit`: who may call what, and what must not be applied. */
export function registerAudit(program: Command): void {
  const audit = program
    .command('audit')
    .description('judge Terraform plans: the authorization matrix and the findings')
    .argument('<path>', 'plan JSON (terraform show -json), or a folder of synthesized stacks or plans')
    .addOption(new Option('-f, --format <format>', 'format of the report').choices(FORMATS).default('table'))
    .option('-o, --out <file>', 'write the report into a file instead of stdout')
    .option('--write <format=file>', 'write it in one more format into a file (repeatable)', moreFiles)
    .option('--strict', 'unknown counts as a finding (exit code 4)')
    .addOption(
      new Option('--fail-on <severity>', 'least severity with which a failure counts')
        .choices(SEVERITIES)
        .default('info'),
    )
    .addHelpText('after', HELP)
    .action(run);
  addJudgingOptions(audit);
  registerExplain(audit);
  registerDiff(audit);
  registerBaseline(audit);
  for (const command of audit.commands) {
    command.exitOverride();
  }
}

function run(path: string, options: AuditCommandOptions): void {
  const report = auditPath(path, readJudging(options));
  for (const { format, file } of [...(options.write ?? []), ...outOf(options)]) {
    writeReport(file, render(report, format, { version: kitVersion() }));
  }
  if (options.out === undefined) {
    const terminal = terminalOptions(process.stdout, process.env);
    process.stdout.write(render(report, options.format, { ...terminal, version: kitVersion() }));
  }
  process.exitCode = exitCode(report, { strict: options.strict === true, failOn: options.failOn });
}

function outOf({ out, format }: AuditCommandOptions): { format: Format; file: string }[] {
  return out === undefined ? [] : [{ format, file: out }];
}

function registerExplain(audit: Command): void {
  audit
    .command('explain')
    .description('what a rule is about: why it matters, how it comes about, what to do')
    .argument('[rule]', 'id of a rule; without one, all rules are listed')
    .action((rule: string | undefined) => {
      const text = rule === undefined ? listRules() : explainRule(rule, process.stdout.columns);
      if (text === undefined) {
        throw new CliError(`no rule ${rule}: gatehouse audit explain lists the rules`, EXIT.usage);
      }
      process.stdout.write(text);
    });
}

function registerDiff(audit: Command): void {
  audit
    .command('diff')
    .description('what a newer plan or synthesis changes: findings introduced and resolved, routes')
    .argument('<old>', 'as for audit')
    .argument('<new>', 'as for audit')
    .addOption(new Option('-f, --format <format>', 'format').choices(DIFF_FORMATS).default('table'))
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing worse, 1 a failure was introduced or a route weakened, 5 unusable plan, 64 usage.',
    )
    .action((older: string, newer: string, options: { format: DiffFormat }) => {
      const differences = diffPaths(older, newer);
      const { width } = terminalOptions(process.stdout, process.env);
      process.stdout.write(renderDifferences(differences, options.format, width === undefined ? {} : { width }));
      const failed = differences.introduced.some(({ verdict }) => verdict === 'fail');
      const weakened = differences.changed.some(({ order }) => order === 'weakened');
      process.exitCode = failed || weakened ? EXIT_CODES.findings : EXIT_CODES.ok;
    });
}

function moreFiles(
  text: string,
  previous: readonly { format: Format; file: string }[] | undefined,
): readonly { format: Format; file: string }[] {
  const at = text.indexOf('=');
  const [format, file] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
  if (!isFormat(format) || file === '') {
    throw new InvalidArgumentError(`expected <format>=<file>, formats are ${FORMATS.join(', ')}`);
  }
  return [...(previous ?? []), { format, file }];
}
