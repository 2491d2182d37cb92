import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Apigatewayv2Api } from '@cdktf/provider-aws/lib/apigatewayv2-api';
import { Apigatewayv2Route } from '@cdktf/provider-aws/lib/apigatewayv2-route';
import { Apigatewayv2Stage } from '@cdktf/provider-aws/lib/apigatewayv2-stage';
import { Testing } from 'cdktf';
import { findProviderMirror, findTerraform } from '../../cli/terraform/discover';
import { planStacks } from '../../cli/terraform/plan';
import { ApiDefinition } from '../../constructs/api';
import { HttpApiTokenAuthorizer, TokenAuthorizer } from '../../constructs/authorizer';
import { AWS_PROVIDER_RANGE } from '../../stacks/gatehouse-stack';
import { testStack } from '../support/template';
import { temporaryFolder } from '../support/temporary-folder';

const binary = findTerraform();
const reason = binary === undefined ? ' (skipped: neither terraform nor tofu is on PATH)' : '';
const whereTerraformIs = binary === undefined ? describe.skip : describe;

interface Change {
  readonly type: string;
  readonly change: { readonly after: Record<string, unknown> };
}

/** Somebody's own stack with an HTTP API, its routes behind the authorizer. */
function synthesized(): string {
  const stack = testStack();
  stack.addOverride('terraform.required_providers.aws.version', AWS_PROVIDER_RANGE);
  const api = new Apigatewayv2Api(stack, 'Api', { name: 'shop', protocolType: 'HTTP' });
  const definition = new ApiDefinition({
    id: 'shop',
    gateway: 'http',
    routes: { 'GET /v1/orders/{id}': { rule: { kind: 'scopes', anyOf: [['orders:read']] } } },
    resultCacheSeconds: 30,
  });
  const authorizer = new HttpApiTokenAuthorizer(stack, 'Authorizer', {
    api: definition,
    httpApi: api,
    authorizerName: 'acme-prod-shop',
    authorizer: TokenAuthorizer.fromFunctionAttributes({
      account: '123456789012',
      region: 'eu-central-1',
      functionName: 'acme-prod-authorizer',
      apis: [definition],
    }),
  });
  for (const routeKey of ['GET /v1/orders/{id}', '$default']) {
    authorizer.protect(new Apigatewayv2Route(stack, `Route-${routeKey}`, { apiId: api.id, routeKey }));
  }
  new Apigatewayv2Stage(stack, 'Stage', {
    apiId: api.id,
    name: '$default',
    stageVariables: { ...authorizer.stageVariables },
  });
  stack.prepareStack();
  const folder = join(temporaryFolder(), 'stack');
  mkdirSync(folder);
  writeFileSync(join(folder, 'cdk.tf.json'), Testing.synth(stack, true));
  return folder;
}

whereTerraformIs(`the plan of a stack with an HTTP API${reason}`, () => {
  test('Terraform validates and plans it', async () => {
    const options = { binary: binary ?? '', mirror: findProviderMirror() };
    const [plan] = await planStacks(new Map([['shop', synthesized()]]), temporaryFolder(), options);
    const { resource_changes: changes } = JSON.parse(readFileSync(plan?.file ?? '', 'utf8')) as {
      resource_changes: Change[];
    };
    const after = (type: string) => changes.filter((one) => one.type === type).map((one) => one.change.after);
    expect(after('aws_apigatewayv2_authorizer')).toMatchObject([
      {
        authorizer_type: 'REQUEST',
        authorizer_payload_format_version: '2.0',
        enable_simple_responses: true,
        authorizer_result_ttl_in_seconds: 30,
        identity_sources: ['$context.identity.sourceIp', '$context.routeKey', '$request.header.Authorization'],
      },
    ]);
    expect(after('aws_apigatewayv2_route')).toMatchObject([
      { authorization_type: 'CUSTOM' },
      { authorization_type: 'CUSTOM' },
    ]);
    expect(after('aws_apigatewayv2_stage')).toMatchObject([{ stage_variables: { gatehouseApi: 'shop' } }]);
    expect(after('aws_lambda_permission')).toHaveLength(1);
  }, 300_000);
});
