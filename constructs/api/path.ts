/** A route that is malformed, or does not fit in beside another one. */
export class RouteError extends Error {
  override readonly name = 'RouteError';
}

/** A segment of a path template. */
export type Segment = { readonly kind: 'literal' | 'parameter' | 'greedy'; readonly name: string };

/**
 * Characters of a path part, as API Gateway's own error states them.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_CreateResource.html
 */
const LITERAL = /^[A-Za-z0-9._:-]+$/;
const PARAMETER = /^\{([A-Za-z0-9._:-]+)(\+?)\}$/;

/**
 * Splits a path template into its segments; none for `/`.
 *
 * @throws {RouteError} for what API Gateway would refuse: an empty or trailing segment, other characters, a parameter
 * that is only a part of its segment or appears twice, a greedy parameter before the end
 */
export function parsePath(path: string): readonly Segment[] {
  const refuse = (what: string): never => {
    throw new RouteError(`path ${JSON.stringify(path)} ${what}`);
  };
  if (!path.startsWith('/')) {
    refuse('does not begin with "/"');
  }
  if (path === '/') {
    return [];
  }
  const names = new Set<string>();
  const parts = path.slice(1).split('/');
  return parts.map((part, index): Segment => {
    if (part === '') {
      refuse('has an empty segment, allowed are paths without "//" and without "/" at the end');
    }
    const [, name, plus] = PARAMETER.exec(part) ?? [];
    if (name === undefined) {
      if (!LITERAL.test(part)) {
        refuse(`has the segment ${JSON.stringify(part)}, allowed are A-Z a-z 0-9 . _ : - or one whole {parameter}`);
      }
      return { kind: 'literal', name: part };
    }
    if (names.has(name)) {
      refuse(`has the parameter ${JSON.stringify(name)} twice`);
    }
    names.add(name);
    if (plus === '+' && index < parts.length - 1) {
      refuse(`has the greedy parameter ${JSON.stringify(part)} before its end, allowed is only the last segment`);
    }
    return { kind: plus === '+' ? 'greedy' : 'parameter', name };
  });
}

/** The segment as API Gateway's `path_part` writes it. */
export function segmentText(segment: Segment): string {
  return segment.kind === 'literal' ? segment.name : `{${segment.name}${segment.kind === 'greedy' ? '+' : ''}}`;
}
