import type { Caller } from '../../lib/caller';
import type { TrailEvent } from '../../lib/trail/trail-entry';
import type { Repeatable } from './idempotency/requests';

/** Where a command comes from. */
export interface Origin {
  readonly caller: Caller;
  /** Request id of the gateway. */
  readonly requestId?: string | undefined;
  /** What a request has that may be repeated. @default - it has no key, and each time it comes it is another */
  readonly repeatable?: Repeatable | undefined;
  /** Source address of the request. */
  readonly address?: string | undefined;
}

/** Who did something, as the audit trail says it. */
export type Actor = Pick<TrailEvent, 'actor' | 'actorToken' | 'requestId' | 'address'>;

export function actorOf(origin: Origin | Actor): Actor {
  if (!('caller' in origin)) {
    return origin;
  }
  const { caller, requestId, address } = origin;
  return { actor: caller.principal, actorToken: caller.tokenId, requestId, address };
}
