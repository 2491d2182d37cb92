import { isUtf8 } from 'node:buffer';
import { BoundedCache } from '../bounded-cache';
import { parseStrictObject } from './strict-json';

/** A token that has the form of a signed JWT; nothing in it is verified. */
export interface UnverifiedJwt {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Headers by their encoded text. They are bounded in number and length, because anybody can send any. */
const headers = new BoundedCache<UnverifiedJwt['header']>(64);
const MAX_REMEMBERED_LENGTH = 512;

/** Three segments of base64url. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Last characters of a base64url text whose unused bits are zero, by the length modulo 4; one that is a multiple of 4 has none. */
const CANONICAL_ENDS: readonly (string | undefined)[] = [undefined, '', 'AQgw', 'AEIMQUYcgkosw048'];

/**
 * Reads the compact serialization of a signed JWT (RFC 7515, 3.1; RFC 7519, 7.2), more strictly than libraries do: exactly
 * three segments of canonical base64url; UTF-8 without byte order mark; JSON objects with unique member names. So what a
 * token says has one text. Its signature need not: of ES256 (r, s) and (r, n − s) both hold, and issuers make either. Nothing is
 * decided by a token's text; where it is the key of a memory, another text costs a verification of its own.
 *
 * @returns `undefined` when the text is anything else
 */
export function parseJwt(token: string): UnverifiedJwt | undefined {
  const parts = splitCompact(token);
  const header = parts && decodeHeader(parts.header);
  const payload = header && decodeObject(parts.payload);
  return payload && { header, payload };
}

/** Reads a header. The tokens that one key signs all have the same, so the last ones are remembered by their text. */
function decodeHeader(text: string): UnverifiedJwt['header'] | undefined {
  let header = headers.get(text, 0);
  if (!header) {
    header = decodeObject(text);
    if (header && text.length <= MAX_REMEMBERED_LENGTH) {
      headers.set(text, header, 1);
    }
  }
  return header;
}

/**
 * Header and payload of a compact serialization, still encoded.
 *
 * @returns `undefined` when there are not exactly three segments of canonical base64url, none of them empty
 */
export function splitCompact(token: string): { readonly header: string; readonly payload: string } | undefined {
  if (!COMPACT.test(token)) {
    return undefined;
  }
  const first = token.indexOf('.');
  const last = token.lastIndexOf('.');
  return isCanonical(token, 0, first) &&
    isCanonical(token, first + 1, last) &&
    isCanonical(token, last + 1, token.length)
    ? { header: token.slice(0, first), payload: token.slice(first + 1, last) }
    : undefined;
}

/** Whether the part of a text from a start to an end is base64url as an encoder writes it. */
function isCanonical(text: string, start: number, end: number): boolean {
  return CANONICAL_ENDS[(end - start) % 4]?.includes(text.charAt(end - 1)) !== false;
}

function decodeObject(text: string): Readonly<Record<string, unknown>> | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return isUtf8(bytes) ? parseStrictObject(bytes.toString()) : undefined;
}
