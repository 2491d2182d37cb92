import type { DynamoCall } from '../dynamo-call';
import { fromAttributes, toAttributes } from '../dynamodb-item';
import type { Seal } from './seal';
import type { TilePlace } from './tiles';
import type { TrailEntry } from './trail-entry';
import { TRAIL_INDEXES } from './trail-keys';
import { monthOf, objectKey, type TrailItem, type TrailPlace } from './trail-table';

/** The latest seal as the table keeps it. */
export interface SealItem {
  readonly seal: Seal;
  readonly signature: string;
  /** Hashes of the complete subtrees of its tree, the largest first. */
  readonly edge: readonly string[];
  /** Whether every entry that it added has its number by now. */
  readonly isFinished: boolean;
}

/** Items that are no entries have these as `writer`; chains have 16 letters and digits. */
export const SEAL_WRITER = 'seal';

export function tileWriter(level: number): string {
  return `tile#${level}`;
}

/** What is asked for; all that is given has to hold. Times are epoch milliseconds. */
export interface TrailQuery {
  readonly object?: TrailEntry['object'] | undefined;
  readonly team?: string | undefined;
  readonly from: number;
  readonly to: number;
}

/** Place in a list after which the next page begins. */
export interface TrailPosition extends TrailPlace {
  readonly at: number;
}

/** Part of a list, newest first. */
export interface TrailPage {
  readonly items: readonly TrailItem[];
  /** Where the next part begins; absent at the end of the list. */
  readonly next?: TrailPosition;
}

/** Reads the trail. */
export interface TrailReader {
  get(place: TrailPlace): Promise<TrailItem | undefined>;
  /**
   * Up to `limit` entries, newest first. From an index, so that entries of the last moments may be missing. With a filter by object, the team is
   * not looked at.
   */
  page(query: TrailQuery, limit: number, after?: TrailPosition): Promise<TrailPage>;
  latestSeal(): Promise<SealItem | undefined>;
  /** Hashes of a tile, one after the other. */
  tile(place: TilePlace): Promise<Buffer | undefined>;
}

/** Months that one page looks into at most, so that an empty trail costs as little as a full one. */
const MOST_MONTHS = 13;

/** The trail table in DynamoDB, for those who read. */
export function dynamoTrailReader(call: DynamoCall, table: string): TrailReader {
  async function getItem(key: object): Promise<Record<string, unknown> | undefined> {
    const { Item: item } = await call('GetItem', { TableName: table, Key: toAttributes(key), ConsistentRead: true });
    return item === undefined ? undefined : fromAttributes(item as Record<string, unknown>);
  }

  async function queryIndex(
    index: (typeof TRAIL_INDEXES)[keyof typeof TRAIL_INDEXES],
    value: string,
    { from, to }: TrailQuery,
    limit: number,
    after: TrailPosition | undefined,
  ): Promise<TrailPage> {
    const { Items = [], LastEvaluatedKey: last } = (await call('Query', {
      TableName: table,
      IndexName: index.name,
      KeyConditionExpression: '#hash = :hash AND #at BETWEEN :from AND :to',
      ExpressionAttributeNames: { '#hash': index.hash, '#at': 'at' },
      ExpressionAttributeValues: toAttributes({ ':hash': value, ':from': from, ':to': to }),
      ScanIndexForward: false,
      Limit: limit,
      ...(after === undefined ? {} : { ExclusiveStartKey: toAttributes({ [index.hash]: value, ...after }) }),
    })) as { Items?: Record<string, unknown>[]; LastEvaluatedKey?: Record<string, unknown> };
    const items = Items.map((item) => fromAttributes(item) as unknown as TrailItem);
    if (last === undefined) {
      return { items };
    }
    const { writer, seq, at } = fromAttributes(last) as unknown as TrailPosition;
    return { items, next: { writer, seq, at } };
  }

  /** Month after month, back to the first one. */
  async function byTime(query: TrailQuery, limit: number, after: TrailPosition | undefined): Promise<TrailPage> {
    const items: TrailItem[] = [];
    let month = monthOf(Math.min(query.to, after?.at ?? query.to));
    let start = after?.seq === 0 ? undefined : after;
    for (let looked = 0; looked < MOST_MONTHS && month >= monthOf(query.from); looked += 1) {
      const page = await queryIndex(TRAIL_INDEXES.byTime, month, query, limit - items.length, start);
      items.push(...page.items);
      if (page.next !== undefined) {
        return { items, next: page.next };
      }
      start = undefined;
      month = monthOf(Date.parse(`${month}-01T00:00:00Z`) - 1);
      if (items.length >= limit) {
        break;
      }
    }
    return month < monthOf(query.from) ? { items } : { items, next: beginningAt(month) };
  }

  return {
    async get({ writer, seq }) {
      return (await getItem({ writer, seq })) as TrailItem | undefined;
    },

    page(query, limit, after) {
      if (query.object !== undefined) {
        return queryIndex(TRAIL_INDEXES.byObject, objectKey(query.object), query, limit, after);
      }
      return query.team === undefined
        ? byTime(query, limit, after)
        : queryIndex(TRAIL_INDEXES.byTeam, query.team, query, limit, after);
    },

    async latestSeal() {
      const { Items: [item] = [] } = (await call('Query', {
        TableName: table,
        KeyConditionExpression: '#writer = :writer',
        ExpressionAttributeNames: { '#writer': 'writer' },
        ExpressionAttributeValues: toAttributes({ ':writer': SEAL_WRITER }),
        ScanIndexForward: false,
        Limit: 1,
        ConsistentRead: true,
      })) as { Items?: Record<string, unknown>[] };
      return item === undefined ? undefined : sealItem(fromAttributes(item));
    },

    async tile({ level, index }) {
      const item = await getItem({ writer: tileWriter(level), seq: index });
      return item === undefined ? undefined : Buffer.from(String(item.hashes), 'base64');
    },
  };
}

function sealItem(item: Readonly<Record<string, unknown>>): SealItem {
  const { statement, signature, edge, finished } = item;
  return {
    seal: JSON.parse(String(statement)) as Seal,
    signature: String(signature),
    edge: edge as string[],
    isFinished: finished === true,
  };
}

/** A position before the whole of a month; no entry has the place. */
function beginningAt(month: string): TrailPosition {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return { writer: '-', seq: 0, at: Date.UTC(year, number, 1) - 1 };
}
