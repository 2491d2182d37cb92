import type { ApplicationRecord, TokenRecord } from '../../../lib/token-record';
import { tokenKey } from '../../../lib/token-record';
import type { Action } from '../authority/actions';
import type { Authority, Belonging } from '../authority/authority';
import { authorityOf, readerOf } from '../authority/authority-of';
import { missing } from '../authority/missing';
import { DEFAULT_TEAM, isTeamRole } from '../authority/roles';
import type { Change, Changes } from '../changes';
import type { ClientMoves } from '../clients/client-moves';
import type { ListApplications, UpdateApplication } from '../commands';
import { type FaultDetail, refuseAny } from '../fault';
import { teamTierFaults, tierFaults } from '../issuing/request-checks';
import { actorOf, type Origin } from '../origin';
import { epochSeconds, type ItemChanges, type TokenServicePorts } from '../ports';
import { ATTEMPTS, backoffMs } from '../retry';
import type { TokenSettings } from '../settings';
import { SignedCursors } from '../signed-cursor';
import { existingTeam, refuseArchivedApplication } from '../teams/open-team';
import { tokenChange } from '../token-state';
import {
  type ApplicationListView,
  type ApplicationView,
  applicationView,
  type ChangedApplicationView,
  tokenView,
} from '../views';
import { type Applications, applicationState } from './applications';

const DEFAULT_PAGE = 20;

/** Tokens that are named when an application is archived. */
const TOKENS_NAMED = 100;

/** Tokens that one request moves after their application; each is a write of its own. */
const MOST_MOVED = 200;

/** Lists, reads and changes applications; {@link Applications} registers them. */
export class ApplicationChanges {
  private readonly cursors: SignedCursors;

  constructor(
    private readonly settings: TokenSettings,
    private readonly ports: TokenServicePorts,
    private readonly applications: Applications,
    private readonly changes: Changes,
    private readonly clientMoves: ClientMoves,
  ) {
    this.cursors = new SignedCursors(ports);
  }

  /**
   * Applications of a team by name, or of every team, the newest first; an application sees itself alone.
   *
   * @throws {Fault} when the cursor is not one of this list, or the caller may not read that
   */
  async list(query: ListApplications, { caller }: Origin): Promise<ApplicationListView> {
    const listed = await readerOf(caller, this.settings, this.ports).listed('application.read', { team: query.team });
    if (listed.of === 'application') {
      const stored = await this.ports.store.getApplication(listed.application);
      return { applications: stored === undefined ? [] : [applicationView(stored)] };
    }
    return listed.of === 'team' ? this.ofTeam(listed.team, query) : this.ofAll(query);
  }

  /** @throws {Fault} when there is no such application, or the caller may not read it */
  async get(name: string, { caller }: Origin): Promise<ApplicationView> {
    const stored = await this.stored(name);
    await readerOf(caller, this.settings, this.ports).require('application.read', belonging(stored));
    return applicationView(stored);
  }

