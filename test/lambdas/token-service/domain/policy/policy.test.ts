import fc from 'fast-check';
import type { TeamPolicy } from '../../../../../lambdas/lib/team-record';
import {
  blockingRules,
  brokenRules,
  type Judged,
  looserThanPlatform,
  policyOf,
} from '../../../../../lambdas/token-service/domain/policy/policy';

const DAY = 86_400;
const NOW = 1_767_225_600;
const PLATFORM = {
  maxLifetimeSeconds: 365 * DAY,
  defaultLifetimeSeconds: 90 * DAY,
  policy: { requiredFields: ['description'], allowedScopes: ['sales:*', 'reports:read', 'tokens:read'] },
} as const;
const TOKEN: Judged = { scopes: ['sales:read'], expiresAt: NOW + 30 * DAY, description: 'nightly import', cidrs: [] };

const rulesOf = (team: TeamPolicy, change: Partial<Judged> = {}) =>
  brokenRules(policyOf(PLATFORM, team), { ...TOKEN, ...change }, NOW).map(({ rule, detail }) => [rule, ...detail.path]);

describe('the policy of a team', () => {
  test("is the platform's where the team has none", () => {
    expect(policyOf(PLATFORM)).toEqual({
      maxLifetimeSeconds: 365 * DAY,
      defaultLifetimeSeconds: 90 * DAY,
      requiredFields: ['description'],
      allowedScopes: [PLATFORM.policy.allowedScopes],
    });
  });

  test('adds required fields and cuts lifetimes, the default one too', () => {
    expect(policyOf(PLATFORM, { maxLifetimeSeconds: 30 * DAY, requiredFields: ['cidrs'] })).toMatchObject({
      maxLifetimeSeconds: 30 * DAY,
      defaultLifetimeSeconds: 30 * DAY,
      requiredFields: ['cidrs', 'description'],
    });
  });

  test("stays as tight as the platform's when that is tightened later", () => {
    const tighter = { ...PLATFORM, maxLifetimeSeconds: 7 * DAY, policy: { allowedScopes: ['sales:read'] } };
    const policy = policyOf(tighter, { maxLifetimeSeconds: 30 * DAY, allowedScopes: ['sales:*'] });
    expect(policy.maxLifetimeSeconds).toBe(7 * DAY);
    const broken = brokenRules(policy, { ...TOKEN, scopes: ['sales:write'], expiresAt: NOW + DAY }, NOW);
    expect(broken).toMatchObject([{ rule: 'allowed-scopes' }]);
  });
});

describe('what a token breaks', () => {
  test('nothing, when it is right', () => {
    expect(rulesOf({ maxLifetimeSeconds: 30 * DAY, allowedScopes: ['sales:read'] })).toEqual([]);
  });

  test.each<[string, TeamPolicy, Partial<Judged>, (string | number)[]]>([
    [
      'a lifetime one second too long',
      { maxLifetimeSeconds: DAY },
      { expiresAt: NOW + DAY + 1 },
      ['max-lifetime', 'expiresAt'],
    ],
    ['a scope of another resource', {}, { scopes: ['sales:read', 'reports:write'] }, ['allowed-scopes', 'scopes', 1]],
    ['a scope that the team does not allow', { allowedScopes: ['reports:read'] }, {}, ['allowed-scopes', 'scopes', 0]],
    ['a wildcard over allowed scopes', {}, { scopes: ['reports:*'] }, ['allowed-scopes', 'scopes', 0]],
    ['every scope', {}, { scopes: ['*'] }, ['allowed-scopes', 'scopes', 0]],
    ['no description', {}, { description: ' ' }, ['required-description', 'description']],
    ['no network', { requiredFields: ['cidrs'] }, { cidrs: [] }, ['required-cidrs', 'cidrs']],
    ['no tag', { requiredFields: ['tags'] }, { tags: {} }, ['required-tags', 'tags']],
  ])('%s', (_, team, change, expected) => {
    expect(rulesOf(team, change)).toEqual([expected]);
  });

  test('everything at once', () => {
    const all = rulesOf(
      { maxLifetimeSeconds: DAY, requiredFields: ['cidrs', 'tags'], allowedScopes: [] },
      { description: undefined },
    );
    expect(all.map(([rule]) => rule)).toEqual([
      'max-lifetime',
      'allowed-scopes',
      'required-cidrs',
      'required-description',
      'required-tags',
    ]);
  });
});

