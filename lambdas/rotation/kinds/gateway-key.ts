import { createHash } from 'node:crypto';
import { randomBase62 } from '../../lib/base62';
import type { CredentialEntry } from '../../lib/rotation-record';
import type { GatewayKeyConfig } from '../config';
import { RotationAbandonedError, RotationRefusedError, RotationRetryableError } from '../errors';
import type { ReapContext, SecretKind, StepContext } from '../kind';
import { succeedsInARow } from '../retry';

/** An API Gateway key, as its control plane lists it. */
export interface GatewayKey {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly enabled: boolean;
}

/** The part of API Gateway's control plane that keys need. Calls reject with the service's errors. */
export interface GatewayKeys {
  /** Keys whose names begin so, every page. */
  list(namePrefix: string): Promise<readonly GatewayKey[]>;
  get(id: string): Promise<GatewayKey | undefined>;
  /** How many keys the account has in the Region. */
  count(): Promise<number>;
  /** Makes an enabled key; rejects with `ConflictException` when the value is taken. */
  create(name: string, value: string): Promise<void>;
  plansOf(keyId: string): Promise<readonly string[]>;
  /** Attaching again changes nothing. */
  attach(planId: string, keyId: string): Promise<void>;
  /** Requests counted between two UTC days, both included, `YYYY-MM-DD`. */
  usage(planId: string, keyId: string, from: string, to: string): Promise<number>;
  disable(id: string): Promise<void>;
  /** A key that is gone already is no error. */
  remove(id: string): Promise<void>;
}

/** The records that name a key: the application's, and those of its tokens. */
export interface KeyedRecords {
  /** The usage key of the application; `undefined` when it is not registered or has none yet. */
  application(): Promise<{ readonly keyId: string; readonly value: string } | undefined>;
  /**
   * Writes the new key into every record that names one of the old values; keys that others gave a token stay.
   *
   * @returns how many records were changed
   */
  switchKey(from: readonly string[], to: { readonly keyId: string; readonly value: string }): Promise<number>;
}

/** What gateway keys need beside the engine. */
export interface GatewayKeyPorts {
  readonly keys: GatewayKeys;
  readonly records: KeyedRecords;
  /** Whether the probe route accepts a request with the key in its header. */
  readonly probe: (url: string, value: string) => Promise<boolean>;
}

/** Payload of the secret of a gateway key. */
export interface GatewayKeySecret {
  readonly keyName: string;
  /** The value of the key, chosen before the key exists. */
  readonly value: string;
  readonly planIds: readonly string[];
}

const VALUE_LENGTH = 40;

/** Keys that an account may have in a Region; it cannot be raised. Source: "Amazon API Gateway quotas". */
const MAX_KEYS = 10_000;

const DAY_MS = 86_400_000;

/**
 * The API Gateway key of an application. Consumers do not send it: the authorizer reads its value with the record of the token.
 * So after the promotion the records are moved to the new value, which the reaper does once API Gateway had the time to learn
 * the key; the key before is accepted until the last of them has moved, the overlap is over and nobody uses it any more.
 * The first rotation adopts the key that the application has.
 */
