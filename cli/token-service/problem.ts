import { CliError, EXIT } from '../errors';
import { withoutTokens } from './no-token-argument';

/** Problem details (RFC 9457) as the token service and its gateway answer them. */
interface Problem {
  readonly type?: unknown;
  readonly title?: unknown;
  readonly detail?: unknown;
  readonly requestId?: unknown;
  readonly errors?: unknown;
}

/** Exit code for each status; what is not here is a failure like any other. */
const EXIT_CODES: Readonly<Record<number, number>> = {
  400: EXIT.refusedData,
  401: EXIT.notPermitted,
  403: EXIT.notPermitted,
  404: EXIT.missing,
  415: EXIT.refusedData,
  422: EXIT.refusedData,
  429: EXIT.unavailable,
};

const LONGEST_SHOWN = 300;

/** An answer of the token service that is no success. */
export class ServiceError extends CliError {
  constructor(
    message: string,
    readonly status: number,
    /** Last part of the problem's `type`, such as `not-found`. @default - the answer was no problem of the service */
    readonly kind: string | undefined,
  ) {
    super(message, EXIT_CODES[status] ?? (status >= 500 ? EXIT.unavailable : EXIT.failed));
  }
}

/**
 * The error of an answer, in one line: what was not done, why, at which member, and the id that the operator asks for.
 *
 * @param what what was wanted, as in "cannot revoke the token …"
 * @param refusedAdvice what to look at when the token is refused
 */
export function serviceError(
  what: string,
  status: number,
  text: string,
  refusedAdvice = 'is the token expired, revoked, or one of another environment?',
): ServiceError {
  const problem = parse(text);
  const kind = /^urn:gatehouse:problem:([\w-]+)$/.exec(String(problem?.type))?.[1];
  const told = [problem?.detail, problem?.title].find((part) => typeof part === 'string' && part !== '');
  const why = told === undefined ? `the answer is ${status} and says no reason` : oneLine(String(told));
  const more = faults(problem?.errors).filter((fault) => !why.includes(fault));
  const advice = status === 401 ? ` (${refusedAdvice})` : '';
  const id = status >= 500 && typeof problem?.requestId === 'string' ? ` (request ${oneLine(problem.requestId)})` : '';
  return new ServiceError(`cannot ${what}: ${[why, ...more].join('; ')}${advice}${id}`, status, kind);
}

/** The faults that name a member, each with its place. */
function faults(errors: unknown): string[] {
  if (!Array.isArray(errors)) return [];
  return errors.flatMap((entry: unknown) => {
    const { pointer, parameter, detail } = (entry ?? {}) as Record<string, unknown>;
    if (typeof detail !== 'string') return [];
    const place = typeof pointer === 'string' ? pointer.replace(/^#\//, '').replaceAll('/', '.') : parameter;
    const text = oneLine(detail);
    return [typeof place === 'string' && place !== '' && !text.includes(place) ? `${place}: ${text}` : text];
  });
}

function parse(text: string): Problem | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What came over the network is shown without line ends, control characters and tokens. */
function oneLine(text: string): string {
  const line = withoutTokens(text.replaceAll(/\p{C}+/gu, ' ')).trim();
  return line.length <= LONGEST_SHOWN ? line : `${line.slice(0, LONGEST_SHOWN)}…`;
}
