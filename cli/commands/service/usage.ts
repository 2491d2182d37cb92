import { Argument, type Command, Option } from 'commander';
import type { HygieneOptions } from '../../actions/service/hygiene';
import type { UsageOptions } from '../../actions/service/usage';
import { addServiceOptions } from '../../token-service/options';
import { countOf, durationOf, timeOf, tokenIdOf } from '../values';

/** `gatehouse usage` and `gatehouse hygiene`: what was counted of calls, and what follows for the tokens. */
export function registerUsage(program: Command): void {
  addServiceOptions(
    program
      .command('usage')
      .description('calls of tokens, and who uses which of their secrets')
      .addArgument(
        new Argument('[token-id...]', 'tokens (default: those of --application or --team, the newest first)').argParser(
          (text: string, before: readonly string[] | undefined) => [...(before ?? []), tokenIdOf(text)],
        ),
      )
      .option('--application <name>', 'the tokens of this application')
      .option('--team <name>', 'the tokens of this team')
      .addOption(
        new Option('--last <duration>', 'how far back: 7d, 24h, 90m or seconds')
          .default(7 * 86_400, '7d')
          .argParser(durationOf),
      )
      .addOption(
        new Option('--from <time>', 'beginning, in place of --last; a date means its first moment in UTC').argParser(
          timeOf,
        ),
      )
      .addOption(
        new Option(
          '--to <time>',
          'end (default: now); a date means its first moment in UTC, so name the day after the last',
        ).argParser(timeOf),
      )
      .addOption(
        new Option('--step <length>', 'periods of the JSON output').choices(['hour', 'day', 'total']).default('total'),
      )
      .addOption(new Option('--limit <count>', 'at most so many tokens').default(100).argParser(countOf(1, 100_000))),
  )
    .addHelpText(
      'after',
      '\nWhole hours are counted. Examples:\n  gatehouse usage 5Jk2Lm9QxT4vW8za --last 24h\n  gatehouse usage --application shop-ci --json | jq .totals.calls',
    )
    .action((ids: string[], options: UsageOptions) => {
      const { showUsage } = require('../../actions/service/usage') as typeof import('../../actions/service/usage');
      return showUsage(ids, options);
    });

  addServiceOptions(
    program
      .command('hygiene')
      .description('tokens that are unused, live too long, or may do more than they are used for')
      .option('--application <name>', 'only those of this application')
      .option('--team <name>', 'only those of this team')
      .option('--check', 'exit with 1 when there is anything, for pipelines'),
  )
    .addHelpText('after', '\nExample: gatehouse hygiene --team payments --check')
    .action((options: HygieneOptions) => {
      const { showHygiene } =
        require('../../actions/service/hygiene') as typeof import('../../actions/service/hygiene');
      return showHygiene(options);
    });
}