export function gatewayKey(
  config: GatewayKeyConfig,
  bounds: { readonly testSeconds: number; readonly testSuccesses: number },
  { keys, records, probe }: GatewayKeyPorts,
): SecretKind<GatewayKeySecret> {
  const overlapMs = config.overlapSeconds * 1000;

  function retireAt({ demotedAt, promotedAt, releasedAt, revokedAt, disabledAt }: CredentialEntry): number | undefined {
    if (disabledAt !== undefined) {
      return disabledAt + config.soakSeconds * 1000;
    }
    return revokedAt ?? (promotedAt === undefined ? demotedAt : releasedAt && releasedAt + overlapMs);
  }

  async function makeRoom(): Promise<void> {
    const count = await keys.count();
    if (count >= MAX_KEYS) {
      throw new RotationRefusedError(`the account has ${count} API keys, of at most ${MAX_KEYS}`);
    }
  }

  /** The key of a payload, by its exact name and value: a query for a name matches its beginning only. */
  async function find({ keyName, value }: GatewayKeySecret): Promise<GatewayKey | undefined> {
    return (await keys.list(keyName)).find((key) => key.name === keyName && key.value === value);
  }

  async function ensure(payload: GatewayKeySecret): Promise<GatewayKey> {
    const found = await find(payload);
    if (found) {
      return found;
    }
    try {
      await keys.create(payload.keyName, payload.value);
    } catch (error) {
      // An attempt at the same time made it: it is listed below, or the value belongs to another name.
      if ((error as Error).name !== 'ConflictException') {
        throw error;
      }
    }
    const made = await find(payload);
    if (!made) {
      throw new RotationRetryableError(`key ${payload.keyName} was made and is not listed yet`);
    }
    return made;
  }

  async function isUsable({ payload }: StepContext<GatewayKeySecret>): Promise<boolean> {
    const key = await find(payload);
    if (!key?.enabled) {
      return false;
    }
    const plans = await keys.plansOf(key.id);
    return (
      payload.planIds.every((plan) => plans.includes(plan)) &&
      (config.probeUrl === undefined || (await probe(config.probeUrl, payload.value)))
    );
  }

  return {
    name: 'gateway-key',
    readPayload: readGatewayKey,
    credentials: ({ keyName }) => [{ id: keyName, role: 'current' }],

    tooEarly({ entries, now }) {
      const before = entries.find((entry) => entry.demotedAt !== undefined && entry.disabledAt === undefined);
      if (!before) {
        return undefined;
      }
      const due = retireAt(before);
      const still = `key ${before.id} is still enabled, `;
      if (due === undefined) {
        return { reason: `${still}records name it` };
      }
      return now < due
        ? { reason: `${still}its overlap ends at ${new Date(due).toISOString()}`, until: due }
        : { reason: `${still}it has had no quiet day yet` };
    },

    async create({ current, secretName, versionId }) {
      const inRecords = await records.application();
      if (!inRecords) {
        throw new RotationRefusedError(
          `application "${config.application}" has no usage key, register it with a tier first`,
        );
      }
      if (!current) {
        const existing = await keys.get(inRecords.keyId);
        if (existing?.value !== inRecords.value) {
          throw new RotationRefusedError(`key ${inRecords.keyId} of the application's record is not in API Gateway`);
        }
        return { keyName: existing.name, value: existing.value, planIds: await keys.plansOf(existing.id) };
      }
      await makeRoom();
      const before = await find(current.document.payload);
      const planIds = before ? await keys.plansOf(before.id) : current.document.payload.planIds;
      const keyName = `${namePrefix(config, secretName)}${versionId}`;
      return { keyName, value: randomBase62(VALUE_LENGTH), planIds: [...planIds].sort() };
    },

    async set({ payload, record, versionId, clock }) {
      const { id } = await ensure(payload);
      for (const plan of payload.planIds) {
        await keys.attach(plan, id);
      }
      const known = (await record.read())?.credentials.find((entry) => entry.id === payload.keyName);
      // API Gateway begins to learn the key now, however long ago its value was chosen.
      const publishedAt = known?.publishedAt ?? clock.now();
      await record.note({ id: payload.keyName, versionId, targetId: id, publishedAt });
    },

    async test(context) {
      if (await succeedsInARow(context.clock, bounds, () => isUsable(context))) {
        return;
      }
      const { keyName } = context.payload;
      if ((await find(context.payload))?.enabled === false) {
        throw new RotationAbandonedError(`key ${keyName} was disabled`);
      }
      throw new RotationRetryableError(`key ${keyName} is not usable with every plan yet`);
    },

    async dryRun() {
      await keys.list(config.namePrefix);
      await records.application();
    },

    async reap(context) {
      await moveRecords(context);
      const { record } = context;
      for (const entry of (await record.read())?.credentials ?? []) {
        await reapOne(entry, context);
      }
      await reapUnrecorded(context);
    },

    retireAt,
    async inUseBy(entries, now) {
      const counts = new Map<string, number>();
      for (const { id, targetId } of entries) {
        const from = day(now - Math.max(config.quietDays, 1) * DAY_MS);
        counts.set(id, targetId === undefined ? 0 : await requestsOf(targetId, from, day(now)));
      }
      return counts;
    },
    // Records follow the current version, so a key that is still enabled can take over again.
    rollBackUntil: (since) => since + overlapMs,
  };

  /** Moves the records to the current key, and notes since when none names another. */
  async function moveRecords(context: ReapContext<GatewayKeySecret>): Promise<void> {
    const { current, clock, record } = context;
    const { payload } = current.document;
    const entry = context.entries.find(({ id }) => id === payload.keyName);
    const before = context.entries.filter(
      ({ promotedAt, demotedAt, disabledAt }) =>
        promotedAt !== undefined && demotedAt !== undefined && disabledAt === undefined,
    );
    const isSettled =
      config.probeUrl !== undefined || clock.now() >= (entry?.publishedAt ?? clock.now()) + config.settleSeconds * 1000;
    if (before.length === 0 || entry?.targetId === undefined || !isSettled) {
      return;
    }
    const olds: string[] = [];
    for (const { targetId } of before) {
      const key = targetId === undefined ? undefined : await keys.get(targetId);
      olds.push(...(key ? [key.value] : []));
    }
    const changed = await records.switchKey(olds, { keyId: entry.targetId, value: payload.value });
    for (const { id, releasedAt } of before) {
      if (changed > 0 && releasedAt !== undefined) {
        await record.note({ id, releasedAt: undefined });
      } else if (changed === 0 && releasedAt === undefined) {
        await record.note({ id, releasedAt: clock.now() });
      }
    }
  }

  async function reapOne(entry: CredentialEntry, context: ReapContext<GatewayKeySecret>): Promise<void> {
    const { clock, record, mayDestroy, retired } = context;
    const { id, targetId, demotedAt, disabledAt, revokedAt, promotedAt } = entry;
    const due = retireAt(entry);
    if (demotedAt === undefined || due === undefined || clock.now() < due || !(await mayDestroy(entry))) {
      return;
    }
    const key = targetId === undefined ? await named(id) : await keys.get(targetId);
    if (!key) {
      await record.forget(id);
      return;
    }
    const isForced = revokedAt !== undefined || promotedAt === undefined;
    if (disabledAt === undefined) {
      if (isForced || (await isQuiet(key.id, entry.releasedAt ?? demotedAt, clock.now()))) {
        await keys.disable(key.id);
        await record.note({ id, targetId: key.id, disabledAt: clock.now() });
        retired(id, 'disabled');
      }
      return;
    }
    await keys.remove(key.id);
    await record.forget(id);
    retired(id, 'deleted');
  }

  async function named(name: string): Promise<GatewayKey | undefined> {
    return (await keys.list(name)).find((key) => key.name === name);
  }

  /** Whether nobody used a key on the last whole days, all of them after it was released. */
  async function isQuiet(keyId: string, since: number, now: number): Promise<boolean> {
    if (config.quietDays === 0) {
      return true;
    }
    const today = now - (now % DAY_MS);
    const first = today - config.quietDays * DAY_MS;
    if (first < since) {
      return false;
    }
    return (await requestsOf(keyId, day(first), day(today))) === 0;
  }

  async function requestsOf(keyId: string, from: string, to: string): Promise<number> {
    let count = 0;
    for (const plan of await keys.plansOf(keyId)) {
      count += await keys.usage(plan, keyId, from, to);
    }
    return count;
  }

  /** Keys named after versions that were given up: nobody was ever told their values. */
  async function reapUnrecorded(context: ReapContext<GatewayKeySecret>): Promise<void> {
    const prefix = namePrefix(config, context.secretName);
    const known = (await context.record.read())?.credentials.map(({ id }) => id) ?? [];
    for (const key of await keys.list(prefix)) {
      if (!key.name.startsWith(prefix) || known.includes(key.name)) {
        continue;
      }
      if (await context.mayDestroy({ id: key.name, versionId: key.name.slice(prefix.length) })) {
        await keys.remove(key.id);
        context.retired(key.name, 'deleted');
      }
    }
  }
}

/** First part of the names of an application's rotated keys; it ends with a digest of the secret's name. */
function namePrefix({ namePrefix: base, application }: GatewayKeyConfig, secretName: string): string {
  return `${base}-${application}/${createHash('sha256').update(secretName).digest('hex').slice(0, 8)}/`;
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function readGatewayKey(value: unknown): GatewayKeySecret | undefined {
  const { keyName, value: key, planIds } = (value ?? {}) as Partial<GatewayKeySecret>;
  return typeof keyName === 'string' &&
    keyName !== '' &&
    typeof key === 'string' &&
    /^[A-Za-z0-9]{20,128}$/.test(key) &&
    Array.isArray(planIds) &&
    planIds.every((plan) => typeof plan === 'string')
    ? { keyName, value: key, planIds }
    : undefined;
}
