import type { Caller } from './caller';
import { wholeSecondsOrNone } from './whole-seconds';

/**
 * Response headers that tell callers how long their token lasts, as RFC 3339 times in UTC, and the members of the authorizer's context
 * from which a gateway response takes them. API Gateway maps a header from one member as it is, so each is there as the header has it.
 *
 * They are no `Sunset` (RFC 8594) and no `Deprecation` (RFC 9745): those speak of the resource, for every caller.
 */

/** Name of the response header that says when the caller's token ends. */
export const EXPIRY_HEADER = 'x-token-expires-at';

/** Name of the response header that says when the secret ends that the caller used: a rotation is pending, and a newer one is to be used. */
export const GRACE_HEADER = 'x-token-grace-until';

/** Member of the authorizer's context with the value of {@link EXPIRY_HEADER}. */
export const EXPIRY_TIME_CONTEXT = 'expiryTime';

/** Member of the authorizer's context with the value of {@link GRACE_HEADER}. */
export const GRACE_TIME_CONTEXT = 'graceTime';

/** Headers that tell a caller when its token ends and, while it uses a secret that a newer one takes over from, when that does. */
export function expiryHeaders({
  expiresAt,
  graceUntil,
}: Pick<Caller, 'expiresAt' | 'graceUntil'>): Record<string, string> {
  return { ...timeHeader(EXPIRY_HEADER, expiresAt), ...timeHeader(GRACE_HEADER, graceUntil) };
}

/** No header for a time that there is not. */
function timeHeader(name: string, seconds: number | undefined): Record<string, string> {
  const text = wholeSecondsOrNone(seconds);
  return text === undefined ? {} : { [name]: text };
}
