import type { Resource, Stack } from '../reader/stack';
import { known, orDefault, unknown, type Value } from '../three-valued';
import { type Join, join } from './joins';
import type { Api, Authorizer, AuthorizerLink } from './types';

export const REST_API = 'aws_api_gateway_rest_api';
const STAGE = 'aws_api_gateway_stage';
const METHOD = 'aws_api_gateway_method';
const DEPLOYMENT = 'aws_api_gateway_deployment';
const AUTHORIZER = 'aws_api_gateway_authorizer';
const WEB_ACL_ASSOCIATION = 'aws_wafv2_web_acl_association';
const ADDED_TO_APIS = [METHOD, STAGE, AUTHORIZER];

/**
 * Time for which API Gateway keeps an authorizer's answer where nothing is set, in seconds:
 * https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html
 */
export const DEFAULT_AUTHORIZER_TTL = 300;

/** The APIs of a stack; one that is referred to but not managed there is added when it is asked for. */
export class ApiIndex {
  private readonly byAddress = new Map<string, Api>();

  constructor(private readonly stack: Stack) {
    for (const resource of stack.ofType(REST_API)) {
      this.add(resource.address, resource.attributes.string('name'), 'managed', resource);
    }
    // APIs of other stacks that this one adds to are known from the start, as access rules are matched with them.
    for (const type of ADDED_TO_APIS) {
      for (const resource of stack.ofType(type)) {
        this.of(resource);
      }
    }
  }

  get all(): Api[] {
    return [...this.byAddress.values()];
  }

  /** The API that an attribute (`rest_api_id`, `api_id`) of a resource refers to; undefined when that is unknown. */
  of(from: Resource, attributes = from.attributes, attribute = 'rest_api_id'): Api | undefined {
    const joined = join(this.stack, from, attributes, attribute, [REST_API]);
    switch (joined.kind) {
      case 'resource':
      case 'destroyed':
        return this.get(joined.resource);
      case 'external':
        return this.add(joined.id.value, unknown('the API is not in the plan'), 'external', undefined);
      default:
        return undefined;
    }
  }

  /** The API of methods whose API cannot be told. */
  get unknown(): Api {
    return this.add('(unknown API)', unknown('the API of the method is not known'), 'unknown', undefined);
  }

  /** The API of an API resource or data source. */
  get(resource: Resource): Api {
    return this.add(resource.address, resource.attributes.string('name'), 'external', resource);
  }

  private add(address: string, name: Value<string>, kind: Api['kind'], resource: Resource | undefined): Api {
    const existing = this.byAddress.get(address);
    if (existing !== undefined) {
      return existing;
    }
    const api: Api = { stack: this.stack, address, name, kind, protocol: 'REST', resource, stages: [] };
    this.byAddress.set(address, api);
    return api;
  }
}

/** Adds the stages to their APIs: stage resources, and deployments that make a stage of their own. */
export function addStages(stack: Stack, apis: ApiIndex): void {
  const guarded = guardedStages(stack);
  for (const resource of [...stack.ofType(STAGE), ...stack.ofType(DEPLOYMENT)]) {
    const name = resource.attributes.string('stage_name');
    const ownStage =
      resource.type === STAGE || (resource.attributes.configured('stage_name') && name.kind !== 'absent');
    const api = ownStage ? apis.of(resource) : undefined;
    if (api !== undefined) {
      const variables = resource.attributes.object('variables');
      api.stages.push({
        api,
        address: resource.address,
        name,
        webAcl: guarded(resource),
        apiVariable: variables.string('gatehouseApi'),
        resultsVariable: variables.string('gatehouseResults'),
      });
    }
  }
}

/** Tells which stages a web ACL protects. */
export function guardedStages(stack: Stack): (stage: Resource) => Value<boolean> {
  const joined = stack
    .ofType(WEB_ACL_ASSOCIATION)
    .map((association) => join(stack, association, association.attributes, 'resource_arn', [STAGE], ['arn']));
  const guarded = new Set(joined.flatMap((target) => (target.kind === 'resource' ? [target.resource] : [])));
  const unclear = joined.find((target) => target.kind === 'unknown');
  return (stage) => (guarded.has(stage) ? known(true) : (unclear ?? known(false)));
}

/** The authorizer resources of a stack, by address. */
export function readAuthorizers(stack: Stack, apis: ApiIndex): Map<string, Authorizer> {
  const result = new Map<string, Authorizer>();
  for (const resource of stack.ofType(AUTHORIZER)) {
    const { attributes } = resource;
    result.set(resource.address, {
      stack,
      address: resource.address,
      api: apis.of(resource),
      name: attributes.string('name'),
      // The provider's default, which a synthesized configuration does not show.
      kind: orDefault(attributes.string('type'), 'TOKEN'),
      ttlSeconds: orDefault(attributes.number('authorizer_result_ttl_in_seconds'), DEFAULT_AUTHORIZER_TTL),
      identitySource: orDefault(attributes.string('identity_source'), 'method.request.header.Authorization'),
    });
  }
  return result;
}

/** Follows the `authorizer_id` of a method, or of a route of an HTTP API. */
export function linkAuthorizer(
  stack: Stack,
  method: Resource,
  authorizers: ReadonlyMap<string, Authorizer>,
  type = AUTHORIZER,
): AuthorizerLink {
  const joined: Join = join(stack, method, method.attributes, 'authorizer_id', [type]);
  switch (joined.kind) {
    case 'absent':
      return { kind: 'none' };
    case 'resource': {
      const authorizer = authorizers.get(joined.resource.address);
      return authorizer === undefined
        ? { kind: 'unknown', cause: 'the authorizer is read from outside the plan' }
        : { kind: 'authorizer', authorizer };
    }
    case 'destroyed':
      return { kind: 'dangling', reason: `the plan destroys its authorizer ${joined.resource.address}` };
    case 'external':
      return { kind: 'unknown', cause: 'its authorizer is not in the plan', id: joined.id.value };
    case 'unknown':
      return { kind: 'unknown', cause: `its authorizer is ${joined.cause}` };
  }
}
