import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type Body = Record<string, unknown>;

export const REGION = 'eu-west-1';
export const ACCOUNT = '123456789012';

/** A stack as cdktf would write it: resources by type and name, and the provider. */
export class StackFixture {
  readonly resource: Record<string, Record<string, Body>> = {};
  /** Further blocks of the document, `locals` for example. */
  readonly blocks: Body = {};

  add(type: string, name: string, body: Body): this {
    this.resource[type] = { ...this.resource[type], [name]: body };
    return this;
  }

  /** The body of a resource, to change it. */
  body(type: string, name: string): Body {
    const found = this.resource[type]?.[name];
    if (found === undefined) throw new Error(`no ${type}.${name} in the fixture`);
    return found;
  }

  /** A function with its package below the stack's folder, callable by API Gateway. */
  addFunction(name: string, functionName: string, zip: string, more: Body = {}): this {
    this.add('aws_iam_role', name, { name: functionName, assume_role_policy: '{}' });
    this.add('aws_lambda_function', name, {
      function_name: functionName,
      filename: zip,
      handler: 'index.handler',
      runtime: 'nodejs22.x',
      role: `\${aws_iam_role.${name}.arn}`,
      ...more,
    });
    return this.add('aws_lambda_permission', name, {
      action: 'lambda:InvokeFunction',
      function_name: `\${aws_lambda_function.${name}.function_name}`,
      principal: 'apigateway.amazonaws.com',
    });
  }

  toJSON(): Body {
    return {
      provider: { aws: [{ region: REGION, allowed_account_ids: [ACCOUNT] }] },
      resource: this.resource,
      ...this.blocks,
    };
  }
}

/** Writes `manifest.json` and the stacks' documents. */
export function writeStacks(synthDir: string, stacks: Readonly<Record<string, StackFixture>>): void {
  const manifest = Object.keys(stacks).map((id) => [
    id,
    { name: id, synthesizedStackPath: `stacks/${id}/cdk.tf.json` },
  ]);
  mkdirSync(synthDir, { recursive: true });
  writeFileSync(
    join(synthDir, 'manifest.json'),
    JSON.stringify({ version: '0.21.0', stacks: Object.fromEntries(manifest) }),
  );
  for (const [id, stack] of Object.entries(stacks)) {
    mkdirSync(join(synthDir, 'stacks', id), { recursive: true });
    writeFileSync(join(synthDir, 'stacks', id, 'cdk.tf.json'), JSON.stringify(stack, undefined, 1));
  }
}

export interface RouteFixture {
  /** Name of an authorizer of the API. @default - authorization NONE */
  readonly authorizer?: string;
  /** Further attributes of the method. */
  readonly method?: Body;
  /** Attributes of the integration instead of the proxy integration with the backend. */
  readonly integration?: Body;
  /** Integration responses of a MOCK integration. */
  readonly responses?: readonly Body[];
}

/** A stack with one REST API, made of discrete resources. */
export class ApiStackFixture extends StackFixture {
  /** Reference to an attribute of the REST API. */
  static readonly ID = '${aws_api_gateway_rest_api.api.id}';

  constructor(
    private readonly api: string,
    environment = 'dev',
  ) {
    super();
    const name = `gh-${environment}-${api}`;
    this.add('aws_api_gateway_rest_api', 'api', {
      name,
      api_key_source: 'AUTHORIZER',
      endpoint_configuration: { types: ['REGIONAL'] },
    });
    this.add('aws_cloudwatch_log_group', 'access', { name: `/aws/apigateway/${name}/access` });
    this.add('aws_api_gateway_deployment', 'deployment', {
      rest_api_id: ApiStackFixture.ID,
      triggers: { redeployment: '1' },
    });
  }

  addStage(stage: string, format?: string): this {
    return this.add('aws_api_gateway_stage', stage, {
      rest_api_id: ApiStackFixture.ID,
      deployment_id: '${aws_api_gateway_deployment.deployment.id}',
      stage_name: stage,
      variables: { gatehouseApi: this.api, colour: stage },
      ...(format === undefined
        ? {}
        : { access_log_settings: { destination_arn: '${aws_cloudwatch_log_group.access.arn}', format } }),
    });
  }

  addAuthorizer(name: string, more: Body = {}): this {
    return this.add('aws_api_gateway_authorizer', name, {
      rest_api_id: ApiStackFixture.ID,
      name,
      type: 'REQUEST',
      authorizer_uri: invokeUri('gh-dev-authorizer'),
      identity_source: 'method.request.header.Authorization',
      authorizer_result_ttl_in_seconds: 60,
      ...more,
    });
  }

  addRoute(httpMethod: string, path: string, route: RouteFixture = {}): this {
    const name = `${httpMethod} ${path}`.replace(/[^A-Za-z0-9]+/g, '_');
    const resource = this.resourceOf(path);
    const part = {
      rest_api_id: ApiStackFixture.ID,
      resource_id: resource,
      http_method: `\${aws_api_gateway_method.${name}.http_method}`,
    };
    this.add('aws_api_gateway_method', name, {
      ...part,
      http_method: httpMethod,
      ...(route.authorizer === undefined
        ? { authorization: 'NONE' }
        : { authorization: 'CUSTOM', authorizer_id: `\${aws_api_gateway_authorizer.${route.authorizer}.id}` }),
      ...route.method,
    });
    this.add('aws_api_gateway_integration', name, {
      ...part,
      ...(route.integration ?? {
        type: 'AWS_PROXY',
        integration_http_method: 'POST',
        uri: invokeUri('gh-dev-backend'),
      }),
    });
    for (const [index, response] of (route.responses ?? []).entries()) {
      this.add('aws_api_gateway_integration_response', `${name}_${index}`, { ...part, ...response });
    }
    return this;
  }

  /** Reference to the resource of a path; makes what is missing of the tree. */
  private resourceOf(path: string): string {
    let parent = '${aws_api_gateway_rest_api.api.root_resource_id}';
    let name = 'r';
    for (const part of path.split('/').filter((segment) => segment !== '')) {
      name += `_${part.replace(/[^A-Za-z0-9]+/g, '_')}`;
      this.add('aws_api_gateway_resource', name, {
        rest_api_id: ApiStackFixture.ID,
        parent_id: parent,
        path_part: part,
      });
      parent = `\${aws_api_gateway_resource.${name}.id}`;
    }
    return parent;
  }
}

/** Invocation ARN of a function of another stack. */
export function invokeUri(functionName: string): string {
  return `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/arn:aws:lambda:${REGION}:${ACCOUNT}:function:${functionName}/invocations`;
}
