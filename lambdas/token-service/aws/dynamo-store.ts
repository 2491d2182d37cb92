import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandOutput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { REVOCATIONS_KEY, type RevocationEntry, type RevocationItem } from '../../lib/revocation';
import {
  type ApplicationRecord,
  applicationKey,
  type ListedToken,
  TOKEN_INDEXES,
  TOKEN_TABLE_KEY,
  type TokenRecord,
  tokenKey,
} from '../../lib/token-record';
import type { ListPosition, ListRequest, TokenStore } from '../domain/ports';

type Item = Record<string, unknown>;

/**
 * The token table in DynamoDB. Reads of single items are strongly consistent; lists come from an index and may lag
 * behind by moments. Every write is one conditional write of one item, so no two writers can overrule each other.
 */
export class DynamoTokenStore implements TokenStore {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly table: string,
  ) {}

  async getToken(id: string): Promise<TokenRecord | undefined> {
    return (await this.get(tokenKey(id))) as TokenRecord | undefined;
  }

  async addToken(token: TokenRecord): Promise<boolean> {
    return this.putNew(token);
  }

  async revokeToken(
    id: string,
    { revokedAt, revokedBy }: { readonly revokedAt: number; readonly revokedBy: string },
  ): Promise<{ readonly token: TokenRecord; readonly revoked: boolean } | undefined> {
    // The condition names the state and not the version: a revocation must not lose against a change of something else,
    // and the raised version makes that change fail instead.
    const update = new UpdateCommand({
      TableName: this.table,
      Key: { [TOKEN_TABLE_KEY]: tokenKey(id) },
      UpdateExpression:
        'SET #status = :revoked, revokedAt = :revokedAt, revokedBy = :revokedBy, #version = #version + :one',
      ConditionExpression: `attribute_exists(${TOKEN_TABLE_KEY}) AND #status <> :revoked`,
      ExpressionAttributeNames: { '#status': 'status', '#version': 'version' },
      ExpressionAttributeValues: { ':revoked': 'revoked', ':revokedAt': revokedAt, ':revokedBy': revokedBy, ':one': 1 },
      ReturnValues: 'ALL_NEW',
    });
    try {
      const { Attributes } = await this.client.send(update);
      return { token: Attributes as TokenRecord, revoked: true };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) {
        throw error;
      }
      const token = await this.getToken(id);
      return token && { token, revoked: false };
    }
  }

  async listTokens({
    application,
    limit,
    after,
  }: ListRequest): Promise<{ readonly tokens: readonly ListedToken[]; readonly next?: ListPosition }> {
    const tokens: ListedToken[] = [];
    let startKey = after && startKeyOf(after, application);
    do {
      const page: QueryCommandOutput = await this.client.send(
        new QueryCommand({
          TableName: this.table,
          ...(application === undefined ? ALL_TOKENS : tokensOf(application)),
          ScanIndexForward: false,
          Limit: limit + 1 - tokens.length,
          ...(startKey === undefined ? {} : { ExclusiveStartKey: startKey }),
        }),
      );
      tokens.push(...((page.Items ?? []) as ListedToken[]));
      startKey = page.LastEvaluatedKey;
      // A filter may leave fewer items than asked for; one more than the page tells whether there is another page.
    } while (startKey !== undefined && tokens.length <= limit);
    const last = tokens[limit - 1];
    return tokens.length > limit && last
      ? { tokens: tokens.slice(0, limit), next: { createdAt: last.createdAt, id: last.id } }
      : { tokens };
  }

  async getApplication(name: string): Promise<ApplicationRecord | undefined> {
    return (await this.get(applicationKey(name))) as ApplicationRecord | undefined;
  }

  async addApplication(application: ApplicationRecord): Promise<boolean> {
    return this.putNew(application);
  }

  async replaceApplication(application: ApplicationRecord): Promise<boolean> {
    return this.putNext(application);
  }

  async getRevocations(): Promise<RevocationItem | undefined> {
    return (await this.get(REVOCATIONS_KEY)) as RevocationItem | undefined;
  }

  async replaceRevocations(item: RevocationItem): Promise<boolean> {
    return item.version === 1 ? this.putNew(item) : this.putNext(item);
  }

  async resetRevocations(): Promise<void> {
    await this.client.send(
      new PutCommand({
        TableName: this.table,
        Item: { [TOKEN_TABLE_KEY]: REVOCATIONS_KEY, entity: 'revocations', named: {}, version: 1 },
      }),
    );
  }

  async putRevocation(key: string, entry: RevocationEntry, over?: RevocationEntry): Promise<boolean> {
    return this.changeRevocation(
      'SET named.#key = :entry, #version = #version + :one',
      over === undefined
        ? 'attribute_exists(named) AND attribute_not_exists(named.#key)'
        : 'named.#key.id = :over AND named.#key.#until = :until',
      {
        names: { '#key': key, ...(over === undefined ? {} : { '#until': 'until' }) },
        values: { ':entry': entry, ...(over === undefined ? {} : { ':over': over.id, ':until': over.until }) },
      },
    );
  }

  async removeRevocation(key: string, { id, until }: RevocationEntry): Promise<boolean> {
    return this.changeRevocation(
      'REMOVE named.#key SET #version = #version + :one',
      'named.#key.id = :id AND named.#key.#until = :until',
      { names: { '#key': key, '#until': 'until' }, values: { ':id': id, ':until': until } },
    );
  }

  /** One write to one entry: others may change other entries at the same time. */
  private changeRevocation(
    UpdateExpression: string,
    ConditionExpression: string,
    { names, values }: { readonly names: Record<string, string>; readonly values: Item },
  ): Promise<boolean> {
    return unlessConditionFails(
      this.client.send(
        new UpdateCommand({
          TableName: this.table,
          Key: { [TOKEN_TABLE_KEY]: REVOCATIONS_KEY },
          UpdateExpression,
          ConditionExpression,
          ExpressionAttributeNames: { '#version': 'version', ...names },
          ExpressionAttributeValues: { ':one': 1, ...values },
        }),
      ),
    );
  }

  private async get(key: string): Promise<Item | undefined> {
    const { Item } = await this.client.send(
      new GetCommand({ TableName: this.table, Key: { [TOKEN_TABLE_KEY]: key }, ConsistentRead: true }),
    );
    return Item;
  }

  private putNew(item: object): Promise<boolean> {
    return this.put(item, { ConditionExpression: `attribute_not_exists(${TOKEN_TABLE_KEY})` });
  }

  /** Puts an item over its version before. */
  private putNext(item: { readonly version: number }): Promise<boolean> {
    return this.put(item, {
      ConditionExpression: '#version = :before',
      ExpressionAttributeNames: { '#version': 'version' },
      ExpressionAttributeValues: { ':before': item.version - 1 },
    });
  }

  private async put(
    item: object,
    condition: {
      readonly ConditionExpression: string;
      readonly ExpressionAttributeNames?: Record<string, string>;
      readonly ExpressionAttributeValues?: Item;
    },
  ): Promise<boolean> {
    return unlessConditionFails(
      this.client.send(new PutCommand({ TableName: this.table, Item: withNames(item), ...condition })),
    );
  }
}

