import { join } from 'node:path';
import { AUTHORIZER_SOURCE, BACKEND_SOURCE, writeFunctionZip } from './function-zip';
import { ApiStackFixture, invokeUri, StackFixture, writeStacks } from './terraform';

/** Fields that the tests look at; one is never there. */
export const ACCESS_LOG_FORMAT = `{"requestId":"$context.requestId","method":"$context.httpMethod","route":"$context.resourcePath","ip":"$context.identity.sourceIp","ua":"$context.identity.userAgent","status":$context.status,"bytes":$context.responseLength,"latency":$context.responseLatency,"errType":"$context.error.responseType","keyId":"$context.identity.apiKeyId","tokenId":"$context.authorizer.tokenId","waf":"$context.waf.status"}`;

const ORDER_MODEL = {
  $schema: 'http://json-schema.org/draft-04/schema#',
  type: 'object',
  required: ['item'],
  properties: { item: { type: 'string' }, count: { type: 'integer', minimum: 0, exclusiveMinimum: true } },
};

/** The stacks of the sandbox tests: a platform with an authorizer and a backend, and two APIs. */
export interface Fixture {
  readonly platform: StackFixture;
  /** API `shop` with stages `dev` and `blue`, without customised gateway responses. */
  readonly shop: ApiStackFixture;
  /** API `styled` with customised gateway responses. */
  readonly styled: ApiStackFixture;
  write(): void;
}

export function createFixture(synthDir: string): Fixture {
  const platform = platformStack();
  const shop = shopStack();
  const styled = styledStack();
  return {
    platform,
    shop,
    styled,
    write: () => {
      writeStacks(synthDir, { 'platform-dev': platform, 'gateway-shop-dev': shop, 'gateway-styled-dev': styled });
      const assets = join(synthDir, 'stacks', 'platform-dev', 'assets');
      writeFunctionZip(join(assets, 'authorizer.zip'), AUTHORIZER_SOURCE);
      writeFunctionZip(join(assets, 'backend.zip'), BACKEND_SOURCE);
    },
  };
}

function platformStack(): StackFixture {
  return new StackFixture()
    .addFunction('authorizer', 'gh-dev-authorizer', 'assets/authorizer.zip')
    .addFunction('backend', 'gh-dev-backend', 'assets/backend.zip', {
      timeout: 20,
      environment: { variables: { TABLE_ARN: '${aws_dynamodb_table.tokens.arn}' } },
    })
    .add('aws_dynamodb_table', 'tokens', {
      name: 'gh-dev-tokens',
      billing_mode: 'PAY_PER_REQUEST',
      hash_key: 'pk',
      attribute: [{ name: 'pk', type: 'S' }],
    })
    .add('aws_secretsmanager_secret', 'pepper', { name: 'gh-dev-pepper' })
    .add('aws_cloudwatch_dashboard', 'board', { dashboard_name: 'gh-dev', dashboard_body: '{}' });
}

function mock(statuses: readonly string[]): {
  integration: Record<string, unknown>;
  responses: Record<string, unknown>[];
} {
  return {
    integration: {
      type: 'MOCK',
      passthrough_behavior: 'WHEN_NO_TEMPLATES',
      request_templates: { 'application/json': '{"statusCode":404}', 'text/plain': '{"statusCode":202}' },
    },
    responses: statuses.map((status) => ({
      status_code: status,
      ...(status === '200' ? {} : { selection_pattern: status === '500' ? '\\d{3}' : status }),
      response_parameters: { 'method.response.header.X-Status': `'${status}'` },
      response_templates: { 'application/json': `{"mock":${status}}` },
    })),
  };
}

function shopStack(): ApiStackFixture {
  const shop = new ApiStackFixture('shop').addStage('dev', ACCESS_LOG_FORMAT).addStage('blue');
  shop.addAuthorizer('tokens');
  shop.addAuthorizer('tenants', {
    identity_source: 'method.request.header.Authorization, method.request.querystring.tenant',
  });
  shop.addAuthorizer('uncached', { authorizer_result_ttl_in_seconds: 0 });
  shop
    .addRoute('GET', '/open')
    .addRoute('GET', '/a', { authorizer: 'tokens' })
    .addRoute('GET', '/b', { authorizer: 'tokens' });
  shop.addRoute('OPTIONS', '/a', mock(['500', '404', '202', '200']));
  shop.addRoute('GET', '/items/{id}', { authorizer: 'tokens', method: { operation_name: 'getItem' } });
  shop.addRoute('GET', '/items/special').addRoute('GET', '/items/{id}/parts').addRoute('ANY', '/files/{proxy+}');
  shop.addRoute('GET', '/tenant', { authorizer: 'tenants' }).addRoute('GET', '/uncached', { authorizer: 'uncached' });
  shop.addRoute('GET', '/signed', { method: { authorization: 'AWS_IAM' } });
  const integration = { type: 'AWS_PROXY', uri: invokeUri('gh-dev-backend'), timeout_milliseconds: 50 };
  shop.addRoute('GET', '/late', { integration });
  addMetered(shop);
  addValidated(shop);
  return shop;
}

