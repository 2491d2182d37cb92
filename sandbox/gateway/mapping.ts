import type { RequestVariables } from './context';
import { type GatewayRequest, headerValues } from './request';

/** What a mapping expression may take values from. */
export interface MappingSource {
  readonly request: GatewayRequest;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly variables: RequestVariables;
  readonly stageVariables: Readonly<Record<string, string>>;
}

const LITERAL = /^'(.*)'$/s;
const REQUEST = /^method\.request\.(header|querystring|path)\.(.+)$/;
const STAGE_VARIABLE = /^stageVariables\.(\w+)$/;
const CONTEXT = /^context\.([A-Za-z0-9_.]+)$/;

/** Whether the sandbox can evaluate a mapping expression of a response header. */
export function isMapping(expression: string): boolean {
  return [LITERAL, REQUEST, STAGE_VARIABLE, CONTEXT].some((form) => form.test(expression));
}

/**
 * Value of a mapping expression: a literal in single quotes, `method.request.<location>.<name>`, `stageVariables.<name>`
 * or `context.<name>`; `undefined` when there is none.
 */
export function mappedValue(expression: string, source: MappingSource): string | undefined {
  const literal = LITERAL.exec(expression)?.[1];
  if (literal !== undefined) {
    return literal;
  }
  const [, location, name = ''] = REQUEST.exec(expression) ?? [];
  if (location !== undefined) {
    return requestValue(source, location, name);
  }
  const variable = STAGE_VARIABLE.exec(expression)?.[1];
  if (variable !== undefined) {
    return source.stageVariables[variable];
  }
  const context = CONTEXT.exec(expression)?.[1];
  return context === undefined ? undefined : source.variables.get(context);
}

/** Last value of a parameter of the request. */
export function requestValue(source: MappingSource, location: string, name: string): string | undefined {
  const { request, pathParameters } = source;
  if (location === 'header') {
    return headerValues(request.headers, name).at(-1);
  }
  return location === 'path' ? pathParameters[name] : request.query[name]?.at(-1);
}
