import type { AuditModel } from '../../model/types';
import type { Value } from '../../three-valued';
import { blocksOf, type Placed, resourcesOf } from './resources';

/** The format of a stage's access log. */
export interface AccessLog {
  readonly placed: Placed;
  readonly format: Value<string>;
}

/** The access logs of the stages; a stage without one is LOG-001's. */
export function accessLogs(model: AuditModel): AccessLog[] {
  return resourcesOf(model, 'aws_api_gateway_stage', 'aws_apigatewayv2_stage').flatMap((placed) => {
    const blocks = blocksOf(placed.resource.attributes, 'access_log_settings');
    const settings = blocks.kind === 'known' ? blocks.value[0] : undefined;
    return settings === undefined ? [] : [{ placed, format: settings.string('format') }];
  });
}

/** Variables that hold a number on every line, so that they may be written without quotes in a JSON format. */
const ALWAYS_NUMBERS = new Set(['requestTimeEpoch', 'responseLatency', 'responseLength', 'status']);

const VARIABLE = /\$context\.([A-Za-z][\w.]*\w|[A-Za-z])/g;

/** Variables of `$context` in a format, without `$context.`. */
export function variablesOf(format: string): string[] {
  return [...format.matchAll(VARIABLE)].map((match) => match[1] ?? '');
}

/**
 * Whether a line is JSON whatever the request was: API Gateway writes `-` where there is no value, which is not JSON
 * outside of quotes.
 */
export function isAlwaysJson(format: string): boolean {
  const line = format.replace(VARIABLE, (_, name: string, at: number) =>
    isQuoted(format, at) || !ALWAYS_NUMBERS.has(name) ? '-' : '0',
  );
  try {
    return typeof JSON.parse(line) === 'object';
  } catch {
    return false;
  }
}

function isQuoted(text: string, at: number): boolean {
  let quoted = false;
  for (let index = 0; index < at; index += 1) {
    if (text[index] === '\\') {
      index += 1;
    } else if (text[index] === '"') {
      quoted = !quoted;
    }
  }
  return quoted;
}
