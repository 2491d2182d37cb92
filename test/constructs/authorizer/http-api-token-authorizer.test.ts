import { Apigatewayv2Api } from '@cdktf/provider-aws/lib/apigatewayv2-api';
import { Apigatewayv2Route } from '@cdktf/provider-aws/lib/apigatewayv2-route';
import { Lazy, type TerraformStack } from 'cdktf';
import { HttpApiTokenAuthorizer, type HttpApiTokenAuthorizerProps } from '../../../constructs/authorizer';
import { functionFromName } from '../../../constructs/support';
import { Template, testStack } from '../../support/template';

const target = functionFromName({
  account: '123456789012',
  region: 'eu-central-1',
  functionName: 'acme-prod-authorizer',
});

function add(stack: TerraformStack, props: Partial<HttpApiTokenAuthorizerProps> = {}) {
  const api = new Apigatewayv2Api(stack, 'Api', { name: 'shop', protocolType: 'HTTP' });
  const authorizer = new HttpApiTokenAuthorizer(stack, 'Authorizer', {
    api,
    apiId: 'shop',
    authorizerName: 'acme-prod-shop',
    function: target,
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
    Template.of((stack) => void add(stack, { resultTtlSeconds: 300 })).only('aws_apigatewayv2_authorizer', {
      authorizer_result_ttl_in_seconds: 300,
    });
  });

  test('can stand twice in a stack, for two APIs', () => {
    const stack = testStack();
    const { route } = add(stack);
    const api = new Apigatewayv2Api(stack, 'Other', { name: 'other', protocolType: 'HTTP' });
    const other = { api, apiId: 'other', authorizerName: 'other', function: target };
    const second = new HttpApiTokenAuthorizer(stack, 'OtherAuthorizer', other);
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
      `route ${routeKey} has no authorizer, allowed is that for a route in`,
    );
  });

  test('is allowed with a written reason', () => {
    const stack = testStack();
    add(stack, { publicRoutes: { 'GET /health': 'asked by the load balancer' } }).route('GET /health');
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
    [{ resultTtlSeconds: 301 }, 'test/Authorizer: resultTtlSeconds is 301, allowed is an integer from 0 to 300'],
    [{ resultTtlSeconds: -1 }, 'resultTtlSeconds is -1'],
    [{ resultTtlSeconds: 0.5 }, 'resultTtlSeconds is 0.5'],
    [{ apiId: 'a b' }, 'apiId is "a b", allowed are 1 to 64'],
    [{ authorizerName: '' }, 'authorizerName is "", allowed are 1 to 128'],
    [{ publicRoutes: { $default: ' ' } }, 'publicRoutes has $default without a reason'],
  ])('%j', (props, message) => {
    expect(() => add(testStack(), props)).toThrow(message);
  });

  test('to protect a route that has another authorization', () => {
    const { authorizer, route } = add(testStack());
    expect(() => authorizer.protect(route('GET /x', { authorizationType: 'AWS_IAM' }))).toThrow(
      'route GET /x has the authorization AWS_IAM, allowed is none',
    );
  });

  test('nothing that is known late', () => {
    const apiId = Lazy.stringValue({ produce: () => 'shop' });
    expect(() => add(testStack(), { apiId, authorizerName: apiId })).not.toThrow();
  });
});
