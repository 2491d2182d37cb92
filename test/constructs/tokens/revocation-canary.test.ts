import { ApiDefinition, type ApiDefinitionProps } from '../../../constructs/api';
import { Names } from '../../../constructs/support/names';
import { RevocationCanary, type RevocationCanaryProps, TokenService, TokenStore } from '../../../constructs/tokens';
import { packagedFile } from '../../support/package-files';
import { Template, testStack } from '../../support/template';
import { temporaryBundle } from '../../support/temporary-folder';

const bundle = temporaryBundle();
jest.mock('../../../constructs/support/bundles', () => ({
  ...jest.requireActual('../../../constructs/support/bundles'),
  kitBundle: () => bundle,
  isKitBundle: () => true,
}));

const location = { account: '123456789012', region: 'eu-central-1' };
const names = new Names('acme', 'prod');
const SCOPED = { rule: { kind: 'scopes', anyOf: [['orders:read', 'items:read'], ['orders:admin']] }, backend: 'shop' };
const ROUTES = {
  'GET /v1/orders': SCOPED,
  'GET /v1/orders/{id}': SCOPED,
  'POST /v1/orders': SCOPED,
  'GET /v1/search': { ...SCOPED, requestParameters: { 'method.request.querystring.q': true } },
  'GET /v1/status': { rule: { kind: 'public', reason: 'probes have no token' }, backend: 'shop' },
};
const ROUTE = 'GET /v1/orders';

function api(facts: object = {}): ApiDefinition {
  return new ApiDefinition({
    id: 'shop',
    routes: ROUTES,
    resultCacheSeconds: 45,
    ...facts,
  } as unknown as ApiDefinitionProps);
}

const gateway = (facts: object = {}) => ({ api: api(facts), invokeUrl: 'https://shop.example.com/prod' });

function add(props: Partial<RevocationCanaryProps> = {}): { canary: RevocationCanary; template: Template } {
  const stack = testStack();
  const canary = new RevocationCanary(stack, 'Canary', {
    ...location,
    names,
    gateway: gateway(),
    route: ROUTE,
    ...props,
  });
  return { canary, template: Template.fromStack(stack) };
}

test('the token of a canary has the scopes of one way to call the route, and the tier that is given', () => {
  expect(RevocationCanary.token(api(), ROUTE)).toEqual({ scopes: ['items:read', 'orders:read'] });
  expect(RevocationCanary.token(api({ usageKeys: true }), ROUTE, 'gold')).toMatchObject({ tier: 'gold' });
});

test('a metered route needs a tier', () => {
  expect(() => RevocationCanary.token(api({ usageKeys: true }), ROUTE)).toThrow(
    'is metered, allowed is a canary with a tier',
  );
});

test('packs what it has to know, and has the address in its environment', () => {
  const { canary, template } = add();
  expect(JSON.parse(packagedFile(canary, 'config.json'))).toEqual({
    version: 1,
    region: 'eu-central-1',
    api: 'shop',
    environment: 'prod',
    tokenService: 'acme-prod-token-service',
    path: '/v1/orders',
    boundSeconds: 45,
    metricsNamespace: 'Gatehouse',
  });
  expect(template.only('aws_lambda_function')).toMatchObject({
    function_name: 'acme-prod-shop-canary',
    timeout: 195,
    environment: { variables: { CANARY_URL: 'https://shop.example.com/prod' } },
  });
});

test('may invoke the token service by the alias for canaries, and do nothing else but write its log', () => {
  const { template } = add();
  const { Statement } = JSON.parse(String(template.only('aws_iam_role_policy').policy));
  const others = Statement.filter(
    ({ Action }: { Action: unknown }) => !/^(logs|xray):/.test(String([Action].flat()[0])),
  );
  expect(others).toEqual([
    expect.objectContaining({
      Action: 'lambda:InvokeFunction',
      Resource: 'arn:aws:lambda:eu-central-1:123456789012:function:acme-prod-token-service:canary',
    }),
  ]);
});

test('runs by a schedule, and two alarms tell of it', () => {
  const { template } = add({ everyMinutes: 30 });
  expect(template.only('aws_cloudwatch_event_rule')).toMatchObject({ schedule_expression: 'rate(30 minutes)' });
  expect(template.find('aws_cloudwatch_metric_alarm').map(({ alarm_name, period }) => [alarm_name, period])).toEqual([
    ['acme-prod-shop-revocation-late', 1800],
    ['acme-prod-shop-revocation-unknown', 1800],
  ]);
});

test.each<[string, Partial<RevocationCanaryProps>, string]>([
  ['a route that is not there', { route: 'GET /v1/none' }, 'which the API does not have'],
  ['a route that changes something', { route: 'POST /v1/orders' }, 'which is not a GET'],
  ['a public route', { route: 'GET /v1/status' }, 'which is public and needs no token'],
  ['a path parameter', { route: 'GET /v1/orders/{id}' }, 'which has a path parameter'],
  ['a required parameter', { route: 'GET /v1/search' }, 'which needs a parameter'],
  [
    'runs that overlap',
    { gateway: gateway({ resultCacheSeconds: 200 }), everyMinutes: 5 },
    'everyMinutes is 5, allowed is more than the 350 s',
  ],
  ['a bound that no run outlasts', { gateway: gateway({ resultCacheSeconds: 751 }) }, 'allowed are 750 with a canary'],
  [
    'an API of few networks',
    { gateway: gateway({ cidrs: ['192.0.2.0/24'] }) },
    'the canary calls from any address of AWS',
  ],
  ['a pace', { everyMinutes: 4 }, 'everyMinutes is 4'],
])('refuses %s', (_, props, message) => {
  expect(() => add(props)).toThrow(message);
});

describe('the token service', () => {
  function service(canaries: Record<string, { scopes: string[]; tier?: string }> | undefined): Template {
    return Template.of((stack) => {
      const tokenStore = new TokenStore(stack, 'Tokens', {
        ...location,
        names,
        brand: 'acme',
        tokenEnvironment: 'live',
      });
      const scopes = { 'orders:read': 'Read orders' };
      new TokenService(stack, 'Service', { ...location, names, tokenStore, scopes, ...(canaries && { canaries }) });
    });
  }

  test('has an alias for canaries where there is one', () => {
    expect(service({ shop: { scopes: ['orders:read'] } }).only('aws_lambda_alias')).toMatchObject({
      name: 'canary',
      function_version: '$LATEST',
    });
    expect(service(undefined).find('aws_lambda_alias')).toEqual([]);
  });

  test.each([
    [{ scopes: ['orders:write'] }, 'canaries.shop has "orders:write"'],
    [{ scopes: ['orders:read'], tier: 'gold' }, 'canaries.shop has the tier "gold"'],
  ])('refuses what it does not have: %j', (token, message) => {
    expect(() => service({ shop: token })).toThrow(message);
  });
});
