import { type ClientRecord, clientKey } from '../../../lib/client-record';
import type { ApplicationRecord } from '../../../lib/token-record';
import type { Action } from '../authority/actions';
import type { Authority, Belonging } from '../authority/authority';
import { authorityOf } from '../authority/authority-of';
import { missing } from '../authority/missing';
import { DEFAULT_TEAM } from '../authority/roles';
import type { Changes } from '../changes';
import { Fault } from '../fault';
import { actorOf, type Origin } from '../origin';
import { type Policy, policyOf } from '../policy/policy';
import { epochSeconds, type ItemChanges, type TokenServicePorts } from '../ports';
import { ATTEMPTS, backoffMs } from '../retry';
import type { Sources } from '../revocation/sources';
import type { TokenSettings } from '../settings';
import { existingTeam, refuseArchivedApplication } from '../teams/open-team';
import { clientChange, isNarrower, sourceOfClient } from './client-state';

/** A client after a request to change it. */
export interface ChangedClient {
  readonly client: ClientRecord;
  /** What it was before; absent when there was nothing to change. */
  readonly before?: ClientRecord;
}

/** What a client belongs to now: its application says it, so that a client goes with it to another team. */
export function belongingOf(
  client: Pick<ClientRecord, 'application' | 'team'>,
  application: ApplicationRecord | undefined,
): Belonging & { readonly team: string } {
  return {
    application: client.application,
    team: application?.team ?? client.team ?? DEFAULT_TEAM,
    maintainers: application?.maintainers ?? [],
  };
}

/** Reads a client, consistently; `undefined` when there is none. */
export async function storedClient(
  { items }: Pick<TokenServicePorts, 'items'>,
  id: string,
): Promise<ClientRecord | undefined> {
  return items.get<ClientRecord>(clientKey(id));
}

/**
 * The policy of the team that an application belongs to.
 *
 * @throws {Fault} when the application or its team is archived
 */
export async function policyOfOpen(
  application: ApplicationRecord | undefined,
  team: string,
  settings: TokenSettings,
  { teams }: Pick<TokenServicePorts, 'teams'>,
): Promise<Policy> {
  refuseArchivedApplication(application);
  const stored = await existingTeam(teams, team, false);
  return policyOf(settings, stored?.policy);
}

/** Actions that only take something away: they are open for clients of what is archived, too. */
const CONTAINING: readonly Action[] = ['client.remove-key', 'client.end-grace', 'client.disable', 'client.remove'];

/**
 * Changes single clients: reads caller, client and application, judges, and writes over the version that was judged. When somebody else changed the
 * client meanwhile, it begins again.
 */
export class ClientChanges {
  constructor(
    private readonly settings: TokenSettings,
    private readonly ports: TokenServicePorts,
    private readonly changes: Changes,
    private readonly sources: Sources,
  ) {}

  /**
   * @param decide what to change of the client as it is stored, under the policy of its team; `undefined` when it is already as it should be
   * @throws {Fault} when there is no such client, the caller may not change it, it is removed, its application is archived, or `decide` refuses
   */
  async change(
    id: string,
    action: Action,
    origin: Origin,
    decide: (
      client: ClientRecord,
      by: { readonly authority: Authority; readonly policy: Policy },
    ) => Promise<ItemChanges<ClientRecord> | undefined>,
  ): Promise<ChangedClient> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const [authority, before] = await Promise.all([
        authorityOf(origin.caller, this.settings, this.ports),
        storedClient(this.ports, id),
      ]);
      if (!before) {
        throw missing(action);
      }
      const application = await this.ports.store.getApplication(before.application);
      const belonging = belongingOf(before, application);
      await authority.require(action, belonging);
      if (before.status === 'removed' && action !== 'client.remove') {
        throw new Fault('not-in-this-state', 'the client is removed for good; make another');
      }
      const policy = CONTAINING.includes(action)
        ? policyOf(this.settings)
        : await policyOfOpen(application, belonging.team, this.settings, this.ports);
      const changes = await decide(before, { authority, policy });
      if (changes === undefined) {
        await this.finish(before);
        return { client: before };
      }
      const client = await this.write(before, changes, action, origin);
      if (client !== undefined) {
        return { client, before };
      }
      await this.ports.wait(backoffMs(attempt, this.ports.random()));
    }
    throw new Error(`client ${id} changed ${ATTEMPTS} times while it was being changed`);
  }

  /** Writes a change over the version that was read, and ends what was derived from the client where it may do less now. */
  write(
    before: ClientRecord,
    changes: ItemChanges<ClientRecord>,
    action: Action,
    origin: Origin,
  ): Promise<ClientRecord | undefined> {
    const { id, application, team, version } = before;
    const after = { ...before, ...changes } as ClientRecord;
    const change = {
      ...actorOf(origin),
      action,
      object: { kind: 'client', id },
      application,
      team,
      ...clientChange(before, after),
    } as const;
    return this.changes.write(
      before.pk,
      change,
      (entry) => this.ports.items.update<ClientRecord>(before.pk, version, changes, entry),
      async (client) => {
        this.log(action, client, origin);
        if (isNarrower(client, before, epochSeconds(this.ports))) {
          await this.sources.end([sourceOfClient(client)]);
        }
      },
    );
  }

  /** It was done before, and what follows may have broken off. */
  private async finish(client: ClientRecord): Promise<void> {
    if (client.status !== 'active') {
      await this.sources.end([sourceOfClient(client)]);
    }
  }

  private log(evt: string, { id, application, status }: ClientRecord, { caller, requestId }: Origin): void {
    const fields = { clientId: id, application, status, actor: caller.principal, requestId };
    this.ports.log({ level: 'info', evt, fields });
  }
}

/**
 * Whoever gives a client another way to prove who it is may do everything with it that the client may.
 *
 * @throws {Fault} when the client may do what the caller may not
 */
export function refuseWiderClient(authority: Authority, { scopes }: Pick<ClientRecord, 'scopes'>): void {
  const excess = scopes.filter((scope) => !authority.mayGrant(scope));
  if (excess.length > 0) {
    throw new Fault(
      'scope-not-held',
      `the client may get ${excess.join(', ')}, which the caller does not hold, so it cannot give the client a credential`,
    );
  }
}
