import { memberIdOf, type TeamMember, type TeamPolicy, type TeamRecord, teamKey } from '../../../lib/team-record';
import type { TrailState } from '../../../lib/trail/trail-entry';
import type { Action } from '../authority/actions';
import type { Authority } from '../authority/authority';
import { authorityOf } from '../authority/authority-of';
import { principalOf } from '../authority/caller-token';
import { missing } from '../authority/missing';
import { DEFAULT_TEAM, type TeamRole } from '../authority/roles';
import type { JobRecord } from '../bulk/job-record';
import type { PolicyJobs } from '../bulk/policy-jobs';
import type { Change, Changes } from '../changes';
import { Fault, type FaultDetail, refuseAny } from '../fault';
import { actorOf, type Origin } from '../origin';
import { looserThanPlatform } from '../policy/policy';
import { epochSeconds, type ItemChanges, type TokenServicePorts } from '../ports';
import { ATTEMPTS, backoffMs } from '../retry';
import type { Person, TokenSettings } from '../settings';
import { SignedCursors } from '../signed-cursor';
import { type TokenView, tokenView } from '../views';
import type { AddMember, CreateTeam, ListTeams, UpdateTeam } from './commands';
import { addMember, changeMember, type Granter, type MemberChange, memberOf, removeMember } from './membership';
import { refuseArchived } from './open-team';
import { type MemberView, memberView, type TeamListView, type TeamView, teamSummaryView, teamView } from './team-views';

const DEFAULT_PAGE = 20;

/** Tokens that are looked through for those that a person who goes has made. More are found by a list of tokens. */
const MOST_LOOKED_THROUGH = 500;

/** What is said of a member who goes: the tokens that it made stay, so that somebody looks after them. */
export interface RemovedMemberView {
  readonly member: MemberView;
  /** Tokens of the team that the person made and that are not over. */
  readonly tokens: TokenView[];
  /** Whether every token of the team was looked through. */
  readonly complete: boolean;
}

/** Teams with their members and policies. Every change is one conditional write of the team's item. */
export class Teams {
  private readonly cursors: SignedCursors;

  constructor(
    private readonly settings: TokenSettings,
    private readonly ports: TokenServicePorts,
    private readonly changes: Changes,
    private readonly policyJobs: PolicyJobs,
  ) {
    this.cursors = new SignedCursors(ports);
  }

  /**
   * Every team, the newest first, for those who may read all of them; the caller's own teams by name for everybody else.
   *
   * @throws {Fault} when the cursor is not one of this list
   */
  async list(query: ListTeams, origin: Origin): Promise<TeamListView> {
    const authority = await this.authorityOf(origin);
    const isMine = query.mine === true || !(await authority.may('team.read'));
    return isMine ? this.own(query, authority) : this.all(query, authority);
  }

  /** @throws {Fault} when there is no such team, or the caller has no role in it */
  async get(name: string, origin: Origin): Promise<TeamView> {
    const authority = await this.authorityOf(origin);
    await authority.require('team.read', { team: name });
    return teamView(await this.existing(name, authority), await authority.roleIn(name));
  }

  /** @throws {Fault} when the team exists, an owner is not of a trusted issuer, or the caller makes no teams */
  async create(command: CreateTeam, origin: Origin): Promise<TeamView> {
    const authority = await this.authorityOf(origin);
    await authority.require('team.create');
    const { team: name, description, owners = [] } = command;
    refuseAny(
      'command-not-valid',
      owners.flatMap((owner, index) => this.personFaults(owner, ['owners', index])),
    );
    const createdAt = epochSeconds(this.ports);
    const members: Record<string, TeamMember> = {};
    for (const { issuer, subject } of owners) {
      const member = { issuer, subject, role: 'owner', since: createdAt, by: origin.caller.principal } as const;
      members[memberIdOf(principalOf(member))] = member;
    }
    const ids = Object.keys(members);
    const record: TeamRecord = {
      ...newTeam(name),
      ...(description === undefined ? {} : { description }),
      members,
      ...(ids.length === 0 ? {} : { owners: new Set(ids) }),
      createdAt,
      createdBy: origin.caller.principal,
      version: 1,
    };
    if (name === DEFAULT_TEAM) {
      throw new Fault('team-exists', `the team ${name} always exists`);
    }
    await Promise.all(ids.map((id) => this.ports.teams.hintMember(id, record)));
    const change = this.changeOf('team.create', record, origin, { after: { ...teamState(record), owners: ids } });
    const added = await this.changes.write(record.pk, change, async (entry) =>
      (await this.ports.teams.addTeam(record, entry)) ? record : undefined,
    );
    if (added === undefined) {
      throw new Fault('team-exists', 'a team has this name already');
    }
    return teamView(record, await authority.roleIn(name));
  }

