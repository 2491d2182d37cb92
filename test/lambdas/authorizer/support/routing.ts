import type { AccessRule, RouteRule } from '../../../../lambdas/lib/access-rule';

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

/**
 * The route that API Gateway resolves a request to, written apart from the code under test: of the templates that match,
 * the one with a literal, else a parameter, else a greedy parameter where they differ first.
 */
export function resolve(rules: readonly RouteRule[], method: string, path: string): RouteRule | undefined {
  return rules
    .filter((rule) => rule.method === method && templateExpression(rule.path).test(path))
    .sort((a, b) => (orderOf(a.path) < orderOf(b.path) ? -1 : 1))[0];
}

function templateExpression(path: string): RegExp {
  const source = path
    .split('/')
    .map((part) => (part.endsWith('+}') ? '.+' : part.startsWith('{') ? '[^/]+' : part.replaceAll('.', '\\.')))
    .join('/');
  return new RegExp(`^${source}$`);
}

function orderOf(path: string): string {
  return path
    .split('/')
    .map((part) => (part.endsWith('+}') ? '2' : part.startsWith('{') ? '1' : '0'))
    .join('');
}
