import { type PathReader, PathTree, readPath } from '../../lambdas/lib/gateway-paths';
import type { ApiDefinition, MethodDefinition, ResourceDefinition } from './model';

export interface RouteMatch {
  readonly resource: ResourceDefinition;
  readonly method: MethodDefinition;
  /** By the name of the parameter, as the client encoded them: API Gateway decodes none. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

/**
 * How the sandbox reads paths, of the gateways that the model of them has: as little as is recorded. A slash at the end is
 * ignored and empty segments are dropped; what is encoded stays as it is, and dot segments are segments like any other.
 */
const SANDBOX_READER: PathReader = {
  splitsEncodedSlash: false,
  decodes: false,
  dots: 'kept',
  empties: 'dropped',
};

/** Finds the method for a path, as API Gateway does; see {@link PathTree}. */
export class Router {
  private readonly resources = new PathTree<ResourceDefinition>();

  constructor(definition: ApiDefinition) {
    for (const resource of definition.resources) {
      if (resource.methods.length > 0) {
        this.resources.add(resource.path, resource);
      }
    }
  }

  match(httpMethod: string, path: string): RouteMatch | undefined {
    const found = this.resources.find(readPath(path, SANDBOX_READER));
    if (found === undefined) {
      return undefined;
    }
    const { value: resource, parameters } = found;
    const method =
      resource.methods.find((candidate) => candidate.httpMethod === httpMethod) ??
      resource.methods.find((candidate) => candidate.httpMethod === 'ANY');
    const values = parameters.map((segments) => segments.join('/'));
    return method && { resource, method, pathParameters: Object.fromEntries(named(resource.path, values)) };
  }
}

/** The values of parameters by their names, which stand in a template in the same order. */
function named(template: string, values: readonly string[]): [string, string][] {
  const names = [...template.matchAll(/\{([^}+]+)\+?\}/g)].map(([, name = '']) => name);
  return values.map((value, index) => [names[index] ?? '', value]);
}
