import type { Attributes } from '../reader/attributes';
import type { Resource, Stack } from '../reader/stack';
import { ABSENT, convert, is, known, orDefault, unknown, type Value } from '../three-valued';
import type { AccessRules } from './access-rules';
import { linkAuthorizer } from './apis';
import { backendOf } from './backends';
import { join } from './joins';
import { declaredRule } from './routes';
import { throttleOf } from './throttles';
import type { Api, Authorizer, MethodSettings, Route, SettingsTarget, Stage } from './types';

const API = 'aws_apigatewayv2_api';
const ROUTE = 'aws_apigatewayv2_route';
const STAGE = 'aws_apigatewayv2_stage';
const AUTHORIZER = 'aws_apigatewayv2_authorizer';
const INTEGRATION = 'aws_apigatewayv2_integration';
const FUNCTION_URL = 'aws_lambda_function_url';
const FUNCTION = 'aws_lambda_function';

/** Route of a WebSocket API at which callers are authorized, for all messages that follow. */
const CONNECT = '$connect';

/** What the stack holds beside REST APIs. */
export interface HttpApis {
  readonly apis: readonly Api[];
  readonly authorizers: readonly Authorizer[];
  readonly methodSettings: readonly MethodSettings[];
  /** Reads the routes, once the access rules of all APIs are known. */
  routes(rules: AccessRules): Route[];
}

/** Reads HTTP and WebSocket APIs, and function URLs, each of which is an API with a single route. */
export function readHttpApis(stack: Stack): HttpApis {
  const apis = new Map<string, Api>(stack.ofType(API).map((resource) => [resource.address, apiOf(stack, resource)]));
  const ofApi = (resource: Resource): Api => {
    const joined = join(stack, resource, resource.attributes, 'api_id', [API]);
    const address =
      joined.kind === 'resource'
        ? joined.resource.address
        : joined.kind === 'external'
          ? joined.id.value
          : `(API of ${resource.address})`;
    const api = apis.get(address) ?? { ...blank(stack, address), name: unknown('its API is not in the plan') };
    apis.set(address, api);
    return api;
  };
  const authorizers = new Map(
    stack.ofType(AUTHORIZER).map((resource) => [resource.address, authorizerOf(stack, resource, ofApi(resource))]),
  );
  const methodSettings = stack.ofType(STAGE).flatMap((resource) => stageOf(resource, ofApi(resource)));
  const routeApis = new Map(stack.ofType(ROUTE).map((resource) => [resource, ofApi(resource)]));
  const gates = gatesOf(routeApis);
  return {
    apis: [...apis.values()],
    authorizers: [...authorizers.values()],
    methodSettings,
    routes: (rules) => [
      ...stack.ofType(ROUTE).map((resource) => {
        const api = routeApis.get(resource) as Api;
        return routeOf(stack, resource, api, gates.get(api) ?? resource, authorizers, rules);
      }),
      ...[...apis.values()].flatMap((api) => quickRoute(api)),
      ...stack.ofType(FUNCTION_URL).map((resource) => functionUrl(stack, resource)),
    ],
  };
}

function blank(stack: Stack, address: string): Api {
  return { stack, address, name: ABSENT, kind: 'external', protocol: 'HTTP', resource: undefined, stages: [] };
}

function apiOf(stack: Stack, resource: Resource): Api {
  return {
    ...blank(stack, resource.address),
    name: resource.attributes.string('name'),
    kind: 'managed',
    protocol: isWebSocket(resource) ? 'WEBSOCKET' : 'HTTP',
    resource,
  };
}

function isWebSocket({ attributes }: Resource): boolean {
  return is(attributes.string('protocol_type'), 'WEBSOCKET');
}

/** Adds a stage to its API; it limits all its routes, and may limit single ones. HTTP APIs take no web ACL. */
function stageOf(resource: Resource, api: Api): MethodSettings[] {
  const { attributes, address } = resource;
  const name = attributes.string('name');
  const variables = attributes.object('stage_variables');
  const apiVariable = variables.string('gatehouseApi');
  const resultsVariable = variables.string('gatehouseResults');
  const stage: Stage = { api, address, name, webAcl: known(false), apiVariable, resultsVariable };
  api.stages.push(stage);
  const settings = (block: Attributes, target: Value<SettingsTarget>): MethodSettings => ({
    api,
    stage: name,
    target,
    throttle: throttleOf(block, 'throttling_rate_limit', 'throttling_burst_limit'),
    resource,
  });
  const all = attributes.blocks('default_route_settings');
  const single = attributes.blocks('route_settings');
  return [
    ...(single.kind === 'known' ? single.value : []).map((block) =>
      settings(block, convert(block.string('route_key'), targetOf, 'route_key is not a method and path')),
    ),
    ...(all.kind === 'known' ? all.value : []).map((block) => settings(block, known('all'))),
  ];
}

function targetOf(routeKey: string): SettingsTarget {
  const { method, path } = placeOf(routeKey);
  return { method, path };
}

/** A route key as method and path; `$default` and the keys of WebSocket APIs have no method of their own. */
function placeOf(routeKey: string): { readonly method: string; readonly path: string } {
  const [, method, path] = /^([A-Z]+) (\/.*)$/.exec(routeKey) ?? [];
  return method === undefined || path === undefined ? { method: 'ANY', path: routeKey } : { method, path };
}

