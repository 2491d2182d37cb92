import { type Command, Option } from 'commander';
import type { ListTrailOptions } from '../../actions/service/trail-list';
import { addServiceOptions } from '../../token-service/options';
import { countOf, durationOf, timeOf } from '../values';

/** `gatehouse trail list`, beside the commands that verify and export the trail. */
export function registerTrailList(program: Command): void {
  const trail = program.commands.find((command) => command.name() === 'trail');
  if (trail === undefined) throw new Error('gatehouse trail is not registered yet');
  addServiceOptions(
    trail
      .command('list')
      .description('list who did what, newest first, as far as the role of the caller goes')
      .option('--actor <principal>', 'only what this principal did')
      .option('--action <name>', 'only this action, such as token.rotate')
      .option('--object <kind#id>', 'only what was done to this, such as token#5Jk2Lm9QxT4vW8za')
      .option('--team <name>', 'only what concerns this team')
      .addOption(new Option('--last <duration>', 'how far back: 30d, 24h, 90m or seconds').argParser(durationOf))
      .addOption(
        new Option('--from <time>', 'not before; a date means its first moment in UTC')
          .argParser(timeOf)
          .conflicts('last'),
      )
      .addOption(
        new Option(
          '--to <time>',
          'not after; a date means its first moment in UTC, so name the day after the last',
        ).argParser(timeOf),
      )
      .addOption(new Option('--limit <count>', 'at most so many').default(100).argParser(countOf(1, 1_000_000))),
  )
    .addHelpText(
      'after',
      '\nExamples:\n  gatehouse trail list --object token#5Jk2Lm9QxT4vW8za\n  gatehouse trail list --last 24h --json | jq -c .entry',
    )
    .action((options: ListTrailOptions) => {
      const { listTrail } =
        require('../../actions/service/trail-list') as typeof import('../../actions/service/trail-list');
      return listTrail(options);
    });
}
