import { type ClientRecord, clientKey } from '../../lib/client-record';
import { type ApplicationRecord, applicationKey } from '../../lib/token-record';
import { unavailable } from '../oauth-error';
import type { TokenEndpointPorts } from '../ports';

type Item = Readonly<Record<string, unknown>>;

/**
 * Reads the record of a client, consistently; `undefined` when there is none.
 *
 * @throws {OAuthError} when the table cannot be read, or the record is malformed: nothing is concluded from half of one
 */
export async function readClient(ports: TokenEndpointPorts, id: string): Promise<ClientRecord | undefined> {
  const key = clientKey(id);
  const item = await ports.readItem(key);
  if (item?.entity !== 'client' || item.pk !== key || item.id !== id) {
    return undefined;
  }
  if (!isClient(item)) {
    throw unavailable('the record of a client', new Error(`record of client ${id} is malformed`));
  }
  return item;
}

/** What a token gets of the application that it belongs to. */
export type Owner = Pick<ApplicationRecord, 'application' | 'team' | 'tier' | 'archivedAt'>;

/**
 * Reads the record of an application, consistently; `undefined` when it is not registered.
 *
 * @throws {OAuthError} when the table cannot be read, or the record is malformed
 */
export async function readApplication(ports: TokenEndpointPorts, name: string): Promise<Owner | undefined> {
  const key = applicationKey(name);
  const item = await ports.readItem(key);
  if (item?.entity !== 'application' || item.pk !== key) {
    return undefined;
  }
  const { team, tier, archivedAt } = item;
  if (![team, tier].every(isTextOrNone) || !(archivedAt === undefined || typeof archivedAt === 'number')) {
    throw unavailable('the record of an application', new Error(`record of application ${name} is malformed`));
  }
  return { application: name, team, tier, archivedAt } as Owner;
}

const listOf = (isRight: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.every(isRight);
const isTexts = listOf(isText);

function isClient(item: Item): item is Item & ClientRecord {
  const { application, team, environment, status, authMethods, grants, scopes, resources, generations, keys, cidrs } =
    item;
  const { certificate, dpopBoundAccessTokens, accessTokenSeconds } = item;
  return (
    isText(application) &&
    isTextOrNone(team) &&
    isText(environment) &&
    isText(status) &&
    [authMethods, grants, scopes, cidrs].every(isTexts) &&
    (resources === undefined || isTexts(resources)) &&
    listOf(isGeneration)(generations) &&
    listOf(isKey)(keys) &&
    (certificate === undefined || isCertificate(certificate)) &&
    (dpopBoundAccessTokens === undefined || typeof dpopBoundAccessTokens === 'boolean') &&
    (accessTokenSeconds === undefined || isTime(accessTokenSeconds))
  );
}

function isGeneration(value: unknown): boolean {
  const { number, hash, pepperId, graceUntil } = (value ?? {}) as Item;
  return isTime(number) && isText(hash) && isText(pepperId) && (graceUntil === undefined || isTime(graceUntil));
}

function isKey(value: unknown): boolean {
  const { kid, algorithm, publicJwk } = (value ?? {}) as Item;
  return isText(kid) && isText(algorithm) && typeof publicJwk === 'object' && publicJwk !== null;
}

/** Exactly one of its members says who the client is: of two, either could let somebody else in. */
function isCertificate(value: unknown): boolean {
  const members = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const [[name, text] = []] = members;
  return (
    members.length === 1 && ['subjectDn', 'sanDns', 'sanUri', 'thumbprint'].includes(name as string) && isText(text)
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isTextOrNone(value: unknown = '-'): boolean {
  return isText(value);
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY;
}
