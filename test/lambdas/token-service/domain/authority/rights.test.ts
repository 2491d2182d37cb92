import { ACTIONS } from '../../../../../lambdas/token-service/domain/authority/actions';
import {
  isReading,
  type Reach,
  RIGHTS,
  reachOf,
  whoMay,
} from '../../../../../lambdas/token-service/domain/authority/rights';
import { PLATFORM_ROLES, ROLES, TEAM_ROLES } from '../../../../../lambdas/token-service/domain/authority/roles';

/** How far a reach goes; those of a team only, because the others do not contain each other. */
const WIDTH: Readonly<Partial<Record<Reach, number>>> = { 'maintained applications': 1, own: 2, 'own team': 3 };

describe.each(ACTIONS)('%s', (action) => {
  test('is not taken away by a higher role of the team', () => {
    const widths = TEAM_ROLES.map((role) => WIDTH[reachOf(role, action) ?? 'all'] ?? 0);
    expect(widths).toEqual([...widths].sort((one, other) => one - other));
  });

  test('is for operators, whoever else may do it', () => {
    expect(RIGHTS[action].everywhere?.includes('operator') || RIGHTS[action].anyone).toBe(true);
  });

  test('reaches no other team by a role of a team, and nothing but the own application by an application', () => {
    for (const role of TEAM_ROLES) {
      expect([undefined, 'own', 'own team', 'maintained applications']).toContain(reachOf(role, action));
    }
    expect([undefined, 'own', 'own application']).toContain(reachOf('application', action));
  });
});

test('viewers and auditors change nothing', () => {
  const changing = ACTIONS.filter((action) => !isReading(action) && !RIGHTS[action].anyone);
  expect(changing.filter((action) => reachOf('viewer', action))).toEqual([]);
  // An export copies what may be read to where it is kept.
  expect(changing.filter((action) => reachOf('auditor', action))).toEqual(['trail.export']);
});

test('auditors read everything', () => {
  const reading = ACTIONS.filter((action) => isReading(action) && !RIGHTS[action].anyone);
  expect(reading.length).toBeGreaterThan(5);
  expect(reading.filter((action) => reachOf('auditor', action) !== 'all')).toEqual([]);
});

test('nobody but operators makes a team, and nobody but owners and operators archives it', () => {
  expect(ROLES.filter((role) => reachOf(role, 'team.create'))).toEqual(['operator']);
  expect(ROLES.filter((role) => reachOf(role, 'team.archive'))).toEqual(['owner', 'operator']);
});

test('an application, a registrar and a revoker have no say about teams and members', () => {
  const about = ACTIONS.filter((action) => /^(team|member)\./.test(action) && action !== 'team.read');
  for (const role of ['application', 'registrar', 'revoker'] as const) {
    expect(about.filter((action) => reachOf(role, action))).toEqual([]);
  }
});

test('a registrar ends nothing, and a revoker makes nothing', () => {
  const ending = ['token.revoke', 'token.disable', 'bulk.start', 'application.archive'] as const;
  expect(ending.filter((action) => reachOf('registrar', action))).toEqual([]);
  const making = ['token.issue', 'token.rotate', 'token.enable', 'token.update', 'application.register'] as const;
  expect(making.filter((action) => reachOf('revoker', action))).toEqual([]);
});

test('an application does not undo what contained one of its tokens', () => {
  expect(reachOf('application', 'token.enable')).toBeUndefined();
});

test('a developer acts on what it maintains, and an admin on the whole team', () => {
  expect(reachOf('developer', 'token.rotate')).toBe('maintained applications');
  expect(reachOf('admin', 'token.rotate')).toBe('own team');
});

test('every action but those of everybody says who may do it', () => {
  for (const action of ACTIONS.filter((one) => !RIGHTS[one].anyone)) {
    expect(whoMay(action)).toMatch(/^the (role|platform role) /);
  }
  expect(whoMay('token.enable')).toBe(
    'the role admin or owner in the team, or the role developer and maintaining the application, or the platform role operator',
  );
});

test('every platform role has some action everywhere', () => {
  for (const role of PLATFORM_ROLES) {
    expect(ACTIONS.some((action) => reachOf(role, action) === 'all')).toBe(true);
  }
});
