import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { MAX_OUTBOX, newOutbox, OUTBOX, OUTBOX_PENDING, outboxAttribute } from '../../lib/outbox';
import { TOKEN_TABLE_KEY } from '../../lib/token-record';
import type { TrailEntry } from '../../lib/trail/trail-entry';
import type { ItemChanges, ItemStore, StoredItem } from '../domain/ports';

export type Attributes = Record<string, unknown>;

/** An expression with the names and values that it mentions; names begin with `#`, values with `:`. */
export interface Expression {
  readonly text: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Attributes>;
}

/**
 * Items of the token table, by key. Reads are strongly consistent. Every write is one conditional write of one item, which also puts the entry of
 * the audit trail into the item's outbox.
 */
export class DynamoItems implements ItemStore {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly table: string,
  ) {}

  async get<T extends StoredItem>(key: string): Promise<T | undefined> {
    const { Item } = await this.client.send(
      new GetCommand({ TableName: this.table, Key: { [TOKEN_TABLE_KEY]: key }, ConsistentRead: true }),
    );
    return Item as T | undefined;
  }

  async add(item: StoredItem, entry?: TrailEntry): Promise<boolean> {
    const outbox = newOutbox(entry === undefined ? [] : [entry]);
    const put = new PutCommand({
      TableName: this.table,
      Item: withNames({ ...item, ...outbox }),
      ConditionExpression: `attribute_not_exists(${TOKEN_TABLE_KEY})`,
    });
    return (
      (await unlessConditionFails(this.client.send(put))) !== undefined ||
      (await this.holding(item.pk, entry)) !== undefined
    );
  }

  update<T extends StoredItem>(
    key: string,
    version: number,
    changes: ItemChanges<T>,
    entry?: TrailEntry,
  ): Promise<T | undefined> {
    return this.change<T>(
      key,
      assignments(changes),
      { text: '#version = :before', values: { ':before': version } },
      entry,
    );
  }

  /**
   * Changes an item where a condition holds, and raises its version.
   *
   * @param update what is set and removed: the parts of an update expression by their keyword
   * @returns the item as it is now; `undefined` when the condition does not hold
   */
  async change<T extends StoredItem>(
    key: string,
    update: { readonly set?: readonly string[]; readonly remove?: readonly string[] } & Omit<Expression, 'text'>,
    condition: Expression,
    entry?: TrailEntry,
  ): Promise<T | undefined> {
    const outbox = entry === undefined ? NO_OUTBOX : additionOf(entry);
    const { set = [], remove = [] } = update;
    const sets = [...set, '#version = #version + :one', ...outbox.set];
    const answer = await unlessConditionFails(
      this.client.send(
        new UpdateCommand({
          TableName: this.table,
          Key: { [TOKEN_TABLE_KEY]: key },
          UpdateExpression: `SET ${sets.join(', ')}${remove.length === 0 ? '' : ` REMOVE ${remove.join(', ')}`}`,
          ConditionExpression: [
            `attribute_exists(${TOKEN_TABLE_KEY})`,
            `(${condition.text})`,
            ...outbox.conditions,
          ].join(' AND '),
          ExpressionAttributeNames: { '#version': 'version', ...update.names, ...condition.names, ...outbox.names },
          ExpressionAttributeValues: { ':one': 1, ...update.values, ...condition.values, ...outbox.values },
          ReturnValues: 'ALL_NEW',
        }),
      ),
    );
    return answer === undefined ? this.holding<T>(key, entry) : (answer.Attributes as T);
  }

  /**
   * The item when it holds this very entry: the client repeats a write whose answer was lost, and the condition then refuses what is done already.
   */
  private async holding<T extends StoredItem>(key: string, entry: TrailEntry | undefined): Promise<T | undefined> {
    const item = entry === undefined ? undefined : await this.get<T>(key);
    return entry !== undefined && item !== undefined && outboxAttribute(entry) in item ? item : undefined;
  }

  async settle(key: string, entry: Pick<TrailEntry, 'id'>): Promise<void> {
    const names = { '#entry': outboxAttribute(entry), '#count': OUTBOX.count };
    const last = { '#of': OUTBOX.of, '#at': OUTBOX.at };
    const one = { ':one': 1 };
    const isThere = 'attribute_exists(#entry)';
    // The item leaves the index with its last entry. Others may put one in or take one out between the two attempts.
    for (let attempt = 0; attempt < SETTLE_ATTEMPTS; attempt++) {
      const isDone =
        (await this.settled(
          key,
          'REMOVE #entry, #count, #of, #at',
          `${isThere} AND #count <= :one`,
          { ...names, ...last },
          one,
        )) ||
        (await this.settled(
          key,
          'SET #count = #count - :one REMOVE #entry',
          `${isThere} AND #count > :one`,
          names,
          one,
        ));
      if (isDone) {
        return;
      }
    }
  }

  /** Neither raises the version nor disturbs those who change the item. */
  private async settled(
    key: string,
    UpdateExpression: string,
    ConditionExpression: string,
    ExpressionAttributeNames: Record<string, string>,
    ExpressionAttributeValues: Attributes,
  ): Promise<boolean> {
    const update = new UpdateCommand({
      TableName: this.table,
      Key: { [TOKEN_TABLE_KEY]: key },
      UpdateExpression,
      ConditionExpression,
      ExpressionAttributeNames,
      ExpressionAttributeValues,
    });
    return (await unlessConditionFails(this.client.send(update))) !== undefined;
  }
}

