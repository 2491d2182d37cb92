import { isKnownScope } from '../../../../../lambdas/token-service/domain/issuing/scope-catalogue';

const DECLARED = { 'sales:read': '', 'sales:write': '', 'audit:*': '' };

test.each(['*', 'sales:read', 'sales:*', 'audit:*'])('%s is known', (scope) => {
  expect(isKnownScope(scope, DECLARED)).toBe(true);
});

test.each(['sales:delete', 'sales', 'sale:*', 'payroll:*', 'audit:read', ':*', '', 'constructor', '__proto__'])(
  '%j is not',
  (scope) => {
    expect(isKnownScope(scope, DECLARED)).toBe(false);
  },
);
