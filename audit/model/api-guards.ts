import type { Attributes } from '../reader/attributes';
import type { Resource, Stack } from '../reader/stack';
import { is, type Value } from '../three-valued';
import { join } from './joins';
import type { Api } from './types';

const DOMAINS = [
  {
    api: 'aws_api_gateway_rest_api',
    mapping: 'aws_api_gateway_base_path_mapping',
    domain: 'aws_api_gateway_domain_name',
  },
  { api: 'aws_apigatewayv2_api', mapping: 'aws_apigatewayv2_api_mapping', domain: 'aws_apigatewayv2_domain_name' },
] as const;

/** Where an API is reached, and what guards all its routes beside authorizers and web ACLs. */
export interface ApiGuards {
  /** `EDGE`, `REGIONAL`, `PRIVATE`, `function URL`; `?` where that is not known. */
  readonly endpoint: string;
  /** `resource policy`, `mutual TLS`, `VPC endpoint`. */
  readonly guards: readonly string[];
}

/**
 * Tells of an API where it is reached, and what guards it. Source: "Choose an endpoint type to set up for an API Gateway API", "Mutual TLS
 * authentication for REST APIs", Amazon API Gateway developer guide.
 */
export function guardsOf(api: Api): ApiGuards {
  const found = FOUND.get(api) ?? read(api);
  FOUND.set(api, found);
  return found;
}

/** Each route of an API asks. */
const FOUND = new WeakMap<Api, ApiGuards>();

function read(api: Api): ApiGuards {
  const { protocol, resource, stack } = api;
  if (protocol === 'FUNCTION') {
    return { endpoint: 'function URL', guards: [] };
  }
  if (resource === undefined || resource.mode !== 'managed') {
    return { endpoint: '?', guards: ['?'] };
  }
  const endpoint = protocol === 'REST' ? restEndpoint(resource.attributes) : 'REGIONAL';
  const isDefaultOff = is(resource.attributes.boolean('disable_execute_api_endpoint'), true);
  return {
    endpoint: isDefaultOff ? `${endpoint}, own domain only` : endpoint,
    guards: [
      ...(protocol === 'REST' && hasPolicy(stack, resource) ? ['resource policy'] : []),
      // A caller of the default address shows no certificate.
      ...(hasMutualTls(stack, resource) ? [isDefaultOff ? 'mutual TLS' : 'mutual TLS at its domain only'] : []),
      ...(endpoint === 'PRIVATE' ? ['VPC endpoint'] : []),
    ],
  };
}

function restEndpoint(attributes: Attributes): string {
  const blocks = attributes.blocks('endpoint_configuration');
  if (blocks.kind === 'unknown') {
    return '?';
  }
  const [block] = blocks.kind === 'known' ? blocks.value : [];
  // Where nothing is set, API Gateway makes an edge-optimized endpoint.
  const types: Value<unknown> | undefined = block?.value('types');
  if (types === undefined || types.kind === 'absent') {
    return 'EDGE';
  }
  return types.kind === 'known' && Array.isArray(types.value) ? types.value.map(String).join(', ') : '?';
}

function hasPolicy(stack: Stack, api: Resource): boolean {
  const { attributes } = api;
  const policy = attributes.string('policy');
  return (
    (policy.kind === 'known' && policy.value !== '') ||
    (policy.kind === 'unknown' && attributes.configured('policy')) ||
    stack.ofType('aws_api_gateway_rest_api_policy').some((one) => leadsTo(stack, one, 'rest_api_id', api))
  );
}

function hasMutualTls(stack: Stack, api: Resource): boolean {
  return DOMAINS.filter((one) => one.api === api.type).some(({ mapping, domain }) =>
    stack.ofType(mapping).some((one) => {
      const joined = join(stack, one, one.attributes, 'domain_name', [domain], ['domain_name', 'id']);
      const blocks =
        joined.kind === 'resource' ? joined.resource.attributes.blocks('mutual_tls_authentication') : undefined;
      return blocks?.kind === 'known' && blocks.value.length > 0 && leadsTo(stack, one, 'api_id', api);
    }),
  );
}

function leadsTo(stack: Stack, from: Resource, attribute: string, api: Resource): boolean {
  const joined = join(stack, from, from.attributes, attribute, [api.type]);
  return joined.kind === 'resource' && joined.resource === api;
}
