import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { clientKey, clientsOf } from '../../lib/client-record';
import { TOKEN_INDEXES, TOKEN_TABLE_KEY } from '../../lib/token-record';
import type { ClientIndex, ClientIndexRequest } from '../domain/clients/client-index';

const PREFIX = clientKey('');

/** Clients in the indexes of the token table, in DynamoDB. */
export class DynamoClients implements ClientIndex {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly table: string,
  ) {}

  async page({ team, application, limit, after }: ClientIndexRequest): ReturnType<ClientIndex['page']> {
    const [index, hash, range, value] =
      team === undefined
        ? ([TOKEN_INDEXES.byCreated, 'entity', 'createdAt', 'client'] as const)
        : ([TOKEN_INDEXES.applicationsOfTeam, 'applicationOf', 'application', clientsOf(team)] as const);
    const { Items = [], LastEvaluatedKey: last } = await this.client.send(
      new QueryCommand({
        TableName: this.table,
        IndexName: index,
        KeyConditionExpression: application === undefined ? '#hash = :hash' : '#hash = :hash AND #range = :range',
        ExpressionAttributeNames: { '#hash': hash, ...(application === undefined ? {} : { '#range': range }) },
        ExpressionAttributeValues: {
          ':hash': value,
          ...(application === undefined ? {} : { ':range': application }),
        },
        ScanIndexForward: team !== undefined,
        Limit: limit,
        ...(after === undefined
          ? {}
          : { ExclusiveStartKey: { [TOKEN_TABLE_KEY]: clientKey(after.id), [hash]: value, [range]: after.at } }),
      }),
    );
    return {
      ids: Items.map(idOf),
      ...(last === undefined ? {} : { next: { at: last[range] as string | number, id: idOf(last) } }),
    };
  }

  async ofApplication(application: string): Promise<readonly string[]> {
    const ids: string[] = [];
    let startKey: Record<string, unknown> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await this.client.send(
        new QueryCommand({
          TableName: this.table,
          IndexName: TOKEN_INDEXES.byApplication,
          KeyConditionExpression: 'application = :application',
          FilterExpression: 'entity = :client',
          ExpressionAttributeValues: { ':application': application, ':client': 'client' },
          ...(startKey === undefined ? {} : { ExclusiveStartKey: startKey }),
        }),
      );
      ids.push(...Items.map(idOf));
      startKey = LastEvaluatedKey;
    } while (startKey !== undefined);
    return ids;
  }
}

function idOf(item: Readonly<Record<string, unknown>>): string {
  return String(item[TOKEN_TABLE_KEY]).slice(PREFIX.length);
}
