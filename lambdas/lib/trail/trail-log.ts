import { type DynamoCall, isConditionRefused } from '../dynamo-call';
import { fromAttributes, toAttributes } from '../dynamodb-item';
import type { TrailEntry } from './trail-entry';
import { TRAIL_TABLE_KEY } from './trail-keys';
import { entryId, trailItem } from './trail-table';

/** Where entries are appended. */
export interface TrailLog {
  /**
   * Puts an entry at its place. The same entry again changes nothing.
   *
   * @throws {TrailConflictError} when another entry has the place
   */
  append(entry: TrailEntry): Promise<void>;
}

/** Two entries claim one place: a chain was continued twice, or somebody wrote into it. */
export class TrailConflictError extends Error {
  override readonly name = 'TrailConflictError';

  constructor(entry: TrailEntry, found: string) {
    super(
      `entry ${entryId(entry)} of the trail has the hash ${found}, another one with the hash ${entry.hash} was to be put there`,
    );
  }
}

/** The trail table in DynamoDB, for those who append. A write costs one unit for each index that the entry is in, and one for itself. */
export function dynamoTrailLog(call: DynamoCall, table: string): TrailLog {
  return {
    async append(entry) {
      try {
        await call('PutItem', {
          TableName: table,
          Item: toAttributes(trailItem(entry)),
          // Never over the same entry either: it may be sealed by now.
          ConditionExpression: 'attribute_not_exists(#writer)',
          ExpressionAttributeNames: { '#writer': TRAIL_TABLE_KEY.hash },
        });
      } catch (error) {
        if (!isConditionRefused(error)) {
          throw error;
        }
        const found = await hashAt(call, table, entry);
        if (found !== entry.hash) {
          throw new TrailConflictError(entry, found);
        }
      }
    },
  };
}

async function hashAt(call: DynamoCall, table: string, { writer, seq }: TrailEntry): Promise<string> {
  const { Item: item } = await call('GetItem', {
    TableName: table,
    Key: toAttributes({ writer, seq }),
    ProjectionExpression: '#hash',
    ExpressionAttributeNames: { '#hash': 'hash' },
    ConsistentRead: true,
  });
  return String(fromAttributes((item ?? {}) as Record<string, unknown>).hash);
}
