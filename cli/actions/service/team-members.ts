import type { MemberView } from '../../../lambdas/token-service/domain/teams/team-views';
import type { RemovedMemberView } from '../../../lambdas/token-service/domain/teams/teams';
import { printOne, tell } from '../../output/printer';
import { renderTable } from '../../output/table';
import { connect } from '../../token-service/connect';
import type { ServiceOptions } from '../../token-service/options';
import { memberColumns, teamPath } from './team-read';
import { tokenColumns } from './token-shown';

export interface AddMemberOptions extends ServiceOptions {
  readonly issuer: string;
  readonly subject: string;
  readonly role: string;
}

export interface SetMemberOptions extends ServiceOptions {
  readonly role: string;
}

export type RemoveMemberOptions = ServiceOptions;

/** Makes a person a member of a team. */
export async function addMember(team: string, options: AddMemberOptions): Promise<void> {
  const { issuer, subject, role } = options;
  const { service, place } = await connect(options, 'team member add');
  const { body } = await service.change<MemberView>(
    `add ${subject} to the team ${team}`,
    'POST',
    `${teamPath(team)}/members`,
    { body: { issuer, subject, role } },
  );
  tell(`${subject} is ${role} of the team ${team} in ${place}`);
  printMember(body, options);
}

/** Gives a member another role. */
export async function setMember(team: string, id: string, options: SetMemberOptions): Promise<void> {
  const { service, place } = await connect(options, 'team member set');
  const { body } = await service.change<MemberView>(
    `change the member ${id} of the team ${team}`,
    'PATCH',
    memberPath(team, id),
    { body: { role: options.role } },
  );
  tell(`${body.subject} is ${body.role} of the team ${team} in ${place}`);
  printMember(body, options);
}

/** Removes a member, and lists the tokens that the person made. */
export async function removeMember(team: string, id: string, options: RemoveMemberOptions): Promise<void> {
  const { service, place } = await connect(options, 'team member remove');
  const { body } = await service.change<RemovedMemberView>(
    `remove the member ${id} of the team ${team}`,
    'DELETE',
    memberPath(team, id),
  );
  const { member, tokens, complete } = body;
  tell(`${member.subject} is no member of the team ${team} in ${place} any more`);
  if (!complete) tell('not every token of the team was looked through: the person may have made more than these');
  printOne(body, options, () =>
    tokens.length === 0
      ? 'the person made no token that is still in use\n'
      : `tokens that the person made\n${renderTable(tokenColumns(Date.now()), tokens)}`,
  );
}

function printMember(member: MemberView, options: ServiceOptions): void {
  printOne(member, options, (view) => renderTable(memberColumns(Date.now()), [view]));
}

function memberPath(team: string, id: string): string {
  return `${teamPath(team)}/members/${encodeURIComponent(id)}`;
}
