import { IDENTITY_SOURCE } from '../gateway/authorizer';
import type {
  ApiDefinition,
  AuthorizerDefinition,
  GatewayResponseDefinition,
  ResourceDefinition,
} from '../gateway/model';
import { SynthError } from './errors';
import { functionArnOf } from './functions';
import { type ApiResources, mappings, readMethod } from './methods';
import { numberOf, type Resource, type StackResources } from './resources';

/** Models that every REST API has. */
const BUILT_IN_MODELS: Readonly<Record<string, unknown>> = {
  Empty: { title: 'Empty Schema', type: 'object' },
  Error: { title: 'Error Schema', type: 'object', properties: { message: { type: 'string' } } },
};

/** Everything of a REST API that a deployment is a snapshot of. @throws {SynthError} for what the sandbox cannot run */
export function readDefinition(stack: StackResources, restApi: Resource): ApiDefinition {
  const api = resourcesOf(stack, restApi);
  const source = restApi.optionalText('api_key_source') ?? 'HEADER';
  if (source !== 'HEADER' && source !== 'AUTHORIZER') {
    throw new SynthError(
      `${restApi.label}.api_key_source is ${JSON.stringify(source)}, allowed are HEADER and AUTHORIZER`,
    );
  }
  const definition: ApiDefinition = {
    apiKeySource: source,
    binaryMediaTypes: restApi.texts('binary_media_types'),
    resources: readResources(api, restApi),
    authorizers: api.ofType('aws_api_gateway_authorizer').map(readAuthorizer),
    models: { ...BUILT_IN_MODELS, ...Object.fromEntries(api.ofType('aws_api_gateway_model').map(readModel)) },
    gatewayResponses: Object.fromEntries(api.ofType('aws_api_gateway_gateway_response').map(readGatewayResponse)),
  };
  checkAuthorizers(definition, restApi);
  return definition;
}

function resourcesOf(stack: StackResources, restApi: Resource): ApiResources {
  const id = restApi.text('id');
  const ofType = remember((type) => stack.ofType(type).filter((resource) => resource.text('rest_api_id') === id));
  const byMethod = remember((type) => groupBy(ofType(type), methodKey));
  return { ofType, partsOf: (type, method) => byMethod(type).get(methodKey(method)) ?? [] };
}

function methodKey(resource: Resource): string {
  return `${resource.text('http_method')} ${resource.text('resource_id')}`;
}

function remember<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) {
      groups.set(keyOf(item), [item]);
    } else {
      group.push(item);
    }
  }
  return groups;
}

function readResources(api: ApiResources, restApi: Resource): ResourceDefinition[] {
  const methods = api.ofType('aws_api_gateway_method');
  const planned = api.ofType('aws_api_gateway_resource');
  const byId = new Map(planned.map((resource) => [resource.text('id'), resource]));
  const rootId = restApi.text('root_resource_id');
  const pathOf = (id: string, depth = 0): string => {
    if (id === rootId) {
      return '';
    }
    const resource = byId.get(id);
    // A tree of this depth refers to itself.
    if (resource === undefined || depth > byId.size) {
      throw new SynthError(`${restApi.label} has a resource without its parent`);
    }
    return `${pathOf(resource.text('parent_id'), depth + 1)}/${resource.text('path_part')}`;
  };
  const ids = [rootId, ...byId.keys()];
  const stray = methods.find(
    (method) => method.text('resource_id') !== rootId && !byId.has(method.text('resource_id')),
  );
  if (stray !== undefined) {
    throw new SynthError(`${stray.label} is of a resource that is not in its API`);
  }
  const byResource = groupBy(methods, (method) => method.text('resource_id'));
  return ids.map((id) => ({
    id,
    path: pathOf(id) || '/',
    methods: (byResource.get(id) ?? []).map((method) => readMethod(api, method)),
  }));
}

function readAuthorizer(resource: Resource): AuthorizerDefinition {
  const type = resource.optionalText('type') ?? 'TOKEN';
  if (type !== 'REQUEST') {
    throw new SynthError(`${resource.label}.type is ${JSON.stringify(type)}, the sandbox supports REQUEST`);
  }
  const sources = (resource.optionalText('identity_source') ?? 'method.request.header.Authorization')
    .split(',')
    .map((source) => source.trim())
    .filter((source) => source !== '');
  const unknown = sources.find((source) => !IDENTITY_SOURCE.test(source));
  if (unknown !== undefined) {
    throw new SynthError(
      `${resource.label} has the identity source ${JSON.stringify(unknown)}, the sandbox knows headers, query parameters, stage variables and context`,
    );
  }
  return {
    id: resource.text('id'),
    name: resource.text('name'),
    functionArn: functionArnOf(resource, 'authorizer_uri'),
    identitySources: sources,
    ttlSeconds: resource.optionalNumber('authorizer_result_ttl_in_seconds') ?? 300,
  };
}

function readModel(resource: Resource): [string, unknown] {
  const schema = resource.optionalText('schema') ?? '{}';
  try {
    return [resource.text('name'), JSON.parse(schema)];
  } catch (cause) {
    throw new SynthError(`${resource.label}.schema is not JSON`, { cause });
  }
}

function readGatewayResponse(resource: Resource): [string, GatewayResponseDefinition] {
  const status = resource.optionalText('status_code');
  const templates = resource.textMap('response_templates');
  const script = Object.values(templates).find((template) => /#(set|if|foreach|end)\b|\$(input|util)\b/.test(template));
  if (script !== undefined) {
    throw new SynthError(
      `${resource.label} has the template ${JSON.stringify(script)}, which is not VTL for API Gateway`,
    );
  }
  return [
    resource.text('response_type'),
    {
      ...(status === undefined ? {} : { statusCode: numberOf(status, `${resource.label}.status_code`) }),
      responseTemplates: templates,
      responseParameters: mappings(resource),
    },
  ];
}

function checkAuthorizers(definition: ApiDefinition, restApi: Resource): void {
  const ids = new Set(definition.authorizers.map((authorizer) => authorizer.id));
  for (const resource of definition.resources) {
    for (const { authorizerId, httpMethod } of resource.methods) {
      if (authorizerId !== undefined && !ids.has(authorizerId)) {
        throw new SynthError(
          `${restApi.label}: ${httpMethod} ${resource.path} names an authorizer that is not of the API`,
        );
      }
    }
  }
}
