import type { InvokeResult } from '../runtime/types';

/** A planned schedule: a rule of EventBridge with a rate, and a function as its target. */
export interface ScheduleSpec {
  readonly ruleName: string;
  readonly ruleArn: string;
  readonly everySeconds: number;
  readonly functionArn: string;
  /** The event that the target names; without it EventBridge sends one of its own. */
  readonly input?: unknown;
}

export interface SchedulesOptions {
  readonly schedules: readonly ScheduleSpec[];
  readonly invoke: (functionArn: string, event: unknown) => Promise<InvokeResult>;
  /** Why EventBridge may not call a function for a rule; `undefined` when it may. */
  readonly refusal: (functionArn: string, ruleArn: string) => string | undefined;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** How often the clock is compared with the schedules. */
const POLL_MS = 250;

/**
 * Calls functions at a rate. The count begins with the start; what a stop or a jump of the clock left out is called once.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
 */
export class Schedules {
  private readonly due = new Map<ScheduleSpec, number>();
  private readonly running = new Set<Promise<unknown>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: SchedulesOptions) {}

  start(): void {
    for (const schedule of this.options.schedules) {
      this.plan(schedule);
    }
    this.timer = setInterval(() => this.poll(), POLL_MS).unref();
  }

  /** Calls what is due by the clock now. */
  poll(): void {
    const now = this.options.clock();
    for (const [schedule, at] of this.due) {
      if (at > now) {
        continue;
      }
      this.plan(schedule);
      this.call(schedule);
    }
  }

  /** Resolves when no function that a schedule called is running. */
  async idle(): Promise<void> {
    await Promise.all(this.running);
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    this.due.clear();
    await this.idle();
  }

  private plan(schedule: ScheduleSpec): void {
    this.due.set(schedule, this.options.clock() + schedule.everySeconds * 1000);
  }

  private call(schedule: ScheduleSpec): void {
    const { functionArn, ruleArn, input } = schedule;
    // As on AWS, nobody hears of a call that is not permitted; the start has said so in a note.
    if (this.options.refusal(functionArn, ruleArn) !== undefined) {
      return;
    }
    const time = new Date(this.options.clock()).toISOString();
    const event = input ?? {
      source: 'aws.events',
      'detail-type': 'Scheduled Event',
      time,
      resources: [ruleArn],
      detail: {},
    };
    // A failure is in the function's log.
    const call = this.options.invoke(functionArn, event).catch(() => undefined);
    this.running.add(call);
    void call.finally(() => this.running.delete(call));
  }
}

/** Seconds of `rate(5 minutes)`; `undefined` for any other expression. */
export function rateSeconds(expression: string): number | undefined {
  const [, amount, unit] = /^rate\((\d{1,6}) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const seconds = { minute: 60, hour: 3600, day: 86_400 }[unit ?? ''];
  return amount === undefined || seconds === undefined ? undefined : Number(amount) * seconds;
}
