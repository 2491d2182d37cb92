import { BatchGetCommand, type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { USAGE_TABLE_KEYS, type UsagePage } from '../../lib/usage/pages';
import { PROGRESS_SUBJECT, type UsageProgress } from '../../lib/usage/progress';
import { SUMMARY_SLOT, type UsageSummary } from '../../lib/usage/summary';
import type { UsageReader } from '../domain/usage/usage-reader';

type Key = Record<string, unknown>;

/** Pages of DynamoDB, of at most 1 MB, that one token may take of a request. */
const MOST_READS = 16;
/** Items that one BatchGetItem takes. */
const BATCH = 100;
const ATTEMPTS = 5;

/** The usage table in DynamoDB, read eventually consistent. */
export class DynamoUsage implements UsageReader {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly table: string,
    private readonly wait: (ms: number) => Promise<void>,
  ) {}

  async pages(subject: string, fromHour: string, toHour: string): Promise<readonly UsagePage[]> {
    // `#` stands before, and `~` after, everything that a slot has behind its hour.
    return (await this.query(subject, { from: fromHour, to: `${toHour}#~` })) as unknown as UsagePage[];
  }

  async progress(): Promise<readonly UsageProgress[]> {
    return (await this.query(PROGRESS_SUBJECT)) as unknown as UsageProgress[];
  }

  async summaries(subjects: readonly string[]): Promise<ReadonlyMap<string, UsageSummary>> {
    const found = new Map<string, UsageSummary>();
    for (let start = 0; start < subjects.length; start += BATCH) {
      let keys: Key[] = subjects
        .slice(start, start + BATCH)
        .map((subject) => ({ [USAGE_TABLE_KEYS.hash]: subject, [USAGE_TABLE_KEYS.range]: SUMMARY_SLOT }));
      for (let attempt = 1; keys.length > 0; attempt += 1) {
        if (attempt > ATTEMPTS) {
          throw new Error(`DynamoDB left out ${keys.length} summaries ${ATTEMPTS} times`);
        }
        if (attempt > 1) {
          await this.wait(50 * 2 ** attempt);
        }
        const answer = await this.client.send(new BatchGetCommand({ RequestItems: { [this.table]: { Keys: keys } } }));
        for (const item of (answer.Responses?.[this.table] ?? []) as UsageSummary[]) {
          found.set(item.subject, item);
        }
        keys = answer.UnprocessedKeys?.[this.table]?.Keys ?? [];
      }
    }
    return found;
  }

  private async query(subject: string, slots?: { readonly from: string; readonly to: string }): Promise<Key[]> {
    const items: Key[] = [];
    let start: Key | undefined;
    for (let reads = 0; reads === 0 || start !== undefined; reads += 1) {
      if (reads === MOST_READS) {
        throw new Error(`${subject} has more than ${MOST_READS} MB of counts in the asked time`);
      }
      const answer = await this.client.send(
        new QueryCommand({
          TableName: this.table,
          KeyConditionExpression: `#hash = :subject${slots === undefined ? '' : ' AND #range BETWEEN :from AND :to'}`,
          ExpressionAttributeNames: {
            '#hash': USAGE_TABLE_KEYS.hash,
            ...(slots === undefined ? {} : { '#range': USAGE_TABLE_KEYS.range }),
          },
          ExpressionAttributeValues: {
            ':subject': subject,
            ...(slots === undefined ? {} : { ':from': slots.from, ':to': slots.to }),
          },
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        }),
      );
      items.push(...(answer.Items ?? []));
      start = answer.LastEvaluatedKey;
    }
    return items;
  }
}
