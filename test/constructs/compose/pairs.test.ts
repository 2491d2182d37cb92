import { Apigatewayv2Api } from '@cdktf/provider-aws/lib/apigatewayv2-api';
import { TerraformStack } from 'cdktf';
import type { ApiDefinition } from '../../../constructs/api';
import { HttpApiTokenAuthorizer, TokenAuthorizer, type TokenAuthorizerProps } from '../../../constructs/authorizer';
import { Names } from '../../../constructs/support';
import { TokenService, type TokenServiceProps, TokenStore } from '../../../constructs/tokens';
import { UsageTiers } from '../../../constructs/usage';
import { packagedFile } from '../../support/package-files';
import { Template, testStack } from '../../support/template';
import { apiOf, type Facts, gateway, SCOPED } from '../gateway/fixture';

const LOCATION = { account: '123456789012', region: 'eu-central-1' };
const names = new Names('acme', 'prod');
const FORMAT = { brand: 'acme', tokenEnvironment: 'live' } as const;
const ISSUER = { issuer: 'https://i.example/', audience: ['https://a.example'], jwksUri: 'https://i.example/jwks' };
const BOUND = { ...ISSUER, senderConstraints: ['dpop'] as const };

function authorizer(stack: TerraformStack, apis: readonly ApiDefinition[], props: Partial<TokenAuthorizerProps> = {}) {
  const tokenStore = new TokenStore(stack, 'Tokens', { ...LOCATION, names, ...FORMAT });
  return new TokenAuthorizer(stack, 'Authorizer', {
    ...LOCATION,
    names,
    apis,
    tokenStore,
    issuers: [ISSUER],
    ...props,
  });
}

/** A gateway and an authorizer that were given definitions of their own. */
function composed(ofGateway: Facts, ofAuthorizer: Facts, props: Partial<TokenAuthorizerProps> = {}) {
  const stack = testStack();
  return () => gateway(stack, { ...ofGateway, authorizer: authorizer(stack, [apiOf(ofAuthorizer)], props) });
}

describe('a gateway and its authorizer', () => {
  test('agree by the same definition', () => {
    const api = apiOf({ revocation: 'strict' });
    const stack = testStack();
    const made = gateway(stack, { revocation: 'strict', authorizer: authorizer(stack, [api]) });
    expect(made.api.differences(api)).toEqual([]);
    Template.fromStack(stack).only('aws_api_gateway_authorizer', { authorizer_result_ttl_in_seconds: 0 });
  });

  test('do not go by different ids', () => {
    expect(composed({ id: 'ordrs' }, { id: 'orders' })).toThrow(
      'test/Gateway: the authorizer does not know the API "ordrs", allowed are "orders"',
    );
  });

  test.each<[string, Facts, Facts, string]>([
    ['strict revocation behind kept results', {}, { revocation: 'strict' }, 'resultCacheSeconds (0 and 60)'],
    ['another time', { resultCacheSeconds: 60 }, { resultCacheSeconds: 5 }, 'resultCacheSeconds (5 and 60)'],
    ['other routes', { routes: { 'GET /a': SCOPED } }, { routes: { 'GET /b': SCOPED } }, 'rules'],
    ['usage keys', { usageKeys: true }, {}, 'usageKeys (false and true)'],
  ])('do not differ in %s', (_, ofGateway, ofAuthorizer, fault) => {
    const act = composed(ofGateway, ofAuthorizer);
    expect(act).toThrow('test/Gateway: the authorizer has another definition of the API "api", which differs in ');
    expect(composed(ofGateway, ofAuthorizer)).toThrow(fault);
  });

  test('do not differ in DPoP', () => {
    const bound: Facts = { senderConstraints: ['dpop'] };
    const act = composed({ ...bound, dpopAlgorithms: ['ES256'] }, bound, { issuers: [BOUND] });
    expect(act).toThrow('which differs in dpopAlgorithms');
  });
});

describe('a gateway and an authorizer of another stack of the App', () => {
  /** Both stacks in one App; `order` says which is made first. */
  function inOneApp(
    ofGateway: Facts,
    ofAuthorizer: Facts,
    order: 'gateway' | 'authorizer',
    functionName = names.authorizer,
  ) {
    const stack = testStack();
    const platform = new TerraformStack(stack.node.root, 'platform');
    const refer = () =>
      gateway(stack, {
        ...ofGateway,
        authorizer: TokenAuthorizer.fromFunctionAttributes({ ...LOCATION, functionName, apis: [apiOf(ofGateway)] }),
      });
    const make = () => authorizer(platform, [apiOf(ofAuthorizer)]);
    return order === 'gateway' ? [refer, make] : [make, refer];
  }
  const run = (steps: (() => unknown)[]) => () => {
    for (const step of steps) {
      step();
    }
  };

  test.each(['gateway', 'authorizer'] as const)('cannot differ, with the %s first', (order) => {
    expect(run(inOneApp({}, { revocation: 'strict' }, order))).toThrow(
      'test/Gateway: the authorizer has another definition of the API "api", which differs in resultCacheSeconds (0 and 60)',
    );
  });

  test.each(['gateway', 'authorizer'] as const)('cannot go by different ids, with the %s first', (order) => {
    expect(run(inOneApp({ id: 'ordrs' }, { id: 'orders' }, order))).toThrow('does not know the API "ordrs"');
  });

  test.each(['gateway', 'authorizer'] as const)('agree by equal definitions, with the %s first', (order) => {
    expect(run(inOneApp({}, {}, order))).not.toThrow();
  });

  test('are not compared where the function is another', () => {
    expect(run(inOneApp({}, { revocation: 'strict' }, 'authorizer', 'other-prod-authorizer'))).not.toThrow();
  });
});

