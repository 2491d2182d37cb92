import { memberIdOf, type TeamMember } from '../../../../../lambdas/lib/team-record';
import type { TeamRole } from '../../../../../lambdas/token-service/domain/authority/roles';
import {
  addMember,
  changeMember,
  type Granter,
  memberOf,
  removeMember,
} from '../../../../../lambdas/token-service/domain/teams/membership';

const ISSUER = 'https://issuer.example.com/';
const NOW = 1_767_225_600;

const idOf = (subject: string) => memberIdOf(`access_token|${ISSUER}|${subject}`);

function teamOf(roles: Readonly<Record<string, TeamRole>>) {
  const members: Record<string, TeamMember> = {};
  for (const [subject, role] of Object.entries(roles)) {
    members[idOf(subject)] = { issuer: ISSUER, subject, role, since: 1, by: 'someone' };
  }
  const owners = new Set(Object.keys(members).filter((id) => members[id]?.role === 'owner'));
  return { members, owners };
}

function granter(subject: string, role: TeamRole | undefined): Granter {
  return { principal: `access_token|${ISSUER}|${subject}`, memberId: idOf(subject), role };
}

const codeOf = (operation: () => unknown) => {
  try {
    operation();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return undefined;
};

test('a member is known by 22 characters that stand for issuer and subject together', () => {
  const { memberId, after } = addMember(
    teamOf({}),
    granter('ann', 'owner'),
    { issuer: ISSUER, subject: 'bob' },
    'viewer',
    NOW,
  );
  expect(memberId).toMatch(/^[A-Za-z0-9_-]{22}$/);
  expect(memberId).toBe(idOf('bob'));
  expect(memberId).not.toBe(memberIdOf('access_token|https://other.example.com/|bob'));
  expect(after).toEqual({
    issuer: ISSUER,
    subject: 'bob',
    role: 'viewer',
    since: NOW,
    by: granter('ann', 'owner').principal,
  });
});

test.each<[TeamRole, TeamRole, string | undefined]>([
  ['admin', 'admin', undefined],
  ['admin', 'owner', 'not-allowed'],
  ['owner', 'owner', undefined],
])('%s may give the role %s: %s', (own, role, code) => {
  const team = teamOf({ ann: own });
  expect(codeOf(() => addMember(team, granter('ann', own), { issuer: ISSUER, subject: 'bob' }, role, NOW))).toBe(code);
});

test('an admin takes nothing away from an owner', () => {
  const team = teamOf({ ann: 'admin', olga: 'owner', otto: 'owner' });
  expect(codeOf(() => changeMember(team, granter('ann', 'admin'), idOf('olga'), 'viewer', NOW))).toBe('not-allowed');
  expect(codeOf(() => removeMember(team, granter('ann', 'admin'), idOf('olga')))).toBe('not-allowed');
});

test('nobody raises the own role', () => {
  const team = teamOf({ ann: 'admin', olga: 'owner' });
  expect(codeOf(() => changeMember(team, granter('ann', 'admin'), idOf('ann'), 'owner', NOW))).toBe('not-allowed');
});

test('everybody may leave, but the last owner', () => {
  const team = teamOf({ val: 'viewer', olga: 'owner' });
  expect(removeMember(team, granter('val', 'viewer'), idOf('val')).after).toBeUndefined();
  expect(codeOf(() => removeMember(team, granter('olga', 'owner'), idOf('olga')))).toBe('last-owner');
  expect(codeOf(() => changeMember(team, granter('olga', 'owner'), idOf('olga'), 'admin', NOW))).toBe('last-owner');
});

test('an owner that stays an owner is no change of the owners', () => {
  const team = teamOf({ olga: 'owner' });
  const change = changeMember(team, granter('olga', 'owner'), idOf('olga'), 'owner', NOW);
  expect(change).toMatchObject({ owners: 'keeps', after: { since: 1 } });
});

test('a person is a member once', () => {
  const team = teamOf({ olga: 'owner', val: 'viewer' });
  const again = () => addMember(team, granter('olga', 'owner'), { issuer: ISSUER, subject: 'val' }, 'admin', NOW);
  expect(codeOf(again)).toBe('member-exists');
});

test('a name of the prototype is no member', () => {
  expect(memberOf(teamOf({}), 'constructor')).toBeUndefined();
  expect(codeOf(() => removeMember(teamOf({}), granter('olga', 'owner'), '__proto__'))).toBe('no-such-member');
});

test('a team has at most 1,000 members, and fewer where their names are long', () => {
  const names = Array.from({ length: 1000 }, (_, index) => [`p${index}`, 'viewer'] as const);
  const full = teamOf(Object.fromEntries(names));
  const add = (team: ReturnType<typeof teamOf>, subject: string) => () =>
    addMember(team, granter('olga', 'owner'), { issuer: ISSUER, subject }, 'viewer', NOW);
  expect(codeOf(add(full, 'one-more'))).toBe('team-full');
  expect(codeOf(add(teamOf(Object.fromEntries(names.slice(1))), 'one-more'))).toBeUndefined();
  const long = teamOf(Object.fromEntries(names.slice(0, 600).map(([name, role]) => [name.padEnd(400, 'x'), role])));
  expect(codeOf(add(long, 'one-more'))).toBe('team-full');
});
