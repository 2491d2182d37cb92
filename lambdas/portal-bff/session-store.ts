import { type DynamoCall, isConditionRefused } from '../lib/dynamo-call';
import { fromAttributes, toAttributes } from '../lib/dynamodb-item';
import { type LoginRecord, loginKey, type PersonSessions, type SessionRecord, sessionKey } from '../lib/session-record';
import { personKey } from '../lib/team-record';
import { TOKEN_TABLE_KEY } from '../lib/token-record';
import type { SessionStore } from './ports';

type Item = Readonly<Record<string, unknown>>;
interface Keyed {
  readonly [TOKEN_TABLE_KEY]: string;
}

/** Sessions, the list of them that the item of a person holds, and sign-ins under way, in the token table. */
export function createSessionStore(call: DynamoCall, table: string): SessionStore {
  const keyOf = (pk: string) => toAttributes({ [TOKEN_TABLE_KEY]: pk });

  async function get(keys: readonly string[]): Promise<(Item & Keyed)[]> {
    if (keys.length === 0) {
      return [];
    }
    const request = { [table]: { Keys: keys.map(keyOf), ConsistentRead: true } };
    const { Responses: found, UnprocessedKeys: left } = await call('BatchGetItem', { RequestItems: request });
    if (Object.keys((left ?? {}) as Item).length > 0) {
      // Half an answer would end a session, or let one go on.
      throw new Error('the table answered only a part of a read');
    }
    const items = (found as Record<string, readonly Item[]>)[table] ?? [];
    return items.map((item) => fromAttributes(item) as Item & Keyed);
  }

  async function whenConditionHolds(operation: string, input: object): Promise<boolean> {
    try {
      await call(operation, { TableName: table, ...input });
      return true;
    } catch (error) {
      if (isConditionRefused(error)) {
        return false;
      }
      throw error;
    }
  }

  async function put(record: SessionRecord | LoginRecord): Promise<void> {
    await call('PutItem', { TableName: table, Item: toAttributes(record) });
  }

  return {
    async find(hash, memberId) {
      const items = await get([sessionKey(hash), personKey(memberId)]);
      const session = items.find((item) => item[TOKEN_TABLE_KEY] === sessionKey(hash)) as SessionRecord | undefined;
      const person = (items.find((item) => item[TOKEN_TABLE_KEY] === personKey(memberId)) ?? {}) as PersonSessions;
      return { ...(session === undefined ? {} : { session }), person };
    },
    list: async (hashes) => (await get(hashes.map(sessionKey))) as unknown as SessionRecord[],
    async readPerson(memberId) {
      const [person = {}] = await get([personKey(memberId)]);
      return person as PersonSessions;
    },
    writePerson: (memberId, { sessionsVersion: version = 0 }, sessions = {}) =>
      whenConditionHolds('UpdateItem', {
        Key: keyOf(personKey(memberId)),
        UpdateExpression: 'SET sessions = :sessions, sessionsVersion = :next, entity = :person',
        // The version of an item that never had one is 0.
        ConditionExpression: version === 0 ? 'attribute_not_exists(sessionsVersion)' : 'sessionsVersion = :version',
        ExpressionAttributeValues: toAttributes({
          ':sessions': sessions,
          ':next': version + 1,
          ':person': 'person',
          ...(version === 0 ? {} : { ':version': version }),
        }),
      }),
    put,
    update: (before, changes) => {
      const names = Object.keys(changes) as (keyof typeof changes)[];
      const expected = { seenAt: before.seenAt, checkedAt: before.checkedAt };
      const compared = names.some((name) => name === 'seenAt') ? 'seenAt' : 'checkedAt';
      return whenConditionHolds('UpdateItem', {
        Key: keyOf(before.pk),
        UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
        ConditionExpression: `#compared = :before`,
        ExpressionAttributeNames: {
          '#compared': compared,
          ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
        },
        ExpressionAttributeValues: toAttributes({
          ':before': expected[compared],
          ...Object.fromEntries(names.map((name) => [`:${name}`, changes[name]])),
        }),
      });
    },
    async remove(hash) {
      await call('DeleteItem', { TableName: table, Key: keyOf(sessionKey(hash)) });
    },
    putLogin: put,
    async takeLogin(hash) {
      const { Attributes: taken } = await call('DeleteItem', {
        TableName: table,
        Key: keyOf(loginKey(hash)),
        ReturnValues: 'ALL_OLD',
      });
      return taken === undefined ? undefined : (fromAttributes(taken as Item) as unknown as LoginRecord);
    },
  };
}
