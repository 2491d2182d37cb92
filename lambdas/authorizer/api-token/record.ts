import { AUTH_METHODS } from '../../lib/principal';
import {
  type Ancestor,
  type ApplicationRecord,
  applicationKey,
  type JudgedToken,
  type SecretGeneration,
  type TokenRecord,
  tokenKey,
} from '../../lib/token-record';
import type { AuthorizerPorts } from '../ports';
import { AuthorizerError, unreadable } from '../reasons';

const UNREADABLE = unreadable('token table');

type Item = Readonly<Record<string, unknown>>;

type Reads = Pick<AuthorizerPorts, 'readItem'>;

/** End of the year 9999: the last time that a policy can express, in epoch seconds. */
const MAX_TIME = 253_402_300_799;

/**
 * Reads the record of a token; `undefined` when there is none, or the item is of another entity.
 *
 * @throws {AuthorizerError} when it cannot be read or is malformed
 */
export function readToken(ports: Reads, id: string, consistent: boolean): Promise<JudgedToken | undefined> {
  return readItem(ports, tokenKey(id), 'token', consistent).then((item) => {
    if (item?.id !== id) {
      return undefined;
    }
    if (!has(TOKEN, item)) {
      throw new AuthorizerError('store_error', `record of token ${id} is malformed`);
    }
    return item as Item & JudgedToken;
  });
}

/**
 * Reads the record of an application; `undefined` when it is not registered.
 *
 * @throws {AuthorizerError} when it cannot be read or is malformed
 */
export async function readApplication(ports: Reads, name: string): Promise<Owner | undefined> {
  const item = await readItem(ports, applicationKey(name), 'application');
  if (item && !has(OWNER, item)) {
    throw new AuthorizerError('store_error', 'record of the application is malformed');
  }
  return item as (Item & Owner) | undefined;
}

/** What an access token gets of its application. */
type Owner = { readonly [name in 'team' | 'tier' | 'usageKey']?: ApplicationRecord[name] | undefined };

/**
 * Reads an item of the token table; `undefined` when there is none, or it is of another entity.
 *
 * @param consistent whether every write that was acknowledged before must be seen
 * @throws {AuthorizerError} when it cannot be read
 */
export function readItem(ports: Reads, key: string, entity: string, consistent = false): Promise<Item | undefined> {
  return ports
    .readItem(key, consistent)
    .then((item) => (item?.entity === entity && item.pk === key ? item : undefined), UNREADABLE);
}

type Check = (value: unknown) => boolean;

/** What the form of each member has to be: the compiler asks for a member that has none. */
type Checks<T> = { readonly [name in keyof T]-?: Check };

const listOf =
  (isRight: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(isRight);

const OWNER: Checks<Owner> = { team: isTextOrNone, tier: isTextOrNone, usageKey: isTextOrNone };

/** The overlap is looked at with the grace, in `grace.ts`. */
const GENERATION: Checks<Omit<SecretGeneration, 'overlapSeconds' | 'request'>> = {
  number: isTime,
  hash: isText,
  pepperId: isText,
  createdAt: isTime,
  graceUntil: isTimeOrNone,
};

/** What is read of them decides whether a token is revoked, so that nothing may be missing. */
const ANCESTOR: Checks<Omit<Ancestor, 'application' | 'clientId' | 'keyId' | 'source' | 'administrator' | 'person'>> = {
  authMethod: (value) => (AUTH_METHODS as readonly unknown[]).includes(value),
  issuer: isText,
  subject: isText,
  tokenId: isText,
  issuedAt: isTime,
};

const isAncestry = listOf((ancestor) => has(ANCESTOR, ancestor));

const STATUSES: readonly TokenRecord['status'][] = ['active', 'disabled', 'revoked'];

/** The id has been compared already. Uses are looked at where they decide, in `grace.ts`; whatever stands as `blocked` blocks the token. */
const TOKEN: Checks<Omit<JudgedToken, 'id' | 'uses' | 'blocked'>> = {
  ...OWNER,
  application: isText,
  environment: isText,
  // Scopes are joined by spaces, in the context and in the key of what they grant (RFC 6749, 3.3).
  scopes: listOf((scope) => isText(scope) && !(scope as string).includes(' ')),
  cidrs: listOf(isText),
  status: (value) => (STATUSES as readonly unknown[]).includes(value),
  notBefore: isTimeOrNone,
  expiresAt: isTime,
  ancestors: (value) => value === undefined || isAncestry(value),
  generations: listOf((generation) => has(GENERATION, generation)),
};

function has(checks: Readonly<Record<string, Check>>, value: unknown): boolean {
  for (const name in checks) {
    if (!checks[name]?.((value as Item | null)?.[name])) {
      return false;
    }
  }
  return true;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isTextOrNone(value: unknown = '-'): boolean {
  return isText(value);
}

export function isTime(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= MAX_TIME;
}

export function isTimeOrNone(value: unknown = 0): boolean {
  return isTime(value);
}
