import type { Api, AuditModel, Route } from '../model/types';
import type { Resource, Stack } from '../reader/stack';
import { is } from '../three-valued';
import { areaOf } from './classes';
import { linked, linkedByAny } from './links';

/** Resources that say something about another one, and the attribute by which they name it. */
export const ATTACHED: Readonly<Record<string, readonly string[]>> = {
  aws_lambda_permission: ['function_name'],
  aws_lambda_function_event_invoke_config: ['function_name'],
  aws_lambda_provisioned_concurrency_config: ['function_name'],
  aws_lambda_runtime_management_config: ['function_name'],
  aws_lambda_function_recursion_config: ['function_name'],
  aws_lambda_layer_version_permission: ['layer_name'],
  aws_api_gateway_rest_api_policy: ['rest_api_id'],
  aws_api_gateway_rest_api_put: ['rest_api_id'],
  aws_api_gateway_gateway_response: ['rest_api_id'],
  aws_api_gateway_base_path_mapping: ['api_id'],
  aws_apigatewayv2_api_mapping: ['api_id'],
  aws_api_gateway_usage_plan_key: ['usage_plan_id'],
  aws_wafv2_web_acl_association: ['resource_arn'],
  aws_iam_role_policy: ['role'],
  aws_iam_role_policy_attachment: ['role'],
  aws_iam_role_policies_exclusive: ['role_name'],
  aws_iam_role_policy_attachments_exclusive: ['role_name'],
  aws_secretsmanager_secret_version: ['secret_id'],
  aws_secretsmanager_secret_rotation: ['secret_id'],
  aws_secretsmanager_secret_policy: ['secret_arn'],
  aws_dynamodb_resource_policy: ['resource_arn'],
  aws_dynamodb_table_replica: ['global_table_arn'],
  aws_dynamodb_table_item: ['table_name'],
  aws_kms_key_policy: ['key_id'],
  aws_kms_grant: ['key_id'],
  aws_cognito_user_pool_client: ['user_pool_id'],
  aws_cognito_resource_server: ['user_pool_id'],
  aws_cognito_identity_provider: ['user_pool_id'],
};

/** Of those, which also bring another resource to what they name: a web ACL to a stage, a domain name to an API. */
const BRINGING: Readonly<Record<string, readonly string[]>> = {
  aws_wafv2_web_acl_association: ['web_acl_arn'],
  aws_api_gateway_base_path_mapping: ['domain_name'],
  aws_apigatewayv2_api_mapping: ['domain_name'],
  aws_iam_role_policy_attachment: ['policy_arn'],
  aws_secretsmanager_secret_rotation: ['rotation_lambda_arn'],
  aws_api_gateway_usage_plan_key: ['key_id'],
};

/** What refers to much of a stack and decides nothing about it. */
const PASSED_BY = new Set(['aws_api_gateway_deployment', 'aws_apigatewayv2_deployment', 'terraform_data']);

const FINDERS = new WeakMap<AuditModel, (stack: Stack, resource: Resource) => readonly Route[]>();

/**
 * The routes that a resource stands behind: what answers them, what decides about them, and what either of those uses. Of a model
 * as it is after the plan.
 */
export function routesBehind(model: AuditModel): (stack: Stack, resource: Resource) => readonly Route[] {
  let finder = FINDERS.get(model);
  if (finder === undefined) {
    const graphs = new Map<Stack, Graph>();
    const found = new Map<Resource, readonly Route[]>();
    finder = (stack, resource) => {
      const graph = graphs.get(stack) ?? graphOf(model, stack);
      graphs.set(stack, graph);
      const routes = found.get(resource) ?? search(graph, stack, resource);
      found.set(resource, routes);
      return routes;
    };
    FINDERS.set(model, finder);
  }
  return finder;
}

interface Graph {
  /** Resources that use another one. */
  readonly users: ReadonlyMap<string, readonly Resource[]>;
  /** Routes by the addresses of what they are made of. */
  readonly routes: ReadonlyMap<string, ReadonlySet<Route>>;
}

