import type { Json } from '../json';
import { arrayOf, isObject } from '../json';
import { type Expression, toExpression } from '../reader/configuration';
import { resolveReferences } from '../reader/references';
import type { Resource, Stack } from '../reader/stack';

/** Attributes by which others name a resource that are unlike any other text. */
const OWN_NAMES = ['arn', 'invoke_arn', 'execution_arn', 'qualified_arn', 'qualified_invoke_arn', 'stream_arn', 'url'];

/** Attributes that name another resource by a text that may stand for much else: what they name. */
const NAMING: Readonly<Record<string, readonly (readonly [type: string, attribute: string])[]>> = {
  function_name: [['aws_lambda_function', 'function_name']],
  rest_api_id: [['aws_api_gateway_rest_api', 'id']],
  api_id: [
    ['aws_api_gateway_rest_api', 'id'],
    ['aws_apigatewayv2_api', 'id'],
  ],
  resource_id: [
    ['aws_api_gateway_resource', 'id'],
    ['aws_api_gateway_rest_api', 'root_resource_id'],
  ],
  authorizer_id: [
    ['aws_api_gateway_authorizer', 'id'],
    ['aws_apigatewayv2_authorizer', 'id'],
  ],
  request_validator_id: [['aws_api_gateway_request_validator', 'id']],
  usage_plan_id: [['aws_api_gateway_usage_plan', 'id']],
  domain_name: [
    ['aws_api_gateway_domain_name', 'domain_name'],
    ['aws_apigatewayv2_domain_name', 'domain_name'],
  ],
  role: [
    ['aws_iam_role', 'name'],
    ['aws_iam_role', 'id'],
  ],
  role_name: [['aws_iam_role', 'name']],
  user: [['aws_iam_user', 'name']],
  group: [['aws_iam_group', 'name']],
  bucket: [
    ['aws_s3_bucket', 'id'],
    ['aws_s3_bucket', 'bucket'],
  ],
  table_name: [['aws_dynamodb_table', 'name']],
  secret_id: [['aws_secretsmanager_secret', 'id']],
  key_id: [
    ['aws_kms_key', 'key_id'],
    ['aws_api_gateway_api_key', 'id'],
  ],
  target_key_id: [['aws_kms_key', 'key_id']],
  log_group_name: [['aws_cloudwatch_log_group', 'name']],
  rule: [['aws_cloudwatch_event_rule', 'name']],
  user_pool_id: [['aws_cognito_user_pool', 'id']],
  queue_url: [['aws_sqs_queue', 'id']],
  connection_id: [
    ['aws_api_gateway_vpc_link', 'id'],
    ['aws_apigatewayv2_vpc_link', 'id'],
  ],
  target: [['aws_apigatewayv2_integration', 'id']],
  FunctionName: [['aws_lambda_function', 'function_name']],
  TableName: [['aws_dynamodb_table', 'name']],
  QueueName: [['aws_sqs_queue', 'name']],
  ApiName: [['aws_api_gateway_rest_api', 'name']],
  ApiId: [['aws_apigatewayv2_api', 'id']],
};

/** A function by its ARN, or a version or an alias of it, within another text such as the address of an integration. */
const FUNCTION_ARN = /arn:[\w-]+:lambda:[\w-]*:\d*:function:[\w-]+(?::[\w$-]+)?/g;

interface Index {
  readonly byName: ReadonlyMap<string, readonly Resource[]>;
}

const INDEXES = new WeakMap<Stack, Index>();

/** Resources that an attribute of a resource leads to: by the references of the configuration, and by ids and ARNs. */
export function linked(stack: Stack, resource: Resource, attribute: string): readonly Resource[] {
  const found = new Set<Resource>();
  for (const values of [resource.attributes, resource.before]) {
    byText(stack, attribute, values?.layersOf(attribute).after, found);
  }
  const expression = resource.config?.expressions[attribute];
  byExpression(stack, resource, expression, found);
  found.delete(resource);
  return [...found];
}

/** Resources that any attribute of a resource leads to. */
export function linkedByAny(stack: Stack, resource: Resource): readonly Resource[] {
  const names = new Set([
    ...resource.attributes.names(),
    ...(resource.before?.names() ?? []),
    ...Object.keys(resource.config?.expressions ?? {}),
  ]);
  return [...new Set([...names].flatMap((name) => linked(stack, resource, name)))];
}

function byText(stack: Stack, attribute: string, value: Json | undefined, found: Set<Resource>): void {
  if (Array.isArray(value)) {
    for (const item of value) {
      byText(stack, attribute, item, found);
    }
  } else if (isObject(value)) {
    for (const [name, item] of Object.entries(value)) {
      byText(stack, name, item, found);
    }
  } else if (typeof value === 'string' && value !== '') {
    const { byName } = indexOf(stack);
    const texts = [value, ...(value.match(FUNCTION_ARN) ?? []).flatMap((arn) => [arn, withoutQualifier(arn)])];
    for (const resource of texts.flatMap((text) => byName.get(text) ?? [])) {
      found.add(resource);
    }
    // The route of an HTTP API names its integration by a path.
    const text = attribute === 'target' ? value.replace(/^integrations\//, '') : value;
    for (const [type, name] of NAMING[attribute] ?? []) {
      for (const resource of stack.withAttribute(type, name, text)) {
        found.add(resource);
      }
      for (const resource of stack.destroyedWith(type, name, text)) {
        found.add(resource);
      }
    }
  }
}

function withoutQualifier(arn: string): string {
  return arn.split(':').slice(0, 7).join(':');
}

function byExpression(stack: Stack, from: Resource, tree: Json | undefined, found: Set<Resource>): void {
  const expression: Expression | undefined = toExpression(tree);
  if (expression !== undefined && Object.keys(tree as object).length > 0) {
    if (expression.references.length > 0) {
      for (const { resource } of resolveReferences(stack, from, expression).targets) {
        found.add(resource);
      }
    }
  } else if (Array.isArray(tree)) {
    for (const item of arrayOf(tree)) {
      byExpression(stack, from, item, found);
    }
  } else if (isObject(tree)) {
    for (const item of Object.values(tree)) {
      byExpression(stack, from, item, found);
    }
  }
}

function indexOf(stack: Stack): Index {
  let index = INDEXES.get(stack);
  if (index === undefined) {
    const byName = new Map<string, Resource[]>();
    for (const resource of [...stack.resources, ...stack.destroyed]) {
      for (const values of [resource.attributes, resource.before]) {
        for (const name of OWN_NAMES) {
          const value = values?.layersOf(name).after;
          if (typeof value === 'string' && value.length > 8 && resource.mode === 'managed') {
            const list = byName.get(value) ?? [];
            if (!list.includes(resource)) {
              byName.set(value, [...list, resource]);
            }
          }
        }
      }
    }
    index = { byName };
    INDEXES.set(stack, index);
  }
  return index;
}