function addMetered(shop: ApiStackFixture): void {
  const method = { api_key_required: true };
  shop
    .addRoute('GET', '/metered', { authorizer: 'tokens', method })
    .addRoute('GET', '/metered/slow', { authorizer: 'tokens', method });
  const stages = [{ api_id: ApiStackFixture.ID, stage: '${aws_api_gateway_stage.dev.stage_name}' }];
  shop.add('aws_api_gateway_usage_plan', 'burst', {
    name: 'gh-dev-shop-burst',
    api_stages: [{ ...stages[0], throttle: [{ path: '/metered/slow/GET', rate_limit: 1, burst_limit: 1 }] }],
    throttle_settings: { rate_limit: 1, burst_limit: 2 },
  });
  shop.add('aws_api_gateway_usage_plan', 'quota', {
    name: 'gh-dev-shop-quota',
    api_stages: stages,
    throttle_settings: { rate_limit: 100, burst_limit: 100 },
    quota_settings: { limit: 5, period: 'DAY' },
  });
  shop.add('aws_api_gateway_usage_plan', 'elsewhere', {
    name: 'gh-dev-shop-elsewhere',
    api_stages: [{ api_id: ApiStackFixture.ID, stage: '${aws_api_gateway_stage.blue.stage_name}' }],
  });
  const stage = { rest_api_id: ApiStackFixture.ID, stage_name: '${aws_api_gateway_stage.dev.stage_name}' };
  shop.add('aws_api_gateway_method_settings', 'all', {
    ...stage,
    method_path: '*/*',
    settings: { metrics_enabled: true, throttling_rate_limit: 1000, throttling_burst_limit: 1000 },
  });
  shop.add('aws_api_gateway_method_settings', 'stopped', {
    ...stage,
    method_path: 'stopped/GET',
    settings: { throttling_rate_limit: 0, throttling_burst_limit: 0 },
  });
}

function addValidated(shop: ApiStackFixture): void {
  const api = { rest_api_id: ApiStackFixture.ID };
  shop.add('aws_api_gateway_model', 'order', {
    ...api,
    name: 'Order',
    content_type: 'application/json',
    schema: JSON.stringify(ORDER_MODEL),
  });
  shop.add('aws_api_gateway_request_validator', 'all', {
    ...api,
    name: 'all',
    validate_request_body: true,
    validate_request_parameters: true,
  });
  const only = { ...api, validate_request_body: false, validate_request_parameters: false };
  shop.add('aws_api_gateway_request_validator', 'body', { ...only, name: 'body', validate_request_body: true });
  shop.add('aws_api_gateway_request_validator', 'query', { ...only, name: 'query', validate_request_parameters: true });
  const q = { request_parameters: { 'method.request.querystring.q': true } };
  const order = { request_models: { 'application/json': '${aws_api_gateway_model.order.name}' } };
  shop.addRoute('PUT', '/orders', {
    method: { ...q, ...order, request_validator_id: '${aws_api_gateway_request_validator.body.id}' },
  });
  shop.addRoute('GET', '/stopped', {
    method: { ...q, ...order, request_validator_id: '${aws_api_gateway_request_validator.query.id}' },
  });
  shop.addRoute('POST', '/orders', {
    method: {
      request_validator_id: '${aws_api_gateway_request_validator.all.id}',
      request_parameters: {
        'method.request.querystring.q': true,
        'method.request.header.X-Shop': true,
        'method.request.querystring.page': false,
      },
      request_models: { 'application/json': '${aws_api_gateway_model.order.name}' },
    },
  });
}

function styledStack(): ApiStackFixture {
  const styled = new ApiStackFixture('styled').addStage('dev', '{"status":$context.status}').addAuthorizer('tokens');
  styled
    .addRoute('GET', '/a', { authorizer: 'tokens' })
    .addRoute('GET', '/key', { authorizer: 'tokens', method: { api_key_required: true } });
  styled.addRoute('GET', '/open');
  const responses: Record<string, Record<string, unknown>> = {
    UNAUTHORIZED: {
      response_templates: {
        'application/json':
          '{"title":$context.error.messageString,"id":"$context.requestId","agent":"$context.identity.userAgent"}',
      },
      response_parameters: {
        'gatewayresponse.header.WWW-Authenticate': '\'Bearer realm="shop"\'',
        'gatewayresponse.header.X-Echo': 'method.request.header.X-Echo',
        'gatewayresponse.header.X-Stage': 'context.stage',
        'gatewayresponse.header.X-Colour': 'stageVariables.colour',
      },
    },
    ACCESS_DENIED: { response_parameters: { 'gatewayresponse.header.X-Scope': 'context.authorizer.scope' } },
    MISSING_AUTHENTICATION_TOKEN: { status_code: '404' },
    DEFAULT_4XX: {
      status_code: '418',
      response_parameters: { 'gatewayresponse.header.Access-Control-Allow-Origin': "'*'" },
    },
    DEFAULT_5XX: { response_parameters: { 'gatewayresponse.header.Access-Control-Allow-Origin': "'*'" } },
  };
  for (const [type, response] of Object.entries(responses)) {
    styled.add('aws_api_gateway_gateway_response', type, {
      rest_api_id: ApiStackFixture.ID,
      response_type: type,
      ...response,
    });
  }
  return styled;
}
