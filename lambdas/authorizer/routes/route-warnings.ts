import type { RouteRule } from '../../lib/access-rule';
import { type PatternRoute, patternRoutes } from './route-compiler';
import type { Pattern } from './segments';

/** Requests that are named in a warning; others are counted. */
const NAMED = 5;

/**
 * Requests that a table of routes serves otherwise than a reader of it expects: those that look like requests for a route with
 * a parameter, and that API Gateway resolves to a path of other methods, because the path alone selects the resource.
 *
 * @param meant keys of routes that are made to stand beside each other like that, and are not told of: in the kit's own `/tokens/self` no
 *   token has this id. @default - none
 * @returns one text for all of them, or none; it is no danger, as such requests are refused
 * @throws {Error} when the route table is malformed
 */
export function routeWarnings(rules: readonly RouteRule[], meant: ReadonlySet<string> = new Set()): readonly string[] {
  const shadowed = shadowedRequests(patternRoutes(rules), meant);
  if (shadowed.length === 0) {
    return [];
  }
  const named = shadowed.slice(0, NAMED).map(({ request, by }) => `${request} (not by ${by})`);
  const more = shadowed.length > NAMED ? ` and ${shadowed.length - NAMED} more` : '';
  return [
    `the path alone selects a resource, so requests are not answered where a more special path has other methods only: ${named.join(', ')}${more}`,
  ];
}

interface Node {
  readonly literals: Map<string, Node>;
  one?: Node;
  /** Routes whose greedy parameter stands here. */
  readonly greedy: PatternRoute[];
  /** Routes that end here. */
  readonly own: PatternRoute[];
}

function shadowedRequests(
  routes: readonly PatternRoute[],
  meant: ReadonlySet<string>,
): readonly { request: string; by: string }[] {
  const root = newNode();
  for (const route of routes) {
    insert(root, route);
  }
  return pathsBelow(root).flatMap((siblings) => {
    const [{ path, template } = { path: '', template: [] }] = siblings;
    return lessSpecial(root, template)
      .filter(({ method }) => siblings.every((sibling) => sibling.method !== method))
      .filter((route) => ![route, ...siblings].every(({ key }) => meant.has(key)))
      .map(({ method, key }) => ({ request: `${method} ${path}`, by: key }));
  });
}

function insert(root: Node, route: PatternRoute): void {
  let node = root;
  for (const step of route.template) {
    if (step === 'many' || step === 'any') {
      node.greedy.push(route);
      return;
    }
    const known: Node | undefined = step === 'one' ? node.one : node.literals.get(step.literal);
    const child = known ?? newNode();
    if (step === 'one') {
      node.one = child;
    } else {
      node.literals.set(step.literal, child);
    }
    node = child;
  }
  node.own.push(route);
}

/** The routes below a node, by path. */
function pathsBelow(node: Node): readonly (readonly PatternRoute[])[] {
  const below = [...node.literals.values(), ...(node.one ? [node.one] : [])].flatMap(pathsBelow);
  return [node.own, ...below, node.greedy].filter((routes) => routes.length > 0);
}

/** Routes that the gateway prefers another template to, for requests that match both. */
function lessSpecial(root: Node, template: Pattern): readonly PatternRoute[] {
  const found: PatternRoute[] = [];
  const walk = (node: Node, index: number, isBehind: boolean): void => {
    const step = template[index];
    if (step === undefined) {
      found.push(...(isBehind ? node.own : []));
      return;
    }
    if (step === 'many' || step === 'any') {
      // Its own place is the template itself, and what is beside it there goes before it.
      found.push(
        ...(isBehind
          ? pathsBelow(node)
              .flat()
              .filter((route) => !node.own.includes(route))
          : []),
      );
      return;
    }
    found.push(...node.greedy);
    if (typeof step === 'object') {
      const literal = node.literals.get(step.literal);
      if (literal) {
        walk(literal, index + 1, isBehind);
      }
      if (node.one) {
        walk(node.one, index + 1, true);
      }
      return;
    }
    if (node.one) {
      walk(node.one, index + 1, isBehind);
    }
    for (const literal of isBehind ? node.literals.values() : []) {
      walk(literal, index + 1, true);
    }
  };
  walk(root, 0, false);
  return found;
}

function newNode(): Node {
  return { literals: new Map(), greedy: [], own: [] };
}
