import { ApiDefinition, type ApiDefinitionProps } from '../../../constructs/api';
import { Names } from '../../../constructs/support/names';
import { TokenService } from '../../../constructs/tokens/token-service';
import type { TokenServiceProps } from '../../../constructs/tokens/token-service-props';
import { TokenStore } from '../../../constructs/tokens/token-store';
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

function api(id: string, facts: object = {}): ApiDefinition {
  const routes = { 'GET /v1/items': { rule: { kind: 'scopes', anyOf: [['items:read']] }, integration: 'items' } };
  return new ApiDefinition({ id, routes, ...facts } as unknown as ApiDefinitionProps);
}

function reach(props: Partial<TokenServiceProps>): { config: Record<string, unknown>; apiGateway: unknown[] } {
  const stack = testStack();
  const names = new Names('acme', 'prod');
  const tokenStore = new TokenStore(stack, 'Tokens', { ...location, names, brand: 'acme', tokenEnvironment: 'live' });
  const scopes = { 'items:read': 'Read items' };
  const service = new TokenService(stack, 'Service', { ...location, names, tokenStore, scopes, ...props });
  const statements = Template.fromStack(stack)
    .find('aws_iam_role_policy')
    .flatMap((body) => JSON.parse(String(body.policy)).Statement);
  return {
    config: JSON.parse(packagedFile(service, 'config.json')),
    apiGateway: statements.filter(({ Action }) => String(Action).startsWith('apigateway:')),
  };
}

const bounded = api('shop', { resultCacheSeconds: 45 });
const strict = api('bank', { revocation: 'strict' });

test('a service that is told of no API neither promises nor flushes anything', () => {
  const { config, apiGateway } = reach({});
  expect(config).not.toHaveProperty('revocationBounds');
  expect(config).not.toHaveProperty('resultCaches');
  expect(apiGateway).toEqual([]);
});

test('the slowest API gives the bound, and the set is refreshed on top of it', () => {
  const apis = [strict, bounded, api('home', { resultCacheSeconds: 20 })];
  expect(reach({ apis, revocationRefreshSeconds: 12 }).config.revocationBounds).toEqual({
    recordSeconds: 45,
    setSeconds: 57,
  });
});

test('strict APIs alone are in effect at once, and keep nothing to be flushed', () => {
  const { config, apiGateway } = reach({ apis: [strict] });
  expect(config).toMatchObject({ revocationBounds: { recordSeconds: 0, setSeconds: 0 }, resultCaches: [] });
  expect(apiGateway).toEqual([]);
});

test('finds gateways by the names of the kit, or by those that are given', () => {
  const apis = [bounded, api('home', { resultCacheSeconds: 20 })];
  const gateways = { home: { gatewayName: 'old-home', stageName: 'blue' } };
  expect(reach({ apis, gateways }).config.resultCaches).toEqual([
    { restApi: 'acme-prod-shop', stage: 'prod' },
    { restApi: 'old-home', stage: 'blue' },
  ]);
});

test('may read which REST APIs there are, and flush the stages of that name alone', () => {
  expect(reach({ apis: [bounded] }).apiGateway).toEqual([
    expect.objectContaining({
      Action: 'apigateway:GET',
      Resource: 'arn:aws:apigateway:eu-central-1::/restapis',
    }),
    expect.objectContaining({
      Action: 'apigateway:DELETE',
      Resource: 'arn:aws:apigateway:eu-central-1::/restapis/*/stages/prod/cache/authorizers',
    }),
  ]);
});

test('refuses a gateway of an API that it was not told of', () => {
  const gateways = { home: { gatewayName: 'old-home', stageName: 'blue' } };
  expect(() => reach({ apis: [bounded], gateways })).toThrow('gateways names the API "home", allowed are "shop"');
});
