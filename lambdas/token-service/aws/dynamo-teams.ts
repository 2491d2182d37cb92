import { type DynamoDBDocumentClient, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { personKey, type TeamRecord, teamKey } from '../../lib/team-record';
import {
  type ApplicationRecord,
  applicationKey,
  type ListedToken,
  TOKEN_INDEXES,
  TOKEN_TABLE_KEY,
} from '../../lib/token-record';
import type { TrailEntry } from '../../lib/trail/trail-entry';
import type { ItemChanges, ListPosition } from '../domain/ports';
import type { MemberChange } from '../domain/teams/membership';
import type { ListedApplication, TeamStore } from '../domain/teams/team-store';
import type { TeamSummary } from '../domain/teams/team-views';
import { DynamoItems, unlessConditionFails } from './dynamo-items';

/**
 * Teams in the token table. A team with its members and its policy is one item. Which teams a person may be a member of is remembered in an item
 * of that person, beside them: it only says where to look.
 */
export class DynamoTeams implements TeamStore {
  private readonly items: DynamoItems;

  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly table: string,
  ) {
    this.items = new DynamoItems(client, table);
  }

  getTeam(name: string): Promise<TeamRecord | undefined> {
    return this.items.get<TeamRecord>(teamKey(name));
  }

  addTeam(team: TeamRecord, entry?: TrailEntry): Promise<boolean> {
    return this.items.add(team, entry);
  }

  updateTeam(
    name: string,
    version: number,
    changes: ItemChanges<TeamRecord>,
    entry?: TrailEntry,
  ): Promise<TeamRecord | undefined> {
    return this.items.update<TeamRecord>(teamKey(name), version, changes, entry);
  }

  changeMember(
    { name, version, owners = new Set() }: Pick<TeamRecord, 'name' | 'version' | 'owners'>,
    { memberId, after, owners: effect }: MemberChange,
    entry?: TrailEntry,
  ): Promise<TeamRecord | undefined> {
    const left = [...owners].filter((id) => id !== memberId);
    const next = new Set(after?.role === 'owner' ? [...left, memberId] : left);
    return this.items.change<TeamRecord>(
      teamKey(name),
      {
        set: [
          ...(after === undefined ? [] : ['#members.#member = :member']),
          ...(effect === 'keeps' ? [] : ['#owners = :owners']),
        ],
        remove: after === undefined ? ['#members.#member'] : [],
        names: { '#members': 'members', '#member': memberId, ...(effect === 'keeps' ? {} : { '#owners': 'owners' }) },
        values: {
          ...(after === undefined ? {} : { ':member': after }),
          ...(effect === 'keeps' ? {} : { ':owners': next }),
        },
      },
      {
        // The version alone would do; that a team keeps an owner is said twice.
        text: effect === 'loses' ? '#version = :before AND size(#owners) > :one' : '#version = :before',
        values: { ':before': version },
      },
      entry,
    );
  }

  async listTeams({
    limit,
    after,
  }: {
    readonly limit: number;
    readonly after?: ListPosition | undefined;
  }): Promise<{ readonly teams: readonly TeamSummary[]; readonly next?: ListPosition }> {
    const { items, isLast } = await this.newest('team', teamKey, limit, after);
    const teams = items as unknown as readonly TeamSummary[];
    const last = teams.at(-1);
    return { teams, ...(isLast || !last ? {} : { next: { createdAt: last.createdAt, id: last.name } }) };
  }

  async getTeamsOf(memberId: string): Promise<readonly string[]> {
    const person = await this.items.get<PersonItem>(personKey(memberId));
    return Object.keys(person?.teams ?? {});
  }

  async hintMember(memberId: string, { name, version }: Pick<TeamRecord, 'name' | 'version'>): Promise<void> {
    // The map has to be there before a member of it can be set.
    const begun = await this.hint(memberId, 'SET #teams = if_not_exists(#teams, :none), entity = :person', undefined, {
      names: { '#teams': 'teams' },
      values: { ':none': {}, ':person': 'person' },
    });
    if (begun) {
      await this.hint(
        memberId,
        'SET #teams.#team = :version',
        'attribute_not_exists(#teams.#team) OR #teams.#team < :version',
        { names: { '#teams': 'teams', '#team': name }, values: { ':version': version } },
      );
    }
  }

  async forgetMember(memberId: string, { name, version }: Pick<TeamRecord, 'name' | 'version'>): Promise<void> {
    await this.hint(memberId, 'REMOVE #teams.#team', '#teams.#team <= :version', {
      names: { '#teams': 'teams', '#team': name },
      values: { ':version': version },
    });
  }

  async tokensMadeBy(
    principal: string,
    team: string,
    mostLookedThrough: number,
  ): Promise<{ readonly tokens: readonly ListedToken[]; readonly complete: boolean }> {
    const { Items = [], LastEvaluatedKey } = await this.client.send(
      new QueryCommand({
        TableName: this.table,
        IndexName: TOKEN_INDEXES.byTeam,
        KeyConditionExpression: 'team = :team',
        FilterExpression: 'entity = :token AND createdBy = :principal',
        ExpressionAttributeValues: { ':team': team, ':token': 'token', ':principal': principal },
        ScanIndexForward: false,
        Limit: mostLookedThrough,
      }),
    );
    return { tokens: Items as ListedToken[], complete: LastEvaluatedKey === undefined };
  }

  async listApplications({
    team,
    limit,
    after,
  }: {
    readonly team: string;
    readonly limit: number;
    readonly after?: string | undefined;
  }): Promise<{ readonly applications: readonly ListedApplication[]; readonly next?: string }> {
    const { Items = [] } = await this.client.send(
      new QueryCommand({
        TableName: this.table,
        IndexName: TOKEN_INDEXES.applicationsOfTeam,
        KeyConditionExpression: 'applicationOf = :team',
        ExpressionAttributeValues: { ':team': team },
        Limit: limit + 1,
        ...(after === undefined
          ? {}
          : {
              ExclusiveStartKey: { [TOKEN_TABLE_KEY]: applicationKey(after), applicationOf: team, application: after },
            }),
      }),
    );
    const names = Items.map(({ application }) => application as string);
    const page = names.slice(0, limit);
    const last = page.at(-1);
    return {
      applications: await this.applicationsNamed(page),
      ...(names.length > limit && last !== undefined ? { next: last } : {}),
    };
  }

  async listAllApplications({
    limit,
    after,
  }: {
    readonly limit: number;
    readonly after?: ListPosition | undefined;
  }): Promise<{ readonly applications: readonly ListedApplication[]; readonly next?: ListPosition }> {
    const { items, isLast } = await this.newest('application', applicationKey, limit, after);
    const applications = await this.applicationsNamed(items.map(({ application }) => application as string));
    const last = items.at(-1);
    const next = last && { createdAt: last.createdAt as number, id: last.application as string };
    return { applications, ...(isLast || !next ? {} : { next }) };
  }

  async hasApplications(team: string): Promise<boolean> {
    let after: string | undefined;
    do {
      const { applications, next } = await this.listApplications({ team, limit: PAGE, after });
      if (applications.some(({ archivedAt, team: owner }) => archivedAt === undefined && owner === team)) {
        return true;
      }
      after = next;
    } while (after !== undefined);
    return false;
  }

  /** A page of the items of an entity, the newest first. */
  private async newest(
    entity: string,
    keyOf: (name: string) => string,
    limit: number,
    after: ListPosition | undefined,
  ): Promise<{ readonly items: readonly Record<string, unknown>[]; readonly isLast: boolean }> {
    const { Items = [] } = await this.client.send(
      new QueryCommand({
        TableName: this.table,
        IndexName: TOKEN_INDEXES.byCreated,
        KeyConditionExpression: 'entity = :entity',
        ExpressionAttributeValues: { ':entity': entity },
        ScanIndexForward: false,
        Limit: limit + 1,
        ...(after === undefined
          ? {}
          : { ExclusiveStartKey: { [TOKEN_TABLE_KEY]: keyOf(after.id), entity, createdAt: after.createdAt } }),
      }),
    );
    return { items: Items.slice(0, limit), isLast: Items.length <= limit };
  }

  /** Applications in the order of a list: the index says which, the items say how they are. */
  private async applicationsNamed(names: readonly string[]): Promise<ApplicationRecord[]> {
    const found = await Promise.all(names.map((name) => this.items.get<ApplicationRecord>(applicationKey(name))));
    return found.filter((record) => record !== undefined);
  }

  private async hint(
    memberId: string,
    UpdateExpression: string,
    condition: string | undefined,
    { names, values }: { readonly names: Record<string, string>; readonly values: Record<string, unknown> },
  ): Promise<boolean> {
    const update = new UpdateCommand({
      TableName: this.table,
      Key: { [TOKEN_TABLE_KEY]: personKey(memberId) },
      UpdateExpression,
      ...(condition === undefined ? {} : { ConditionExpression: condition }),
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
    });
    return (await unlessConditionFails(this.client.send(update))) !== undefined;
  }
}

/** Where to look for the teams of a person: names of teams with the version from which on it is so. */
interface PersonItem {
  readonly pk: string;
  readonly entity: 'person';
  readonly version: number;
  readonly teams?: Readonly<Record<string, number>>;
}

/** Applications that are looked at together. */
const PAGE = 50;
