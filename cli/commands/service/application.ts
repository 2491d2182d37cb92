import { Argument, type Command, Option } from 'commander';
import type {
  ArchiveOptions,
  RegisterOptions,
  UpdateApplicationOptions,
} from '../../actions/service/application-changes';
import type { ListApplicationsOptions } from '../../actions/service/application-read';
import { addServiceOptions, type ServiceOptions } from '../../token-service/options';
import { countOf, listOf } from '../values';

/** `gatehouse application`: what tokens belong to. */
export function registerApplication(program: Command): void {
  const application = program
    .command('application')
    .description('register, list and change the applications that tokens belong to');

  addServiceOptions(
    application
      .command('list')
      .description('list applications')
      .option('--team <name>', 'only those of this team')
      .addOption(new Option('--limit <count>', 'at most so many').default(100).argParser(countOf(1, 1_000_000))),
  )
    .addHelpText('after', '\nExample: gatehouse application list --team payments')
    .action((options: ListApplicationsOptions) => reading().listApplications(options));

  addServiceOptions(application.command('show').description('show an application').addArgument(nameArgument()))
    .addHelpText('after', '\nExample: gatehouse application show shop-ci')
    .action((name: string, options: ServiceOptions) => reading().showApplication(name, options));

  addServiceOptions(
    application
      .command('register')
      .description('register an application, so that its tokens are metered; a repeat changes nothing')
      .addArgument(nameArgument())
      .option('--tier <name>', 'usage plan of all its tokens')
      .option('--team <name>', 'team that it belongs to (default: the team "default")')
      .option('--from-file <file>', 'the same as a request in YAML or JSON, - reads the standard input; options win'),
  )
    .addHelpText('after', '\nExample: gatehouse application register shop-ci --tier standard --team payments')
    .action((name: string, options: RegisterOptions) => changes().registerApplication(name, options));

  addServiceOptions(
    application
      .command('update')
      .description('change tier, team or maintainers of an application; its tokens follow')
      .addArgument(nameArgument())
      .option('--tier <name>', 'usage plan of all its tokens')
      .option('--team <name>', 'team that it goes to, with its tokens')
      .option('--maintainer <member-id>', 'member who looks after it: name all of them (repeatable)', listOf)
      .option('--from-file <file>', 'the same as a request in YAML or JSON, - reads the standard input; options win'),
  )
    .addHelpText('after', '\nExample: gatehouse application update shop-ci --tier partner')
    .action((name: string, options: UpdateApplicationOptions) => changes().updateApplication(name, options));

  addServiceOptions(
    application
      .command('archive')
      .description('issue no tokens for an application any more; those that it has stay, and are listed')
      .addArgument(nameArgument())
      .option('--restore', 'take it back'),
  )
    .addHelpText('after', '\nExample: gatehouse application archive shop-ci')
    .action((name: string, options: ArchiveOptions) => changes().archiveApplication(name, options));
}

function nameArgument(): Argument {
  return new Argument('<application>', 'name of the application');
}

function reading(): typeof import('../../actions/service/application-read') {
  return require('../../actions/service/application-read') as typeof import('../../actions/service/application-read');
}

function changes(): typeof import('../../actions/service/application-changes') {
  return require('../../actions/service/application-changes') as typeof import('../../actions/service/application-changes');
}
