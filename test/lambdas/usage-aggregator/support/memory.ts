import type { LogEntry } from '../../../../lambdas/lib/log';
import { addCounters, type Counters, NO_CALLS } from '../../../../lambdas/lib/usage/counters';
import { hourOfSlot, type UsagePage } from '../../../../lambdas/lib/usage/pages';
import type { UsageProgress } from '../../../../lambdas/lib/usage/progress';
import type { UsageSummary } from '../../../../lambdas/lib/usage/summary';
import type { AggregatorConfig } from '../../../../lambdas/usage-aggregator/config';
import type { AggregatorPorts, TokenUse, TokenUses, UsageStore } from '../../../../lambdas/usage-aggregator/ports';
import { LOG_GROUP } from './lines';

export const NOW = Date.parse('2026-12-01T12:00:00Z');

export const CONFIG: AggregatorConfig = {
  version: 1,
  environment: 'dev',
  region: 'eu-west-1',
  usageTable: 'acme-dev-usage',
  tokenTable: 'acme-dev-tokens',
  retentionDays: 90,
  metricsNamespace: 'acme/Auth',
  apis: { [LOG_GROUP]: { api: 'shop', scopes: { 'GET /v1/sales': [['sales:read']] } } },
};

/** Tables in memory with the conditions of the real ones. A write may fail before or after it is done. */
export class MemoryTables {
  readonly pages = new Map<string, UsagePage>();
  readonly summaries = new Map<string, UsageSummary>();
  readonly progress = new Map<string, UsageProgress>();
  readonly tokens = new Map<string, TokenUse>();
  /** Writes to token records that were done. */
  tokenWrites = 0;
  /** Asked before each write is done and again afterwards; it throws to break it off there. */
  interrupt: () => void = () => undefined;
  readonly logs: LogEntry[] = [];

  readonly usage: UsageStore = {
    getPage: async (subject, slot) => this.pages.get(`${subject} ${slot}`),
    putPage: (page) => this.putVersion(this.pages, `${page.subject} ${page.slot}`, page),
    getSummary: async (subject) => this.summaries.get(subject),
    putSummary: (summary) => this.putVersion(this.summaries, summary.subject, summary),
    getProgress: async (logGroup) => this.progress.get(logGroup),
    putProgress: (progress, over) =>
      this.write(this.progress.get(progress.slot) === over, () => this.progress.set(progress.slot, progress)),
  };

  readonly tokenUses: TokenUses = {
    read: async (tokenId) => this.tokens.get(tokenId),
    write: (tokenId, { uses, lastUsedAt }, over) =>
      this.write(this.tokens.has(tokenId) && this.tokens.get(tokenId) === over, () => {
        this.tokenWrites += 1;
        this.tokens.set(tokenId, { uses: { ...over.uses, ...uses }, lastUsedAt });
      }),
  };

  ports(now: () => number = () => NOW): AggregatorPorts {
    return {
      now,
      usage: this.usage,
      tokens: this.tokenUses,
      log: (entry) => this.logs.push(entry),
      wait: async () => undefined,
      random: () => 0,
    };
  }

  /** What is counted, by subject and hour. */
  counted(): Map<string, Counters> {
    const sums = new Map<string, Counters>();
    for (const { subject, slot, counters } of this.pages.values()) {
      const key = `${subject} ${hourOfSlot(slot)}`;
      sums.set(key, addCounters(sums.get(key) ?? NO_CALLS, counters));
    }
    return sums;
  }

  private putVersion<T extends { readonly version: number }>(items: Map<string, T>, key: string, item: T) {
    return this.write((items.get(key)?.version ?? 0) === item.version - 1, () => items.set(key, item));
  }

  private async write(isMet: boolean, change: () => unknown): Promise<boolean> {
    this.interrupt();
    if (isMet) {
      change();
    }
    this.interrupt();
    return isMet;
  }
}
