import { Apigatewayv2Api } from '@cdktf/provider-aws/lib/apigatewayv2-api';
import { Apigatewayv2Route } from '@cdktf/provider-aws/lib/apigatewayv2-route';
import { Lazy, type TerraformStack } from 'cdktf';
import { ApiDefinition } from '../../../constructs/api';
import {
  HttpApiTokenAuthorizer,
  type HttpApiTokenAuthorizerProps,
  TokenAuthorizer,
} from '../../../constructs/authorizer';
import { Template, testStack } from '../../support/template';

function define(facts: { id?: string; resultCacheSeconds?: number; gateway?: 'rest' } = {}): ApiDefinition {
  const { id = 'shop', gateway = 'http', resultCacheSeconds } = facts;
  const routes = {
    'GET /v1/orders': { rule: { kind: 'scopes', anyOf: [['orders:read']] } },
    'GET /v1/status': { rule: { kind: 'public', reason: 'a reason' } },
  } as const;
  return gateway === 'http'
    ? new ApiDefinition({ id, gateway, routes, resultCacheSeconds })
    : new ApiDefinition({ id, gateway, routes, resultCacheSeconds });
}

const knowing = (...apis: ApiDefinition[]) =>
  TokenAuthorizer.fromFunctionAttributes({
    account: '123456789012',
    region: 'eu-central-1',
    functionName: 'acme-prod-authorizer',
    apis,
  });
const target = knowing();

function add(
  stack: TerraformStack,
  props: Partial<HttpApiTokenAuthorizerProps> = {},
  definition: ApiDefinition = define(),
) {
  const api = new Apigatewayv2Api(stack, 'Api', { name: 'shop', protocolType: 'HTTP' });
  const authorizer = new HttpApiTokenAuthorizer(stack, 'Authorizer', {
    api: definition,
    httpApi: api,
    authorizerName: 'acme-prod-shop',
    authorizer: knowing(definition),
    ...props,
  });
  const route = (routeKey: string, config: object = {}) =>
    new Apigatewayv2Route(stack, `Route-${routeKey}`, { apiId: api.id, routeKey, ...config });
  return { api, authorizer, route };
}

describe('HttpApiTokenAuthorizer', () => {
  test('answers with one verdict for a token, a route and an address', () => {
    const stack = testStack();
    const { api } = add(stack);
    const template = Template.fromStack(stack);
    template.only('aws_apigatewayv2_authorizer', {
      api_id: api.id,
      name: 'acme-prod-shop',
      authorizer_type: 'REQUEST',
      authorizer_uri: target.invokeArn,
      authorizer_payload_format_version: '2.0',
      enable_simple_responses: true,
      identity_sources: ['$request.header.Authorization', '$context.routeKey', '$context.identity.sourceIp'],
      authorizer_result_ttl_in_seconds: 0,
    });
    expect(template.counts()).toMatchObject({ aws_apigatewayv2_authorizer: 1, aws_lambda_permission: 1 });
  });

  test('lets this authorizer of this API call the function, and nothing else', () => {
    const stack = testStack();
    const { api, authorizer } = add(stack);
    Template.fromStack(stack).only('aws_lambda_permission', {
      function_name: 'acme-prod-authorizer',
      principal: 'apigateway.amazonaws.com',
      source_arn: `${api.executionArn}/authorizers/${authorizer.authorizerId}`,
    });
  });

  test('says which variables the stage needs', () => {
    expect(add(testStack()).authorizer.stageVariables).toEqual({ gatehouseApi: 'shop' });
  });

  test('puts routes behind the authorizer', () => {
    const stack = testStack();
    const { authorizer, route } = add(stack);
    authorizer.protect(route('GET /v1/orders'), route('$default', { authorizationType: 'NONE' }));
    const template = Template.fromStack(stack);
    for (const route_key of ['GET /v1/orders', '$default']) {
      template.only('aws_apigatewayv2_route', {
        route_key,
        authorization_type: 'CUSTOM',
        authorizer_id: authorizer.authorizerId,
      });
    }
  });

  test('a verdict may be kept for a while', () => {
    Template.of((stack) => void add(stack, {}, define({ resultCacheSeconds: 300 }))).only(
      'aws_apigatewayv2_authorizer',
      {
        authorizer_result_ttl_in_seconds: 300,
      },
    );
  });

  test('can stand twice in a stack, for two APIs', () => {
    const stack = testStack();
    const { route } = add(stack);
    const api = new Apigatewayv2Api(stack, 'Other', { name: 'other', protocolType: 'HTTP' });
    const definition = define({ id: 'other' });
    const second = new HttpApiTokenAuthorizer(stack, 'OtherAuthorizer', {
      api: definition,
      httpApi: api,
      authorizerName: 'other',
      authorizer: knowing(definition),
    });
    second.protect(new Apigatewayv2Route(stack, 'OtherRoute', { apiId: api.id, routeKey: '$default' }));
    route('$default', { authorizationType: 'CUSTOM', authorizerId: second.authorizerId });
    expect(() => Template.fromStack(stack)).toThrow('route $default has no authorizer');
  });
});

