import { Lazy } from 'cdktf';
import { RestGateway } from '../../../constructs/gateway';
import { Names } from '../../../constructs/support/names';
import { type Tier, UsageTiers, type UsageTiersProps } from '../../../constructs/usage';
import { Template, testStack } from '../../support/template';
import { gateway } from '../gateway/fixture';

const names = new Names('acme', 'dev');

const FREE: Tier = { rateLimit: 2, burstLimit: 5, quota: { limit: 1000, period: 'DAY' } };

const template = (tiers: UsageTiersProps['tiers'], tags?: Record<string, string>): Template =>
  Template.of((stack) => {
    new UsageTiers(stack, 'Tiers', {
      names,
      gateway: gateway(stack, { usageKeys: true }),
      tiers,
      ...(tags ? { tags } : {}),
    });
  });

describe('UsageTiers', () => {
  test('makes a usage plan of each tier, on the stage of the gateway', () => {
    const stack = testStack();
    const made = gateway(stack, { usageKeys: true });
    new UsageTiers(stack, 'Tiers', { names, gateway: made, tiers: { free: FREE } });
    Template.fromStack(stack).only('aws_api_gateway_usage_plan', {
      name: 'acme-dev-api-free',
      api_stages: [{ api_id: made.restApiId, stage: 'dev' }],
      throttle_settings: { rate_limit: 2, burst_limit: 5 },
      quota_settings: { limit: 1000, period: 'DAY' },
    });
  });

  test('waits for the stage, which it names', () => {
    const made = template({ free: FREE });
    const [stage] = Object.keys(made.resources('aws_api_gateway_stage'));
    expect(made.only('aws_api_gateway_usage_plan').depends_on).toEqual([`aws_api_gateway_stage.${stage}`]);
  });

  test('makes no key, whose value would be in the state', () => {
    const types = Object.keys(template({ free: FREE, big: { ...FREE, rateLimit: 3 } }).counts());
    expect(types.filter((type) => type.includes('key'))).toEqual([]);
  });

  test('a tier may have no quota, and a fraction of a request per second', () => {
    const made = template({ free: { rateLimit: 0.5, burstLimit: 1 } }, { owner: 'me' });
    const plan = made.only('aws_api_gateway_usage_plan', {
      throttle_settings: { rate_limit: 0.5 },
      tags: {
        owner: 'me',
        'gatehouse:platform': 'acme-dev',
        'gatehouse:api': 'api',
        'gatehouse:tier': 'free',
      },
    });
    expect(plan).not.toHaveProperty('quota_settings');
  });

  test('says the names of the plans', () => {
    const stack = testStack();
    const tiers = new UsageTiers(stack, 'Tiers', {
      names,
      gateway: gateway(stack, { usageKeys: true }),
      tiers: { free: FREE, big: FREE },
    });
    expect(tiers.usagePlanNames).toEqual({ big: 'acme-dev-api-big', free: 'acme-dev-api-free' });
    expect(Object.keys(tiers.usagePlans)).toEqual(['big', 'free']);
  });

  test('tiers whose names differ in a hyphen alone, or are reserved ids, all arrive', () => {
    expect(template({ default: FREE, resource: FREE, ab: FREE, 'a-b': FREE }).count('aws_api_gateway_usage_plan')).toBe(
      4,
    );
  });

  test('refuses an API without usage keys, whose callers nobody would meter', () => {
    const stack = testStack();
    const tiers = { free: FREE };
    expect(() => new UsageTiers(stack, 'Tiers', { names, gateway: gateway(stack), tiers })).toThrow(
      'test/Tiers: usageKeys of the API "api" is false, so that its tiers would meter nobody, allowed is true',
    );
  });

  test('takes the word of a gateway of another stack', () => {
    const attributes = {
      gatewayName: 'acme-dev-api',
      stageName: 'dev',
      apiId: 'api',
      restApiId: 'abc123',
      executionArn: 'arn:aws:execute-api:eu-central-1:123456789012:abc123',
    };
    const make = (usageKeys?: true) => () =>
      new UsageTiers(testStack(), 'Tiers', {
        names,
        gateway: RestGateway.fromRestApiAttributes({ ...attributes, ...(usageKeys && { usageKeys }) }),
        tiers: { free: FREE },
      });
    expect(make()).toThrow('usageKeys of the API "api" is false');
    expect(make(true)).not.toThrow();
  });

  test('refuses a tag by which the token service finds plans', () => {
    expect(() => template({ free: FREE }, { 'gatehouse:tier': 'gold' })).toThrow(
      'test/Tiers: tags has "gatehouse:tier", by which the token service finds the plan',
    );
  });

  test.each<[string, UsageTiersProps['tiers'], string]>([
    ['no tier', {}, 'test/Tiers: tiers is empty'],
    ['a malformed name', { 'a b': FREE }, 'tier is "a b", allowed is a lower-case letter'],
    ['a name that the token service refuses', { Free_1: FREE }, 'tier is "Free_1", allowed is a lower-case letter'],
    ['a name of 21 characters', { ['t'.repeat(21)]: FREE }, `tier is "${'t'.repeat(21)}"`],
    ['no rate', { t: { ...FREE, rateLimit: 0 } }, 'rateLimit of tier t is 0, allowed is more than 0'],
    [
      'a rate above the stage',
      { t: { ...FREE, rateLimit: 1001 } },
      "rateLimit of tier t is 1001, allowed is at most the stage's rate for all callers, 1000",
    ],
    ['a rate that is no number', { t: { ...FREE, rateLimit: Number.NaN } }, 'rateLimit of tier t is NaN'],
    ['no burst', { t: { ...FREE, burstLimit: 0 } }, 'burstLimit of tier t is 0, allowed is a whole number, 1 or more'],
    ['half a request', { t: { ...FREE, burstLimit: 1.5 } }, 'burstLimit of tier t is 1.5'],
    ['an empty quota', { t: { ...FREE, quota: { limit: 0, period: 'DAY' } } }, 'quota.limit of tier t is 0'],
  ])('refuses %s', (_what, tiers, fault) => {
    expect(() => template(tiers)).toThrow(fault);
  });

  test('refuses a period that there is not', () => {
    const tiers = JSON.parse('{"t":{"rateLimit":1,"burstLimit":1,"quota":{"limit":1,"period":"YEAR"}}}');
    expect(() => template(tiers)).toThrow('quota.period of tier t is "YEAR", allowed are DAY, WEEK, MONTH');
  });

  test('a rate equal to that of the stage is fine', () => {
    expect(() => template({ t: { ...FREE, rateLimit: 1000 } })).not.toThrow();
  });

  test('checks nothing that is known late', () => {
    const late = Lazy.numberValue({ produce: () => 3 });
    template({ t: { rateLimit: late, burstLimit: late, quota: { limit: late, period: 'WEEK' } } }).only(
      'aws_api_gateway_usage_plan',
      { throttle_settings: { rate_limit: 3, burst_limit: 3 }, quota_settings: { limit: 3 } },
    );
  });
});
