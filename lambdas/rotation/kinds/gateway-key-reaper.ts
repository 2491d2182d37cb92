import type { CredentialEntry } from '../../lib/rotation-record';
import type { GatewayKeyConfig } from '../config';
import type { ReapContext } from '../kind';
import {
  type GatewayKey,
  type GatewayKeyPorts,
  type GatewayKeySecret,
  type GatewayKeys,
  type KeyedRecords,
  namePrefix,
} from './gateway-key-target';

const DAY_MS = 86_400_000;

/** Retires API Gateway keys: moves the records to the current key, disables the one before, then deletes it. */
export class GatewayKeyReaper {
  private readonly keys: GatewayKeys;
  private readonly records: KeyedRecords;

  constructor(
    private readonly config: GatewayKeyConfig,
    { keys, records }: Pick<GatewayKeyPorts, 'keys' | 'records'>,
  ) {
    this.keys = keys;
    this.records = records;
  }

  /** When a key that is not in use is due to be disabled, or deleted once it is; epoch milliseconds. */
  retireAt({ demotedAt, promotedAt, releasedAt, revokedAt, disabledAt }: CredentialEntry): number | undefined {
    const { overlapSeconds, soakSeconds } = this.config;
    if (disabledAt !== undefined) {
      return disabledAt + soakSeconds * 1000;
    }
    return revokedAt ?? (promotedAt === undefined ? demotedAt : releasedAt && releasedAt + overlapSeconds * 1000);
  }

  /** Retires what is due. */
  async reap(context: ReapContext<GatewayKeySecret>): Promise<void> {
    await this.moveRecords(context);
    for (const entry of (await context.record.read())?.credentials ?? []) {
      await this.reapOne(entry, context);
    }
    await this.reapUnrecorded(context);
  }

  /** How often each key was used on the last days, by its id. */
  async inUseBy(entries: readonly CredentialEntry[], now: number): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    const from = day(now - Math.max(this.config.quietDays, 1) * DAY_MS);
    for (const { id, targetId } of entries) {
      counts.set(id, targetId === undefined ? 0 : await this.requestsOf(targetId, from, day(now)));
    }
    return counts;
  }

  /** Moves the records to the current key, and notes since when none names another. */
  private async moveRecords(context: ReapContext<GatewayKeySecret>): Promise<void> {
    const { current, clock, record } = context;
    const { payload } = current.document;
    const entry = context.entries.find(({ id }) => id === payload.keyName);
    const before = context.entries.filter(
      ({ promotedAt, demotedAt, disabledAt }) =>
        promotedAt !== undefined && demotedAt !== undefined && disabledAt === undefined,
    );
    const isSettled =
      this.config.probeUrl !== undefined ||
      clock.now() >= (entry?.publishedAt ?? clock.now()) + this.config.settleSeconds * 1000;
    if (before.length === 0 || entry?.targetId === undefined || !isSettled) {
      return;
    }
    const olds: string[] = [];
    for (const { targetId } of before) {
      const key = targetId === undefined ? undefined : await this.keys.get(targetId);
      olds.push(...(key ? [key.value] : []));
    }
    const changed = await this.records.switchKey(olds, { keyId: entry.targetId, value: payload.value });
    for (const { id, releasedAt } of before) {
      if (changed > 0 && releasedAt !== undefined) {
        await record.note({ id, releasedAt: undefined });
      } else if (changed === 0 && releasedAt === undefined) {
        await record.note({ id, releasedAt: clock.now() });
      }
    }
  }

  private async reapOne(entry: CredentialEntry, context: ReapContext<GatewayKeySecret>): Promise<void> {
    const { clock, record, mayDestroy, retired } = context;
    const { id, targetId, demotedAt, disabledAt, revokedAt, promotedAt } = entry;
    const due = this.retireAt(entry);
    if (demotedAt === undefined || due === undefined || clock.now() < due || !(await mayDestroy(entry))) {
      return;
    }
    const key = targetId === undefined ? await this.named(id) : await this.keys.get(targetId);
    if (!key) {
      await record.forget(id);
      return;
    }
    const isForced = revokedAt !== undefined || promotedAt === undefined;
    if (disabledAt === undefined) {
      if (isForced || (await this.isQuiet(key.id, entry.releasedAt ?? demotedAt, clock.now()))) {
        await this.keys.disable(key.id);
        await record.note({ id, targetId: key.id, disabledAt: clock.now() });
        retired(id, 'disabled');
      }
      return;
    }
    await this.keys.remove(key.id);
    await record.forget(id);
    retired(id, 'deleted');
  }

  private async named(name: string): Promise<GatewayKey | undefined> {
    return (await this.keys.list(name)).find((key) => key.name === name);
  }

  /** Whether nobody used a key on the last whole days, all of them after it was released. */
  private async isQuiet(keyId: string, since: number, now: number): Promise<boolean> {
    if (this.config.quietDays === 0) {
      return true;
    }
    const today = now - (now % DAY_MS);
    const first = today - this.config.quietDays * DAY_MS;
    if (first < since) {
      return false;
    }
    return (await this.requestsOf(keyId, day(first), day(today))) === 0;
  }

  /** Requests that every plan of a key counted between two UTC days, both included. */
  private async requestsOf(keyId: string, from: string, to: string): Promise<number> {
    let count = 0;
    for (const plan of await this.keys.plansOf(keyId)) {
      count += await this.keys.usage(plan, keyId, from, to);
    }
    return count;
  }

  /** Keys named after versions that were given up: nobody was ever told their values. */
  private async reapUnrecorded(context: ReapContext<GatewayKeySecret>): Promise<void> {
    const prefix = namePrefix(this.config, context.secretName);
    const known = (await context.record.read())?.credentials.map(({ id }) => id) ?? [];
    for (const key of await this.keys.list(prefix)) {
      if (!key.name.startsWith(prefix) || known.includes(key.name)) {
        continue;
      }
      if (await context.mayDestroy({ id: key.name, versionId: key.name.slice(prefix.length) })) {
        await this.keys.remove(key.id);
        context.retired(key.name, 'deleted');
      }
    }
  }
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
