import { PORTAL_PATHS, type PortalBffConfig, type ProxyRoute } from '../config';
import type { BffRequest } from '../http/event';
import { ProblemError } from '../problem';

/** A request that the table knows. */
export interface Matched {
  readonly route: ProxyRoute;
  /** Address of the operation, with the parameters of the query that are passed on. */
  readonly url: URL;
}

/** What a parameter of a path may be: it stays one segment however often it is decoded. `.` and `..` would lead elsewhere. */
const PARAMETER = /^(?!\.{1,2}$)[A-Za-z0-9._~-]{1,128}$/;
const MAX_QUERY_VALUE = 1024;

/**
 * Makes the lookup of requests below `/bff/api/<api>` in the table of operations. Host, method and path come from the table alone; what it does not
 * hold does not exist, so that nobody reaches anything else through the function.
 *
 * @returns a function that throws a {@link ProblemError} for a request that the table does not hold
 */
export function createRouteTable({
  routes,
  apis,
}: Pick<PortalBffConfig, 'routes' | 'apis'>): (request: BffRequest) => Matched {
  const rows = routes.map((route) => ({ route, segments: [route.api, ...route.path.slice(1).split('/')] }));
  // Of two that fit, the one with the name in place of a parameter is meant, as gateways do it.
  const isLiteral = (segment = '') => !segment.startsWith('{');
  rows.sort((a, b) => {
    const at = a.segments.findIndex((segment, index) => isLiteral(segment) !== isLiteral(b.segments[index]));
    return at < 0 ? 0 : isLiteral(a.segments[at]) ? -1 : 1;
  });

  return (request) => {
    const segments = request.path.slice(PORTAL_PATHS.api.length + 1).split('/');
    const found = rows.filter((row) => fits(row.segments, segments));
    const [first] = found;
    const same = found.filter((row) => row.segments.join('/') === first?.segments.join('/'));
    const row = same.find(({ route }) => route.method === request.method);
    if (!first) {
      throw new ProblemError('not-found', 'the portal passes on no such request');
    }
    if (!row) {
      const allow = same.map(({ route }) => route.method).join(', ');
      throw new ProblemError('method-not-allowed', `the address knows ${allow}`, { headers: { allow } });
    }
    const [, ...path] = segments;
    const url = new URL(`${apis[row.route.api]}/${path.join('/')}`);
    for (const [name, values] of request.query) {
      url.searchParams.append(name, checked(row.route, name, values));
    }
    return { route: row.route, url };
  };
}

function fits(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((part, index) => {
      const segment = segments[index] ?? '';
      return part.startsWith('{') ? PARAMETER.test(segment) : part === segment;
    })
  );
}

function checked({ query = [] }: ProxyRoute, name: string, values: readonly string[]): string {
  const [value = '', ...others] = values;
  if (!query.includes(name)) {
    throw new ProblemError(
      'invalid-request',
      `the query has a parameter that is not passed on, expected ${query.length === 0 ? 'none' : query.join(', ')}`,
    );
  }
  if (others.length > 0 || value.length > MAX_QUERY_VALUE) {
    throw new ProblemError('invalid-request', `${name} stands more than once, or is longer than ${MAX_QUERY_VALUE}`);
  }
  return value;
}
