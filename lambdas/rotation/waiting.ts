import type { TooEarly } from './kind';

/** Whether something has lasted long enough; times in epoch milliseconds. `since` is `undefined` while it has not begun. */
export function waiting(
  what: string,
  { since, lasts, now }: { readonly since: number | undefined; readonly lasts: number; readonly now: number },
): TooEarly | undefined {
  if (since === undefined) {
    return { reason: `${what}, and is not yet` };
  }
  return now - since < lasts
    ? { reason: `${what}, it was for ${Math.floor((now - since) / 1000)} s`, until: since + lasts }
    : undefined;
}