  /**
   * Changes description, policy and state of a team. With the policy a job begins that blocks the tokens which break it, and unblocks the others.
   *
   * @throws {Fault} when the policy is looser than the platform's, the team has applications and would be archived, or the caller may not
   */
  async update(name: string, command: UpdateTeam, origin: Origin): Promise<TeamView> {
    const { policy, archived, description } = command;
    refuseAny('command-not-valid', this.policyFaults(policy ?? {}));
    let job: JobRecord | undefined;
    const view = await this.repeated(name, origin, async (team, authority) => {
      const action =
        archived === undefined || archived === (team.status === 'archived') ? 'team.update' : 'team.archive';
      await authority.require(action, { team: name });
      if (archived === true && team.status === 'active') {
        await this.refuseInUse(name);
      }
      const members: ItemChanges<TeamRecord> = {
        ...(description === undefined ? {} : { description: description === '' ? undefined : description }),
        ...(policy === undefined ? {} : { policy: Object.keys(policy).length === 0 ? undefined : policy }),
        ...(archived === undefined ? {} : { status: archived ? 'archived' : 'active' }),
      };
      if (policy !== undefined) {
        job ??= await this.policyJobs.prepare(name, origin);
      }
      const after = withChanges(team, members);
      const change = this.changeOf(action, team, origin, { before: teamState(team), after: teamState(after) });
      const written = await this.changes.write(team.pk, change, (entry) =>
        this.ports.teams.updateTeam(name, team.version, members, entry),
      );
      return written && teamView(written, await authority.roleIn(name));
    });
    const begun = job && (await this.policyJobs.begin(job));
    return begun === undefined ? view : { ...view, policyJob: begun.id };
  }

  /** @throws {Fault} when the person is a member already, its issuer is not trusted, or the caller may not give the role */
  async addMember(name: string, command: AddMember, origin: Origin): Promise<MemberView> {
    const { role, ...person } = command;
    refuseAny('command-not-valid', this.personFaults(person));
    return this.repeated(name, origin, async (team, authority) => {
      await authority.require('member.add', { team: name });
      refuseArchived(team);
      const change = addMember(team, await granterOf(authority, name), person, role, epochSeconds(this.ports));
      await this.ports.teams.hintMember(change.memberId, { name, version: team.version + 1 });
      return this.writeMember('member.add', team, change, origin);
    });
  }

  /** @throws {Fault} when there is no such member, it is the last owner, or one of the two roles is above the caller's */
  async changeMember(name: string, memberId: string, role: TeamRole, origin: Origin): Promise<MemberView> {
    return this.repeated(name, origin, async (team, authority) => {
      await authority.require('member.change', { team: name });
      const change = changeMember(team, await granterOf(authority, name), memberId, role, epochSeconds(this.ports));
      return change.before === change.after && change.after
        ? memberView(memberId, change.after)
        : this.writeMember('member.change', team, change, origin);
    });
  }

