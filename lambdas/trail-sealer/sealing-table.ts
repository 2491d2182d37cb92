import { type DynamoCall, isConditionRefused } from '../lib/dynamo-call';
import { fromAttributes, toAttributes } from '../lib/dynamodb-item';
import { sealStatement } from '../lib/trail/seal';
import { TRAIL_INDEXES } from '../lib/trail/trail-keys';
import { dynamoTrailReader, SEAL_WRITER, tileWriter } from '../lib/trail/trail-reader';
import { type TrailItem, type TrailPlace, UNSEALED } from '../lib/trail/trail-table';
import type { SealingTable } from './ports';

/** Keys of one BatchGetItem (DynamoDB API reference). */
const MOST_KEYS = 100;

const LEASE = toAttributes({ writer: 'lease', seq: 0 });

type Item = Record<string, unknown>;

/** The trail table in DynamoDB, as the sealer uses it. */
export function dynamoSealingTable(call: DynamoCall, table: string): SealingTable {
  const { latestSeal, tile } = dynamoTrailReader(call, table);

  /** Whether a write was done, and not refused by its condition. */
  async function conditional(operation: string, input: object): Promise<boolean> {
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

  async function readSome(places: readonly TrailPlace[]): Promise<TrailItem[]> {
    const found: TrailItem[] = [];
    let keys: readonly Item[] = places.map(({ writer, seq }) => toAttributes({ writer, seq }));
    while (keys.length > 0) {
      const { Responses, UnprocessedKeys } = (await call('BatchGetItem', {
        RequestItems: { [table]: { Keys: keys, ConsistentRead: true } },
      })) as { Responses?: Record<string, Item[]>; UnprocessedKeys?: Record<string, { Keys: Item[] }> };
      found.push(...(Responses?.[table] ?? []).map((item) => fromAttributes(item) as unknown as TrailItem));
      // What did not fit into one answer.
      keys = UnprocessedKeys?.[table]?.Keys ?? [];
    }
    return found;
  }

  return {
    latestSeal,
    tile,

    takeLease(owner, now, until) {
      return conditional('UpdateItem', {
        Key: LEASE,
        UpdateExpression: 'SET #owner = :owner, #until = :until',
        ConditionExpression: 'attribute_not_exists(#until) OR #until < :now',
        ExpressionAttributeNames: { '#owner': 'owner', '#until': 'until' },
        ExpressionAttributeValues: toAttributes({ ':owner': owner, ':until': until, ':now': now }),
      });
    },

    async releaseLease(owner) {
      await conditional('UpdateItem', {
        Key: LEASE,
        UpdateExpression: 'SET #until = :never',
        ConditionExpression: '#owner = :owner',
        ExpressionAttributeNames: { '#owner': 'owner', '#until': 'until' },
        ExpressionAttributeValues: toAttributes({ ':owner': owner, ':never': 0 }),
      });
    },

    async unsealed(limit) {
      const places: (TrailPlace & { at: number })[] = [];
      let start: Item | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = (await call('Query', {
          TableName: table,
          IndexName: TRAIL_INDEXES.unsealed.name,
          KeyConditionExpression: '#unsealed = :yes',
          ExpressionAttributeNames: { '#unsealed': TRAIL_INDEXES.unsealed.hash },
          ExpressionAttributeValues: toAttributes({ ':yes': UNSEALED }),
          Limit: limit - places.length,
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        })) as { Items?: Item[]; LastEvaluatedKey?: Item };
        places.push(...Items.map((item) => fromAttributes(item) as unknown as TrailPlace & { at: number }));
        start = LastEvaluatedKey;
      } while (start !== undefined && places.length < limit);
      return places;
    },

    async read(places) {
      const found: TrailItem[] = [];
      for (let start = 0; start < places.length; start += MOST_KEYS) {
        found.push(...(await readSome(places.slice(start, start + MOST_KEYS))));
      }
      return found;
    },

    async writeTile({ level, index, hashes }) {
      await call('PutItem', {
        TableName: table,
        Item: toAttributes({ writer: tileWriter(level), seq: index, hashes: hashes.toString('base64') }),
      });
    },

    addSeal({ seal, signature, edge }) {
      return conditional('PutItem', {
        Item: toAttributes({ writer: SEAL_WRITER, seq: seal.number, statement: sealStatement(seal), signature, edge }),
        ConditionExpression: 'attribute_not_exists(#writer)',
        ExpressionAttributeNames: { '#writer': 'writer' },
      });
    },

    number({ writer, seq }, leaf) {
      return conditional('UpdateItem', {
        Key: toAttributes({ writer, seq }),
        UpdateExpression: 'SET #leaf = :leaf REMOVE #unsealed',
        ConditionExpression: 'attribute_exists(#writer)',
        ExpressionAttributeNames: { '#leaf': 'leaf', '#unsealed': 'unsealed', '#writer': 'writer' },
        ExpressionAttributeValues: toAttributes({ ':leaf': leaf }),
      });
    },

    async finishSeal(number) {
      await call('UpdateItem', {
        TableName: table,
        Key: toAttributes({ writer: SEAL_WRITER, seq: number }),
        UpdateExpression: 'SET finished = :yes',
        ExpressionAttributeValues: toAttributes({ ':yes': true }),
      });
    },
  };
}
