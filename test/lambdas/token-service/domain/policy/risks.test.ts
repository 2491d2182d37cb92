import { risksOf } from '../../../../../lambdas/token-service/domain/policy/risks';

const NOW = 1_767_225_600;
const DAY = 86_400;
const QUIET = {
  scopes: ['sales:read'],
  cidrs: ['192.0.2.0/24'],
  expiresAt: NOW + 90 * DAY,
  description: 'nightly import',
} as const;

const codes = (change: object) => risksOf({ ...QUIET, ...change }, NOW).map(({ code }) => code);

test('a narrow token that is described has no risk', () => {
  expect(codes({})).toEqual([]);
});

test.each([
  ['wildcard-scope', { scopes: ['sales:*'] }],
  ['platform-scope', { scopes: ['tokens:write'] }],
  ['any-network', { cidrs: [] }],
  ['long-lifetime', { expiresAt: NOW + 90 * DAY + 1 }],
  ['no-description', { description: undefined }],
  ['no-usage-plan', { lacksUsagePlan: true }],
])('%s', (code, change) => {
  expect(codes(change)).toEqual([code]);
});

test.each(['0.0.0.0/0', '::/0'])('a list with %s is said to mean every address', (cidr) => {
  expect(codes({ cidrs: ['192.0.2.0/24', cidr] })).toEqual(['every-address']);
});

test('every scope is both a wildcard and a scope of the platform', () => {
  expect(codes({ scopes: ['*'] })).toEqual(['wildcard-scope', 'platform-scope']);
});
