import type { BffRequest } from './event';

/**
 * Names of the cookies. A browser takes a cookie with `__Host-` only with `Secure`, for the whole host and without `Domain`, so that no other
 * host of the domain can set it; one with `__Host-Http-` also only from a response, never from a script (RFC 6265bis, 4.1.3).
 */
export const COOKIES = {
  /** The session: never sent with a request that another site began. */
  session: { name: '__Host-Http-session', sameSite: 'Strict' },
  /** A sign-in that is under way: the way back from the provider begins on another site. */
  login: { name: '__Host-Http-login', sameSite: 'Lax' },
} as const;

export type CookieKind = keyof typeof COOKIES;

/** 32 random bytes in base64url, in the session behind the id of the person: session and person are so read together. */
const VALUES: Readonly<Record<CookieKind, RegExp>> = {
  session: /^[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}$/,
  login: /^[A-Za-z0-9_-]{43}$/,
};

/** The header that sets a cookie. The session ends with the browser, or by itself. */
export function setCookie(kind: CookieKind, value: string, maxAgeSeconds?: number): string {
  const { name, sameSite } = COOKIES[kind];
  const age = maxAgeSeconds === undefined ? '' : `; Max-Age=${maxAgeSeconds}`;
  return `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=${sameSite}${age}`;
}

/** The header that removes a cookie. */
export function dropCookie(kind: CookieKind): string {
  return setCookie(kind, '', 0);
}

/**
 * The value of a cookie; `undefined` when it is missing or malformed, or stands twice: of two, one may have been placed by somebody else.
 */
export function cookieOf(request: BffRequest, kind: CookieKind): string | undefined {
  const prefix = `${COOKIES[kind].name}=`;
  const found = (request.header('cookie') ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(prefix));
  const value = found.length === 1 ? found[0]?.slice(prefix.length) : undefined;
  return value !== undefined && VALUES[kind].test(value) ? value : undefined;
}
