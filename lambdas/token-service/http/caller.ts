import { type Caller as PlatformCaller, readCaller } from '../../lib/caller';

/** Who calls: what the gateway's authorizer found out. Its `principal` is written into records as createdBy and revokedBy. */
export type Caller = PlatformCaller;

/**
 * Reads who calls from an event.
 *
 * @throws {CallerError} when the context of the authorizer is missing or malformed: without it nobody may do anything
 */
export function callerOf(event: unknown): Caller {
  return readCaller(event);
}