/**
 * An item whose free names are in a map: the client takes an object with a member `constructor` for an instance of a class, and
 * refuses it.
 */
function withNames(item: { readonly tags?: Readonly<Record<string, string>> }): Item {
  return item.tags === undefined ? { ...item } : { ...item, tags: new Map(Object.entries(item.tags)) };
}

/** Whether a write was done, and not refused by its condition. */
async function unlessConditionFails(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) {
      return false;
    }
    throw error;
  }
}

const ALL_TOKENS = {
  IndexName: TOKEN_INDEXES.byCreated,
  KeyConditionExpression: 'entity = :token',
  ExpressionAttributeValues: { ':token': 'token' },
} as const;

/** The application's own item is in the index too and is filtered out. */
function tokensOf(application: string) {
  return {
    IndexName: TOKEN_INDEXES.byApplication,
    KeyConditionExpression: 'application = :application',
    FilterExpression: 'entity = :token',
    ExpressionAttributeValues: { ':application': application, ':token': 'token' },
  } as const;
}

function startKeyOf({ createdAt, id }: ListPosition, application: string | undefined): Item {
  const indexKey = application === undefined ? { entity: 'token' } : { application };
  return { [TOKEN_TABLE_KEY]: tokenKey(id), createdAt, ...indexKey };
}
