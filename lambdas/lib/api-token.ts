import { createHmac, type KeyObject } from 'node:crypto';
import { encodeBase62, randomBase62 } from './base62';
import { crc32 } from './crc32';
import { BRAND, clientSecretBrand, type TokenEnvironment } from './grammar';

/** The parts of an API token `<brand>_<environment>_<id><secret><check>`. */
export interface ApiTokenParts {
  /** 2 to 10 lower-case letters. */
  readonly brand: string;
  readonly environment: TokenEnvironment;
  /** 16 base62 characters; public: it names the token in logs and lists. */
  readonly id: string;
  /** 32 base62 characters (190 bits). */
  readonly secret: string;
}

const ID_LENGTH = 16;
const SECRET_LENGTH = 32;
const CHECK_LENGTH = 6;
const BODY_LENGTH = ID_LENGTH + SECRET_LENGTH + CHECK_LENGTH;

/** Length of the longest possible API token, in characters. */
export const MAX_API_TOKEN_LENGTH = 10 + 1 + 4 + 1 + BODY_LENGTH;

const TOKEN = /^([a-z]{2,10})_(live|test)_([0-9A-Za-z]{16})([0-9A-Za-z]{32})([0-9A-Za-z]{6})$/;

/**
 * Makes a new API token from the system's cryptographic random generator.
 *
 * @param id public id of the token that gets a new secret. @default - a new one
 * @throws {Error} when the brand, the environment word or the id is outside the format
 */
export function generateApiToken(
  brand: string,
  environment: TokenEnvironment,
  id = randomBase62(ID_LENGTH),
): { token: string; id: string } {
  return { token: formatApiToken({ brand, environment, id, secret: randomBase62(SECRET_LENGTH) }), id };
}

/**
 * Joins the parts of an API token and adds the checksum.
 *
 * @throws {Error} when a part is outside the format; the message never holds the secret
 */
export function formatApiToken(parts: ApiTokenParts): string {
  if (!BRAND.pattern.test(parts.brand)) {
    throw new Error(`token brand is ${JSON.stringify(parts.brand)}, expected ${BRAND.allowed}`);
  }
  const body = `${parts.brand}_${parts.environment}_${parts.id}${parts.secret}`;
  const token = body + encodeBase62(crc32(body), CHECK_LENGTH);
  if (parts.id.length !== ID_LENGTH || parts.secret.length !== SECRET_LENGTH || !TOKEN.test(token)) {
    throw new Error(
      `token parts are outside the format, expected environment live or test, ${ID_LENGTH} base62 characters as id and ${SECRET_LENGTH} as secret`,
    );
  }
  return token;
}

/** Takes an API token apart; `undefined` when the form or the checksum is wrong. Needs no key and no read. */
export function parseApiToken(text: string): ApiTokenParts | undefined {
  if (text.length > MAX_API_TOKEN_LENGTH) {
    return undefined;
  }
  const match = TOKEN.exec(text);
  if (!match) {
    return undefined;
  }
  const [, brand, environment, id, secret, check] = match;
  if (brand === undefined || id === undefined || secret === undefined) {
    return undefined;
  }
  if (encodeBase62(crc32(text, text.length - CHECK_LENGTH), CHECK_LENGTH) !== check) {
    return undefined;
  }
  return { brand, environment: environment === 'live' ? 'live' : 'test', id, secret };
}

/** HMAC-SHA-256 of the whole token under a pepper key, as base64url: what the token table holds instead of the token. */
export function hashApiToken(key: Buffer | KeyObject, token: string): string {
  return createHmac('sha256', key).update(token).digest('base64url');
}

/**
 * Regular expression by which secret scanners find API tokens of one brand, or of any brand. A scanner that can run
 * code confirms a match with {@link parseApiToken}.
 */
export function apiTokenPattern(brand?: string): string {
  return `\\b${brand ?? '[a-z]{2,10}'}_(?:live|test)_[0-9A-Za-z]{${BODY_LENGTH}}\\b`;
}

/** Regular expression by which secret scanners find what a platform hands out once: its API tokens, and the secrets of its OAuth clients. */
export function secretPattern(brand: string): string {
  return apiTokenPattern(`(?:${brand}|${clientSecretBrand(brand)})`);
}
