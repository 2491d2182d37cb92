import { join } from 'node:path';
import { plannedSecrets } from '../../cli/planned-secrets';
import { removeTemporaryAssets } from '../../constructs/support/asset-zip';
import { synthesize } from '../../stacks';
import { checkConfig } from '../../stacks/config';
import { temporaryFolder } from '../support/temporary-folder';
import { fixtureConfig, loadFixture } from './fixture';
import { everyRotation } from './rotation-settings';
import { readStack, type SynthesizedStack } from './synthesized';

afterAll(removeTemporaryAssets);

const rotation = everyRotation({
  api: 'shop',
  application: 'home-page',
  upstream: 'https://crm.example',
  tokenUrl: 'https://login.example/oauth2/token',
});

function namesOf(stack: SynthesizedStack, type: string, attribute: string): string[] {
  return Object.values(stack.resource[type] ?? {})
    .map((body) => String(body[attribute]))
    .sort();
}

describe('a configuration with every kind of rotation', () => {
  const outdir = join(temporaryFolder(), 'out');
  let platform: SynthesizedStack;
  let gateway: SynthesizedStack;

  beforeAll(() => {
    synthesize(loadFixture({ rotation }), outdir);
    platform = readStack(outdir, 'platform-prod');
    gateway = readStack(outdir, 'gateway-shop-prod');
  });

  test('has a rotating secret for each', () => {
    expect(namesOf(platform, 'aws_secretsmanager_secret', 'name')).toEqual([
      'acme-prod-pepper',
      'acme-prod-signing-keys',
      'acme-prod/crm/token',
      'acme-prod/home-page/usage-key',
      'acme-prod/reporting/oauth',
    ]);
    expect(Object.keys(platform.resource.aws_secretsmanager_secret_rotation ?? {})).toHaveLength(5);
    // What the command line misses when it is gone.
    expect(plannedSecrets(loadFixture({ rotation }).config, 'prod')).toEqual(
      namesOf(platform, 'aws_secretsmanager_secret', 'name'),
    );
    expect(namesOf(platform, 'aws_lambda_function', 'function_name')).toEqual([
      'acme-prod-authorizer',
      'acme-prod-crm-token-rotation',
      'acme-prod-home-page-usage-key-rotation',
      'acme-prod-jwks',
      'acme-prod-pepper-rotation',
      'acme-prod-reporting-oauth-rotation',
      'acme-prod-signing-keys-rotation',
      'acme-prod-token-service',
      'acme-prod-token-sweeper',
      'acme-prod-trail-sealer',
      'acme-prod-usage-aggregator',
    ]);
  });

  test('has none of the resources that keep a value in the state', () => {
    for (const type of [
      'aws_api_gateway_api_key',
      'aws_api_gateway_usage_plan_key',
      'aws_secretsmanager_secret_version',
      'random_password',
      'tls_private_key',
    ]) {
      expect(platform.resource[type]).toBeUndefined();
      expect(gateway.resource[type]).toBeUndefined();
    }
    expect(platform).not.toHaveProperty('data');
  });

  test('serves the key set on one API, to everybody', () => {
    const methods = Object.values(gateway.resource.aws_api_gateway_method ?? {});
    expect(methods.find((method) => method.operation_name === 'getKeySet')).toMatchObject({
      http_method: 'GET',
      authorization: 'NONE',
    });
    const other = Object.values(readStack(outdir, 'gateway-depot-prod').resource.aws_api_gateway_method ?? {});
    expect(other.find((method) => method.operation_name === 'getKeySet')).toBeUndefined();
    expect(JSON.stringify(gateway.resource.terraform_data)).toContain('/.well-known/jwks.json');
  });

  test("changes the pepper's policy after its readers", () => {
    const policies = Object.entries(platform.resource.aws_secretsmanager_secret_policy ?? {});
    const [, pepper] = policies.find(([id]) => id.startsWith('PepperRotation')) ?? [];
    const waitsFor = (pepper?.depends_on ?? []) as string[];
    expect(waitsFor.map((address) => address.replace(/_Function_.*/, '')).sort()).toEqual([
      'aws_lambda_function.Authorizer',
      'aws_lambda_function.TokenService',
    ]);
  });

  test('notifies the topics of the region', () => {
    for (const alarm of Object.values(platform.resource.aws_cloudwatch_metric_alarm ?? {})) {
      expect(alarm.alarm_actions).toEqual(['arn:aws:sns:eu-central-1:123456789012:alarms']);
    }
  });

  test('synthesizes the same again', () => {
    const again = join(temporaryFolder(), 'out');
    synthesize(loadFixture({ rotation }), again);
    expect(readStack(again, 'platform-prod')).toEqual(platform);
  });
});

test('a clash with the name or the route of the key set is refused', () => {
  const { shop } = fixtureConfig.apis;
  const backends = { ...shop.backends, 'key-set': { bundle: 'bundles/cart' } };
  const apis = { ...fixtureConfig.apis, shop: { ...shop, backends } };
  const clash = () => synthesize(loadFixture({ rotation, apis }), join(temporaryFolder(), 'out'));
  expect(clash).toThrow('/apis/shop/backends has the name "key-set", which is the key set\'s');
});

describe('a rotation that cannot keep its promises', () => {
  const check = (changes: object) => () => checkConfig({ ...fixtureConfig, rotation: changes }, 'c.json');
  const { crm } = rotation.upstreamTokens ?? {};

  test.each<[string, object, string]>([
    [
      'signing keys quicker than caches forget',
      { signingKeys: { api: 'shop', schedule: 'cron(0 3 * * ? *)' } },
      'c.json: /rotation/signingKeys/schedule is "cron(0 3 * * ? *)" with a window of 1h, so two rotations may be 82800 s apart, allowed are at least 86760 s: publicationCacheSeconds + verifierCacheSeconds + skewSeconds',
    ],
    [
      'a usage key quicker than its overlap and its quiet day',
      { usageKeys: { applications: ['a'], schedule: 'cron(0 3 ? * MON,WED *)' } },
      '/rotation/usageKeys/schedule is "cron(0 3 ? * MON,WED *)" with a window of 1h, so two rotations may be 169200 s apart, allowed are at least 262800 s',
    ],
    [
      'an upstream token quicker than its overlap',
      { upstreamTokens: { crm: { ...crm, overlapSeconds: 90_000, schedule: 'cron(0 3 * * ? *)' } } },
      '/rotation/upstreamTokens/crm/schedule is "cron(0 3 * * ? *)"',
    ],
    [
      'an unknown API for the key set',
      { signingKeys: { api: 'nowhere' } },
      '/rotation/signingKeys/api is "nowhere", allowed are shop, depot',
    ],
    [
      'a window beyond the day',
      { pepper: { schedule: 'cron(0 23 1 * ? *)', window: '3h' } },
      '/rotation/pepper: duration is "3h", allowed are "1h" to "1h"',
    ],
    ['a rate', { pepper: { schedule: 'rate(30 days)' } }, '/rotation/pepper/schedule is "rate(30 days)"'],
    ['a date that never comes', { pepper: { schedule: 'cron(0 3 30 2 ? *)' } }, '/rotation/pepper: schedule is'],
    ['an unknown member', { peper: {} }, '/rotation has the unknown member "peper"'],
    [
      'a provider without its calls',
      { upstreamTokens: { crm: { provider: { ...crm?.provider, create: { method: 'POST', url: 'https://a/b' } } } } },
      '/rotation/upstreamTokens/crm/provider/create lacks the member "id"',
    ],
  ])('%s is refused', (_what, changes, message) => {
    expect(check(changes)).toThrow(message);
  });
});
