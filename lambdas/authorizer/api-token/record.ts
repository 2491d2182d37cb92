import { AUTH_METHODS } from '../../lib/principal';
import { type ApplicationRecord, applicationKey, type TokenRecord, tokenKey } from '../../lib/token-record';
import type { AuthorizerPorts } from '../ports';
import { AuthorizerError, unreadable } from '../reasons';

const UNREADABLE = unreadable('token table');

type Item = Readonly<Record<string, unknown>>;

/** End of the year 9999: the last time that a policy can express, in epoch seconds. */
const MAX_TIME = 253_402_300_799;

/**
 * Reads the record of a token; `undefined` when there is none, or the item is of another entity.
 *
 * @throws {AuthorizerError} when it cannot be read or is malformed
 */
export function readToken(ports: AuthorizerPorts, id: string, consistent: boolean): Promise<TokenRecord | undefined> {
  return readItem(ports, tokenKey(id), 'token', consistent).then((item) => {
    if (item?.id !== id) {
      return undefined;
    }
    if (!isTokenRecord(item)) {
      throw new AuthorizerError('store_error', `record of token ${id} is malformed`);
    }
    return item;
  });
}

/**
 * Reads the record of an application; `undefined` when it is not registered.
 *
 * @throws {AuthorizerError} when it cannot be read or is malformed
 */
export async function readApplication(ports: AuthorizerPorts, name: string): Promise<Owner | undefined> {
  const item = await readItem(ports, applicationKey(name), 'application');
  if (item && !isOwner(item)) {
    throw new AuthorizerError('store_error', 'record of the application is malformed');
  }
  return item;
}

type Owner = { readonly [name in 'team' | 'tier' | 'usageKey']?: ApplicationRecord[name] | undefined };

/**
 * Reads an item of the token table; `undefined` when there is none, or it is of another entity.
 *
 * @param consistent whether every write that was acknowledged before must be seen
 * @throws {AuthorizerError} when it cannot be read
 */
export function readItem(
  ports: AuthorizerPorts,
  key: string,
  entity: string,
  consistent = false,
): Promise<Item | undefined> {
  return ports
    .readItem(key, consistent)
    .then((item) => (item?.entity === entity && item.pk === key ? item : undefined), UNREADABLE);
}

function isTokenRecord(item: Item): item is Item & TokenRecord {
  const { application, environment, scopes, cidrs, status, notBefore, expiresAt, generations, ancestors = [] } = item;
  return (
    isOwner(item) &&
    [application, environment].every(isText) &&
    [scopes, cidrs].every((list) => Array.isArray(list) && list.every(isText)) &&
    // Scopes are joined by spaces, in the context and in the key of what they grant (RFC 6749, 3.3).
    !String(scopes).includes(' ') &&
    ['active', 'disabled', 'revoked'].some((one) => one === status) &&
    isTime(notBefore ?? 0) &&
    isTime(expiresAt) &&
    isAncestry(ancestors) &&
    Array.isArray(generations) &&
    generations.every(
      (one) => isTime(one?.number) && isText(one.hash) && isText(one.pepperId) && isTime(one.graceUntil ?? 0),
    )
  );
}

/** What is read of it decides whether a token is revoked, so that nothing may be missing. */
function isAncestry(ancestors: unknown): boolean {
  return (
    Array.isArray(ancestors) &&
    ancestors.every(
      (one) =>
        AUTH_METHODS.some((method) => method === one?.authMethod) &&
        [one.issuer, one.subject, one.tokenId].every(isText) &&
        isTime(one.issuedAt),
    )
  );
}

function isOwner(item: Item): item is Item & Owner {
  return [item.team, item.tier, item.usageKey].every((value) => value === undefined || isText(value));
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= MAX_TIME;
}