/** How often an entry is looked for: when it is not found, somebody else has taken it out. */
const SETTLE_ATTEMPTS = 3;

const NO_OUTBOX = { set: [], conditions: [], names: {}, values: {} };

function additionOf(entry: TrailEntry) {
  return {
    set: [
      '#outboxEntry = :outboxEntry',
      '#outboxOf = :outboxOf',
      '#outboxAt = if_not_exists(#outboxAt, :outboxAt)',
      '#outboxCount = if_not_exists(#outboxCount, :zero) + :one',
    ],
    conditions: ['(attribute_not_exists(#outboxCount) OR #outboxCount < :mostEntries)'],
    names: {
      '#outboxEntry': outboxAttribute(entry),
      '#outboxOf': OUTBOX.of,
      '#outboxAt': OUTBOX.at,
      '#outboxCount': OUTBOX.count,
    },
    values: {
      ':outboxEntry': entry,
      ':outboxOf': OUTBOX_PENDING,
      ':outboxAt': Math.floor(entry.at / 1000),
      ':zero': 0,
      ':mostEntries': MAX_OUTBOX,
    },
  };
}

/** Assignments of attributes; one that is `undefined` is removed. */
export function assignments(changes: object) {
  const names: Record<string, string> = {};
  const values: Attributes = {};
  const set: string[] = [];
  const remove: string[] = [];
  Object.entries(withNames(changes)).forEach(([name, value], index) => {
    names[`#a${index}`] = name;
    if (value === undefined) {
      remove.push(`#a${index}`);
    } else {
      values[`:a${index}`] = value;
      set.push(`#a${index} = :a${index}`);
    }
  });
  return { set, remove, names, values };
}

/**
 * Attributes whose free names are in a map: the client takes an object with a member `constructor` for an instance of a class, and
 * refuses it.
 */
export function withNames(item: object): Attributes {
  const { tags } = item as { readonly tags?: Readonly<Record<string, string>> };
  return tags === undefined ? { ...item } : { ...item, tags: new Map(Object.entries(tags)) };
}

/** The answer to a write; `undefined` when its condition refused it. */
export async function unlessConditionFails<T>(write: Promise<T>): Promise<T | undefined> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) {
      return undefined;
    }
    throw error;
  }
}
