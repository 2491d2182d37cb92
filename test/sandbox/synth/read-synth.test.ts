import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSynth, type SynthModel } from '../../../sandbox/synth';
import { createFixture, type Fixture } from '../support/fixture';
import { ApiStackFixture, StackFixture, writeStacks } from '../support/terraform';

describe('reading what was synthesized', () => {
  let folder: string;
  let fixture: Fixture;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-synth-'));
    fixture = createFixture(join(folder, 'out'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function read(more: { environment?: string; stacks?: string[] } = {}): SynthModel {
    fixture.write();
    return readSynth({ synthDir: join(folder, 'out'), environment: 'dev', stateDir: join(folder, 'state'), ...more });
  }

  test('references within the stacks become what AWS would assign, the same at every start', () => {
    const model = read();
    const again = read();
    expect(again).toEqual(model);
    const shop = model.apis.find(({ api, stage }) => api === 'shop' && stage.name === 'dev');
    expect(shop).toMatchObject({
      id: expect.stringMatching(/^[a-z0-9]{10}$/),
      ...{ name: 'gh-dev-shop', region: 'eu-west-1', accountId: '123456789012' },
      stage: { accessLog: { logGroup: '/aws/apigateway/gh-dev-shop/access' } },
    });
    const backend = model.functions.find(({ name }) => name === 'gh-dev-backend');
    expect(backend).toMatchObject({
      arn: 'arn:aws:lambda:eu-west-1:123456789012:function:gh-dev-backend',
      environment: { TABLE_ARN: 'arn:aws:dynamodb:eu-west-1:123456789012:table/gh-dev-tokens' },
      ...{ timeoutSeconds: 20, memoryMb: 128, logGroup: '/aws/lambda/gh-dev-backend' },
    });
    expect(model.usagePlans.find(({ name }) => name === 'gh-dev-shop-burst')).toMatchObject({
      apiStages: [
        { apiId: shop?.id, stage: 'dev', throttles: { 'GET /metered/slow': { rateLimit: 1, burstLimit: 1 } } },
      ],
    });
  });

  test('a reference within a longer text is filled in, and an escaped one is left', () => {
    fixture.shop.body('aws_api_gateway_stage', 'dev').variables = {
      gatehouseApi: 'shop',
      text: 'a ${aws_api_gateway_rest_api.api.execution_arn}/*/GET $${stageVariables.x}',
    };
    const shop = read().apis.find(({ api, stage }) => api === 'shop' && stage.name === 'dev');
    expect(shop?.stage.variables.text).toBe(
      `a arn:aws:execute-api:eu-west-1:123456789012:${shop?.id}/*/GET \${stageVariables.x}`,
    );
  });

  test('locals are resolved', () => {
    fixture.platform.blocks.locals = { table: 'gh-dev-${local.what}', what: 'other' };
    fixture.platform.body('aws_dynamodb_table', 'tokens').name = '${local.table}';
    expect(read().tables).toMatchObject([{ name: 'gh-dev-other', hashKey: 'pk' }]);
  });

  test.each([
    [
      'an attribute without a value',
      '${aws_dynamodb_table.tokens.stream_arn}',
      /stream_arn}, to which the sandbox assigns no value/,
    ],
    ['a resource that is not there', '${aws_sqs_queue.none.url}', /which is no resource of the stack/],
    ['a data source', '${data.aws_caller_identity.me.account_id}', /which is no resource of the stack/],
    ['a function', '${sha1("x")}', /resolves references to attributes only/],
    ['itself', '${aws_lambda_function.backend.environment}', /refers to itself/],
  ])('a reference to %s is an error that names the place', (_name, value, message) => {
    fixture.platform.body('aws_lambda_function', 'backend').environment = { variables: { X: value } };
    expect(() => read()).toThrow(message);
    expect(() => read()).toThrow(/platform-dev: aws_lambda_function.backend.environment/);
  });

  test.each([
    [
      'a property that would be lost',
      (f: Fixture) => Object.assign(f.platform.body('aws_lambda_function', 'backend'), { layers: ['arn'] }),
      /has layers/,
    ],
    [
      'count',
      (f: Fixture) => Object.assign(f.platform.body('aws_lambda_function', 'backend'), { count: 2 }),
      /has count/,
    ],
    [
      'an OpenAPI body',
      (f: Fixture) => Object.assign(f.shop.body('aws_api_gateway_rest_api', 'api'), { body: '{}' }),
      /has body/,
    ],
    [
      'a resource policy',
      (f: Fixture) => Object.assign(f.shop.body('aws_api_gateway_rest_api', 'api'), { policy: '{}' }),
      /has policy/,
    ],
    [
      'a package that is not there',
      (f: Fixture) => Object.assign(f.platform.body('aws_lambda_function', 'backend'), { filename: 'no.zip' }),
      /does not exist/,
    ],
    [
      'a TOKEN authorizer',
      (f: Fixture) => Object.assign(f.shop.body('aws_api_gateway_authorizer', 'tokens'), { type: 'TOKEN' }),
      /supports REQUEST/,
    ],
    [
      'response caching',
      (f: Fixture) =>
        Object.assign(f.shop.body('aws_api_gateway_method_settings', 'all').settings as object, {
          caching_enabled: true,
        }),
      /response caching/,
    ],
    [
      'an HTTP integration',
      (f: Fixture) => Object.assign(f.shop.body('aws_api_gateway_integration', 'GET_open'), { type: 'HTTP_PROXY' }),
      /AWS_PROXY and MOCK/,
    ],
    [
      'a VTL template',
      (f: Fixture) =>
        Object.assign(f.shop.body('aws_api_gateway_integration', 'OPTIONS_a'), {
          request_templates: { 'application/json': '#set($x)' },
        }),
      /literal statusCode/,
    ],
    [
      'a URI with a stage variable',
      (f: Fixture) =>
        Object.assign(f.shop.body('aws_api_gateway_integration', 'GET_open'), {
          uri: 'arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:$${stageVariables.f}/invocations',
        }),
      /invocation ARN/,
    ],
  ])('%s is an error', (_name, change, message) => {
    change(fixture);
    expect(() => read()).toThrow(message);
  });

  test('what is not run is listed, with the reason where it matters', () => {
    fixture.shop.add('aws_wafv2_web_acl_association', 'waf', {});
    fixture.shop.body('aws_api_gateway_stage', 'dev').cache_cluster_enabled = true;
    const { notes } = read();
    expect(notes).toEqual(
      expect.arrayContaining([
        'aws_wafv2_web_acl_association (1): no request is inspected',
        'aws_api_gateway_stage.cache_cluster_enabled: responses are not cached (1)',
        expect.stringMatching(/AWS_IAM methods answer 403/),
        expect.stringMatching(/^read by nothing here: .*aws_cloudwatch_dashboard \(1\)/),
      ]),
    );
  });

  test('a missing permission and a function of another stack are told', () => {
    fixture.platform.body('aws_lambda_permission', 'backend').source_arn =
      'arn:aws:execute-api:eu-west-1:123456789012:other/*';
    fixture.shop.body('aws_api_gateway_authorizer', 'uncached').authorizer_uri =
      'arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:elsewhere/invocations';
    const { notes } = read();
    expect(notes).toContainEqual(
      expect.stringMatching(/gh-dev-shop: function gh-dev-backend has no permission .* GET\/open|GET\/open/),
    );
    expect(notes).toContainEqual(
      expect.stringMatching(/gh-dev-shop: function elsewhere .* is not in the synthesized stacks/),
    );
  });

  describe('selection of stacks', () => {
    test('an environment that ends like another one has its own gateways only', () => {
      const out = join(folder, 'other');
      const stacks = {
        'platform-dev': new StackFixture().add('aws_dynamodb_table', 't', {
          name: 'dev',
          hash_key: 'pk',
          attribute: [{ name: 'pk', type: 'S' }],
        }),
        'platform-eu-dev': new StackFixture().add('aws_dynamodb_table', 't', {
          name: 'eu-dev',
          hash_key: 'pk',
          attribute: [{ name: 'pk', type: 'S' }],
        }),
        'gateway-home-dev': new ApiStackFixture('home').addStage('dev'),
        'gateway-home-eu-dev': new ApiStackFixture('home', 'eu-dev').addStage('eu-dev'),
      };
      writeStacks(out, stacks);
      const names = (environment: string): string[] => {
        const model = readSynth({ synthDir: out, environment, stateDir: join(folder, 'state') });
        return [...model.tables, ...model.apis].map(({ name }) => name);
      };
      expect(names('dev')).toEqual(['dev', 'gh-dev-home']);
      expect(names('eu-dev')).toEqual(['eu-dev', 'gh-eu-dev-home']);
    });

    test('stacks with other names can be given', () => {
      expect(
        read({ environment: 'x', stacks: ['gateway-shop-dev', 'platform-dev'] }).apis.map(({ api }) => api),
      ).toEqual(['shop', 'shop']);
    });

    test('an unknown environment or stack, and a folder without a synthesis, are errors', () => {
      expect(() => read({ environment: 'prod' })).toThrow(
        /no stack platform-prod or gateway-<api>-prod is among platform-dev/,
      );
      expect(() => read({ stacks: ['none'] })).toThrow(/stack is "none", synthesized are/);
      expect(() => readSynth({ synthDir: folder, environment: 'dev', stateDir: folder })).toThrow(
        /synthesize the stacks first/,
      );
    });
  });
});
