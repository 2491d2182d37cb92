import type { ApiDefinition, MethodDefinition, ResourceDefinition } from './model';

export interface RouteMatch {
  readonly resource: ResourceDefinition;
  readonly method: MethodDefinition;
  /** By the name of the parameter, as the client encoded them: API Gateway decodes none. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

interface Node {
  readonly literals: Map<string, Node>;
  parameter?: { readonly name: string; readonly node: Node };
  greedy?: { readonly name: string; readonly resource: ResourceDefinition };
  resource?: ResourceDefinition;
}

/**
 * Finds the method for a path: a literal segment beats a parameter, which beats a greedy parameter. The path alone
 * decides on the resource, so a method that the most specific resource lacks is not looked for in another one. One
 * slash at the end is ignored.
 */
export class Router {
  private readonly root: Node = newNode();

  constructor(definition: ApiDefinition) {
    for (const resource of definition.resources) {
      if (resource.methods.length > 0) this.add(resource);
    }
  }

  match(httpMethod: string, path: string): RouteMatch | undefined {
    const trimmed = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
    const segments = trimmed === '/' || trimmed === '' ? [] : trimmed.slice(1).split('/');
    const found = find(this.root, segments, 0);
    if (found === undefined) return undefined;
    const method =
      found.resource.methods.find((candidate) => candidate.httpMethod === httpMethod) ??
      found.resource.methods.find((candidate) => candidate.httpMethod === 'ANY');
    return method && { resource: found.resource, method, pathParameters: Object.fromEntries(found.parameters) };
  }

  private add(resource: ResourceDefinition): void {
    let node = this.root;
    for (const segment of resource.path.split('/').slice(1)) {
      if (segment === '') continue;
      const [, name, plus] = /^\{([^}+]+)(\+?)\}$/.exec(segment) ?? [];
      if (name === undefined) {
        let next = node.literals.get(segment);
        if (next === undefined) {
          next = newNode();
          node.literals.set(segment, next);
        }
        node = next;
      } else if (plus === '+') {
        node.greedy = { name, resource };
        return;
      } else {
        node.parameter ??= { name, node: newNode() };
        node = node.parameter.node;
      }
    }
    node.resource = resource;
  }
}

interface Found {
  readonly resource: ResourceDefinition;
  readonly parameters: readonly (readonly [string, string])[];
}

function find(node: Node, segments: readonly string[], index: number): Found | undefined {
  const segment = segments[index];
  if (segment === undefined) return node.resource && { resource: node.resource, parameters: [] };
  const literal = node.literals.get(segment);
  const byLiteral = literal && find(literal, segments, index + 1);
  if (byLiteral) return byLiteral;
  if (node.parameter && segment !== '') {
    const byParameter = find(node.parameter.node, segments, index + 1);
    if (byParameter) {
      return {
        resource: byParameter.resource,
        parameters: [[node.parameter.name, segment], ...byParameter.parameters],
      };
    }
  }
  if (!node.greedy) return undefined;
  return {
    resource: node.greedy.resource,
    parameters: [[node.greedy.name, segments.slice(index).join('/')]],
  };
}

function newNode(): Node {
  return { literals: new Map() };
}
