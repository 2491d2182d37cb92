import { MAX_MEMBERS, MAX_MEMBERS_BYTES, memberIdOf, type TeamMember, type TeamRecord } from '../../../lib/team-record';
import { principalOf } from '../authority/caller-token';
import { isAtLeast, type TeamRole } from '../authority/roles';
import { Fault } from '../fault';
import type { Person } from '../settings';

/** Who changes the members of a team. */
export interface Granter {
  readonly principal: string;
  /** @default - the granter is no member of the team */
  readonly memberId: string | undefined;
  /** Role up to which it grants: its own, or `owner` for an operator. @default - it grants nothing, and may leave the team */
  readonly role: TeamRole | undefined;
}

/** The change of one member of a team, as one write of the team's item. */
export interface MemberChange {
  readonly memberId: string;
  readonly before: TeamMember | undefined;
  /** Absent when the member goes. */
  readonly after: TeamMember | undefined;
  /** What the change does to the set of owners; a write that takes one away has to leave another. */
  readonly owners: 'gains' | 'loses' | 'keeps';
}

type Members = Pick<TeamRecord, 'members' | 'owners'>;

/**
 * Makes a person a member.
 *
 * @param now epoch seconds
 * @throws {Fault} when the person is a member already, the role is above the granter's, or the team has no room
 */
export function addMember(team: Members, granter: Granter, person: Person, role: TeamRole, now: number): MemberChange {
  refuseAbove(granter, role, 'give');
  const memberId = memberIdOf(principalOf(person));
  if (memberOf(team, memberId) !== undefined) {
    throw new Fault('member-exists', 'the person is a member of the team already; change the role instead');
  }
  const after = { issuer: person.issuer, subject: person.subject, role, since: now, by: granter.principal };
  refuseFull({ ...team.members, [memberId]: after });
  return { memberId, before: undefined, after, owners: role === 'owner' ? 'gains' : 'keeps' };
}

/**
 * Gives a member another role.
 *
 * @param now epoch seconds
 * @throws {Fault} when there is no such member, its role or the new one is above the granter's, or the last owner would go
 */
export function changeMember(
  team: Members,
  granter: Granter,
  memberId: string,
  role: TeamRole,
  now: number,
): MemberChange {
  const before = existing(team, memberId);
  refuseAbove(granter, before.role, 'take away');
  refuseAbove(granter, role, 'give');
  const after = before.role === role ? before : { ...before, role, since: now, by: granter.principal };
  if (before.role === 'owner' && role !== 'owner') {
    refuseLastOwner(team);
    return { memberId, before, after, owners: 'loses' };
  }
  return { memberId, before, after, owners: role === 'owner' && before.role !== 'owner' ? 'gains' : 'keeps' };
}

/**
 * Removes a member. Everybody may leave a team.
 *
 * @throws {Fault} when there is no such member, its role is above the granter's, or it is the last owner
 */
export function removeMember(team: Members, granter: Granter, memberId: string): MemberChange {
  const before = existing(team, memberId);
  if (memberId !== granter.memberId) {
    refuseAbove(granter, before.role, 'take away');
  }
  if (before.role !== 'owner') {
    return { memberId, before, after: undefined, owners: 'keeps' };
  }
  refuseLastOwner(team);
  return { memberId, before, after: undefined, owners: 'loses' };
}

/** Members and owners after a change, as the write of the item leaves them. */
export function changed({ members, owners = new Set() }: Members, { memberId, after }: MemberChange): Members {
  const { [memberId]: _, ...others } = members;
  const left = [...owners].filter((id) => id !== memberId);
  return {
    members: after === undefined ? others : { ...others, [memberId]: after },
    owners: new Set(after?.role === 'owner' ? [...left, memberId] : left),
  };
}

/** A member by its id, and nothing of the prototype of the map. */
export function memberOf({ members }: Pick<TeamRecord, 'members'>, memberId: string): TeamMember | undefined {
  return Object.hasOwn(members, memberId) ? members[memberId] : undefined;
}

function existing(team: Members, memberId: string): TeamMember {
  const member = memberOf(team, memberId);
  if (member === undefined) {
    throw new Fault('no-such-member', 'no member of the team has this id');
  }
  return member;
}

function refuseAbove({ role: own }: Granter, role: TeamRole, verb: 'give' | 'take away'): void {
  if (own === undefined || !isAtLeast(own, role)) {
    const limit = own === undefined ? 'the caller has no role in the team' : `the caller's own role is ${own}`;
    throw new Fault('not-allowed', `the caller may not ${verb} the role ${role}: ${limit}`);
  }
}

function refuseLastOwner({ owners = new Set() }: Members): void {
  if (owners.size <= 1) {
    throw new Fault('last-owner', 'the member is the last owner of the team; make another member an owner first');
  }
}

function refuseFull(members: TeamRecord['members']): void {
  const count = Object.keys(members).length;
  if (count > MAX_MEMBERS || Buffer.byteLength(JSON.stringify(members)) > MAX_MEMBERS_BYTES) {
    throw new Fault(
      'team-full',
      `the team would have ${count} members, allowed are ${MAX_MEMBERS} with ${MAX_MEMBERS_BYTES} bytes together`,
    );
  }
}
