import { arnMatches, Policy, PolicyError, type Verdict } from '../../../sandbox/gateway/policy';

const PREFIX = 'arn:aws:execute-api:eu-west-1:123456789012:abcdefghij/dev';
const NOON = Date.UTC(2026, 0, 14, 12);

function evaluate(statements: unknown, input: { path?: string; ip?: string; now?: number } = {}): Verdict {
  const { path = 'GET/a', ip = '192.0.2.1', now = NOON } = input;
  return Policy.parse({ Version: '2012-10-17', Statement: statements }).evaluate({
    methodArn: `${PREFIX}/${path}`,
    sourceIp: ip,
    now,
  });
}

function statement(more: Record<string, unknown>): Record<string, unknown> {
  return { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*', ...more };
}

describe('policy evaluation', () => {
  test('nothing that matches is an implicit denial', () => {
    expect(evaluate([statement({ Resource: `${PREFIX}/GET/b` })])).toBe('implicitDeny');
  });

  test('a single statement need not be a list', () => {
    expect(evaluate(statement({}))).toBe('allow');
  });

  test.each([['before'], ['after']])('an explicit denial %s an allowance wins', (where) => {
    const deny = statement({ Effect: 'Deny' });
    const statements = where === 'before' ? [deny, statement({})] : [statement({}), deny];
    expect(evaluate(statements)).toBe('explicitDeny');
  });

  test.each([
    ['execute-api:Invoke', 'allow'],
    ['execute-api:invoke', 'allow'],
    ['execute-api:*', 'allow'],
    ['*', 'allow'],
    [['s3:GetObject', 'execute-api:Invoke'], 'allow'],
    ['execute-api:ManageConnections', 'implicitDeny'],
  ])('the action %j is %s', (Action, verdict) => {
    expect(evaluate([statement({ Action })])).toBe(verdict);
  });

  test.each([
    ['GET/orders/*', 'GET/orders/1', true],
    ['GET/orders/*', 'GET/orders/1/admin', true],
    ['*', 'DELETE/anything/at/all', true],
    ['GET/orders/?', 'GET/orders/1', true],
    ['GET/orders/?', 'GET/orders/12', false],
    ['GET/orders.1', 'GET/ordersx1', false],
    ['GET/orders/*', 'POST/orders/1', false],
    ['GET/orders', 'GET/orders/', false],
    ['GET/(a|b)+', 'GET/a', false],
  ])('the pattern %s and %s: %s', (pattern, path, matches) => {
    expect(arnMatches(`${PREFIX}/${pattern}`, `${PREFIX}/${path}`)).toBe(matches);
    expect(evaluate([statement({ Resource: `${PREFIX}/${pattern}` })], { path })).toBe(
      matches ? 'allow' : 'implicitDeny',
    );
  });

  test('NotResource applies to everything but what it lists', () => {
    const statements = [
      statement({ Resource: [`${PREFIX}/GET/a`, `${PREFIX}/GET/b`] }),
      { Effect: 'Deny', Action: 'execute-api:Invoke', NotResource: [`${PREFIX}/GET/a`, `${PREFIX}/GET/b`] },
    ];
    expect(evaluate(statements, { path: 'GET/b' })).toBe('allow');
    expect(evaluate(statements, { path: 'GET/c' })).toBe('explicitDeny');
  });

  describe('conditions on time', () => {
    test.each([
      ['DateLessThan', -1, true],
      ['DateLessThan', 0, false],
      ['DateLessThanEquals', 0, true],
      ['DateLessThanEquals', 1, false],
      ['DateGreaterThan', 0, false],
      ['DateGreaterThan', 1, true],
      ['DateGreaterThanEquals', -1, false],
      ['DateGreaterThanEquals', 0, true],
    ])('%s at %d ms from the limit is %s', (operator, difference, holds) => {
      const limit = new Date(NOON).toISOString();
      const statements = [statement({ Condition: { [operator]: { 'aws:CurrentTime': limit } } })];
      expect(evaluate(statements, { now: NOON + difference })).toBe(holds ? 'allow' : 'implicitDeny');
    });

    test('a limit may be epoch seconds, and the key in any case', () => {
      const statements = [statement({ Condition: { DateLessThan: { 'AWS:currenttime': String(NOON / 1000) } } })];
      expect(evaluate(statements, { now: NOON - 1 })).toBe('allow');
      expect(evaluate(statements, { now: NOON })).toBe('implicitDeny');
    });
  });

  describe('conditions on the source address', () => {
    test.each([
      ['192.0.2.0/24', '192.0.2.255', true],
      ['192.0.2.0/24', '192.0.3.0', false],
      ['192.0.2.1', '192.0.2.1', true],
      ['192.0.2.1', '192.0.2.2', false],
      ['0.0.0.0/0', '203.0.113.9', true],
      ['0.0.0.0/0', '2001:db8::1', false],
      ['2001:db8::/32', '2001:db8:ffff::1', true],
      ['2001:db8::/32', '2001:db9::1', false],
      ['2001:db8::1', '2001:0db8:0:0:0:0:0:1', true],
      ['::/0', '192.0.2.1', false],
      ['::ffff:0:0/96', '192.0.2.1', false],
    ])('%s and %s: %s', (network, ip, inside) => {
      const when = (operator: string): Verdict =>
        evaluate([statement({ Condition: { [operator]: { 'aws:SourceIp': network } } })], { ip });
      expect(when('IpAddress')).toBe(inside ? 'allow' : 'implicitDeny');
      expect(when('NotIpAddress')).toBe(inside ? 'implicitDeny' : 'allow');
    });

    test('one of several networks is enough, and none may match for NotIpAddress', () => {
      const networks = ['192.0.2.0/24', '2001:db8::/32'];
      const when = (operator: string, ip: string): Verdict =>
        evaluate([statement({ Condition: { [operator]: { 'aws:SourceIp': networks } } })], { ip });
      expect(when('IpAddress', '2001:db8::1')).toBe('allow');
      expect(when('NotIpAddress', '2001:db8::1')).toBe('implicitDeny');
      expect(when('NotIpAddress', '198.51.100.1')).toBe('allow');
    });
  });

  test('all conditions of a statement must hold', () => {
    const Condition = {
      IpAddress: { 'aws:SourceIp': '192.0.2.0/24' },
      DateLessThan: { 'aws:CurrentTime': new Date(NOON + 1).toISOString() },
    };
    expect(evaluate([statement({ Condition })])).toBe('allow');
    expect(evaluate([statement({ Condition })], { ip: '198.51.100.1' })).toBe('implicitDeny');
    expect(evaluate([statement({ Condition })], { now: NOON + 1 })).toBe('implicitDeny');
  });

  test.each([
    ['an unknown operator', { Condition: { StringEquals: { 'aws:CurrentTime': 'x' } } }],
    ['an unknown key', { Condition: { IpAddress: { 'aws:VpcSourceIp': '10.0.0.0/8' } } }],
    [
      'an operator with the key of another',
      { Condition: { DateLessThan: { 'aws:SourceIp': '2026-01-01T00:00:00Z' } } },
    ],
    ['IfExists', { Condition: { 'IpAddress IfExists': { 'aws:SourceIp': '10.0.0.0/8' } } }],
    ['a date that is none', { Condition: { DateLessThan: { 'aws:CurrentTime': 'tomorrow' } } }],
    ['a network that is none', { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/33' } } }],
    ['an empty network prefix', { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/' } } }],
    ['no value', { Condition: { IpAddress: { 'aws:SourceIp': [] } } }],
    ['NotAction', { NotAction: 'x' }],
    ['no action', { Action: undefined }],
    ['both Resource and NotResource', { NotResource: '*' }],
    ['neither Resource nor NotResource', { Resource: undefined }],
    ['an empty list of resources', { Resource: [] }],
    ['a policy variable', { Resource: 'arn:${aws:username}' }],
    ['an effect of another case', { Effect: 'allow' }],
    ['a principal', { Principal: '*' }],
  ])('%s is an error, not a match', (_name, more) => {
    expect(() => evaluate([statement(more)])).toThrow(PolicyError);
  });

  test.each([
    [undefined],
    [null],
    ['{}'],
    [{ Statement: [] }],
    [{ Version: '2020-01-01', Statement: statement({}) }],
    [{}],
  ])('the document %j is an error', (document) => {
    expect(() => Policy.parse(document)).toThrow(PolicyError);
  });
});