describe('a route of the API without the authorizer', () => {
  test.each([
    ['$default', {}],
    ['ANY /{proxy+}', {}],
    ['GET /v1/x', { authorizationType: 'NONE' }],
    ['GET /v1/y', { authorizationType: 'AWS_IAM' }],
    ['GET /v1/z', { authorizationType: 'CUSTOM', authorizerId: 'another' }],
  ])('fails the synthesis: %s %j', (routeKey, config) => {
    const stack = testStack();
    add(stack).route(routeKey, config);
    expect(() => Template.fromStack(stack)).toThrow(
      `route ${routeKey} has no authorizer, allowed without it are only routes that are public`,
    );
  });

  test('is allowed with a written reason', () => {
    const stack = testStack();
    add(stack, { publicRoutes: { 'GET /health': 'asked by the load balancer' } }).route('GET /health');
    expect(Template.fromStack(stack).count('aws_apigatewayv2_route')).toBe(1);
  });

  test('is allowed where the definition says that it is public', () => {
    const stack = testStack();
    add(stack).route('GET /v1/status');
    expect(Template.fromStack(stack).count('aws_apigatewayv2_route')).toBe(1);
  });

  test('is none of its business in another API', () => {
    const stack = testStack();
    add(stack);
    new Apigatewayv2Route(stack, 'Foreign', { apiId: 'abc', routeKey: '$default' });
    expect(() => Template.fromStack(stack)).not.toThrow();
  });
});

describe('refuses', () => {
  test.each<[Partial<HttpApiTokenAuthorizerProps>, string]>([
    [{ authorizerName: '' }, 'authorizerName is "", allowed are 1 to 128'],
    [{ publicRoutes: { $default: ' ' } }, 'publicRoutes has $default without a reason'],
    [{ publicRoutes: { 'GET /v1/orders': 'why not' } }, 'publicRoutes has GET /v1/orders, whose access rule'],
    [
      { authorizer: knowing(define({ id: 'other' })) },
      'the authorizer does not know the API "shop", allowed are "other"',
    ],
  ])('%j', (props, message) => {
    expect(() => add(testStack(), props)).toThrow(message);
  });

  test('to protect a route that has another authorization', () => {
    const { authorizer, route } = add(testStack());
    expect(() => authorizer.protect(route('GET /x', { authorizationType: 'AWS_IAM' }))).toThrow(
      'route GET /x has the authorization AWS_IAM, allowed is no authorization before protect() is called',
    );
  });

  test.each([301, -1, 0.5])('results that are kept for %s s', (resultCacheSeconds) => {
    expect(() => define({ resultCacheSeconds })).toThrow(
      `resultCacheSeconds is ${resultCacheSeconds}, allowed is an integer from 0 to 300`,
    );
  });

  test('an API that is defined for a REST API', () => {
    expect(() => add(testStack(), {}, define({ gateway: 'rest' }))).toThrow('the API "shop" is defined for a REST API');
  });

  test('nothing that is known late', () => {
    const authorizerName = Lazy.stringValue({ produce: () => 'shop' });
    expect(() => add(testStack(), { authorizerName })).not.toThrow();
  });
});
