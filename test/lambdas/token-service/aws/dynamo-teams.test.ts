import { DynamoTeams } from '../../../../lambdas/token-service/aws/dynamo-teams';
import { startTokenTable, TABLE, type TokenTable } from '../support/token-table';

let table: TokenTable;
let teams: DynamoTeams;
beforeEach(async () => {
  table = await startTokenTable();
  teams = new DynamoTeams(table.client, TABLE);
});
afterEach(() => table.close());

const at = (version: number, name = 'web') => ({ name, version });

describe('where to look for the teams of a person', () => {
  test('is nowhere before anything was remembered', async () => {
    expect(await teams.getTeamsOf('p')).toEqual([]);
    await teams.forgetMember('p', at(1));
    expect(await teams.getTeamsOf('p')).toEqual([]);
  });

  test('is remembered once for each team, also when several come at the same time', async () => {
    await Promise.all(['a', 'b', 'c', 'a'].map((name) => teams.hintMember('p', at(2, name))));
    expect([...(await teams.getTeamsOf('p'))].sort()).toEqual(['a', 'b', 'c']);
  });

  test('is not forgotten by a removal that came before the person was added again', async () => {
    await teams.hintMember('p', at(2));
    // Removed in version 3, added again in version 4; the removal forgets last.
    await teams.hintMember('p', at(4));
    await teams.forgetMember('p', at(3));
    expect(await teams.getTeamsOf('p')).toEqual(['web']);
    await teams.forgetMember('p', at(5));
    expect(await teams.getTeamsOf('p')).toEqual([]);
  });

  test('is in no list of the table', async () => {
    await teams.hintMember('p', at(2));
    expect((await teams.listTeams({ limit: 10 })).teams).toEqual([]);
  });
});

describe('the write of a member', () => {
  const member = { issuer: 'i', subject: 's', role: 'owner', since: 1, by: 'x' } as const;

  test('that takes the last owner away is refused, whatever the version', async () => {
    const team = {
      pk: 'team#web',
      entity: 'team',
      name: 'web',
      status: 'active',
      createdAt: 1,
      createdBy: 'x',
    } as const;
    await teams.addTeam({ ...team, members: { m: member }, owners: new Set(['m']), version: 1 });
    const change = { memberId: 'm', before: member, after: undefined, owners: 'loses' } as const;
    expect(await teams.changeMember({ name: 'web', version: 1, owners: new Set(['m', 'n']) }, change)).toBeUndefined();
    expect((await teams.getTeam('web'))?.members).toEqual({ m: member });
  });

  test('over another version is refused', async () => {
    const team = {
      pk: 'team#web',
      entity: 'team',
      name: 'web',
      status: 'active',
      createdAt: 1,
      createdBy: 'x',
    } as const;
    await teams.addTeam({ ...team, members: {}, version: 3 });
    const change = { memberId: 'm', before: undefined, after: member, owners: 'gains' } as const;
    expect(await teams.changeMember({ name: 'web', version: 2 }, change)).toBeUndefined();
    expect(await teams.changeMember({ name: 'web', version: 3 }, change)).toMatchObject({
      version: 4,
      members: { m: member },
      owners: new Set(['m']),
    });
  });
});
