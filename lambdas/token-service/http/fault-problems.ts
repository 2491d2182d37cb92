import type { Fault, FaultCode, FaultDetail } from '../domain/fault';
import { jsonPointer, ProblemError, type ProblemKind, type RequestFault } from './problems';

/** The problem that the caller is told for each fault; the compiler asks for a row that is missing. */
const PROBLEM_KINDS: Readonly<Record<FaultCode, ProblemKind>> = {
  'command-not-valid': 'invalid-request',
  'caller-not-valid': 'caller-refused',
  'scope-not-held': 'scope-not-held',
  'wider-than-caller': 'wider-than-caller',
  'too-many-ancestors': 'wider-than-caller',
  protected: 'protected',
  'not-allowed': 'not-allowed',
  'no-such-token': 'not-found',
  'no-such-client': 'not-found',
  'no-such-key': 'not-found',
  'no-such-entry': 'not-found',
  'no-trail': 'not-found',
  'not-sealed': 'conflict',
  'no-such-application': 'not-found',
  'no-such-team': 'not-found',
  'no-such-member': 'not-found',
  'no-such-job': 'not-found',
  'team-exists': 'conflict',
  'member-exists': 'conflict',
  'team-full': 'conflict',
  'last-owner': 'conflict',
  'in-use': 'conflict',
  archived: 'conflict',
  'not-in-this-state': 'conflict',
  'other-version': 'precondition-failed',
  'overlap-running': 'overlap-running',
  'no-such-revocation': 'not-found',
  'other-tier': 'conflict',
  'other-team': 'conflict',
  'revoked-for-good': 'conflict',
  'revocations-full': 'conflict',
};

/**
 * The problem of a fault.
 *
 * @param parameters names of the members that the request carries in its path and query; the others are in its body
 */
export function problemOfFault({ code, message, details }: Fault, parameters: ReadonlySet<string>): ProblemError {
  const faults = details.map((detail) => ({ ...placeOf(detail, parameters), detail: detail.text }));
  return new ProblemError(PROBLEM_KINDS[code], message, faults);
}

function placeOf({ path }: FaultDetail, parameters: ReadonlySet<string>): Omit<RequestFault, 'detail'> {
  return parameters.has(path[0]) ? { parameter: path[0] } : { pointer: jsonPointer(path) };
}
