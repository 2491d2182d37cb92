import { Argument, type Command, Option } from 'commander';
import type { CreateTeamOptions, UpdateTeamOptions } from '../../actions/service/team-changes';
import type { AddMemberOptions, RemoveMemberOptions, SetMemberOptions } from '../../actions/service/team-members';
import type { ListTeamsOptions } from '../../actions/service/team-read';
import { addServiceOptions, type ServiceOptions } from '../../token-service/options';
import { countOf, durationOf, listOf } from '../values';

/** As the token service has them. */
const ROLES = ['viewer', 'developer', 'admin', 'owner'];
const FIELDS = ['description', 'tags', 'cidrs'];

/** `gatehouse team`: who owns applications. */
export function registerTeam(program: Command): void {
  const team = program.command('team').description('make, list and change teams, and their members');

  addServiceOptions(
    team
      .command('list')
      .description('list teams')
      .option('--mine', 'only those that the caller is a member of')
      .addOption(new Option('--limit <count>', 'at most so many').default(100).argParser(countOf(1, 1_000_000))),
  )
    .addHelpText('after', '\nExample: gatehouse team list')
    .action((options: ListTeamsOptions) => reading().listTeams(options));

  addServiceOptions(team.command('show').description('show a team with its members').addArgument(nameArgument()))
    .addHelpText('after', '\nExample: gatehouse team show payments')
    .action((name: string, options: ServiceOptions) => reading().showTeam(name, options));

  addServiceOptions(
    team
      .command('create')
      .description('make a team')
      .addArgument(nameArgument())
      .option('--description <text>', 'free text')
      .option('--issuer <url>', 'issuer of the access tokens of the owners')
      .option('--owner <subject>', 'sub of a person who owns it from the beginning (repeatable)', listOf)
      .option('--from-file <file>', 'the same as a request in YAML or JSON, - reads the standard input; options win'),
  )
    .addHelpText('after', '\nExample: gatehouse team create payments --issuer https://login.example.com/ --owner u-17')
    .action((name: string, options: CreateTeamOptions) => changes().createTeam(name, options));

  addServiceOptions(
    team
      .command('update')
      .description('change description, policy or state of a team')
      .addArgument(nameArgument())
      .option('--description <text>', 'free text; an empty one takes it away')
      .addOption(
        new Option('--max-lifetime <duration>', 'longest lifetime of its tokens, such as 90d').argParser(durationOf),
      )
      .addOption(new Option('--default-lifetime <duration>', 'lifetime of tokens that name none').argParser(durationOf))
      .option('--allow-scope <scope>', 'scope that its tokens may hold: name all of them (repeatable)', listOf)
      .addOption(
        new Option('--require-field <field>', 'what its tokens must have: name all of them (repeatable)').argParser(
          listOf,
        ),
      )
      .option('--no-policy', 'take the whole policy away')
      .option('--archive', 'take no application and no member any more')
      .addOption(new Option('--restore', 'take that back').conflicts('archive'))
      .option('--from-file <file>', 'the same as a request in YAML or JSON, - reads the standard input; options win'),
  )
    .addHelpText(
      'after',
      `\nWhat is not named of a policy stays. Fields: ${FIELDS.join(', ')}. Example: gatehouse team update payments --max-lifetime 30d`,
    )
    .action((name: string, options: UpdateTeamOptions) => changes().updateTeam(name, options));

  registerMembers(team);
}

function registerMembers(team: Command): void {
  const member = team.command('member').description('add, change and remove members of a team');
  const role = () => new Option('--role <role>', 'role').choices(ROLES).makeOptionMandatory();

  addServiceOptions(
    member
      .command('add')
      .description('make a person a member')
      .addArgument(nameArgument())
      .requiredOption('--issuer <url>', "iss of the person's access tokens")
      .requiredOption('--subject <text>', "sub of the person's access tokens")
      .addOption(role()),
  )
    .addHelpText(
      'after',
      '\nExample: gatehouse team member add payments --issuer https://login.example.com/ --subject u-17 --role developer',
    )
    .action((name: string, options: AddMemberOptions) => members().addMember(name, options));

  addServiceOptions(
    member
      .command('set')
      .description('give a member another role')
      .addArgument(nameArgument())
      .addArgument(memberArgument())
      .addOption(role()),
  )
    .addHelpText('after', '\nExample: gatehouse team member set payments 0g3Xk8Zq1Lr5Tn7Vb2Yd4w --role admin')
    .action((name: string, id: string, options: SetMemberOptions) => members().setMember(name, id, options));

  addServiceOptions(
    member
      .command('remove')
      .description('remove a member; the tokens that the person made stay, and are listed')
      .addArgument(nameArgument())
      .addArgument(memberArgument()),
  )
    .addHelpText('after', '\nExample: gatehouse team member remove payments 0g3Xk8Zq1Lr5Tn7Vb2Yd4w')
    .action((name: string, id: string, options: RemoveMemberOptions) => members().removeMember(name, id, options));
}

function nameArgument(): Argument {
  return new Argument('<team>', 'name of the team');
}

function memberArgument(): Argument {
  return new Argument('<member-id>', 'id of the member, as team show prints it');
}

function reading(): typeof import('../../actions/service/team-read') {
  return require('../../actions/service/team-read') as typeof import('../../actions/service/team-read');
}

function changes(): typeof import('../../actions/service/team-changes') {
  return require('../../actions/service/team-changes') as typeof import('../../actions/service/team-changes');
}

function members(): typeof import('../../actions/service/team-members') {
  return require('../../actions/service/team-members') as typeof import('../../actions/service/team-members');
}
