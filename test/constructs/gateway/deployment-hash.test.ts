import { ApiGatewayIntegration } from '@cdktf/provider-aws/lib/api-gateway-integration';
import { ApiGatewayRestApi } from '@cdktf/provider-aws/lib/api-gateway-rest-api';
import { Lazy, type TerraformStack } from 'cdktf';
import { deploymentHash } from '../../../constructs/gateway/deployment-hash';
import { Template, testStack } from '../../support/template';
import { apiOf, type GatewayFixture, gateway, IAM, lambda, SCOPED } from './fixture';

function hashOf(
  options: { uri?: string; tags?: Record<string, string>; reversed?: boolean; method?: string } = {},
): string {
  const { uri = 'arn:x', tags = {}, reversed = false, method = 'GET' } = options;
  const stack = testStack();
  const api = new ApiGatewayRestApi(stack, 'Api', { name: 'x', tags });
  const integration = new ApiGatewayIntegration(stack, 'Integration', {
    restApiId: api.id,
    resourceId: api.rootResourceId,
    httpMethod: method,
    type: 'AWS_PROXY',
    uri,
  });
  return deploymentHash(stack, reversed ? [integration, api] : [api, integration]);
}

describe('deploymentHash', () => {
  test('is a SHA-256 that the same content has again', () => {
    expect(hashOf()).toMatch(/^[0-9a-f]{64}$/);
    expect(hashOf()).toBe(hashOf());
  });

  test('changes with the content', () => {
    expect(hashOf({ uri: 'arn:y' })).not.toBe(hashOf());
    expect(hashOf({ method: 'PUT' })).not.toBe(hashOf());
  });

  test('changes with content that is known late', () => {
    const late = (value: string) => hashOf({ uri: Lazy.stringValue({ produce: () => value }) });
    expect(late('arn:x')).toBe(hashOf());
    expect(late('arn:y')).not.toBe(hashOf());
  });

  test('does not change with a tag or the order of the resources', () => {
    expect(hashOf({ tags: { owner: 'me' } })).toBe(hashOf());
    expect(hashOf({ reversed: true })).toBe(hashOf());
  });
});

describe('the deployment of a gateway', () => {
  const hash = (build: (stack: TerraformStack) => void): unknown =>
    (Template.of(build).only('aws_api_gateway_deployment').triggers as Record<string, unknown>).redeployment;
  const hashOf = (props: GatewayFixture = {}): unknown => hash((stack) => gateway(stack, props));
  const bodyRoute = (schema: object) => ({
    'POST /things': { ...SCOPED, requestBody: { required: true, schema: { ...schema } } },
  });

  test('is made before the old one goes, after everything it contains', () => {
    const made = Template.of((stack) => gateway(stack, { cors: { allowOrigins: ['https://app.example.com'] } }));
    const deployment = made.only('aws_api_gateway_deployment', { lifecycle: { create_before_destroy: true } });
    const types = [
      'aws_api_gateway_gateway_response',
      'aws_api_gateway_integration',
      'aws_api_gateway_integration_response',
      'aws_api_gateway_method',
      'aws_api_gateway_method_response',
      'aws_api_gateway_resource',
    ];
    const expected = types.flatMap((type) => Object.keys(made.resources(type)).map((id) => `${type}.${id}`));
    expect([...(deployment.depends_on as string[])].sort()).toEqual(expected.sort());
  });

  test('is the same again for the same API', () => {
    expect(hashOf()).toBe(hashOf());
    expect(hashOf()).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each<[string, GatewayFixture]>([
    ['an integration', { integrations: { things: lambda('acme-dev-api-other') } }],
    ['the TTL of the authorizer', { resultCacheSeconds: 5 }],
    ['the authorizer function', { authorizer: { ...lambda('acme-dev-other'), apis: [apiOf({})] } }],
    ['a gateway response', { cors: { allowOrigins: ['https://app.example.com'] } }],
    ['a route', { routes: { 'GET /things': SCOPED, 'PUT /things': SCOPED } }],
    ['an authorization', { routes: { 'GET /things': IAM } }],
    ['the need of a usage key', { usageKeys: true }],
    [
      'a required parameter',
      { routes: { 'GET /things': { ...SCOPED, requestParameters: { 'method.request.querystring.a': true } } } },
    ],
  ])('is made again for a change of %s', (_what, props) => {
    expect(hashOf(props)).not.toBe(hashOf());
  });

  test('is made again for a change of a model', () => {
    expect(hashOf({ routes: bodyRoute({ type: 'object' }) })).not.toBe(
      hashOf({ routes: bodyRoute({ type: 'array' }) }),
    );
  });

  test('is made again for a change by override, after the construct was made', () => {
    const overridden = hash((stack) => {
      gateway(stack).resource.addOverride('binary_media_types', ['image/png']);
    });
    expect(overridden).not.toBe(hashOf());
  });

  test.each<[string, GatewayFixture]>([
    ['a tag', { tags: { owner: 'me' } }],
    ['a description', { description: 'other' }],
    ['the throttle', { throttle: { rateLimit: 1, burstLimit: 1 } }],
    ['the log retention', { accessLogRetentionDays: 30 }],
    ['the stage variable', { id: 'other' }],
    [
      'a scope, which the authorizer knows',
      { routes: { 'GET /things': { ...SCOPED, rule: { kind: 'scopes', anyOf: [['x:y']] } } } },
    ],
  ])('is kept for a change of %s', (_what, props) => {
    expect(hashOf(props)).toBe(hashOf());
  });

  test('is kept for another order of the routes', () => {
    const cors = { allowOrigins: ['https://app.example.com'] };
    const keys = ['GET /a', 'PUT /a', 'GET /a/{x}', 'GET /b'];
    const inOrder = (order: string[]) =>
      hashOf({ cors, routes: Object.fromEntries(order.map((key) => [key, SCOPED])) });
    expect(inOrder(keys)).toBe(inOrder([...keys].reverse()));
  });
});
