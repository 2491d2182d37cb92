import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { OUTBOX, OUTBOX_PENDING } from '../../lib/outbox';
import { TOKEN_INDEXES, TOKEN_TABLE_KEY } from '../../lib/token-record';
import type { OutboxIndex, WaitingItem } from '../ports';

/** Items of one page: a run that ends early has read little for nothing. */
const PAGE = 100;

/** The index of full outboxes of the token table in DynamoDB. */
export class DynamoOutboxIndex implements OutboxIndex {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly table: string,
  ) {}

  async page(
    before: number,
    after: WaitingItem | undefined,
  ): Promise<{ readonly items: readonly WaitingItem[]; readonly next?: WaitingItem }> {
    const { Items = [], LastEvaluatedKey: last } = await this.client.send(
      new QueryCommand({
        TableName: this.table,
        IndexName: TOKEN_INDEXES.byOutbox,
        KeyConditionExpression: '#of = :pending AND #at <= :before',
        ExpressionAttributeNames: { '#of': OUTBOX.of, '#at': OUTBOX.at },
        ExpressionAttributeValues: { ':pending': OUTBOX_PENDING, ':before': before },
        Limit: PAGE,
        ...(after === undefined ? {} : { ExclusiveStartKey: startKeyOf(after) }),
      }),
    );
    return { items: Items.map(waitingItem), ...(last === undefined ? {} : { next: waitingItem(last) }) };
  }
}

function waitingItem(item: Readonly<Record<string, unknown>>): WaitingItem {
  return { key: String(item[TOKEN_TABLE_KEY]), since: Number(item[OUTBOX.at]) };
}

function startKeyOf({ key, since }: WaitingItem): Record<string, unknown> {
  return { [TOKEN_TABLE_KEY]: key, [OUTBOX.of]: OUTBOX_PENDING, [OUTBOX.at]: since };
}
