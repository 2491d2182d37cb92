import type { TerraformStack } from 'cdktf';
import { ApiDefinition } from '../../../constructs/api';
import { TokenAuthorizer, type TokenAuthorizerProps } from '../../../constructs/authorizer';
import { RestGateway } from '../../../constructs/gateway';
import { Names } from '../../../constructs/support';
import { functionFromName, type IFunction } from '../../../constructs/support/function-ref';
import { TokenService, type TokenServiceProps, TokenStore } from '../../../constructs/tokens';
import { Template, testStack } from '../../support/template';

const LOCATION = { account: '123456789012', region: 'eu-central-1' };
const names = new Names('acme', 'prod');
const FORMAT = { brand: 'acme', tokenEnvironment: 'live' } as const;
const SCOPES = { 'x:read': '', 'tokens:read': '', 'tokens:write': '', 'teams:write': '', 'trail:read': '' };
const ISSUER = { issuer: 'https://i.example/', audience: ['a'], jwksUri: 'https://i.example/jwks' };

function apiOf(facts: { id?: string; basePath?: string; origin?: string } = {}): ApiDefinition {
  const { id = 'shop', basePath = '/v1', origin } = facts;
  return new ApiDefinition({
    id,
    routes: { 'GET /x': { rule: { kind: 'scopes', anyOf: [['x:read']] }, backend: 'things' } },
    tokenService: { basePath },
    ...(origin === undefined ? {} : { cors: { allowOrigins: [origin] } }),
  });
}

const store = (stack: TerraformStack, of = names, id = 'Tokens') =>
  new TokenStore(stack, id, { ...LOCATION, names: of, ...FORMAT });

interface Composed {
  readonly ofService?: Partial<TokenServiceProps> | ((stack: TerraformStack) => Partial<TokenServiceProps>);
  readonly ofAuthorizer?: Partial<TokenAuthorizerProps>;
  readonly withoutStore?: boolean;
  /** In place of the service. */
  readonly served?: IFunction;
}

/** A gateway that serves a token service, and one authorizer for both. */
function compose({ ofService = {}, ofAuthorizer = {}, withoutStore = false, served }: Composed = {}) {
  const stack = testStack();
  const api = apiOf();
  const tokenStore = store(stack);
  const common = { ...LOCATION, names };
  const authorizer = new TokenAuthorizer(stack, 'Authorizer', {
    ...common,
    apis: [api],
    ...(withoutStore ? {} : { tokenStore }),
    ...ofAuthorizer,
  });
  const service = new TokenService(stack, 'Service', {
    ...common,
    tokenStore,
    scopes: SCOPES,
    api,
    ...(typeof ofService === 'function' ? ofService(stack) : ofService),
  });
  const things = functionFromName({ ...LOCATION, functionName: 'acme-prod-things' });
  const integrations = { things, 'token-service': served ?? service };
  new RestGateway(stack, 'Gateway', { api, gatewayName: 'shop', stageName: 'prod', authorizer, integrations });
  return stack;
}

describe('a gateway that serves a token service', () => {
  test.each<[string, Composed]>([
    ['was given the same definition', {}],
    ['was given an equal one', { ofService: { api: apiOf() } }],
    ['has the issuers of the authorizer', { ofService: { issuers: [ISSUER] }, ofAuthorizer: { issuers: [ISSUER] } }],
    ['names no issuer, and so takes each', { ofAuthorizer: { issuers: [ISSUER] } }],
    [
      'is of another stack, with the same definition',
      { served: TokenService.fromFunctionAttributes({ ...LOCATION, functionName: names.tokenService, api: apiOf() }) },
    ],
  ])('is made where the service %s', (_, composed) => {
    const functionName = { function_name: expect.stringContaining('token-service') };
    const permissions = Template.fromStack(compose(composed)).find('aws_lambda_permission', {
      statement_id: 'shop-Invoke-token-service',
    });
    expect(permissions).toHaveLength(1);
    expect(Template.fromStack(compose(composed)).find('aws_lambda_function')).toContainEqual(
      expect.objectContaining(functionName),
    );
  });

  test.each<[string, Composed, string]>([
    ['no API', { ofService: { api: undefined } as object }, 'the token service has no api, allowed is the API "shop"'],
    ['another API', { ofService: { api: apiOf({ id: 'other' }) } }, 'the token service has the api "other"'],
    [
      'another path and origin',
      { ofService: { api: apiOf({ basePath: '/v2', origin: 'https://a.example' }) } },
      'another definition of the API "shop", which differs in cors',
    ],
    [
      'a reference to another stack that does not say its API',
      { served: TokenService.fromFunctionAttributes({ ...LOCATION, functionName: names.tokenService }) },
      'the token service has no api',
    ],
    [
      'any function in its place',
      { served: functionFromName({ ...LOCATION, functionName: 'acme-prod-things' }) },
      'the integration "token-service" is some function, allowed is a TokenService',
    ],
    [
      'other names',
      { ofService: { names: new Names('acme', 'dev') } },
      'have different names, "acme-prod" and "acme-dev"',
    ],
    [
      'another store',
      { ofService: (stack) => ({ tokenStore: store(stack, new Names('acme', 'dev'), 'Other') }) },
      'have different token stores: tableName is "acme-prod-tokens" and "acme-dev-tokens"',
    ],
    [
      'another brand of the same table',
      {
        ofService: (stack) => ({
          tokenStore: TokenStore.fromTableAttributes({ ...store(stack, names, 'Other'), brand: 'shop' }),
        }),
      },
      'have different token stores: brand is "acme" and "shop"',
    ],
    [
      'a store that the authorizer does not read',
      { withoutStore: true, ofAuthorizer: { issuers: [ISSUER] } },
      'do not have the same tokenStore, which the authorizer lacks',
    ],
    [
      'other issuers',
      { ofService: { issuers: [{ ...ISSUER, issuer: 'https://j.example/' }] }, ofAuthorizer: { issuers: [ISSUER] } },
      'have different issuers, ["https://i.example/"] and ["https://j.example/"]',
    ],
    [
      'an issuer of shorter tokens',
      { ofService: { issuers: [ISSUER] }, ofAuthorizer: { issuers: [{ ...ISSUER, maxLifetimeSeconds: 2_592_000 }] } },
      'a token is accepted for 2592030 s and its revocation is kept for 86430 s',
    ],
  ])('is refused where the service has %s', (_, composed, fault) => {
    expect(() => compose(composed)).toThrow(fault);
  });
});

test('a token service declares each scope that the routes of its API require', () => {
  const { 'x:read': _, ...scopes } = SCOPES;
  expect(() => compose({ ofService: { scopes } })).toThrow(
    'test/Service: scopes lacks "x:read", which route GET /x of the API "shop" requires',
  );
});
