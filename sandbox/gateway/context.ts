import { own } from './own';

/** Variables of `$context` for one request; absent ones read as `undefined`. */
export class RequestVariables {
  private readonly values = new Map<string, string>();

  /** Sets variables by their name without `$context.`; `undefined` leaves one as it is. */
  set(values: Readonly<Record<string, string | number | undefined>>): void {
    for (const [name, value] of Object.entries(values)) {
      if (value !== undefined) {
        this.values.set(name, String(value));
      }
    }
  }

  get(name: string): string | undefined {
    return this.values.get(name);
  }
}

/** A variable in a template: `$context.error.message`, a name of letters, digits and `_` between dots. */
const VARIABLE = /\$(context|stageVariables)\.([A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*)/g;

/** As above, or a parameter of the request, whose dollar sign is optional. */
const VARIABLE_OR_PARAMETER = new RegExp(
  `${VARIABLE.source}|\\$?method\\.request\\.(header|querystring|path)\\.([A-Za-z0-9_-]+)`,
  'g',
);

/** The only variable that holds JSON, quotes included; `null` when there is no text. */
const JSON_VARIABLE = 'error.messageString';

export interface SubstitutionSource {
  readonly variables: RequestVariables;
  readonly stageVariables: Readonly<Record<string, string>>;
  /** What stands for an absent value: `-` in an access log, nothing in a gateway response. */
  readonly absent: string;
  /** Value of a parameter of the request. @default - parameters are left as they are written */
  readonly parameter?: (location: string, name: string) => string | undefined;
}

/**
 * Replaces `$context.*`, `$stageVariables.*` and request parameters in a template that is not VTL (access-log formats,
 * templates of gateway responses). Values are escaped as within a JSON string, so that a client's text cannot end the
 * string it stands in; what a value holds is never read as a variable.
 */
export function substitute(template: string, source: SubstitutionSource): string {
  const { variables, stageVariables, absent, parameter } = source;
  const replace = (_match: string, kind?: string, name = '', location?: string, parameterName = ''): string => {
    if (kind === 'context' && name === JSON_VARIABLE) {
      return variables.get(name) ?? absent;
    }
    const value =
      location !== undefined
        ? parameter?.(location, parameterName)
        : kind === 'context'
          ? variables.get(name)
          : own(stageVariables, name);
    return value === undefined ? absent : escapeJson(value);
  };
  return parameter === undefined
    ? template.replace(VARIABLE, (match, kind: string, name: string) => replace(match, kind, name))
    : template.replace(VARIABLE_OR_PARAMETER, replace);
}

/** Names of the `$context` variables that a template uses. */
export function contextVariables(template: string): string[] {
  return [...template.matchAll(VARIABLE)].filter((match) => match[1] === 'context').map((match) => match[2] ?? '');
}

function escapeJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}