function authorizerOf(stack: Stack, resource: Resource, api: Api): Authorizer {
  const { attributes, address } = resource;
  return {
    stack,
    address,
    api,
    name: attributes.string('name'),
    kind: attributes.string('authorizer_type'),
    // Nothing is kept where nothing is set, other than in REST APIs.
    ttlSeconds: keptSeconds(attributes),
    identitySource: convert(
      attributes.value('identity_sources'),
      (list) => (Array.isArray(list) ? list.filter((one) => typeof one === 'string').join(', ') : undefined),
      'identity_sources is not a list',
    ),
  };
}

/** On a first plan the provider leaves open what nobody sets. */
function keptSeconds(attributes: Attributes): Value<number> {
  const seconds = attributes.number('authorizer_result_ttl_in_seconds');
  return seconds.kind === 'unknown' && !attributes.configured('authorizer_result_ttl_in_seconds')
    ? known(0)
    : orDefault(seconds, 0);
}

/** The routes of WebSocket APIs at which callers are checked for all others. */
function gatesOf(routes: ReadonlyMap<Resource, Api>): ReadonlyMap<Api, Resource> {
  const gates = new Map<Api, Resource>();
  for (const [resource, api] of routes) {
    if (api.protocol === 'WEBSOCKET' && is(resource.attributes.string('route_key'), CONNECT)) {
      gates.set(api, resource);
    }
  }
  return gates;
}

function routeOf(
  stack: Stack,
  resource: Resource,
  api: Api,
  checked: Resource,
  authorizers: ReadonlyMap<string, Authorizer>,
  rules: AccessRules,
): Route {
  const key = resource.attributes.string('route_key');
  const place = convert(key, placeOf, 'route_key is not a text');
  const method = convert(place, (one) => one.method, '');
  const path = convert(place, (one) => one.path, '');
  return {
    api,
    address: resource.address,
    constructPath: resource.config?.constructPath,
    operation: '',
    method,
    path,
    authorization: orDefault(checked.attributes.string('authorization_type'), 'NONE'),
    authorizer: linkAuthorizer(stack, checked, authorizers, AUTHORIZER),
    declared: declaredRule(checked, rules, api, method, path),
    apiKeyRequired: orDefault(resource.attributes.boolean('api_key_required'), false),
    ...integrationOf(stack, resource),
  };
}

function integrationOf(stack: Stack, route: Resource): Pick<Route, 'integration' | 'backend'> {
  const joined = join(stack, route, route.attributes, 'target', [INTEGRATION]);
  return joined.kind === 'resource'
    ? {
        integration: joined.resource.attributes.string('integration_type'),
        backend: backendOf(stack, joined.resource, 'integration_uri'),
      }
    : { integration: ABSENT, backend: ABSENT };
}

/**
 * The route that an API makes with itself where it has a target ("quick create"): of all requests, or of one route key, and open to everybody.
 * Source: "CreateApi", Amazon API Gateway V2 API reference.
 */
function quickRoute(api: Api): Route[] {
  const { resource } = api;
  const target = resource?.attributes.string('target');
  // A module may hand on a target that is null. What is known only after apply is one where somebody set it.
  const isOpen = target?.kind === 'known' || (target?.kind === 'unknown' && resource?.attributes.configured('target'));
  if (resource === undefined || !isOpen) {
    return [];
  }
  const key = orDefault(resource.attributes.string('route_key'), '$default');
  const isSet = key.kind === 'known' || resource.attributes.configured('route_key');
  const route = isSet ? key : known('$default');
  const place = convert(route, placeOf, 'route_key is not a text');
  return [
    {
      api,
      address: resource.address,
      constructPath: resource.config?.constructPath,
      operation: '',
      method: convert(place, (one) => one.method, ''),
      path: convert(place, (one) => one.path, ''),
      authorization: known('NONE'),
      authorizer: { kind: 'none' },
      declared: { kind: 'none', listed: false },
      apiKeyRequired: known(false),
      integration: convert(
        resource.attributes.string('target'),
        (text) => (text.startsWith('arn:') ? 'AWS_PROXY' : 'HTTP_PROXY'),
        '',
      ),
      backend: backendOf(api.stack, resource, 'target'),
    },
  ];
}

/** A function with an address of its own, past every gateway. */
function functionUrl(stack: Stack, resource: Resource): Route {
  const joined = join(
    stack,
    resource,
    resource.attributes,
    'function_name',
    [FUNCTION],
    ['function_name', 'arn', 'id'],
  );
  const name =
    joined.kind === 'resource'
      ? joined.resource.attributes.string('function_name')
      : resource.attributes.string('function_name');
  return {
    api: { ...blank(stack, resource.address), name, kind: 'managed', protocol: 'FUNCTION', resource },
    address: resource.address,
    constructPath: resource.config?.constructPath,
    operation: '',
    method: known('ANY'),
    path: known('/'),
    authorization: resource.attributes.string('authorization_type'),
    authorizer: { kind: 'none' },
    declared: { kind: 'none', listed: false },
    apiKeyRequired: known(false),
    integration: known('AWS_PROXY'),
    backend: convert(name, (text) => `function ${text}`, ''),
  };
}
