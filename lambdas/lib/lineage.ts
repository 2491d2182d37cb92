import { createHash } from 'node:crypto';
import { NO_TOKEN_ID, type RevocationEntry } from './revocation';
import { type Ancestor, MAX_ANCESTORS } from './token-record';
import { sourcesOfType, typeOfSource } from './token-source';

/** Bytes of a mark. Two names with the same mark do no harm: a token is refused once too often, and its holder asks for another. */
const MARK_BYTES = 6;

/** Form of a mark: 8 characters of base64url. */
export const MARK = /^[A-Za-z0-9_-]{8}$/;

/** Names of an ancestor by which revocations can mean it: token, subject, client, application, key, issuer, source, type of source. */
const NAMES_OF_ANCESTOR = 8;

/** Most marks of a lineage. */
export const MAX_MARKS = MAX_ANCESTORS * NAMES_OF_ANCESTOR;

/** Mark of a name. A hash, because an access token shows what it says to whoever gets it, and a subject may be a person. */
export function markOf(name: string): string {
  return createHash('sha256').update(name).digest().subarray(0, MARK_BYTES).toString('base64url');
}

/**
 * What an access token says of the ancestors of the API token that it was derived from, so that a revocation which means one of them reaches it: a mark of
 * every name of each by which it can be revoked. Of administrators and people it is their token alone, because what they issue stands by itself.
 */
export function lineageOf(ancestors: readonly Ancestor[] = []): readonly string[] {
  const names = ancestors.flatMap(
    ({ authMethod, tokenId, subject, issuer, application, clientId, keyId, source, administrator, person }) => [
      tokenId === NO_TOKEN_ID ? undefined : tokenId,
      ...(administrator || person ? [] : [application]),
      ...(administrator || person || authMethod === 'api_token' ? [] : [subject, issuer, clientId, keyId]),
      ...(administrator || person || source === undefined ? [] : [source, allOfItsType(source)]),
    ],
  );
  return [...new Set(names.flatMap((name) => (name === undefined ? [] : [markOf(name)])))];
}

/** The name that means every source of the type. */
function allOfItsType(source: string): string | undefined {
  const type = typeOfSource(source);
  return type && sourcesOfType(type);
}

/** Whether an entry names something of a lineage. It may mean something else of the same name. */
export function isOfLineage({ value }: Pick<RevocationEntry, 'value'>, lineage: readonly string[]): boolean {
  return lineage.includes(markOf(value));
}
