import { Template, testStack } from '../../support/template';
import { AUTHENTICATED, type GatewayFixture, gateway, IAM, lambda, openGateway, PUBLIC, SCOPED } from './fixture';

const template = (props: GatewayFixture = {}): Template => Template.of((stack) => gateway(stack, props));

describe('resources', () => {
  test('a gateway of one route has these resources', () => {
    expect(template().counts()).toEqual({
      aws_api_gateway_authorizer: 1,
      aws_api_gateway_deployment: 1,
      aws_api_gateway_gateway_response: 11,
      aws_api_gateway_integration: 1,
      aws_api_gateway_method: 1,
      aws_api_gateway_method_settings: 1,
      aws_api_gateway_resource: 1,
      aws_api_gateway_rest_api: 1,
      aws_api_gateway_stage: 1,
      aws_cloudwatch_log_group: 1,
      aws_lambda_permission: 2,
      terraform_data: 1,
    });
  });

  test('two gateways fit in one stack', () => {
    const both = Template.of((stack) => {
      gateway(stack);
      gateway(stack, { gatewayName: 'acme-dev-other', id: 'other' }, 'Other');
    });
    const one = template().counts();
    expect(both.counts()).toEqual(Object.fromEntries(Object.entries(one).map(([type, count]) => [type, count * 2])));
  });

  test('no provider needs to be declared for the access rules, and no account-wide resource is made', () => {
    expect(Object.keys(template().json.terraform as object)).not.toContain('terraform');
    expect(template().count('aws_api_gateway_account')).toBe(0);
  });
});

describe('the API', () => {
  test('is regional and takes usage keys from the authorizer only', () => {
    template({ description: 'Costs ${x}', tags: { a: 'b' } }).only('aws_api_gateway_rest_api', {
      name: 'acme-dev-api',
      api_key_source: 'AUTHORIZER',
      endpoint_configuration: { types: ['REGIONAL'] },
      description: 'Costs $${x}',
      tags: { a: 'b' },
    });
  });

  test('says what it is made of', () => {
    const stack = testStack();
    const made = gateway(stack);
    const { gatewayName, apiId, stageName, accessLogGroupName, throttle } = made;
    expect({ gatewayName, apiId, stageName, accessLogGroupName, throttle }).toEqual({
      gatewayName: 'acme-dev-api',
      apiId: 'api',
      stageName: 'dev',
      accessLogGroupName: '/aws/apigateway/acme-dev-api/access',
      throttle: { rateLimit: 1000, burstLimit: 2000 },
    });
    const { restApiId, restApiArn, executionArn, invokeUrl, resource, stage } = made;
    const attributes = Template.fromStack(stack).resolve({ restApiId, restApiArn, executionArn, invokeUrl });
    expect(attributes).toEqual({
      restApiId: `\${aws_api_gateway_rest_api.${resource.friendlyUniqueId}.id}`,
      restApiArn: `\${aws_api_gateway_rest_api.${resource.friendlyUniqueId}.arn}`,
      executionArn: `\${aws_api_gateway_rest_api.${resource.friendlyUniqueId}.execution_arn}`,
      invokeUrl: `\${aws_api_gateway_stage.${stage.friendlyUniqueId}.invoke_url}`,
    });
    expect([...made.methods.keys()]).toEqual(['GET /things']);
  });
});

describe('the authorizer', () => {
  test('is asked with the Authorization header, and its result is kept for a minute', () => {
    template().only('aws_api_gateway_authorizer', {
      type: 'REQUEST',
      identity_source: 'method.request.header.Authorization',
      authorizer_result_ttl_in_seconds: 60,
      authorizer_uri: lambda('acme-dev-authorizer').invokeArn,
    });
  });

  test('may keep nothing', () => {
    template({ resultCacheSeconds: 0 }).only('aws_api_gateway_authorizer', { authorizer_result_ttl_in_seconds: 0 });
  });

  test('may be called by this authorizer alone', () => {
    const stack = testStack();
    const { resource, authorizer } = gateway(stack);
    Template.fromStack(stack).only('aws_lambda_permission', {
      function_name: 'acme-dev-authorizer',
      principal: 'apigateway.amazonaws.com',
      action: 'lambda:InvokeFunction',
      source_arn: `${resource.executionArn}/authorizers/${authorizer?.id}`,
    });
  });

  test('is not made when there is none', () => {
    const open = Template.of((stack) => openGateway(stack));
    expect(open.count('aws_api_gateway_authorizer')).toBe(0);
    expect(open.count('aws_lambda_permission')).toBe(1);
  });
});

