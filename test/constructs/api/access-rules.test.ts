import { accessRuleTable } from '../../../constructs/api/access-rules';

describe('accessRuleTable', () => {
  test('lists routes and preflights by key, sorted', () => {
    const table = accessRuleTable(
      [
        { method: 'PUT', path: '/a', rule: { kind: 'iam' }, backend: 'x' },
        { method: 'GET', path: '/a', rule: { kind: 'scopes', anyOf: [['a:read']] }, backend: 'x' },
      ],
      ['/a'],
    );
    expect(Object.entries(table)).toEqual([
      ['GET /a', { kind: 'scopes', anyOf: [['a:read']] }],
      ['OPTIONS /a', { kind: 'public', reason: 'CORS preflight' }],
      ['PUT /a', { kind: 'iam' }],
    ]);
  });

  test.each(['authenticated', 'public'] as const)('a reason to be %s reaches Terraform as it was written', (kind) => {
    const table = accessRuleTable([{ method: 'GET', path: '/a', rule: { kind, reason: 'for ${all}' } }], []);
    expect(table['GET /a']).toEqual({ kind, reason: 'for $${all}' });
  });
});
