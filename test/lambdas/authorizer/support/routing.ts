import type { AccessRule, RouteRule } from '../../../../lambdas/lib/access-rule';
import { satisfies } from '../../../../lambdas/lib/scopes';

/** A route that needs one of these scope lists; `x:read+y:read` is both. */
export function scoped(key: string, ...alternatives: string[]): RouteRule {
  const [method = '', path = ''] = key.split(' ');
  return { method, path, rule: { kind: 'scopes', anyOf: alternatives.map((one) => one.split('+')) } };
}

/** A route with another rule. */
export function ruled(key: string, rule: AccessRule): RouteRule {
  const [method = '', path = ''] = key.split(' ');
  return { method, path, rule };
}

/** Whether the rule of a route is one for the authorizer, and a valid token with these scopes fulfils it. */
export function judge(route: RouteRule | undefined, held: readonly string[]): 'other' | 'granted' | 'withheld' {
  switch (route?.rule.kind) {
    case 'scopes':
      return satisfies(held, route.rule.anyOf) ? 'granted' : 'withheld';
    case 'authenticated':
      return 'granted';
    default:
      return 'other';
  }
}

/** The route that API Gateway resolves a request with a plain path to. */
export function resolve(rules: readonly RouteRule[], method: string, path: string): RouteRule | undefined {
  return resolveSegments(rules, method, path === '/' ? [] : path.slice(1).split('/'));
}

/**
 * The route that API Gateway resolves segments to, written apart from the code under test: of the templates that match, the one
 * with a literal, else a parameter, else a greedy parameter where they differ first. The path decides, then the method.
 */
export function resolveSegments(
  rules: readonly RouteRule[],
  method: string,
  segments: readonly string[],
): RouteRule | undefined {
  const [first] = rules
    .filter((rule) => isMatch(rule.path, segments))
    .sort((a, b) => (orderOf(a.path) < orderOf(b.path) ? -1 : 1));
  return rules.find((rule) => rule.method === method && rule.path === first?.path);
}

function isMatch(template: string, segments: readonly string[]): boolean {
  const parts = template === '/' ? [] : template.slice(1).split('/');
  const isGreedy = parts.at(-1)?.endsWith('+}') === true;
  return (
    (isGreedy ? segments.length >= parts.length : segments.length === parts.length) &&
    parts.every((part, index) => {
      const segment = segments[index];
      return part.endsWith('+}') || (part.startsWith('{') ? segment !== '' : segment === part);
    })
  );
}

function orderOf(path: string): string {
  return path
    .split('/')
    .map((part) => (part.endsWith('+}') ? '2' : part.startsWith('{') ? '1' : '0'))
    .join('');
}
