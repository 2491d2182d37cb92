import { readCaller } from '../../lib/caller';

/** Who calls: what the gateway's authorizer found out. */
export interface Caller {
  /** Written into records as createdBy and revokedBy. */
  readonly name: string;
  readonly scopes: readonly string[];
}

/**
 * Reads who calls from an event.
 *
 * @throws {CallerError} when the context of the authorizer is missing or malformed: without it nobody may do anything
 */
export function callerOf(event: unknown): Caller {
  const { principal, tokenId, scopes } = readCaller(event);
  return { name: tokenId === principal ? principal : `${principal}/${tokenId}`, scopes };
}
