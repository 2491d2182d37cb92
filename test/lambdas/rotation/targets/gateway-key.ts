import type { GatewayKeyConfig } from '../../../../lambdas/rotation/config';
import { gatewayKey } from '../../../../lambdas/rotation/kinds/gateway-key';
import type {
  GatewayKey,
  GatewayKeySecret,
  GatewayKeys,
  KeyedRecords,
} from '../../../../lambdas/rotation/kinds/gateway-key-target';
import { FakeAwsError } from '../support/fake-secrets';
import { DAY, HOUR, type Interval, must, type Target, type World } from '../support/world';

export const GATEWAY: GatewayKeyConfig = {
  kind: 'gateway-key',
  application: 'dashboard',
  tokenTable: 'acme-dev-tokens',
  namePrefix: 'acme-dev',
  settleSeconds: 1800,
  overlapSeconds: 7200,
  quietDays: 1,
  soakSeconds: 3600,
};

/** How long a gateway remembers the answer of its authorizer, in milliseconds. */
const RESULT_CACHE = HOUR;

const ADOPTED = 'canaryadoptedkeyvalue0123456789';

interface FakeKey extends GatewayKey {
  readonly plans: Set<string>;
  readonly usableFrom: number;
  readonly versionId?: string;
}

export interface GatewayTarget extends Target<GatewayKeySecret> {
  readonly keys: Map<string, FakeKey>;
  /** Values in the records: the application's, and of two tokens. */
  readonly records: Map<string, string>;
  /** Requests of each key by UTC day. */
  readonly requests: Map<string, Map<string, number>>;
  /** How long API Gateway takes to honour a new key, in milliseconds. */
  delay: number;
  isRegistered: boolean;
  count: number;
  /** Whether consumers send requests all the time. */
  isBusy: boolean;
  /** Consumers that send the value of an old key, whatever the records say. */
  stuckValue: string | undefined;
}

/** API Gateway and the records. What must hold: every value that the authorizer may answer with is usable in every plan. */
export function gatewayTarget(config: GatewayKeyConfig = GATEWAY): GatewayTarget {
  const keys = new Map<string, FakeKey>();
  const records = new Map<string, string>();
  const requests = new Map<string, Map<string, number>>();
  /** Values that were in a record, by time. */
  const named: Interval<string>[] = [];
  let made = 0;
  let applicationKeyId = 'key0';

  keys.set('key0', {
    id: 'key0',
    name: 'acme-dev-dashboard',
    value: ADOPTED,
    enabled: true,
    plans: new Set(['plan1', 'plan2']),
    usableFrom: 0,
  });
  for (const record of ['application', 'token1', 'token2']) {
    records.set(record, ADOPTED);
  }
  records.set('token-with-own-key', 'ownkeyvalue01234567890');

  const today = (world: World<GatewayKeySecret>) => new Date(world.time).toISOString().slice(0, 10);

  function use(world: World<GatewayKeySecret>, value: string): void {
    const key = [...keys.values()].find((one) => one.value === value);
    const isUsable = key?.enabled === true && key.plans.size === 2 && world.time >= key.usableFrom;
    must(isUsable, 'K1: a key that the authorizer may name is not usable');
    if (key) {
      const days = requests.get(key.id) ?? new Map<string, number>();
      days.set(today(world), (days.get(today(world)) ?? 0) + 1);
      requests.set(key.id, days);
    }
  }

  const controlPlane = (world: World<GatewayKeySecret>): GatewayKeys => ({
    list: async (prefix) => [...keys.values()].filter(({ name }) => name.startsWith(prefix)).map(plain),
    get: async (id) => {
      const key = keys.get(id);
      return key && plain(key);
    },
    count: async () => target.count + keys.size,
    async create(name, value) {
      if ([...keys.values()].some((one) => one.value === value)) {
        throw new FakeAwsError('ConflictException');
      }
      made += 1;
      const id = `key${made}`;
      keys.set(id, { id, name, value, enabled: true, plans: new Set(), usableFrom: world.time + target.delay });
    },
    plansOf: async (id) => [...(keys.get(id)?.plans ?? [])],
    async attach(plan, id) {
      keys.get(id)?.plans.add(plan);
    },
    usage: async (_plan, id, from, to) =>
      [...(requests.get(id) ?? [])]
        .filter(([day]) => day >= from && day <= to)
        .reduce((sum, [, count]) => sum + count, 0),
    async disable(id) {
      guard(world, id, 'disabled');
      const key = keys.get(id);
      if (key) {
        keys.set(id, { ...key, enabled: false });
      }
    },
    async remove(id) {
      guard(world, id, 'deleted');
      keys.delete(id);
    },
  });

  function guard(world: World<GatewayKeySecret>, id: string, what: string): void {
    const documents = [world.documentAt('AWSCURRENT'), world.documentAt('AWSPENDING')];
    const value = keys.get(id)?.value;
    const isReferenced = value !== undefined && documents.some((one) => one?.payload.value === value);
    world.check(() => {
      must(!isReferenced, `G5: key ${id} was ${what} while it is current or pending`);
      must(![...records.values()].some((one) => one === value), `K: key ${id} was ${what} while a record names it`);
    });
  }

  const table: KeyedRecords = {
    application: async () =>
      target.isRegistered ? { keyId: applicationKeyId, value: records.get('application') ?? '' } : undefined,
    async switchKey(from, { keyId, value }) {
      let changed = 0;
      for (const [record, old] of records) {
        if (from.includes(old)) {
          records.set(record, value);
          changed += 1;
          if (record === 'application') {
            applicationKeyId = keyId;
          }
        }
      }
      return changed;
    },
  };

  const target: GatewayTarget = {
    secret: config,
    keys,
    records,
    requests,
    delay: 20 * 60_000,
    isRegistered: true,
    count: 0,
    isBusy: true,
    stuckValue: undefined,
    interval: 5 * DAY,
    reapEvery: 12 * HOUR,

    kind: (process, world) =>
      gatewayKey(
        config,
        { testSeconds: 10, testSuccesses: 2 },
        {
          keys: world.outside(process, 'gateway', controlPlane(world)),
          records: world.outside(process, 'table', table),
          probe: async () => true,
        },
      ),

    check(world) {
      const value = records.get('application') ?? '';
      const last = named.at(-1);
      if (last?.value !== value) {
        if (last) {
          last.to = world.time;
        }
        named.push({ from: world.time, to: Number.POSITIVE_INFINITY, value });
      }
      const enabled = [...keys.values()].filter((key) => key.enabled);
      must(enabled.length <= 3, `K2: ${enabled.length} keys are enabled`);
      const names = [...keys.values()].map(({ name }) => name);
      must(new Set(names).size === names.length, 'K3: two keys have one name');
      for (const one of named) {
        if (target.isBusy && one.to >= world.time - RESULT_CACHE) {
          use(world, one.value);
        }
      }
      if (target.stuckValue !== undefined) {
        use(world, target.stuckValue);
      }
    },

    checkEnd(world) {
      const current = world.documentAt('AWSCURRENT')?.payload;
      must(!current || [...keys.values()].some((key) => key.value === current.value && key.enabled), 'T1');
      must(records.get('token-with-own-key') === 'ownkeyvalue01234567890', 'a key of its own was changed');
    },

    canaries: (world) => [
      ADOPTED,
      ...[...keys.values()].map(({ value }) => value),
      ...[...world.secret.versions.keys()].flatMap((id) => world.document(id)?.payload.value ?? []),
    ],
  };
  return target;
}

function plain({ id, name, value, enabled }: FakeKey): GatewayKey {
  return { id, name, value, enabled };
}
