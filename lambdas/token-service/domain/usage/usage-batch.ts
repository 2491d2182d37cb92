import { addCounters, type Counters, NO_CALLS } from '../../../lib/usage/counters';
import { hourOfSlot } from '../../../lib/usage/pages';
import { hourOf, hourStart } from '../../../lib/usage/parts';
import { readerOf } from '../authority/authority-of';
import { Fault } from '../fault';
import type { Origin } from '../origin';
import type { TokenServicePorts } from '../ports';
import type { TokenSettings } from '../settings';
import { isoTime } from '../views';
import { type CountingState, countingState } from './counting-state';
import {
  callCounts,
  type TokenUsageView,
  type UsageBatchView,
  type UsagePoint,
  type UsageStep,
  usageTotals,
} from './usage-views';

/** A request for the calls of some tokens. */
export interface UsageBatch {
  readonly tokenIds: readonly string[];
  /** RFC 3339; the hour that it is in is in the numbers. */
  readonly from: string;
  /** RFC 3339, later than `from`; the hour that it is in is in the numbers, where it is not the beginning of one. */
  readonly to: string;
  /** @default "day" */
  readonly step?: UsageStep | undefined;
}

/** Hours times tokens of one request: 100 tokens for a month, or a token for eight years. */
export const MOST_TOKEN_HOURS = 100 * 31 * 24;

const HOUR_SECONDS = 3600;

/** Reads what the usage aggregator has counted, for all tokens of a page in one request. */
export class UsageBatches {
  constructor(
    private readonly settings: TokenSettings,
    private readonly ports: TokenServicePorts,
  ) {}

  /** @throws {Fault} when the times are in the wrong order, or the time is too long for so many tokens */
  async read(request: UsageBatch, { caller, requestId }: Origin): Promise<UsageBatchView> {
    const { tokenIds, step = 'day' } = request;
    const hours = hoursOf(request);
    const authority = readerOf(caller, this.settings, this.ports);
    const usageOf = async (tokenId: string): Promise<TokenUsageView> => {
      const token = await this.ports.store.getToken(tokenId);
      if (token === undefined || !(await authority.may('usage.read', token))) {
        return { tokenId, state: 'not-allowed' };
      }
      const counted = await this.counted(tokenId, hours, requestId);
      return counted === undefined
        ? { tokenId, state: 'unavailable' }
        : {
            tokenId,
            state: 'counted',
            totals: usageTotals(sumOf([...counted.values()])),
            points: points(counted, step),
          };
    };
    const [state, usage] = await Promise.all([this.state(requestId), Promise.all(tokenIds.map(usageOf))]);
    return { ...state, from: isoTime(hours.from), to: isoTime(hours.to), step, usage };
  }

  /** Counts by hour; `undefined` when they cannot be read. */
  private async counted(
    tokenId: string,
    { from, to }: Hours,
    requestId: string | undefined,
  ): Promise<ReadonlyMap<string, Counters> | undefined> {
    const { usage } = this.ports;
    if (usage === undefined) {
      return undefined;
    }
    try {
      const pages = await usage.pages(`token#${tokenId}`, hourOf(from * 1000), hourOf((to - HOUR_SECONDS) * 1000));
      const counts = new Map<string, Counters>();
      for (const { slot, counters } of pages) {
        const hour = hourOfSlot(slot);
        counts.set(hour, addCounters(counts.get(hour) ?? NO_CALLS, counters));
      }
      return counts;
    } catch (error) {
      this.logUnreadable(error, requestId);
      return undefined;
    }
  }

  private async state(requestId: string | undefined): Promise<CountingState> {
    try {
      return countingState((await this.ports.usage?.progress()) ?? []);
    } catch (error) {
      this.logUnreadable(error, requestId);
      return {};
    }
  }

  private logUnreadable(error: unknown, requestId: string | undefined): void {
    const { name } = error instanceof Error ? error : new Error(String(error));
    this.ports.log({ level: 'error', evt: 'usage.unreadable', fields: { errorName: name, requestId } });
  }
}

/** Whole hours, from the beginning of the first to the end of the last, in epoch seconds. */
interface Hours {
  readonly from: number;
  readonly to: number;
}

function hoursOf({ tokenIds, from, to }: UsageBatch): Hours {
  const [first, last] = [from, to].map((text) => Date.parse(text) / 1000 / HOUR_SECONDS) as [number, number];
  if (!(last > first)) {
    const text = `to is ${to}, expected a time later than from, ${from}`;
    throw new Fault('command-not-valid', text, [{ path: ['to'], text }]);
  }
  const hours = { from: Math.floor(first) * HOUR_SECONDS, to: Math.ceil(last) * HOUR_SECONDS };
  const count = ((hours.to - hours.from) / HOUR_SECONDS) * tokenIds.length;
  if (count > MOST_TOKEN_HOURS) {
    const text = `from and to are ${count / tokenIds.length} hours apart, expected at most ${Math.floor(MOST_TOKEN_HOURS / tokenIds.length)} for ${tokenIds.length} tokens`;
    throw new Fault('command-not-valid', text, [{ path: ['from'], text }]);
  }
  return hours;
}

function sumOf(counts: readonly Counters[]): Counters {
  return counts.reduce(addCounters, NO_CALLS);
}

/** The periods in which there were calls. */
function points(counted: ReadonlyMap<string, Counters>, step: UsageStep): UsagePoint[] {
  if (step === 'total') {
    return [];
  }
  const periods = new Map<number, Counters>();
  for (const [hour, counters] of counted) {
    const start = hourStart(step === 'hour' ? hour : `${hour.slice(0, 10)}T00`);
    periods.set(start, addCounters(periods.get(start) ?? NO_CALLS, counters));
  }
  return [...periods]
    .sort(([one], [other]) => one - other)
    .map(([start, counters]) => ({ start: isoTime(start), ...callCounts(counters) }));
}
