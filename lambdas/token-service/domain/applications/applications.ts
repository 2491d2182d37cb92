import { type ApplicationRecord, applicationKey } from '../../../lib/token-record';
import { DEFAULT_TEAM } from '../authority/roles';
import type { Changes } from '../changes';
import type { RegisterApplication } from '../commands';
import { Fault } from '../fault';
import { type Actor, actorOf, type Origin } from '../origin';
import { epochSeconds, type TokenServicePorts } from '../ports';
import { ATTEMPTS, backoffMs } from '../retry';
import type { TokenSettings } from '../settings';
import { refuseArchivedApplication } from '../teams/open-team';

/** An application whose usage key can be used. */
export type MeteredApplication = ApplicationRecord & { readonly tier: string; readonly usageKey: string };

/**
 * How long whoever comes while a key is being made waits for it, in milliseconds: API Gateway makes a few keys a second for the whole
 * account, so that a burst of requests must not ask for the same one. After that it makes the key itself, with the same value.
 */
const KEY_WAITS_MS = [100, 200, 400, 800, 1500] as const;

/**
 * Registers applications and their API Gateway keys.
 *
 * The first writer of the application's record chooses the value of the key before the key exists. Whoever comes later,
 * at the same time or after a crash, makes the key with the same value; API Gateway accepts each value once, so there
 * is one key. The record gets `usageKey` last, when the key exists and is attached to its usage plans.
 */
export class Applications {
  constructor(
    private readonly settings: Pick<TokenSettings, 'namePrefix'>,
    private readonly ports: TokenServicePorts,
    private readonly changes: Changes,
  ) {}

  /**
   * Makes sure that the application exists with this tier and has a usable key.
   *
   * @throws {Fault} when it has another tier or team
   */
  async ensure(
    request: RegisterApplication,
    origin: Origin | Actor,
    options: {
      /** Attach the key again, for usage plans that came later. */
      readonly attachAgain?: boolean;
    } = {},
  ): Promise<{ readonly application: MeteredApplication; readonly created: boolean }> {
    const { record: found, created } = await this.find(request, origin);
    const record = created ? found : await this.whenKeyed(found);
    if (hasKey(record)) {
      if (options.attachAgain && record.usageKeyId !== undefined) {
        await this.ports.usageKeys.attachKey(record.usageKeyId, record.tier);
      }
      return { application: record, created };
    }
    return { application: await this.makeKey(record, origin), created };
  }

