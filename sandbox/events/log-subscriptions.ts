import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { InvokeResult } from '../runtime/types';

/** A planned subscription: the lines of a log group go to a function. */
export interface LogSubscriptionSpec {
  readonly name: string;
  readonly logGroup: string;
  readonly logGroupArn: string;
  readonly functionArn: string;
  /** Account that the log group is of. */
  readonly accountId: string;
}

export interface LogSubscriptionsOptions {
  readonly subscriptions: readonly LogSubscriptionSpec[];
  readonly invoke: (functionArn: string, event: unknown) => Promise<InvokeResult>;
  /** Why CloudWatch Logs may not call a function for a log group; `undefined` when it may. */
  readonly refusal: (functionArn: string, logGroupArn: string) => string | undefined;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Told of a delivery that failed for good. */
  readonly onTrouble: (line: string) => void;
  /** Pauses before a failed delivery is tried again, in milliseconds. @default 1 s, 2 s; Lambda waits one and two minutes */
  readonly retryDelaysMs?: readonly number[];
}

interface LogEvent {
  readonly id: string;
  readonly timestamp: number;
  readonly message: string;
}

/** How long lines are collected before they are delivered, in milliseconds. */
const COLLECT_MS = 500;
/** Lines of one delivery. */
const MAX_LINES = 1000;
const RETRY_DELAYS_MS = [1000, 2000];

/**
 * Delivers lines to functions as CloudWatch Logs does: gzip in base64, several lines at a time, each with an id of its own, and again when the
 * function fails, as Lambda does with asynchronous events.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
 */
export class LogSubscriptions {
  private readonly waiting = new Map<LogSubscriptionSpec, LogEvent[]>();
  private readonly running = new Set<Promise<void>>();
  /** Tells the ids of this start from those of others, as digits. */
  private readonly start = BigInt(`0x${randomBytes(8).toString('hex')}`)
    .toString()
    .padStart(20, '0');
  private lines = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: LogSubscriptionsOptions) {}

  /** Takes a line that was written to a log group. */
  offer(logGroup: string, message: string): void {
    for (const subscription of this.options.subscriptions) {
      // As on AWS, nobody hears of what is not permitted; the start has said so in a note.
      const { functionArn, logGroupArn } = subscription;
      if (subscription.logGroup !== logGroup || this.options.refusal(functionArn, logGroupArn) !== undefined) {
        continue;
      }
      const events = this.waiting.get(subscription) ?? [];
      this.waiting.set(subscription, events);
      events.push({ id: this.nextId(), timestamp: this.options.clock(), message });
      if (events.length >= MAX_LINES) {
        this.flush();
      }
      this.timer ??= setTimeout(() => this.flush(), COLLECT_MS).unref();
    }
  }

  /** Delivers what is collected now. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const [subscription, events] of this.waiting) {
      this.waiting.delete(subscription);
      const delivery = this.deliver(subscription, events);
      this.running.add(delivery);
      void delivery.finally(() => this.running.delete(delivery));
    }
  }

  /** Resolves when no delivery is under way. */
  async idle(): Promise<void> {
    await Promise.all(this.running);
  }

  /** Delivers the rest. */
  async close(): Promise<void> {
    this.flush();
    await this.idle();
  }

  private async deliver(subscription: LogSubscriptionSpec, events: readonly LogEvent[]): Promise<void> {
    const { functionArn, logGroup } = subscription;
    const event = packed(subscription, events);
    let reason = '';
    for (const delay of [0, ...(this.options.retryDelaysMs ?? RETRY_DELAYS_MS)]) {
      if (delay > 0) {
        await new Promise((resolve) => setTimeout(resolve, delay));
      }
      try {
        const result = await this.options.invoke(functionArn, event);
        if (result.ok) {
          return;
        }
        reason = result.errorType;
      } catch (error) {
        reason = (error as Error).name;
      }
    }
    this.options.onTrouble(
      `a delivery of ${logGroup} to ${functionArn} failed three times (${reason}), lines in it: ${events.length}; on AWS it would wait in the queue of failures`,
    );
  }

  /** 56 digits, as CloudWatch Logs has them; later lines have greater ones. */
  private nextId(): string {
    this.lines += 1;
    return `3${String(this.options.clock()).padStart(15, '0')}${this.start}${String(this.lines).padStart(20, '0')}`;
  }
}

function packed({ name, logGroup, accountId }: LogSubscriptionSpec, logEvents: readonly LogEvent[]): object {
  const payload = {
    messageType: 'DATA_MESSAGE',
    owner: accountId,
    logGroup,
    logStream: 'sandbox',
    subscriptionFilters: [name],
    logEvents,
  };
  return { awslogs: { data: gzipSync(JSON.stringify(payload)).toString('base64') } };
}