  /**
   * Changes tier, team, maintainers and state of an application. Its key moves to the plans of the tier, and its tokens follow. The same request again
   * does what an earlier one left.
   *
   * @throws {Fault} when there is no such application, the caller may not do that, or a value is not allowed
   */
  async update(name: string, command: UpdateApplication, origin: Origin): Promise<ChangedApplicationView> {
    refuseAny('command-not-valid', tierFaults(command.tier, this.settings.tiers));
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const authority = await authorityOf(origin.caller, this.settings, this.ports);
      const stored = await this.stored(name);
      await this.refuse(command, stored, authority);
      const written = await this.write(command, stored, origin);
      if (written !== undefined) {
        return this.finish(written, command, origin);
      }
      await this.ports.wait(backoffMs(attempt, this.ports.random()));
    }
    throw new Error(`the application changed ${ATTEMPTS} times during one request`);
  }

  private async ofTeam(team: string, { limit = DEFAULT_PAGE, cursor }: ListApplications): Promise<ApplicationListView> {
    const query = { list: 'applications', team };
    const [after] = cursor === undefined ? [] : await this.cursors.read(cursor, query);
    const from = typeof after === 'string' ? after : undefined;
    const { applications, next } = await this.ports.teams.listApplications({ team, limit, after: from });
    return {
      applications: applications.filter((found) => (found.team ?? DEFAULT_TEAM) === team).map(applicationView),
      ...(next === undefined ? {} : { nextCursor: await this.cursors.write(query, [next]) }),
    };
  }

  private async ofAll({ limit = DEFAULT_PAGE, cursor }: ListApplications): Promise<ApplicationListView> {
    const query = { list: 'all applications' };
    const [createdAt, id] = cursor === undefined ? [] : await this.cursors.read(cursor, query);
    const after = typeof createdAt === 'number' && typeof id === 'string' ? { createdAt, id } : undefined;
    const { applications, next } = await this.ports.teams.listAllApplications({ limit, after });
    return {
      applications: applications.map(applicationView),
      ...(next === undefined ? {} : { nextCursor: await this.cursors.write(query, [next.createdAt, next.id]) }),
    };
  }

  private async stored(name: string): Promise<ApplicationRecord> {
    const found = await this.ports.store.getApplication(name);
    if (found === undefined) {
      throw missing('application.read');
    }
    return found;
  }

  /** Refuses what the caller may not change, and values that are not allowed. */
  private async refuse(command: UpdateApplication, stored: ApplicationRecord, authority: Authority): Promise<void> {
    const { tier, team, maintainers, archived } = command;
    const object = belonging(stored);
    const asked: readonly (readonly [Action, unknown])[] = [
      ['application.transfer', team],
      ['application.maintain', maintainers],
      ['application.archive', archived],
    ];
    const actions = asked.flatMap(([action, value]) => (value === undefined ? [] : [action]));
    for (const action of actions) {
      await authority.require(action, object);
    }
    if (tier !== undefined || actions.length === 0) {
      const { role } = await authority.require('application.update', object);
      const faults =
        tier === undefined || !isTeamRole(role) ? [] : teamTierFaults(tier, stored.tier, this.settings.policy);
      refuseAny('wider-than-caller', faults);
    }
    if (archived !== false) {
      refuseArchivedApplication(archived === true ? undefined : stored);
    }
    if (team !== undefined && team !== object.team) {
      await authority.require('application.transfer', { team });
      await existingTeam(this.ports.teams, team, true);
    }
    refuseAny('command-not-valid', await this.maintainerFaults(maintainers ?? [], team ?? object.team));
  }

  /** Whoever maintains an application is a member of its team. */
  private async maintainerFaults(maintainers: readonly string[], team: string): Promise<FaultDetail[]> {
    const members = maintainers.length === 0 ? {} : ((await this.ports.teams.getTeam(team))?.members ?? {});
    return maintainers.flatMap((id, index) =>
      Object.hasOwn(members, id)
        ? []
        : [
            {
              path: ['maintainers', index],
              text: `maintainers.${index} is ${id}, expected a member of the team ${team}`,
            },
          ],
    );
  }

  private async write(
    command: UpdateApplication,
    stored: ApplicationRecord,
    origin: Origin,
  ): Promise<ApplicationRecord | undefined> {
    const before = await this.withFinishedKey(stored, command, origin);
    const changes = changesOf(command, before, epochSeconds(this.ports));
    if (Object.keys(changes).length === 0) {
      return before;
    }
    const after = { ...before, ...changes } as ApplicationRecord;
    const change: Change = {
      ...actorOf(origin),
      action: actionOf(command),
      object: { kind: 'application', id: before.application },
      application: before.application,
      team: before.team,
      before: applicationState(before),
      after: applicationState(after),
    };
    return this.changes.write(before.pk, change, (entry) =>
      this.ports.store.updateApplication(before.application, before.version, changes, entry),
    );
  }

  /** A key that is being made is finished first: it goes into the plans of the tier that it was planned for. */
  private async withFinishedKey(
    stored: ApplicationRecord,
    { tier }: UpdateApplication,
    origin: Origin,
  ): Promise<ApplicationRecord> {
    if (tier === undefined || stored.tier === undefined || stored.tier === tier || stored.usageKey !== undefined) {
      return stored;
    }
    const { application, team } = stored;
    await this.applications.ensure({ application, tier: stored.tier, team }, origin);
    return this.stored(application);
  }

  /** Everything that follows the change of the record, and that the same request again takes up where an earlier one stopped. */
  private async finish(
    written: ApplicationRecord,
    command: UpdateApplication,
    origin: Origin,
  ): Promise<ChangedApplicationView> {
    const record = await this.withMovedKey(written, command, origin);
    const { team, tier } = command;
    const areTokensThere = (team === undefined && tier === undefined) || (await this.moveTokens(record, origin));
    const areClientsThere = team === undefined || (await this.clientMoves.follow(record, origin));
    const isComplete = areTokensThere && areClientsThere;
    const view = applicationView(record);
    if (command.archived !== true) {
      return isComplete ? view : { ...view, tokensLeft: true };
    }
    const { application } = record;
    const { tokens } = await this.ports.store.listTokens({ application, limit: TOKENS_NAMED });
    const [now, { environment }] = [epochSeconds(this.ports), this.settings];
    return { ...view, tokens: tokens.map((token) => tokenView({ ...token, environment }, now)) };
  }

  /**
   * Moves the key from the plans of its former tier to those of its tier. A key is in one plan of a stage only, so that it is in none for a moment, and
   * the gateway refuses what comes then.
   */
  private async withMovedKey(
    record: ApplicationRecord,
    { tier }: UpdateApplication,
    origin: Origin,
  ): Promise<ApplicationRecord> {
    const { application, usageKeyId, formerTier } = record;
    if (tier !== undefined && usageKeyId === undefined) {
      return (await this.applications.ensure({ application, tier, team: record.team }, origin)).application;
    }
    if (formerTier === undefined || usageKeyId === undefined || record.tier === undefined) {
      return record;
    }
    await this.ports.usageKeys.detachKey(usageKeyId, formerTier);
    await this.ports.usageKeys.attachKey(usageKeyId, record.tier);
    // Nothing that anybody sees. Where others changed the record meanwhile, the next request takes it out.
    const settled = await this.ports.store.updateApplication(application, record.version, { formerTier: undefined });
    return settled ?? record;
  }

  /**
   * Gives the tokens of an application its team and its tier.
   *
   * @returns whether all of them have them
   */
  private async moveTokens(
    { application, team = DEFAULT_TEAM, tier }: ApplicationRecord,
    origin: Origin,
  ): Promise<boolean> {
    let moved = 0;
    let after: Parameters<TokenServicePorts['store']['listTokens']>[0]['after'];
    do {
      const { tokens, next } = await this.ports.store.listTokens({ application, limit: 100, after });
      for (const token of tokens) {
        const isRight = token.team === team && (token.tier === undefined || token.tier === tier);
        if (isRight || token.status === 'revoked') {
          continue;
        }
        if (moved === MOST_MOVED) {
          return false;
        }
        await this.moveToken(token.id, { team, tier }, origin);
        moved += 1;
      }
      after = next;
    } while (after !== undefined);
    return true;
  }

  /** A token that others change meanwhile is looked at again; one that is revoked stays as it is. */
  private async moveToken(
    id: string,
    { team, tier }: { readonly team: string; readonly tier: string | undefined },
    origin: Origin,
  ): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const token = await this.ports.store.getToken(id);
      if (token === undefined || token.status === 'revoked') {
        return;
      }
      const changes: ItemChanges<TokenRecord> = { team, ...(token.tier === undefined ? {} : { tier }) };
      const { application } = token;
      const change: Change = {
        ...actorOf(origin),
        action: 'token.update',
        object: { kind: 'token', id },
        application,
        team: token.team,
        ...tokenChange(token, { ...token, ...changes } as TokenRecord),
      };
      const written = await this.changes.write(tokenKey(id), change, (entry) =>
        this.ports.store.updateToken(id, token.version, changes, entry),
      );
      if (written !== undefined) {
        return;
      }
      await this.ports.wait(backoffMs(attempt, this.ports.random()));
    }
    throw new Error(`token ${id} changed ${ATTEMPTS} times while it followed its application`);
  }
}