  /**
   * Removes a member; everybody may leave. What the person made stays, and is named.
   *
   * @throws {Fault} when there is no such member, it is the last owner, or its role is above the caller's
   */
  async removeMember(name: string, memberId: string, origin: Origin): Promise<RemovedMemberView> {
    const member = await this.repeated(name, origin, async (team, authority) => {
      const isLeaving = memberId === authority.memberId && memberOf(team, memberId) !== undefined;
      await authority.require(isLeaving ? 'team.read' : 'member.remove', { team: name });
      const change = removeMember(team, await granterOf(authority, name), memberId);
      const removed = await this.writeMember('member.remove', team, change, origin);
      if (removed !== undefined) {
        await this.ports.teams.forgetMember(memberId, { name, version: team.version + 1 });
      }
      return removed;
    });
    return { member, ...(await this.madeBy(principalOf(member), name)) };
  }

  private async own({ limit = DEFAULT_PAGE, cursor }: ListTeams, authority: Authority): Promise<TeamListView> {
    const query = { list: 'own teams', memberId: authority.memberId };
    const [after = ''] = cursor === undefined ? [] : await this.cursors.read(cursor, query);
    const names = (await authority.teamNames()).filter((name) => name > after);
    const page = names.slice(0, limit);
    const teams = await Promise.all(page.map(async (name) => this.summary(name, authority)));
    const last = page.at(-1);
    return {
      teams,
      ...(names.length > limit && last !== undefined ? { nextCursor: await this.cursors.write(query, [last]) } : {}),
    };
  }

  private async summary(name: string, authority: Authority) {
    return teamSummaryView(await this.existing(name, authority), await authority.roleIn(name));
  }

  private async all({ limit = DEFAULT_PAGE, cursor }: ListTeams, authority: Authority): Promise<TeamListView> {
    const query = { list: 'teams' };
    const [createdAt, id] = cursor === undefined ? [] : await this.cursors.read(cursor, query);
    const after = typeof createdAt === 'number' && typeof id === 'string' ? { createdAt, id } : undefined;
    const { teams, next } = await this.ports.teams.listTeams({ limit, after });
    // The default team has no item while nothing of it was changed.
    const isDefaultMissing = after === undefined && (await this.ports.teams.getTeam(DEFAULT_TEAM)) === undefined;
    const shown = isDefaultMissing ? [newTeam(DEFAULT_TEAM), ...teams] : teams;
    const views = shown.map(async (team) => teamSummaryView(team, await this.roleOf(team.name, authority)));
    return {
      teams: await Promise.all(views),
      ...(next === undefined ? {} : { nextCursor: await this.cursors.write(query, [next.createdAt, next.id]) }),
    };
  }

  /** The caller's role, which only a person has: looking it up reads the team. */
  private async roleOf(name: string, authority: Authority): Promise<TeamRole | undefined> {
    return authority.memberId === undefined ? undefined : authority.roleIn(name);
  }

  /** Tries a change again, from the look at the caller's role on, when others changed the team meanwhile. */
  private async repeated<T>(
    name: string,
    origin: Origin,
    attempt: (team: TeamRecord, authority: Authority) => Promise<T | undefined>,
  ): Promise<T> {
    for (let count = 0; count < ATTEMPTS; count++) {
      const authority = await this.authorityOf(origin);
      await authority.require('team.read', { team: name });
      const result = await attempt(await this.stored(name, authority), authority);
      if (result !== undefined) {
        return result;
      }
      await this.ports.wait(backoffMs(count, this.ports.random()));
    }
    throw new Error(`the team changed ${ATTEMPTS} times during one request`);
  }

  /** A team whose item can be changed: that of the default team is made when it is first needed. */
  private async stored(name: string, authority: Authority): Promise<TeamRecord> {
    const found = await authority.teamNamed(name);
    if (found !== undefined) {
      return found;
    }
    if (name !== DEFAULT_TEAM) {
      throw missing('team.read');
    }
    const record = { ...newTeam(name), createdAt: epochSeconds(this.ports), version: 1 };
    await this.ports.teams.addTeam(record);
    return (await this.ports.teams.getTeam(name)) ?? record;
  }

