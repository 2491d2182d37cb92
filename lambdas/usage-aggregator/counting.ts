import { hasPart, isFull, slotOf, withPart } from '../lib/usage/pages';
import { DIGEST_LENGTH, type UsagePart } from '../lib/usage/parts';
import { type UsageSummary, withDay } from '../lib/usage/summary';
import type { AggregatorPorts } from './ports';
import { Remembered } from './remembered';
import { untilWritten } from './retry';

/**
 * Counts a part: one conditional write of the page that it belongs to, which holds the counts and the digest of the part. A part that was counted
 * before is recognized on its way there.
 *
 * @returns whether it was counted now
 * @throws {BusyError} when others change the page all the time
 */
export async function countPart(ports: AggregatorPorts, part: UsagePart, retentionDays: number): Promise<boolean> {
  let depth = 0;
  return untilWritten(ports, async () => {
    for (; depth < DIGEST_LENGTH; depth += 1) {
      const slot = slotOf(part, depth);
      const page = await ports.usage.getPage(part.subject, slot);
      if (page !== undefined && hasPart(page, part.digest)) {
        return false;
      }
      // A full page never changes again, so it need not be looked at another time.
      if (page === undefined || !isFull(page)) {
        const written = await ports.usage.putPage(withPart(page, part, slot, retentionDays));
        return written ? true : undefined;
      }
    }
    throw new Error(`an hour of ${part.subject} has no page left for a part`);
  });
}

const REMEMBERED_SUMMARIES = 10_000;

/** Notes the days on which tokens used their scopes and routes, where that is not known yet. */
export class UsedDays {
  private readonly known = new Remembered<UsageSummary>(REMEMBERED_SUMMARIES);

  constructor(
    private readonly ports: AggregatorPorts,
    private readonly retentionDays: number,
  ) {}

  /** @throws {BusyError} when others change the summary all the time */
  async note(part: UsagePart): Promise<void> {
    const known = this.known.get(part.subject);
    if (known !== undefined && this.with(known, part) === known) {
      return;
    }
    await untilWritten(this.ports, async () => {
      const summary = await this.ports.usage.getSummary(part.subject);
      const next = this.with(summary, part);
      if (next !== summary && !(await this.ports.usage.putSummary(next))) {
        return undefined;
      }
      this.known.set(part.subject, next);
      return true;
    });
  }

  private with(summary: UsageSummary | undefined, part: UsagePart): UsageSummary {
    return withDay(summary, part, this.retentionDays);
  }
}
