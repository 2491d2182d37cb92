import { createHash, hash } from 'node:crypto';

/** SHA-256 of a token, so that memory holds none. `hash` is four times as fast, and missing before Node.js 20.12. */
export function sha256(text: string): string {
  return hash ? hash('sha256', text, 'base64') : createHash('sha256').update(text).digest('base64');
}