  private async existing(name: string, authority: Authority): Promise<TeamRecord> {
    const found = (await authority.teamNamed(name)) ?? (name === DEFAULT_TEAM ? newTeam(name) : undefined);
    if (found === undefined) {
      throw missing('team.read');
    }
    return found;
  }

  private async writeMember(
    action: Action,
    team: TeamRecord,
    change: MemberChange,
    origin: Origin,
  ): Promise<MemberView | undefined> {
    const { memberId, before, after } = change;
    const event = this.changeOf(action, team, origin, {
      object: { kind: 'member', id: memberId },
      before: before && memberState(before),
      after: after && memberState(after),
    });
    const written = await this.changes.write(team.pk, event, (entry) =>
      this.ports.teams.changeMember(team, change, entry),
    );
    const member = after ?? before;
    return written && member && memberView(memberId, member);
  }

  /** Tokens of a team that a person made and that are not over, of those that were made last. */
  private async madeBy(principal: string, team: string): Promise<Omit<RemovedMemberView, 'member'>> {
    const { tokens, complete } = await this.ports.teams.tokensMadeBy(principal, team, MOST_LOOKED_THROUGH);
    const now = epochSeconds(this.ports);
    const { environment } = this.settings;
    const left = tokens.filter(({ status, expiresAt }) => status !== 'revoked' && expiresAt > now);
    return { tokens: left.map((token) => tokenView({ ...token, environment }, now)), complete };
  }

  private async refuseInUse(name: string): Promise<void> {
    const isUsed = await this.ports.teams.hasApplications(name);
    if (name === DEFAULT_TEAM || isUsed) {
      const reason =
        name === DEFAULT_TEAM ? 'it is the team of what names none' : 'archive or transfer its applications first';
      throw new Fault('in-use', `the team ${name} cannot be archived: ${reason}`);
    }
  }

  private policyFaults(policy: TeamPolicy): FaultDetail[] {
    return looserThanPlatform(this.settings, policy);
  }

  /** A member whose access tokens no authorizer accepts would be nobody. */
  private personFaults({ issuer }: Person, place: readonly (string | number)[] = []): FaultDetail[] {
    const { issuers } = this.settings;
    if (issuers === undefined || issuers.includes(issuer)) {
      return [];
    }
    const [first = 'issuer', ...rest] = [...place, ...(place.length === 0 ? [] : ['issuer'])];
    const expected = issuers.length === 0 ? 'no person, because the platform trusts no issuer' : issuers.join(', ');
    return [{ path: [String(first), ...rest], text: `issuer is ${JSON.stringify(issuer)}, expected ${expected}` }];
  }

  private changeOf(action: Action, team: TeamRecord, origin: Origin, about: Partial<Change>): Change {
    return { ...actorOf(origin), action, object: { kind: 'team', id: team.name }, team: team.name, ...about };
  }

  private authorityOf({ caller }: Origin): Promise<Authority> {
    return authorityOf(caller, this.settings, this.ports);
  }
}

/** The caller as one who gives and takes roles: an operator as an owner of every team. */
async function granterOf(authority: Authority, team: string): Promise<Granter> {
  const { memberId, caller, platformRoles } = authority;
  const role = platformRoles.includes('operator') ? 'owner' : await authority.roleIn(team);
  return { principal: caller.principal, memberId, role };
}

/** A team without members, as the default team is while nothing of it was changed. */
export function newTeam(name: string): TeamRecord {
  return {
    pk: teamKey(name),
    entity: 'team',
    name,
    status: 'active',
    members: {},
    createdAt: 0,
    createdBy: '',
    version: 0,
  };
}

function withChanges(team: TeamRecord, changes: ItemChanges<TeamRecord>): TeamRecord {
  return { ...team, ...changes } as TeamRecord;
}

/** What the trail says of a team; members have entries of their own. */
function teamState({ description, status, policy }: TeamRecord): TrailState {
  return { description, status, policy: policy && JSON.parse(JSON.stringify(policy)) };
}

function memberState({ issuer, subject, role }: TeamMember): TrailState {
  return { issuer, subject, role };
}