describe('an authorizer and its APIs', () => {
  const make = (apis: readonly ApiDefinition[], props: Partial<TokenAuthorizerProps>) => () =>
    authorizer(testStack(), apis, props);

  test('an API that keeps no results accepts bound tokens as the issuers bind them', () => {
    expect(make([apiOf({ resultCacheSeconds: 0 })], { issuers: [BOUND] })).toThrow(
      'test/Authorizer: senderConstraints of the API "api" is [], allowed is ["dpop"], as the issuers bind tokens',
    );
    expect(make([apiOf({ senderConstraints: ['dpop'] })], {})).toThrow(
      'senderConstraints of the API "api" is ["dpop"], allowed is []',
    );
  });

  test('all APIs accept proofs of the same algorithms', () => {
    const apis = [
      apiOf({ id: 'a', senderConstraints: ['dpop'] }),
      apiOf({ id: 'b', senderConstraints: ['dpop'], dpopAlgorithms: ['ES256'] }),
    ];
    expect(make(apis, { issuers: [BOUND] })).toThrow(
      'the APIs accept DPoP proofs of different algorithms (ES256, EdDSA, PS256, RS256; ES256)',
    );
  });
});

describe('an authorizer and a token service', () => {
  test('take brand and environment word of tokens from the store, and can be given no others', () => {
    const stack = testStack();
    const tokenStore = new TokenStore(stack, 'Tokens', { ...LOCATION, names, brand: 'shop', tokenEnvironment: 'test' });
    const common = { ...LOCATION, names, tokenStore };
    const made = new TokenAuthorizer(stack, 'Authorizer', { ...common, apis: [apiOf({})] });
    // @ts-expect-error the store says it
    const service = new TokenService(stack, 'Service', { ...common, scopes: { 'x:read': '' }, brand: 'other' });
    const config = (one: TokenAuthorizer | TokenService) => JSON.parse(packagedFile(one, 'config.json'));
    expect(config(made).apiTokens).toMatchObject({ brand: 'shop', tokenEnvironments: ['test'] });
    expect(config(service)).toMatchObject({ brand: 'shop', tokenEnvironment: 'test' });
  });
});

describe('an HTTP API and its authorizer', () => {
  const compose = (ofGateway: Facts, ofAuthorizer: Facts) => () => {
    const stack = testStack();
    const httpApi = new Apigatewayv2Api(stack, 'Api', { name: 'shop', protocolType: 'HTTP' });
    return new HttpApiTokenAuthorizer(stack, 'HttpAuthorizer', {
      api: apiOf(ofGateway),
      httpApi,
      authorizerName: 'shop',
      authorizer: authorizer(stack, [apiOf(ofAuthorizer)]),
    });
  };

  test('do not go by different ids', () => {
    expect(compose({ id: 'a', gateway: 'http' }, { id: 'b', gateway: 'http' })).toThrow(
      'the authorizer does not know the API "a", allowed are "b"',
    );
  });

  test('do not differ in the time or the kind of the gateway', () => {
    expect(compose({ gateway: 'http', resultCacheSeconds: 60 }, { gateway: 'http' })).toThrow(
      'which differs in resultCacheSeconds (0 and 60)',
    );
    expect(compose({ gateway: 'http', resultCacheSeconds: 60 }, {})).toThrow('which differs in gateway');
  });
});

describe('grammar', () => {
  const service = (props: Partial<TokenServiceProps>) => () => {
    const stack = testStack();
    return new TokenService(stack, 'Service', {
      ...LOCATION,
      names,
      tokenStore: new TokenStore(stack, 'Tokens', { ...LOCATION, names, ...FORMAT }),
      scopes: { 'x:read': '' },
      ...props,
    });
  };
  const tiers = (name: string) => () =>
    new UsageTiers(testStack(), 'Tiers', {
      names,
      gateway: gateway(testStack(), { usageKeys: true }),
      tiers: { [name]: { rateLimit: 1, burstLimit: 1 } },
    });
  const scoped = (scope: string) => () =>
    apiOf({ routes: { 'GET /a': { rule: { kind: 'scopes', anyOf: [[scope]] }, backend: 'things' } } });

  test.each(['Orders.Read:all', 'orders:read', 'a/b:c:d'])(
    'a route may require the scope %j, and a token have it',
    (scope) => {
      expect(scoped(scope)).not.toThrow();
      expect(service({ scopes: { [scope]: '' } })).not.toThrow();
    },
  );

  test.each(['orders', 'orders:re*', 'orders read:x', ''])('neither a route nor a token has the scope %j', (scope) => {
    expect(scoped(scope)).toThrow();
    expect(service({ scopes: { [scope]: '' } })).toThrow();
  });

  test.each(['Free_1', `a${'b'.repeat(20)}`])('neither usage plans nor tokens have the tier %j', (tier) => {
    expect(tiers(tier)).toThrow(`tier is ${JSON.stringify(tier)}, allowed is a lower-case letter, then`);
    expect(service({ tiers: [tier] })).toThrow(`tier is ${JSON.stringify(tier)}, allowed is a lower-case letter, then`);
  });
});
