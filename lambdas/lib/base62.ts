import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Largest multiple of 62 that fits a byte: bytes from here on are thrown away, so that every character is equally likely. */
const FAIR_LIMIT = 248;

/** `length` random base62 characters from the system's cryptographic generator (5.95 bits each). */
export function randomBase62(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length + 8)) {
      if (byte < FAIR_LIMIT && text.length < length) {
        text += ALPHABET.charAt(byte % 62);
      }
    }
  }
  return text;
}

/** A non-negative integer in base62, padded on the left with `0` to `width` characters. */
export function encodeBase62(value: number, width: number): string {
  let text = '';
  for (let rest = value; rest > 0; rest = Math.floor(rest / 62)) {
    text = ALPHABET.charAt(rest % 62) + text;
  }
  return text.padStart(width, '0');
}
