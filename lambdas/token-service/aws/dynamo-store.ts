import { type DynamoDBDocumentClient, PutCommand, QueryCommand, type QueryCommandOutput } from '@aws-sdk/lib-dynamodb';
import { newOutbox, outboxEntries } from '../../lib/outbox';
import { REVOCATIONS_KEY, type RevocationEntry, type RevocationItem, type SourceCuts } from '../../lib/revocation';
import {
  type ApplicationRecord,
  applicationKey,
  type ListedToken,
  TOKEN_INDEXES,
  TOKEN_TABLE_KEY,
  type TokenRecord,
  tokenKey,
} from '../../lib/token-record';
import type { TrailEntry } from '../../lib/trail/trail-entry';
import type { ItemChanges, ListPosition, ListRequest, TokenIndexRequest, TokenStore } from '../domain/ports';
import { assignments, DynamoItems, unlessConditionFails } from './dynamo-items';

/**
 * The token table in DynamoDB. Reads of single items are strongly consistent; lists come from an index and may lag
 * behind by moments. Every write is one conditional write of one item, so no two writers can overrule each other.
 */
export class DynamoTokenStore implements TokenStore {
  private readonly items: DynamoItems;

  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly table: string,
  ) {
    this.items = new DynamoItems(client, table);
  }

  async getToken(id: string): Promise<TokenRecord | undefined> {
    return this.items.get<TokenRecord>(tokenKey(id));
  }

  addToken(token: TokenRecord, entry?: TrailEntry): Promise<boolean> {
    return this.items.add(token, entry);
  }

  updateToken(
    id: string,
    version: number,
    changes: ItemChanges<TokenRecord>,
    entry?: TrailEntry,
    forgotten: readonly string[] = [],
  ): Promise<TokenRecord | undefined> {
    const update = assignments(changes);
    // The aggregator writes beside us, so that only these uses are touched.
    const names = Object.fromEntries(forgotten.map((name, index) => [`#u${index}`, name]));
    return this.items.change<TokenRecord>(
      tokenKey(id),
      {
        ...update,
        remove: [...update.remove, ...Object.keys(names).map((place) => `#uses.${place}`)],
        names: { ...update.names, ...names, ...(forgotten.length === 0 ? {} : { '#uses': 'uses' }) },
      },
      {
        // The version alone would do; that nothing brings a revoked token back is said twice.
        text: '#version = :before AND #status <> :revoked',
        names: { '#status': 'status' },
        values: { ':before': version, ':revoked': 'revoked' },
      },
      entry,
    );
  }

  revokeToken(
    id: string,
    { revokedAt, revokedBy, job }: Parameters<TokenStore['revokeToken']>[1],
    entry?: TrailEntry,
  ): Promise<TokenRecord | undefined> {
    // The condition names the state and not the version: a revocation must not lose against a change of something else,
    // and the raised version makes that change fail instead.
    return this.items.change<TokenRecord>(
      tokenKey(id),
      assignments({ status: 'revoked', revokedAt, revokedBy, ...(job === undefined ? {} : { job }) }),
      { text: '#status <> :revoked', names: { '#status': 'status' }, values: { ':revoked': 'revoked' } },
      entry,
    );
  }

  async listTokens({
    application,
    team,
    limit,
    after,
  }: ListRequest): Promise<{ readonly tokens: readonly ListedToken[]; readonly next?: ListPosition }> {
    const tokens: ListedToken[] = [];
    const list = listOf(application, team);
    let startKey: Record<string, unknown> | undefined = after && {
      [TOKEN_TABLE_KEY]: tokenKey(after.id),
      createdAt: after.createdAt,
      ...list.key,
    };
    do {
      const page: QueryCommandOutput = await this.client.send(
        new QueryCommand({
          TableName: this.table,
          ...list.query,
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

  async readTokens(request: TokenIndexRequest): ReturnType<TokenStore['readTokens']> {
    const { by, isAscending, before, limit, after } = request;
    const { index, hash, value } = placeOf(request);
    const {
      Items = [],
      ScannedCount = 0,
      LastEvaluatedKey: last,
    } = await this.client.send(
      new QueryCommand({
        TableName: this.table,
        IndexName: index,
        KeyConditionExpression: before === undefined ? '#hash = :hash' : '#hash = :hash AND #range < :before',
        ExpressionAttributeNames: { '#hash': hash, ...(before === undefined ? {} : { '#range': by }) },
        ExpressionAttributeValues: { ':hash': value, ...(before === undefined ? {} : { ':before': before }) },
        ScanIndexForward: isAscending,
        Limit: limit,
        ...(after === undefined
          ? {}
          : { ExclusiveStartKey: { [TOKEN_TABLE_KEY]: keyOf(after.key), [hash]: value, [by]: after.at } }),
      }),
    );
    return {
      // Applications and teams are in some of the indexes, too.
      tokens: (Items as ListedToken[]).filter(({ entity }) => entity === 'token'),
      examined: ScannedCount,
      ...(last === undefined ? {} : { next: { at: Number(last[by]), key: idOf(String(last[TOKEN_TABLE_KEY])) } }),
    };
  }

  getApplication(name: string): Promise<ApplicationRecord | undefined> {
    return this.items.get<ApplicationRecord>(applicationKey(name));
  }

  addApplication(application: ApplicationRecord, entry?: TrailEntry): Promise<boolean> {
    return this.items.add(application, entry);
  }

  updateApplication(
    name: string,
    version: number,
    changes: ItemChanges<ApplicationRecord>,
    entry?: TrailEntry,
  ): Promise<ApplicationRecord | undefined> {
    return this.items.update<ApplicationRecord>(applicationKey(name), version, changes, entry);
  }

  getRevocations(): Promise<RevocationItem | undefined> {
    return this.items.get<RevocationItem>(REVOCATIONS_KEY);
  }

  async replaceRevocations({ version, pk: _, entity: __, ...members }: RevocationItem): Promise<boolean> {
    if (version === 1) {
      return this.items.add({ pk: REVOCATIONS_KEY, entity: 'revocations', version, ...members });
    }
    const changes: ItemChanges<RevocationItem> = { named: undefined, entries: undefined, ...members };
    return (await this.items.update<RevocationItem>(REVOCATIONS_KEY, version - 1, changes)) !== undefined;
  }

  async resetRevocations(
    entry?: TrailEntry,
    sources?: SourceCuts,
    named: RevocationItem['named'] = {},
  ): Promise<boolean> {
    // Entries that wait stay; everything else may be damaged, and goes. Every change but a settled entry raises the version, so that
    // nothing which was written meanwhile is lost; a damaged version is compared as it is.
    const stored = await this.items.get<RevocationItem>(REVOCATIONS_KEY);
    const waiting = stored === undefined ? [] : outboxEntries(stored);
    const outbox = [...waiting, ...(entry === undefined ? [] : [entry])];
    const version: unknown = stored?.version;
    const put = new PutCommand({
      TableName: this.table,
      Item: {
        [TOKEN_TABLE_KEY]: REVOCATIONS_KEY,
        entity: 'revocations',
        named,
        ...(sources === undefined ? {} : { sources }),
        version: Number.isSafeInteger(version) ? Number(version) + 1 : 1,
        ...newOutbox(outbox),
      },
      ...(version === undefined
        ? { ConditionExpression: 'attribute_not_exists(#version)' }
        : { ConditionExpression: '#version = :before', ExpressionAttributeValues: { ':before': version } }),
      ExpressionAttributeNames: { '#version': 'version' },
    });
    return (await unlessConditionFails(this.client.send(put))) !== undefined;
  }

  async putRevocation(
    key: string,
    entry: RevocationEntry,
    over: RevocationEntry | undefined,
    told?: TrailEntry,
  ): Promise<boolean> {
    const condition =
      over === undefined
        ? { text: 'attribute_exists(named) AND attribute_not_exists(named.#key)' }
        : {
            text: 'named.#key.id = :over AND named.#key.#until = :until',
            names: { '#until': 'until' },
            values: { ':over': over.id, ':until': over.until },
          };
    const update = { set: ['named.#key = :entry'], names: { '#key': key }, values: { ':entry': entry } };
    return (await this.items.change(REVOCATIONS_KEY, update, condition, told)) !== undefined;
  }

  async cutSources(item: RevocationItem | undefined, cuts: SourceCuts, over: SourceCuts): Promise<boolean> {
    if (item === undefined) {
      const set: RevocationItem = { pk: REVOCATIONS_KEY, entity: 'revocations', named: {}, sources: cuts, version: 1 };
      return this.items.add(set);
    }
    if (item.sources === undefined) {
      const update = { set: ['#sources = :sources'], names: { '#sources': 'sources' }, values: { ':sources': cuts } };
      const condition = { text: 'attribute_not_exists(#sources)' };
      return (await this.items.change(REVOCATIONS_KEY, update, condition)) !== undefined;
    }
    const names: Record<string, string> = { '#sources': 'sources' };
    const values: Record<string, unknown> = {};
    const [set, remove, conditions] = [[] as string[], [] as string[], ['attribute_exists(#sources)']];
    for (const [index, [name, before]] of Object.entries({ ...cuts, ...over }).entries()) {
      const place = `#sources.#n${index}`;
      names[`#n${index}`] = name;
      values[`:t${index}`] = before;
      if (name in cuts) {
        set.push(`${place} = :t${index}`);
        conditions.push(`(attribute_not_exists(${place}) OR ${place} <= :t${index})`);
      } else {
        remove.push(place);
        conditions.push(`${place} = :t${index}`);
      }
    }
    const update = { set, remove, names, values };
    return (await this.items.change(REVOCATIONS_KEY, update, { text: conditions.join(' AND ') })) !== undefined;
  }

  async removeRevocation(key: string, { id, until }: RevocationEntry, told?: TrailEntry): Promise<boolean> {
    const update = { remove: ['named.#key'], names: { '#key': key } };
    const condition = {
      text: 'named.#key.id = :id AND named.#key.#until = :until',
      names: { '#until': 'until' },
      values: { ':id': id, ':until': until },
    };
    return (await this.items.change(REVOCATIONS_KEY, update, condition, told)) !== undefined;
  }
}

function placeOf({ application, team, by }: TokenIndexRequest) {
  if (by === 'expiresAt') {
    return { index: TOKEN_INDEXES.byTeamExpiry, hash: 'team', value: team } as const;
  }
  if (application !== undefined) {
    return { index: TOKEN_INDEXES.byApplication, hash: 'application', value: application } as const;
  }
  return team === undefined
    ? ({ index: TOKEN_INDEXES.byCreated, hash: 'entity', value: 'token' } as const)
    : ({ index: TOKEN_INDEXES.byTeam, hash: 'team', value: team } as const);
}

/** Ids stand for the keys of tokens, so that cursors are short; no id has a `#`. */
function keyOf(key: string): string {
  return key.includes('#') ? key : tokenKey(key);
}

function idOf(key: string): string {
  return key.startsWith(tokenKey('')) ? key.slice(tokenKey('').length) : key;
}

/** The index of a list, and what a place in it has beside the position. The items of applications are in two of them and are filtered out. */
function listOf(application: string | undefined, team: string | undefined) {
  if (application === undefined && team === undefined) {
    const ExpressionAttributeValues = { ':token': 'token' };
    const query = {
      IndexName: TOKEN_INDEXES.byCreated,
      KeyConditionExpression: 'entity = :token',
      ExpressionAttributeValues,
    };
    return { key: { entity: 'token' }, query };
  }
  const [IndexName, name, owner] =
    application === undefined
      ? ([TOKEN_INDEXES.byTeam, 'team', team] as const)
      : ([TOKEN_INDEXES.byApplication, 'application', application] as const);
  return {
    key: { [name]: owner },
    query: {
      IndexName,
      KeyConditionExpression: `${name} = :owner`,
      FilterExpression: 'entity = :token',
      ExpressionAttributeValues: { ':owner': owner, ':token': 'token' },
    },
  };
}
