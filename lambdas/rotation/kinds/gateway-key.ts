import { randomBase62 } from '../../lib/base62';
import type { GatewayKeyConfig } from '../config';
import { RotationAbandonedError, RotationRefusedError, RotationRetryableError } from '../errors';
import type { SecretKind, StepContext } from '../kind';
import { succeedsInARow } from '../retry';
import { GatewayKeyReaper } from './gateway-key-reaper';
import { type GatewayKey, type GatewayKeyPorts, type GatewayKeySecret, namePrefix } from './gateway-key-target';

const VALUE_LENGTH = 40;

/** Keys that an account may have in a Region; it cannot be raised. Source: "Amazon API Gateway quotas". */
const MAX_KEYS = 10_000;

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
  const reaper = new GatewayKeyReaper(config, { keys, records });

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
      const due = reaper.retireAt(before);
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

    reap: (context) => reaper.reap(context),
    retireAt: (entry) => reaper.retireAt(entry),
    inUseBy: (entries, now) => reaper.inUseBy(entries, now),
    // Records follow the current version, so a key that is still enabled can take over again.
    rollBackUntil: (since) => since + config.overlapSeconds * 1000,
  };
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