function belonging({ application, team = DEFAULT_TEAM, maintainers = [] }: ApplicationRecord) {
  return { application, team, maintainers } satisfies Belonging;
}

/** What differs between the record and what is asked for. */
function changesOf(
  { tier, team, maintainers, archived }: UpdateApplication,
  stored: ApplicationRecord,
  now: number,
): ItemChanges<ApplicationRecord> {
  const isMoved = team !== undefined && team !== (stored.team ?? DEFAULT_TEAM);
  const isOtherTier = tier !== undefined && stored.tier !== undefined && tier !== stored.tier;
  const isOtherState = archived !== undefined && archived !== (stored.archivedAt !== undefined);
  return {
    // Those who maintained it are members of the team before.
    ...(isMoved ? { team, applicationOf: team, maintainers: undefined } : {}),
    ...(isOtherTier ? { tier, formerTier: stored.formerTier ?? stored.tier } : {}),
    ...(maintainers === undefined
      ? {}
      : { maintainers: maintainers.length === 0 ? undefined : [...new Set(maintainers)] }),
    ...(isOtherState ? { archivedAt: archived ? now : undefined } : {}),
  };
}

/** The action that the trail names: the one that reaches furthest. */
function actionOf({ team, archived, maintainers, tier }: UpdateApplication): Action {
  if (team !== undefined) {
    return 'application.transfer';
  }
  if (archived !== undefined) {
    return 'application.archive';
  }
  return maintainers !== undefined && tier === undefined ? 'application.maintain' : 'application.update';
}
