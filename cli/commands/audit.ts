import { type Command, InvalidArgumentError, Option } from 'commander';
import type { DiffFormat, Format, Severity } from '../../audit';
import type { AuditCommandOptions } from '../actions/audit';
import { addJudgingOptions } from '../audit-options';
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

/** `gatehouse audit`: who may call what, and what must not be applied. */
export function registerAudit(program: Command): void {
  const audit = program
    .command('audit')
    .description('judge Terraform plans: the authorization matrix and the findings')
    .argument('<path>', 'plan JSON (terraform show -json), or a folder of synthesized stacks or plans')
    .addOption(new Option('-f, --format <format>', 'format of the report').default('table').argParser(formatOf))
    .option('-o, --out <file>', 'write the report into a file instead of stdout')
    .option('--write <format=file>', 'write it in one more format into a file (repeatable)', moreFiles)
    .option('--source <folder>', 'Terraform configuration behind a plan: findings name its lines')
    .option('--findings', 'terminal: findings and changes alone, without the matrix')
    .option('--strict', 'unknown counts as a finding (exit code 4)')
    .addOption(
      new Option('--fail-on <severity>', 'least severity with which a failure counts')
        .choices(SEVERITIES)
        .default('info'),
    )
    .addHelpText('after', HELP)
    .action((path: string, options: AuditCommandOptions) => actions().audit(path, options));
  addJudgingOptions(audit);
  registerExplain(audit);
  registerDiff(audit);
  registerBaseline(audit);
  for (const command of audit.commands) {
    command.exitOverride();
  }
}

/** Loaded when a command runs: the help of the others does not wait for the plan audit. */
function actions(): typeof import('../actions/audit') {
  return require('../actions/audit') as typeof import('../actions/audit');
}

function registerExplain(audit: Command): void {
  audit
    .command('explain')
    .description('what a rule is about: why it matters, how it comes about, what to do')
    .argument('[rule]', 'id of a rule; without one, all rules are listed')
    .action((rule: string | undefined) => actions().explain(rule));
}

function registerDiff(audit: Command): void {
  audit
    .command('diff')
    .description('what a newer plan or synthesis changes: findings introduced and resolved, routes')
    .argument('<old>', 'as for audit')
    .argument('<new>', 'as for audit')
    .addOption(new Option('-f, --format <format>', 'table, json or markdown').default('table').argParser(diffFormatOf))
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing worse, 1 a failure was introduced or a route weakened, 5 unusable plan, 64 usage.',
    )
    .action((older: string, newer: string, { format }: { format: DiffFormat }) => actions().diff(older, newer, format));
}

function moreFiles(
  text: string,
  previous: readonly { format: Format; file: string }[] | undefined,
): readonly { format: Format; file: string }[] {
  const at = text.indexOf('=');
  const [format, file] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
  const { FORMATS, isFormat } = audit();
  if (!isFormat(format) || file === '') {
    throw new InvalidArgumentError(`expected <format>=<file>, formats are ${FORMATS.join(', ')}`);
  }
  return [...(previous ?? []), { format, file }];
}

function formatOf(text: string): Format {
  const { FORMATS, isFormat } = audit();
  if (!isFormat(text)) {
    throw new InvalidArgumentError(`Allowed choices are ${FORMATS.join(', ')}.`);
  }
  return text;
}

function diffFormatOf(text: string): DiffFormat {
  const { DIFF_FORMATS } = audit();
  const found = DIFF_FORMATS.find((format) => format === text);
  if (found === undefined) {
    throw new InvalidArgumentError(`Allowed choices are ${DIFF_FORMATS.join(', ')}.`);
  }
  return found;
}

function audit(): typeof import('../../audit') {
  return require('../../audit') as typeof import('../../audit');
}
