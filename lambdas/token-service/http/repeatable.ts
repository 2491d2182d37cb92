import type { Action } from '../domain/authority/actions';
import { isHarmless } from '../domain/authority/rights';

/** Header by which a client says that requests are one and the same (draft-ietf-httpapi-idempotency-key-header). */
export const IDEMPOTENCY_KEY = 'idempotency-key';

/** Whether a route changes something, so that its requests may have a key. */
export function isRepeatable(route: { readonly method: string; readonly 'x-gatehouse-action': Action }): boolean {
  return route.method !== 'get' && !isHarmless(route['x-gatehouse-action']);
}
