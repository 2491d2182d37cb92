import * as path from 'node:path';
import { z } from 'zod';
import { randomBase62 } from '../../lambdas/lib/base62';
import type { ApiKeyStore, ApiKeyView } from '../shared/usage-keys';
import { JsonFile } from './json-file';
import { AwsError } from './protocol';
import type { UsagePlanSpec } from './types';

const apiKeySchema = z.object({
  id: z.string(),
  /** Order of creation; never given twice. */
  sequence: z.number().int(),
  name: z.string(),
  value: z.string(),
  description: z.string().optional(),
  customerId: z.string().optional(),
  enabled: z.boolean(),
  /** Epoch seconds. */
  createdDate: z.number(),
  lastUpdatedDate: z.number(),
  usagePlanIds: z.array(z.string()),
});
const documentSchema = z.object({ schema: z.literal(1), nextSequence: z.number().int(), keys: z.array(apiKeySchema) });

export type ApiKey = z.infer<typeof apiKeySchema>;
export type ApiKeyChange = Partial<Pick<ApiKey, 'name' | 'description' | 'customerId' | 'enabled' | 'usagePlanIds'>>;

/** API keys and their usage plans, written to `<stateDir>/api-keys.json` before any change is answered. */
export class PersistentApiKeys implements ApiKeyStore {
  private readonly file: JsonFile<z.infer<typeof documentSchema>>;
  private readonly planIds: ReadonlySet<string>;
  private byId = new Map<string, ApiKey>();
  private byValue = new Map<string, ApiKey>();
  private nextSequence: number;
  /** Requests and what the quota then had left, by plan, key and day; not kept over a restart, like all counters. */
  private readonly uses = new Map<string, readonly [used: number, remaining: number]>();

  constructor(
    stateDir: string,
    usagePlans: readonly UsagePlanSpec[],
    private readonly now: () => number = () => Date.now() / 1000,
  ) {
    this.file = new JsonFile(path.join(stateDir, 'api-keys.json'), documentSchema);
    this.planIds = new Set(usagePlans.map((plan) => plan.id));
    const stored = this.file.read();
    this.nextSequence = stored?.nextSequence ?? 1;
    if (stored === undefined) {
      this.commit([]);
    } else {
      this.index(stored.keys);
    }
  }

  findByValue(value: string): ApiKeyView | undefined {
    const key = this.byValue.get(value);
    if (!key) {
      return undefined;
    }
    return { id: key.id, name: key.name, enabled: key.enabled, usagePlanIds: this.plansOf(key) };
  }

  recordUse({ keyId, planId, remaining }: { keyId: string; planId: string; remaining: number }): void {
    const place = `${planId} ${keyId} ${new Date(this.now() * 1000).toISOString().slice(0, 10)}`;
    this.uses.set(place, [(this.uses.get(place)?.[0] ?? 0) + 1, remaining]);
  }

  /** Requests of a day in UTC, and what the quota has left; `untouched` for a day without requests. */
  usage(planId: string, keyId: string, day: string, untouched: number): readonly [number, number] {
    return this.uses.get(`${planId} ${keyId} ${day}`) ?? [0, untouched];
  }

  /** Oldest first. */
  list(): ApiKey[] {
    return [...this.byId.values()];
  }

  /** @throws AwsError 404. */
  get(id: string): ApiKey {
    const key = this.byId.get(id);
    if (!key) {
      throw new AwsError('NotFoundException', 'Invalid API Key identifier specified', 404);
    }
    return key;
  }

  /** The plans of a key that still exist: one that left the plan since counts for nothing. */
  plansOf(key: ApiKey): string[] {
    return key.usagePlanIds.filter((id) => this.planIds.has(id));
  }

  /** @throws AwsError 409 when another key has the value. */
  create(
    input: Pick<ApiKey, 'name' | 'enabled'> & { value?: string; description?: string; customerId?: string },
  ): ApiKey {
    const value = input.value ?? randomBase62(40);
    if (this.byValue.has(value)) {
      throw new AwsError('ConflictException', 'API Key already exists', 409);
    }
    const now = this.now();
    const key: ApiKey = {
      ...input,
      value,
      id: randomBase62(10).toLowerCase(),
      sequence: this.nextSequence,
      createdDate: now,
      lastUpdatedDate: now,
      usagePlanIds: [],
    };
    this.commit([...this.byId.values(), key], this.nextSequence + 1);
    return key;
  }

  /** @throws AwsError 404. */
  update(id: string, change: ApiKeyChange): ApiKey {
    const key: ApiKey = { ...this.get(id), ...change, lastUpdatedDate: this.now() };
    this.commit([...this.byId.values()].map((other) => (other.id === id ? key : other)));
    return key;
  }

  /** @throws AwsError 404. */
  delete(id: string): void {
    this.get(id);
    this.commit([...this.byId.values()].filter((key) => key.id !== id));
  }

  /** The file first: memory never holds what the disk does not. */
  private commit(keys: ApiKey[], nextSequence = this.nextSequence): void {
    this.file.write({ schema: 1, nextSequence, keys });
    this.nextSequence = nextSequence;
    this.index(keys);
  }

  private index(keys: readonly ApiKey[]): void {
    this.byId = new Map(keys.map((key) => [key.id, key]));
    this.byValue = new Map(keys.map((key) => [key.value, key]));
  }
}