function graphOf(model: AuditModel, stack: Stack): Graph {
  const users = new Map<string, Resource[]>();
  const routes = new Map<string, Set<Route>>();
  const add = (address: string, route: Route) => {
    const set = routes.get(address) ?? new Set();
    routes.set(address, set.add(route));
  };
  const methods = new Map<string, Route[]>();
  const byApi = new Map<Api, Route[]>();
  for (const route of model.routes.filter(({ api }) => api.stack === stack)) {
    const { api, authorizer } = route;
    push(byApi, api, route);
    const made = [route.address, api.resource?.address ?? api.address, ...api.stages.map(({ address }) => address)];
    for (const address of [...made, authorizer.kind === 'authorizer' ? authorizer.authorizer.address : '']) {
      add(address, route);
    }
  }
  for (const plan of model.usagePlans.filter((one) => one.stack === stack)) {
    for (const { api } of plan.stages) {
      for (const route of (api === undefined ? undefined : byApi.get(api)) ?? []) {
        if (!is(route.apiKeyRequired, false)) {
          add(plan.address, route);
        }
      }
    }
  }
  for (const { api, resource, target } of model.methodSettings) {
    for (const route of (api === undefined ? undefined : byApi.get(api)) ?? []) {
      const isFor =
        target.kind !== 'known' ||
        target.value === 'all' ||
        (isSame(route.method, target.value.method) && isSame(route.path, target.value.path));
      if (isFor) {
        add(resource.address, route);
      }
    }
  }
  for (const resource of stack.ofType('aws_api_gateway_method')) {
    const key = methodKey(stack, resource);
    methods.set(key, [...(methods.get(key) ?? []), ...(routes.get(resource.address) ?? [])]);
  }
  for (const resource of [...stack.resources, ...stack.destroyed].filter(({ type }) => OF_METHOD.has(type))) {
    for (const route of methods.get(methodKey(stack, resource)) ?? []) {
      add(resource.address, route);
    }
  }
  for (const user of stack.resources) {
    for (const brought of (BRINGING[user.type] ?? []).flatMap((name) => linked(stack, user, name))) {
      push(users, brought.address, user);
    }
    const isUser = user.mode === 'managed' && ATTACHED[user.type] === undefined && !PASSED_BY.has(user.type);
    if (isUser && areaOf(user.type) !== 'watch') {
      for (const used of linkedByAny(stack, user)) {
        push(users, used.address, user);
      }
    }
  }
  return { users, routes };
}

const OF_METHOD = new Set([
  'aws_api_gateway_integration',
  'aws_api_gateway_integration_response',
  'aws_api_gateway_method_response',
]);

/** Which method of which path of which API a resource is about. */
function methodKey(stack: Stack, resource: Resource): string {
  const [path] = linked(stack, resource, 'resource_id');
  const api = linked(stack, resource, 'rest_api_id');
  const method = resource.attributes.string('http_method');
  return JSON.stringify([
    path?.address ?? String(resource.attributes.layersOf('resource_id').after),
    api.map(({ address }) => address),
    method.kind === 'known'
      ? method.value.toUpperCase()
      : linked(stack, resource, 'http_method').map(({ address }) => address),
  ]);
}

function push<K, T>(map: Map<K, T[]>, key: K, value: T): void {
  const list = map.get(key);
  if (list === undefined) {
    map.set(key, [value]);
  } else {
    list.push(value);
  }
}

function isSame(value: Route['method'], text: string): boolean {
  return value.kind !== 'known' || value.value === text;
}

function search({ users, routes }: Graph, stack: Stack, resource: Resource): readonly Route[] {
  const hostsOf = (one: Resource) => (ATTACHED[one.type] ?? []).flatMap((name) => linked(stack, one, name));
  const seen = new Set<string>();
  const found = new Set<Route>();
  const queue = [resource];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (seen.has(next.address)) {
      continue;
    }
    seen.add(next.address);
    for (const route of routes.get(next.address) ?? []) {
      found.add(route);
    }
    queue.push(...hostsOf(next), ...(users.get(next.address) ?? []));
  }
  return [...found];
}
