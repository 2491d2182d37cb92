import { type Command, Option } from 'commander';
import { auditPath, exitCode, renderJson, renderTable, terminalOptions } from '../../audit';

/** `gatehouse audit`: who may call what, and what must not be applied. */
export function registerAudit(program: Command): void {
  program
    .command('audit')
    .description('judge Terraform plans: the authorization matrix and the findings')
    .argument('<path>', 'plan JSON (terraform show -json), or a folder of synthesized stacks or plans')
    .addOption(new Option('-f, --format <format>', 'output').choices(['table', 'json']).default('table'))
    .option('--strict', 'unknown counts as a finding (exit code 4)')
    .addHelpText('after', '\nExit codes: 0 ok, 1 findings, 4 unknown under --strict, 5 unusable plan, 64 usage.')
    .action((path: string, options: { format: 'table' | 'json'; strict?: boolean }) => {
      const report = auditPath(path);
      process.stdout.write(
        options.format === 'json'
          ? renderJson(report)
          : renderTable(report, terminalOptions(process.stdout, process.env)),
      );
      process.exitCode = exitCode(report, { strict: options.strict === true });
    });
}
