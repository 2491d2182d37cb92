import fc from 'fast-check';
import { NOWHERE, narrowTo } from '../../../../lambdas/authorizer/answer/networks';
import { addressCheck } from '../../../../lambdas/authorizer/event/source-address';
import { compiled } from '../support/access-tokens';
import { apiHarness, eventFor, ROUTES, verdictOf } from '../support/harness';

describe('narrowTo', () => {
  test.each<[string, string[], string[], readonly string[]]>([
    [
      'a token without networks has those of the API',
      [],
      ['192.0.2.0/24', '2001:db8::/32'],
      ['192.0.2.0/24', '2001:db8:0:0:0:0:0:0/32'],
    ],
    ['the narrower of two networks remains', ['192.0.2.7/32'], ['192.0.2.0/24'], ['192.0.2.7/32']],
    ['also where the API has the narrower', ['0.0.0.0/0'], ['192.0.2.0/24'], ['192.0.2.0/24']],
    ['networks apart leave nothing', ['198.51.100.0/24'], ['192.0.2.0/24'], NOWHERE],
    ['IPv4 and IPv6 have nothing in common', ['192.0.2.0/24'], ['2001:db8::/32'], NOWHERE],
    ['mapped IPv4 counts as IPv4', ['::ffff:192.0.2.0/120'], ['192.0.2.0/25'], ['192.0.2.0/25']],
    ['each pair counts once', ['10.0.0.0/8', '10.1.0.0/16'], ['10.1.0.0/16'], ['10.1.0.0/16']],
  ])('%s', (_, token, api, expected) => {
    expect(narrowTo(api)(token)).toEqual(expected);
  });

  test.each([[['x']], [['192.0.2.0/33']], [['192.0.2.0/24', '']]])('refuses %j', (cidrs) => {
    expect(() => narrowTo(cidrs)).toThrow('is none');
    expect(() => narrowTo(['0.0.0.0/0'])(cidrs)).toThrow('is none');
  });

  test('an address passes exactly when it passes both lists', () => {
    const octet = fc.integer({ min: 0, max: 3 });
    const address = fc.tuple(octet, octet).map(([a, b]) => `10.0.${a}.${b}`);
    const network = fc.tuple(address, fc.integer({ min: 20, max: 32 })).map(([text, prefix]) => `${text}/${prefix}`);
    const list = fc.array(network, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(list, list, address, (token, api, from) => {
        const both = addressCheck(token)(from) && addressCheck(api)(from);
        expect(addressCheck(narrowTo(api)(token))(from)).toBe(both);
      }),
      { numRuns: 500 },
    );
  });
});

describe('an API with networks', () => {
  const harness = () =>
    apiHarness({ apis: { sales: { ...compiled(ROUTES), cidrs: ['192.0.2.0/24', '2001:db8::/32'] } } });
  const resultFor = async (record: Record<string, unknown>, sourceIp: string) => {
    const api = harness();
    const result = await api.authorize(eventFor(`Bearer ${api.issue(record)}`, { sourceIp }));
    return { api, result };
  };

  test.each([
    ['192.0.2.9', 'allow'],
    ['2001:db8::9', 'allow'],
    ['198.51.100.9', 'explicit deny'],
    ['2001:db9::9', 'explicit deny'],
  ])('decides about %s, cached or not: %s', async (sourceIp, expected) => {
    const { result: own } = await resultFor({}, sourceIp);
    const { result: cached } = await resultFor({}, '192.0.2.1');
    expect(verdictOf(own, 'GET/v1/sales', { sourceIp })).toBe(expected);
    expect(verdictOf(cached, 'GET/v1/sales', { sourceIp })).toBe(expected);
  });

  test('states them as a condition and as a matching Deny', async () => {
    const { result } = await resultFor({ cidrs: ['192.0.2.16/28'] }, '192.0.2.17');
    const [allow, ...denials] = result.policyDocument.Statement;
    expect(allow?.Condition?.IpAddress).toEqual({ 'aws:SourceIp': ['192.0.2.16/28'] });
    expect(denials).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { NotIpAddress: { 'aws:SourceIp': ['192.0.2.16/28'] } } }),
    );
  });

  test('denies every address to a token whose networks are others', async () => {
    const { api, result } = await resultFor({ cidrs: ['198.51.100.0/24'] }, '198.51.100.1');
    for (const sourceIp of ['198.51.100.1', '192.0.2.1', '0.0.0.0']) {
      expect(verdictOf(result, 'GET/v1/sales', { sourceIp })).toBe('explicit deny');
    }
    expect(api.ports.decisions).toMatchObject([{ decision: 'deny', reason: 'source_address' }]);
  });

  test('believes no header', async () => {
    const api = harness();
    const event = eventFor(`Bearer ${api.issue()}`, { sourceIp: '198.51.100.1' });
    await api.authorize({ ...event, headers: { ...event.headers, 'X-Forwarded-For': '192.0.2.1' } });
    expect(api.ports.decisions).toMatchObject([{ decision: 'deny', reason: 'source_address' }]);
  });
});
