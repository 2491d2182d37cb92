import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** What a key is for; keys for different uses say nothing about each other (RFC 5869, 3.2). */
type Use = 'session' | 'login' | 'csrf';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A text of 256 random bits that only its holder knows; the server keeps its hash. */
export function newText(): string {
  return randomBytes(32).toString('base64url');
}

/** By what the server knows a text. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/**
 * Seals a value with AES-256-GCM, by a key from a text that the table does not hold: who reads the table opens nothing, and no key management
 * service has to be asked.
 */
export function seal(value: object, text: string, use: Use): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(text, use), nonce);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
}

/**
 * Opens what {@link seal} sealed by the same text and for the same use.
 *
 * @throws {Error} when it was sealed by another text, for another use, or was changed
 */
export function open<T>(sealed: string, text: string, use: Use): T {
  const bytes = Buffer.from(sealed, 'base64url');
  const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', keyOf(text, use), bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAuthTag(tag);
  const opened = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
  return JSON.parse(opened.toString('utf8')) as T;
}

/**
 * What a page of a session repeats with each request that changes something. Another page cannot know it, since it follows from a cookie that no
 * script reads.
 */
export function csrfValue(text: string): string {
  return createHmac('sha256', keyOf(text, 'csrf')).update('csrf').digest('base64url');
}

function keyOf(text: string, use: Use): Buffer {
  return Buffer.from(hkdfSync('sha256', text, '', `gatehouse portal ${use}`, 32));
}
