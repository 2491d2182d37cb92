import { readCaller } from '../../lib/caller';

/** Who calls: what the gateway's authorizer found out. */
export interface Caller {
  /** The principal, written into records as createdBy and revokedBy; no other caller has the same. */
  readonly name: string;
  readonly scopes: readonly string[];
}

/**
 * Reads who calls from an event.
 *
 * @throws {CallerError} when the context of the authorizer is missing or malformed: without it nobody may do anything
 */
export function callerOf(event: unknown): Caller {
  const { principal, scopes } = readCaller(event);
  return { name: principal, scopes };
}