  /** The application's record with tier and team as requested, written where it was missing. */
  private async find(
    request: RegisterApplication,
    origin: Origin | Actor,
  ): Promise<{ readonly record: ApplicationRecord & { readonly tier: string }; readonly created: boolean }> {
    const { store } = this.ports;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const stored = await store.getApplication(request.application);
      if (!stored) {
        const record = this.newRecord(request);
        const change = this.changeOf('application.register', record, origin);
        const added = await this.changes.write(record.pk, change, async (entry) =>
          (await store.addApplication(record, entry)) ? record : undefined,
        );
        if (added !== undefined) {
          return { record, created: true };
        }
        continue;
      }
      refuseContradiction(stored, request);
      refuseArchivedApplication(stored);
      const { tier } = request;
      const team = stored.team ?? request.team ?? DEFAULT_TEAM;
      const members = { tier, team, applicationOf: team };
      const record = { ...stored, ...members };
      if (stored.tier === tier && stored.team === team && stored.applicationOf === team) {
        return { record, created: false };
      }
      const change = this.changeOf('application.update', record, origin, stored);
      const next = await this.changes.write(stored.pk, change, (entry) =>
        store.updateApplication(stored.application, stored.version, members, entry),
      );
      if (next !== undefined) {
        return { record: { ...next, tier }, created: false };
      }
      await this.pause(attempt);
    }
    throw new Error(`application ${request.application} changed ${ATTEMPTS} times while it was being registered`);
  }

  /** The record once whoever is about to make the key has done so; as it was when that takes too long. */
  private async whenKeyed(
    record: ApplicationRecord & { readonly tier: string },
  ): Promise<ApplicationRecord & { readonly tier: string }> {
    if (hasKey(record) || record.pendingUsageKey === undefined) {
      return record;
    }
    for (const ms of KEY_WAITS_MS) {
      await this.ports.wait(ms * (0.5 + this.ports.random() / 2));
      const later = await this.ports.store.getApplication(record.application);
      if (later && hasKey(later)) {
        return later;
      }
    }
    return record;
  }

  private pause(attempt: number): Promise<void> {
    return this.ports.wait(backoffMs(attempt, this.ports.random()));
  }

  private newRecord({
    application,
    tier,
    team = DEFAULT_TEAM,
  }: RegisterApplication): ApplicationRecord & { readonly tier: string } {
    return {
      pk: applicationKey(application),
      entity: 'application',
      application,
      tier,
      team,
      applicationOf: team,
      pendingUsageKey: this.ports.newUsageKey(),
      createdAt: epochSeconds(this.ports),
      version: 1,
    };
  }

  private async makeKey(
    found: ApplicationRecord & { readonly tier: string },
    origin: Origin | Actor,
  ): Promise<MeteredApplication> {
    const { store, usageKeys, log } = this.ports;
    let record: ApplicationRecord = found;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (hasKey(record)) {
        return record;
      }
      const planned = await this.planKey(record);
      if (planned?.pendingUsageKey !== undefined) {
        const key = await usageKeys.ensureKey(
          `${this.settings.namePrefix}-${found.application}`,
          planned.pendingUsageKey,
        );
        await usageKeys.attachKey(key.id, found.tier);
        const { tier } = found;
        const members = { tier, usageKeyId: key.id, usageKey: key.value, pendingUsageKey: undefined };
        const after = { ...planned, tier, usageKeyId: key.id };
        const change = this.changeOf('application.usage-key', after, origin, planned);
        const finished = await this.changes.write(planned.pk, change, (entry) =>
          store.updateApplication(planned.application, planned.version, members, entry),
        );
        if (finished !== undefined) {
          log({
            level: 'info',
            evt: 'application.register',
            fields: { application: found.application, tier: found.tier, usageKeyId: key.id },
          });
          return { ...finished, tier, usageKey: key.value };
        }
      }
      await this.pause(attempt);
      record = (await store.getApplication(found.application)) ?? found;
    }
    throw new Error(`application ${found.application} changed ${ATTEMPTS} times while its usage key was being made`);
  }

  /** The record with a chosen key value; `undefined` when somebody else changed it meanwhile. */
  private async planKey(record: ApplicationRecord): Promise<ApplicationRecord | undefined> {
    if (record.pendingUsageKey !== undefined) {
      return record;
    }
    // Nothing that anybody sees: the entry follows when there is a key.
    return this.ports.store.updateApplication(record.application, record.version, {
      pendingUsageKey: this.ports.newUsageKey(),
    });
  }

  private changeOf(action: string, after: ApplicationRecord, origin: Origin | Actor, before?: ApplicationRecord) {
    const { application, team } = after;
    return {
      ...actorOf(origin),
      action,
      object: { kind: 'application', id: application },
      application,
      team,
      ...(before === undefined ? {} : { before: applicationState(before) }),
      after: applicationState(after),
    } as const;
  }
}

/** What the trail says of an application: the id of its key, never the value. */
export function applicationState({ tier, team, usageKeyId, maintainers, archivedAt }: ApplicationRecord) {
  return { tier, team, usageKeyId, maintainers, archivedAt };
}

function hasKey(record: ApplicationRecord): record is MeteredApplication {
  return record.usageKey !== undefined && record.tier !== undefined;
}

function refuseContradiction(stored: ApplicationRecord, { application, tier, team }: RegisterApplication): void {
  if (stored.tier !== undefined && stored.tier !== tier) {
    throw new Fault(
      'other-tier',
      `application "${application}" has the tier "${stored.tier}", it cannot be given the tier "${tier}"`,
    );
  }
  refuseOtherTeam(stored, team);
}

/** @throws {Fault} when the application belongs to another team */
export function refuseOtherTeam(stored: ApplicationRecord, team: string | undefined): void {
  if (stored.team !== undefined && team !== undefined && stored.team !== team) {
    throw new Fault(
      'other-team',
      `application "${stored.application}" belongs to another team than ${JSON.stringify(team)}`,
    );
  }
}
