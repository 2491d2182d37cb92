import fc from 'fast-check';
import { memberIdOf, type TeamRecord } from '../../../../../lambdas/lib/team-record';
import { TEAM_ROLES, type TeamRole } from '../../../../../lambdas/token-service/domain/authority/roles';
import { Fault } from '../../../../../lambdas/token-service/domain/fault';
import {
  addMember,
  changed,
  changeMember,
  type Granter,
  memberOf,
  removeMember,
} from '../../../../../lambdas/token-service/domain/teams/membership';

const ISSUER = 'https://issuer.example.com/';
const PEOPLE = ['ann', 'bob', 'cleo', 'dan', 'eve'] as const;
const idOf = (name: string) => memberIdOf(`access_token|${ISSUER}|${name}`);

interface Step {
  readonly do: 'add' | 'change' | 'remove';
  readonly by: (typeof PEOPLE)[number] | 'operator';
  readonly whom: (typeof PEOPLE)[number];
  readonly role: TeamRole;
}

const step: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom('add', 'change', 'remove'),
  by: fc.constantFrom(...PEOPLE, 'operator' as const, 'operator' as const),
  whom: fc.constantFrom(...PEOPLE),
  role: fc.constantFrom(...TEAM_ROLES),
});

/** The rules once more, over names and ranks alone. */
class Model {
  readonly ranks = new Map<string, number>();

  /** Whether the step is done. */
  take({ do: what, by, whom, role }: Step): boolean {
    const own = by === 'operator' ? 3 : (this.ranks.get(by) ?? -1);
    const before = this.ranks.get(whom);
    const wanted = ['viewer', 'developer', 'admin', 'owner'].indexOf(role);
    const isLastOwner = before === 3 && [...this.ranks.values()].filter((rank) => rank === 3).length === 1;
    const isDone =
      what === 'add'
        ? before === undefined && wanted <= own
        : what === 'change'
          ? before !== undefined && before <= own && wanted <= own && !(isLastOwner && wanted < 3)
          : before !== undefined && (before <= own || by === whom) && !isLastOwner;
    if (isDone && what === 'remove') {
      this.ranks.delete(whom);
    } else if (isDone) {
      this.ranks.set(whom, wanted);
    }
    return isDone;
  }
}

function granterOf(by: Step['by'], team: Pick<TeamRecord, 'members'>): Granter {
  return by === 'operator'
    ? { principal: 'api_token|platform|administrator', memberId: undefined, role: 'owner' }
    : { principal: `access_token|${ISSUER}|${by}`, memberId: idOf(by), role: memberOf(team, idOf(by))?.role };
}

test('any operations leave the members that a simple model has, and never a team without the owner that it had', () => {
  const seen = { done: 0, refused: 0 };
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 60 }), (steps) => {
      const model = new Model();
      let team: Pick<TeamRecord, 'members' | 'owners'> = { members: {} };
      for (const one of steps) {
        const hadOwner = (team.owners?.size ?? 0) > 0;
        const granter = granterOf(one.by, team);
        const person = { issuer: ISSUER, subject: one.whom };
        let isDone = true;
        try {
          team = changed(
            team,
            one.do === 'add'
              ? addMember(team, granter, person, one.role, 1)
              : one.do === 'change'
                ? changeMember(team, granter, idOf(one.whom), one.role, 1)
                : removeMember(team, granter, idOf(one.whom)),
          );
        } catch (error) {
          expect(error).toBeInstanceOf(Fault);
          isDone = false;
        }
        expect({ one, isDone }).toEqual({ one, isDone: model.take(one) });
        seen[isDone ? 'done' : 'refused'] += 1;
        const roles = Object.values(team.members).map(({ subject, role }) => [subject, TEAM_ROLES.indexOf(role)]);
        expect(new Map(roles as [string, number][])).toEqual(model.ranks);
        const owners = Object.entries(team.members).flatMap(([id, { role }]) => (role === 'owner' ? [id] : []));
        expect([...(team.owners ?? [])].sort()).toEqual(owners.sort());
        expect(!hadOwner || owners.length > 0).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
  expect(seen.done).toBeGreaterThan(300);
  expect(seen.refused).toBeGreaterThan(300);
});
