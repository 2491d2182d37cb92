import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { jobKey, type ListedToken, OPEN_JOBS, TOKEN_INDEXES, TOKEN_TABLE_KEY } from '../../lib/token-record';
import { DEFAULT_TEAM } from '../domain/authority/roles';
import type { BulkIndex, JobListPosition, SelectionPage, SelectionPosition } from '../domain/bulk/bulk-ports';
import { OPEN_JOB } from '../domain/bulk/job-record';
import type { TokenFilter } from '../domain/bulk/token-filter';

/** Jobs that are looked at for one page of those of a team. */
const MOST_JOBS_READ = 200;

/** The indexes of the token table that bulk operations read, in DynamoDB. */
export class DynamoBulkIndex implements BulkIndex {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly table: string,
  ) {}

  async tokens(filter: TokenFilter, after: SelectionPosition | undefined, limit: number): Promise<SelectionPage> {
    const { createdFrom = 0, createdBefore = LATEST } = filter;
    if (createdBefore <= createdFrom) {
      return { tokens: [] };
    }
    const { index, name, value } = narrowest(filter);
    const { Items = [], LastEvaluatedKey: last } = await this.client.send(
      new QueryCommand({
        TableName: this.table,
        IndexName: index,
        KeyConditionExpression: '#hash = :hash AND #createdAt BETWEEN :from AND :to',
        // Applications and teams are in some of the indexes too. DynamoDB refuses a filter on a key of the index.
        ...(name === 'entity' ? {} : { FilterExpression: '#entity = :token' }),
        ExpressionAttributeNames: {
          '#hash': name,
          '#createdAt': 'createdAt',
          ...(name === 'entity' ? {} : { '#entity': 'entity' }),
        },
        ExpressionAttributeValues: {
          ':hash': value,
          ':from': createdFrom,
          ':to': createdBefore - 1,
          ...(name === 'entity' ? {} : { ':token': 'token' }),
        },
        Limit: limit,
        ...(after === undefined
          ? {}
          : { ExclusiveStartKey: { [TOKEN_TABLE_KEY]: after.key, [name]: value, createdAt: after.createdAt } }),
      }),
    );
    return {
      tokens: Items as ListedToken[],
      ...(last === undefined
        ? {}
        : { next: { createdAt: Number(last.createdAt), key: String(last[TOKEN_TABLE_KEY]) } }),
    };
  }

  async jobs({
    team,
    limit,
    after,
  }: {
    readonly team?: string | undefined;
    readonly limit: number;
    readonly after?: JobListPosition | undefined;
  }): Promise<{ readonly ids: readonly string[]; readonly next?: JobListPosition }> {
    const { Items = [], LastEvaluatedKey: last } = await this.client.send(
      new QueryCommand({
        TableName: this.table,
        IndexName: TOKEN_INDEXES.byCreated,
        KeyConditionExpression: '#entity = :job',
        ExpressionAttributeNames: { '#entity': 'entity' },
        ExpressionAttributeValues: { ':job': 'job' },
        ScanIndexForward: false,
        Limit: team === undefined ? limit : MOST_JOBS_READ,
        ...(after === undefined
          ? {}
          : { ExclusiveStartKey: { [TOKEN_TABLE_KEY]: jobKey(after.id), entity: 'job', createdAt: after.createdAt } }),
      }),
    );
    const found = Items.filter((item) => team === undefined || item.team === team);
    const ids = found.slice(0, limit).map(({ id }) => String(id));
    const end = found.length > limit ? found[limit - 1] : last;
    return {
      ids,
      ...(end === undefined
        ? {}
        : {
            next: { createdAt: Number(end.createdAt), id: String(end[TOKEN_TABLE_KEY]).slice(jobKey('').length) },
          }),
    };
  }

  async openJobs(limit: number): Promise<readonly string[]> {
    const { Items = [] } = await this.client.send(
      new QueryCommand({
        TableName: this.table,
        IndexName: TOKEN_INDEXES.openJobs,
        KeyConditionExpression: '#open = :open',
        ExpressionAttributeNames: { '#open': OPEN_JOBS },
        ExpressionAttributeValues: { ':open': OPEN_JOB },
        Limit: limit,
      }),
    );
    return Items.map((item) => String(item[TOKEN_TABLE_KEY]).slice(jobKey('').length));
  }
}

/** Later than any token, in epoch seconds. */
const LATEST = 2 ** 40;

/** The index with the fewest items that has all tokens of a filter. Tokens of the default team need not name it. */
function narrowest({ application, team }: TokenFilter) {
  if (application !== undefined) {
    return { index: TOKEN_INDEXES.byApplication, name: 'application', value: application };
  }
  return team !== undefined && team !== DEFAULT_TEAM
    ? { index: TOKEN_INDEXES.byTeam, name: 'team', value: team }
    : { index: TOKEN_INDEXES.byCreated, name: 'entity', value: 'token' };
}
