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

  test('a reason reaches Terraform as it was written', () => {
    const table = accessRuleTable([{ method: 'GET', path: '/a', rule: { kind: 'public', reason: 'for ${all}' } }], []);
    expect(table['GET /a']).toEqual({ kind: 'public', reason: 'for $${all}' });
  });
});