describe('routes', () => {
  test('each kind of rule has its authorization', () => {
    const routes = { 'GET /scopes': SCOPED, 'GET /iam': IAM, 'GET /public': PUBLIC };
    const stack = testStack();
    const { authorizer } = gateway(stack, { routes });
    const made = Template.fromStack(stack);
    made.only('aws_api_gateway_method', { authorization: 'CUSTOM', authorizer_id: authorizer?.id });
    expect(made.only('aws_api_gateway_method', { authorization: 'AWS_IAM' })).not.toHaveProperty('authorizer_id');
    expect(made.only('aws_api_gateway_method', { authorization: 'NONE' })).not.toHaveProperty('authorizer_id');
  });

  test('a route for every valid credential asks the authorizer', () => {
    const stack = testStack();
    const { authorizer } = gateway(stack, { routes: { 'GET /me': AUTHENTICATED } });
    Template.fromStack(stack).only('aws_api_gateway_method', {
      authorization: 'CUSTOM',
      authorizer_id: authorizer?.id,
    });
  });

  test('a route for every valid credential needs an authorizer', () => {
    expect(() => openGateway(testStack(), { routes: { 'GET /me': AUTHENTICATED } })).toThrow(
      'route GET /me requires a credential, but the gateway has no authorizer',
    );
  });

  test('a usage key is required where the authorizer names it, unless the route says otherwise', () => {
    const routes = {
      'GET /me': AUTHENTICATED,
      'GET /scopes': SCOPED,
      'GET /free': { ...SCOPED, apiKeyRequired: false },
      'GET /iam': IAM,
      'GET /public': PUBLIC,
    };
    const stack = testStack();
    const { methods } = gateway(stack, { routes, usageKeys: true });
    const required = [...methods].filter(([, method]) => method.apiKeyRequiredInput === true).map(([key]) => key);
    expect(required).toEqual(['GET /me', 'GET /scopes']);
  });

  test('no usage key is required without tiers', () => {
    template().only('aws_api_gateway_method', { api_key_required: false });
  });

  test('a backend may be called from this stage of this API alone, by one permission', () => {
    const stack = testStack();
    const { resource } = gateway(stack, { routes: { 'GET /a': SCOPED, 'PUT /a': SCOPED } });
    Template.fromStack(stack).only('aws_lambda_permission', {
      function_name: 'acme-dev-api-things',
      source_arn: `${resource.executionArn}/dev/*`,
    });
  });

  test('a backend without a route may not be called', () => {
    const integrations = { things: lambda('acme-dev-api-things'), idle: lambda('acme-dev-api-idle') };
    expect(template({ integrations }).find('aws_lambda_permission', { function_name: 'acme-dev-api-idle' })).toEqual(
      [],
    );
  });

  test('the stage goes live when API Gateway may call the functions', () => {
    const { depends_on: dependencies } = template().only('aws_api_gateway_stage');
    const permissions = Object.keys(template().resources('aws_lambda_permission'));
    expect(dependencies).toEqual(expect.arrayContaining(permissions.map((id) => `aws_lambda_permission.${id}`)));
  });

  test.each([
    [
      'scopes without an authorizer',
      { 'GET /a': SCOPED },
      'route GET /a requires scopes, but the gateway has no authorizer',
    ],
    [
      'public without a reason',
      { 'GET /a': { ...PUBLIC, rule: { kind: 'public', reason: '' } } },
      'route GET /a is public without a reason',
    ],
    [
      'an unknown backend',
      { 'GET /a': { ...PUBLIC, backend: 'nobody' } },
      'names the backend "nobody", allowed are things',
    ],
    ['no backend', { 'GET /a': { rule: PUBLIC.rule } }, 'names the backend null, allowed are things'],
    [
      'an inherited name as backend',
      { 'GET /a': { ...PUBLIC, backend: 'constructor' } },
      'names the backend "constructor"',
    ],
    [
      'ambiguous routes',
      { 'GET /a/{x}': PUBLIC, 'GET /a/{y}': PUBLIC },
      'API Gateway allows one parameter in one place',
    ],
    ['a malformed key', { GET: PUBLIC }, 'route key is "GET"'],
  ] as const)('refuses %s', (_what, routes, fault) => {
    expect(() => openGateway(testStack(), { routes })).toThrow(fault);
  });
});

describe('the stage', () => {
  test('logs, traces, and tells the authorizer which API it is', () => {
    const stack = testStack();
    const { accessLogGroup, deployment } = gateway(stack);
    const stage = Template.fromStack(stack).only('aws_api_gateway_stage', {
      stage_name: 'dev',
      variables: { gatehouseApi: 'api' },
      xray_tracing_enabled: true,
      deployment_id: deployment.id,
      access_log_settings: { destination_arn: accessLogGroup.arn },
    });
    expect((stage.access_log_settings as { format: string }).format).toContain(
      '"tokenId":"$context.authorizer.tokenId"',
    );
    expect(stage.variables).not.toHaveProperty('gatehouseAllowOrigin');
  });

  test('keeps the access log for a year', () => {
    template().only('aws_cloudwatch_log_group', {
      name: '/aws/apigateway/acme-dev-api/access',
      retention_in_days: 365,
    });
    template({ accessLogRetentionDays: 30, accessLogKeyArn: 'arn:k' }).only('aws_cloudwatch_log_group', {
      retention_in_days: 30,
      kms_key_id: 'arn:k',
    });
  });

  test('has metrics and a throttle, and neither data trace nor cache', () => {
    template().only('aws_api_gateway_method_settings', {
      method_path: '*/*',
      settings: {
        metrics_enabled: true,
        logging_level: 'OFF',
        data_trace_enabled: false,
        caching_enabled: false,
        throttling_rate_limit: 1000,
        throttling_burst_limit: 2000,
      },
    });
  });

  test('takes other settings', () => {
    const throttle = { rateLimit: 5, burstLimit: 7 };
    const made = template({ throttle, executionLogging: 'ERROR', detailedMetrics: false, tracing: false });
    made.only('aws_api_gateway_stage', { xray_tracing_enabled: false });
    made.only('aws_api_gateway_method_settings', {
      settings: { metrics_enabled: false, logging_level: 'ERROR', throttling_rate_limit: 5, throttling_burst_limit: 7 },
    });
  });
});

describe('the access rules', () => {
  test('are declared in the plan, preflights included', () => {
    const routes = { 'GET /a/{x}': SCOPED, 'GET /b': PUBLIC };
    template({ routes, cors: { allowOrigins: ['https://app.example.com'] } }).only('terraform_data', {
      input: {
        api: 'api',
        routes: {
          'GET /a/{x}': { kind: 'scopes', anyOf: [['things:read']] },
          'GET /b': { kind: 'public', reason: 'a reason' },
          'OPTIONS /a/{x}': { kind: 'public', reason: 'CORS preflight' },
          'OPTIONS /b': { kind: 'public', reason: 'CORS preflight' },
        },
      },
    });
  });
});
