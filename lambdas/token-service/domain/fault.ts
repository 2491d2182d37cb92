/** Why a command is refused. */
export type FaultCode =
  /** Members of the command are not valid; the details name each of them. */
  | 'command-not-valid'
  /** The token of the caller is revoked, disabled, expired or of another environment. */
  | 'caller-not-valid'
  /** The caller grants scopes that it does not hold. */
  | 'scope-not-held'
  /** The caller asks for more than its own token may do, in another dimension than scopes. */
  | 'wider-than-caller'
  /** The caller's token was derived from so many others that it issues none. */
  | 'too-many-ancestors'
  /** The command would lock administrators out. */
  | 'protected'
  /** The caller may read the object and not do this to it. */
  | 'not-allowed'
  | 'no-such-token'
  | 'no-such-client'
  /** The client has no key of this name. */
  | 'no-such-key'
  /** The audit trail has no such entry, or none that the caller may see. */
  | 'no-such-entry'
  /** The platform has no audit trail. */
  | 'no-trail'
  /** An entry of the audit trail has no seal yet. */
  | 'not-sealed'
  | 'no-such-application'
  | 'no-such-team'
  | 'no-such-member'
  | 'no-such-job'
  | 'team-exists'
  | 'member-exists'
  /** The team holds as many members as it may. */
  | 'team-full'
  /** A team that has an owner keeps one. */
  | 'last-owner'
  /** The team still has applications. */
  | 'in-use'
  /** The team or the application is archived. */
  | 'archived'
  /** The token is revoked, expired, disabled or blocked, and what was asked for does not change that. */
  | 'not-in-this-state'
  /** Somebody changed the object since the caller saw it. */
  | 'other-version'
  /** Two secrets of the token are accepted, so that there is no place for a third. */
  | 'overlap-running'
  | 'no-such-revocation'
  /** The application has another tier, which never changes. */
  | 'other-tier'
  /** The application belongs to another team, which never changes. */
  | 'other-team'
  /** A revocation cannot be taken back, because the token's own record is revoked. */
  | 'revoked-for-good'
  /** The set of revocations, or the caller's share of it, takes no more entries. */
  | 'revocations-full';

/** What is wrong with one member of a command. */
export interface FaultDetail {
  /** Names and indexes that lead to the member, for example `['scopes', 2]`. */
  readonly path: readonly [string, ...(string | number)[]];
  /** What is wrong, the value got, and what is allowed; it holds no secret. */
  readonly text: string;
}

/** A command is refused. The message and the details are for the caller, whoever carries them there. */
export class Fault extends Error {
  override readonly name = 'Fault';

  constructor(
    readonly code: FaultCode,
    message: string,
    readonly details: readonly FaultDetail[] = [],
  ) {
    super(message);
  }
}

/** @throws {Fault} with the first detail as its message, when there is any */
export function refuseAny(code: FaultCode, details: readonly FaultDetail[]): void {
  const [first] = details;
  if (first !== undefined) {
    throw new Fault(code, first.text, details);
  }
}
