import { Argument, type Command, Option } from 'commander';
import type { StartBulkOptions } from '../../actions/service/bulk-start';
import { addServiceOptions, type ServiceOptions } from '../../token-service/options';
import { countOf, timeOf, tokenIdOf } from '../values';

/** As the token service has them. */
const ACTIONS = {
  revoke: 'refuse many tokens for good',
  disable: 'pause many tokens: they are refused until they are enabled',
  enable: 'end the pause of many tokens',
} as const;

const START_HELP = `
First the tokens are counted, by a dry run. Then a person at a terminal is asked; elsewhere --yes confirms. The job goes on by itself
when the command is interrupted: gatehouse bulk wait <job-id>. Exit code 1 when a token was refused or failed, or the job was stopped.

Examples:
  gatehouse bulk disable --application shop-ci --never-used --dry-run
  gatehouse bulk revoke 5Jk2Lm9QxT4vW8za 0g3Xk8Zq1Lr5Tn7V --reason "leaked in a log" --yes`;

/** `gatehouse bulk`: many tokens at once. */
export function registerBulk(program: Command): void {
  const bulk = program.command('bulk').description('revoke, disable or enable many tokens at once');
  for (const [action, description] of Object.entries(ACTIONS)) registerStart(bulk, action, description);

  addServiceOptions(
    bulk
      .command('list')
      .description('list jobs, newest first')
      .option('--team <name>', 'only jobs about this team')
      .addOption(new Option('--limit <count>', 'at most so many').default(50).argParser(countOf(1, 100_000))),
  )
    .addHelpText('after', '\nExample: gatehouse bulk list')
    .action((options: ServiceOptions & { readonly team?: string; readonly limit: number }) => jobs().listJobs(options));

  addServiceOptions(bulk.command('show').description('show a job and what became of each token').addArgument(jobId()))
    .addHelpText('after', '\nExample: gatehouse bulk show 5Jk2Lm9QxT4vW8za')
    .action((id: string, options: ServiceOptions) => jobs().showJob(id, options));

  addServiceOptions(bulk.command('wait').description('wait until a job has ended, then show it').addArgument(jobId()))
    .addHelpText('after', '\nExample: gatehouse bulk wait 5Jk2Lm9QxT4vW8za')
    .action((id: string, options: ServiceOptions) => jobs().waitForJob(id, options));
}

function registerStart(bulk: Command, action: string, description: string): void {
  const command = bulk
    .command(action)
    .description(description)
    .addArgument(
      new Argument('[token-id...]', 'tokens, at most 500 (default: those of a filter)').argParser(
        (text: string, before: readonly string[] | undefined) => [...(before ?? []), tokenIdOf(text)],
      ),
    )
    .option('--application <name>', 'only those of this application')
    .option('--team <name>', 'only those of this team; with ids, the team that the caller acts for')
    .option('--tag <name[=value]>', 'with a tag of this name, or with this value')
    .option('--scope <scope>', 'that may use this scope, by its name or by a wildcard')
    .addOption(new Option('--created-from <time>', 'issued at this time or later').argParser(timeOf))
    .addOption(new Option('--created-before <time>', 'issued before').argParser(timeOf))
    .option('--created-by <principal>', 'that this principal issued')
    .option('--never-used', 'that nobody has used yet')
    .option('--all', 'no filter: everything that the caller may change')
    .option('--include-caller', 'the token of the command itself too, when it is meant')
    .option('--reason <text>', 'why, for people; it is in the audit trail')
    .option('--dry-run', 'only count')
    .option('--yes', 'change what was counted without asking')
    .option('--no-wait', 'print the job and do not wait for its end');
  if (action === 'revoke') {
    command.option('--panic', 'refuse the tokens of a filter at once, before the first record is changed');
  }
  addServiceOptions(command)
    .addHelpText('after', START_HELP)
    .action((ids: string[], options: StartBulkOptions) => {
      const { startBulk } =
        require('../../actions/service/bulk-start') as typeof import('../../actions/service/bulk-start');
      return startBulk(action, ids, options);
    });
}

function jobId(): Argument {
  return new Argument('<job-id>', 'id of the job');
}

function jobs(): typeof import('../../actions/service/bulk-jobs') {
  return require('../../actions/service/bulk-jobs') as typeof import('../../actions/service/bulk-jobs');
}
