import type { Resource, Stack } from '../reader/stack';
import { ABSENT, convert, known, orDefault, unknown, type Value } from '../three-valued';
import { type AccessRules, scopesRule } from './access-rules';
import { type ApiIndex, linkAuthorizer, REST_API } from './apis';
import { backendOf } from './backends';
import { join } from './joins';
import type { Authorizer, DeclaredRule, Route } from './types';

const RESOURCE = 'aws_api_gateway_resource';
const METHOD = 'aws_api_gateway_method';
const INTEGRATION = 'aws_api_gateway_integration';

/** Paths deeper than this are taken for a circle of parents. */
const DEEPEST_PATH = 64;

/** The routes that a stack declares as method resources. */
export function readMethodRoutes(
  stack: Stack,
  apis: ApiIndex,
  authorizers: ReadonlyMap<string, Authorizer>,
  rules: AccessRules,
): Route[] {
  const integrations = readIntegrations(stack);
  const routes: Route[] = [];
  for (const resource of stack.ofType(METHOD)) {
    const { attributes } = resource;
    const api = apis.of(resource) ?? apis.unknown;
    const method = convert(attributes.string('http_method'), (text) => text.toUpperCase(), 'http_method is not a text');
    const path = pathOf(stack, resource);
    routes.push({
      api,
      address: resource.address,
      constructPath: resource.config?.constructPath,
      operation: '',
      method,
      path,
      authorization: orDefault(attributes.string('authorization'), 'NONE'),
      authorizer: linkAuthorizer(stack, resource, authorizers),
      declared: declaredRule(resource, rules, api, method, path),
      apiKeyRequired: orDefault(attributes.boolean('api_key_required'), false),
      ...integrations(resource),
    });
  }
  return routes;
}

/** The access rule of a method, or of a route of an HTTP API: that of the table, else the scopes that the gateway checks itself. */
export function declaredRule(
  resource: Resource,
  rules: AccessRules,
  api: Route['api'],
  method: Value<string>,
  path: Value<string>,
): DeclaredRule {
  if (method.kind === 'known' && path.kind === 'known') {
    const declared = rules.of(api, method.value, path.value);
    if (declared.kind !== 'none' || declared.listed) {
      return declared;
    }
  } else if (rules.has(api)) {
    return { kind: 'unknown', cause: 'its method or path is not known, by which its access rule is found' };
  }
  return scopesOfMethod(resource);
}

/** Scopes that API Gateway itself checks (Cognito, JWT): any one of them suffices. */
function scopesOfMethod(resource: Resource): DeclaredRule {
  const scopes = resource.attributes.value('authorization_scopes');
  if (scopes.kind === 'unknown') {
    return resource.attributes.configured('authorization_scopes')
      ? { kind: 'unknown', cause: `authorization_scopes are ${scopes.cause}` }
      : { kind: 'none', listed: false };
  }
  if (scopes.kind === 'absent' || !Array.isArray(scopes.value) || scopes.value.length === 0) {
    return { kind: 'none', listed: false };
  }
  return scopesRule(
    scopes.value.map((scope) => [scope]),
    scopes.sensitive,
  );
}

/** The path of a method: the parts of its resource and of that resource's parents. */
function pathOf(stack: Stack, method: Resource): Value<string> {
  const parts: string[] = [];
  let sensitive = false;
  let current = method;
  let attribute = 'resource_id';
  for (let depth = 0; depth < DEEPEST_PATH; depth += 1) {
    const parent = join(
      stack,
      current,
      current.attributes,
      attribute,
      [RESOURCE, REST_API],
      ['id', 'root_resource_id'],
    );
    if (parent.kind !== 'resource') {
      return unknown(parent.kind === 'unknown' ? parent.cause : 'a part of the path is not in the plan');
    }
    // A path that the plan knows, of a resource that exists or of a data source, needs no climbing.
    const whole = parent.resource.attributes.string('path');
    if (parent.resource.type === RESOURCE && whole.kind === 'known') {
      return known(joinPath(whole.value, parts), sensitive || whole.sensitive);
    }
    if (parent.resource.type === REST_API) {
      return known(joinPath('/', parts), sensitive);
    }
    const part = parent.resource.attributes.string('path_part');
    if (part.kind !== 'known') {
      return part.kind === 'unknown' ? part : unknown('a part of the path is not set');
    }
    parts.unshift(part.value);
    sensitive ||= part.sensitive;
    current = parent.resource;
    attribute = 'parent_id';
  }
  return unknown('its path has no end');
}

function joinPath(base: string, parts: readonly string[]): string {
  return `${base.replace(/\/+$/, '')}/${parts.join('/')}`.replace(/(.)\/$/, '$1');
}

/** Finds the integration of a method: by reference to the method, else by the same path resource and HTTP method. */
function readIntegrations(stack: Stack): (method: Resource) => Pick<Route, 'integration' | 'backend'> {
  const byKey = new Map<string, Resource>();
  for (const integration of stack.ofType(INTEGRATION)) {
    const joined = join(stack, integration, integration.attributes, 'http_method', [METHOD], []);
    byKey.set(joined.kind === 'resource' ? joined.resource.address : placeKey(stack, integration), integration);
  }
  return (method) => {
    const integration = byKey.get(method.address) ?? byKey.get(placeKey(stack, method));
    return integration === undefined
      ? { integration: ABSENT, backend: ABSENT }
      : { integration: integration.attributes.string('type'), backend: backendOf(stack, integration, 'uri') };
  };
}

function placeKey(stack: Stack, resource: Resource): string {
  const place = join(
    stack,
    resource,
    resource.attributes,
    'resource_id',
    [RESOURCE, REST_API],
    ['id', 'root_resource_id'],
  );
  const method = resource.attributes.string('http_method');
  if (place.kind !== 'resource' || method.kind !== 'known') {
    return `unknown place of ${resource.address}`;
  }
  return `${method.value.toUpperCase()} ${place.resource.address}`;
}