describe('blocking', () => {
  const policy = policyOf(PLATFORM, { maxLifetimeSeconds: DAY, allowedScopes: ['reports:read'] });

  test('names each broken rule once', () => {
    const token = { ...TOKEN, application: 'dashboard', scopes: ['sales:read', 'sales:write'] };
    expect(blockingRules(policy, token, NOW)).toEqual(['allowed-scopes', 'max-lifetime']);
  });

  test('ends where what is left of the lifetime could be issued today', () => {
    const token = { ...TOKEN, application: 'dashboard', scopes: ['reports:read'] };
    expect(blockingRules(policy, token, token.expiresAt - DAY - 1)).toEqual(['max-lifetime']);
    expect(blockingRules(policy, token, token.expiresAt - DAY)).toEqual([]);
  });

  test("never meets an administrator's token", () => {
    expect(blockingRules(policy, { ...TOKEN, application: 'gatehouse-administration', scopes: ['*'] }, NOW)).toEqual(
      [],
    );
  });
});

describe('a team may not be looser than the platform', () => {
  test.each<[string, TeamPolicy, (string | number)[]]>([
    ['a longer lifetime', { maxLifetimeSeconds: 366 * DAY }, ['policy', 'maxLifetimeSeconds']],
    [
      'a default beyond the longest',
      { maxLifetimeSeconds: DAY, defaultLifetimeSeconds: 2 * DAY },
      ['policy', 'defaultLifetimeSeconds'],
    ],
    [
      'a scope that the platform does not allow',
      { allowedScopes: ['sales:read', 'profile:read'] },
      ['policy', 'allowedScopes', 1],
    ],
    ['every scope', { allowedScopes: ['*'] }, ['policy', 'allowedScopes', 0]],
  ])('%s', (_, team, path) => {
    expect(looserThanPlatform(PLATFORM, team).map((fault) => fault.path)).toEqual([path]);
  });

  test('a policy as the platform has it is none', () => {
    expect(looserThanPlatform(PLATFORM, { maxLifetimeSeconds: 365 * DAY, allowedScopes: ['sales:*'] })).toEqual([]);
    expect(looserThanPlatform({ maxLifetimeSeconds: 1, defaultLifetimeSeconds: 1 }, { allowedScopes: ['*'] })).toEqual(
      [],
    );
  });
});

test('no policy of a team lets through what the platform refuses', () => {
  const scopes = fc.subarray(['sales:read', 'sales:*', 'reports:read', 'profile:read', '*']);
  const team = fc.record({
    maxLifetimeSeconds: fc.option(fc.integer({ min: 1, max: 500 * DAY }), { nil: undefined }),
    allowedScopes: fc.option(scopes, { nil: undefined }),
    requiredFields: fc.option(fc.subarray(['tags', 'cidrs'] as const), { nil: undefined }),
  });
  const token = fc.record({
    scopes: fc.subarray(['sales:read', 'sales:*', 'reports:read', 'profile:read', '*'], { minLength: 1 }),
    expiresAt: fc.integer({ min: NOW, max: NOW + 500 * DAY }),
    description: fc.constantFrom(undefined, 'text'),
  });
  fc.assert(
    fc.property(team, token, (own, judged) => {
      const alone = brokenRules(policyOf(PLATFORM), judged, NOW).map(({ rule }) => rule);
      const both = brokenRules(policyOf(PLATFORM, own), judged, NOW).map(({ rule }) => rule);
      expect(both).toEqual(expect.arrayContaining(alone));
    }),
  );
});
