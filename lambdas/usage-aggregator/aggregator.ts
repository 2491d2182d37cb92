import { coversAll } from '../lib/scopes';
import { type AccessLine, parseAccessLine } from '../lib/usage/access-line';
import type { CountedLine } from '../lib/usage/counters';
import { type Delivery, readDelivery } from '../lib/usage/delivery';
import { hourOf, hourStart, partsOf, type UsagePart } from '../lib/usage/parts';
import { joinProgress, PROGRESS_SUBJECT, type UsageProgress } from '../lib/usage/progress';
import { type AggregatorConfig, USAGE_METRICS } from './config';
import { countPart, UsedDays } from './counting';
import { LastUses } from './last-use';
import type { AggregatorPorts } from './ports';
import { untilWritten } from './retry';

/** Handles the events of a log subscription. It rejects when a part could not be counted, so that Lambda repeats the delivery. */
export type Aggregator = (event: unknown) => Promise<void>;

/** Parts that are counted at the same time. */
const PARALLEL_PARTS = 8;
/** Time between two notes of an execution environment on how far it is. */
const PROGRESS_STEP_MS = 5000;

interface Outcome {
  counted: number;
  repeated: number;
}

/**
 * Counts the lines of access logs.
 *
 * CloudWatch Logs and Lambda deliver at least once: a delivery comes again when the function failed, and sometimes when it did not. Each part of
 * it, the lines of one token in one hour, is counted in one conditional write or not at all, so a delivery may be repeated as often as it takes.
 */
export function createAggregator(config: AggregatorConfig, ports: AggregatorPorts): Aggregator {
  const lastUses = ports.tokens && new LastUses(ports, ports.tokens);
  const usedDays = new UsedDays(ports, config.retentionDays);
  const notedAt = new Map<string, number>();

  async function record(part: UsagePart, outcome: Outcome): Promise<void> {
    const { calls, uses } = part.counters;
    if (await countPart(ports, part, config.retentionDays)) {
      outcome.counted += calls;
    } else {
      outcome.repeated += 1;
    }
    // Both are done for a repeated part too: the attempt before may have ended in between.
    const tokenId = /^token#(.+)$/.exec(part.subject)?.[1];
    if (tokenId !== undefined) {
      await usedDays.note(part);
      await lastUses?.note(tokenId, uses);
    }
  }

  async function noteProgress(logGroup: string, lines: readonly AccessLine[]): Promise<void> {
    const countedAt = ports.now();
    if (countedAt - (notedAt.get(logGroup) ?? Number.NEGATIVE_INFINITY) < PROGRESS_STEP_MS) {
      return;
    }
    const newestAt = lines.reduce((newest, { at }) => Math.max(newest, at), 0);
    const progress: UsageProgress = {
      subject: PROGRESS_SUBJECT,
      slot: logGroup,
      since: countedAt,
      newestAt,
      countedAt,
      lagMs: Math.max(0, countedAt - newestAt),
    };
    await untilWritten(ports, async () => {
      const before = await ports.usage.getProgress(logGroup);
      return (await ports.usage.putProgress(joinProgress(before, progress), before)) ? true : undefined;
    });
    notedAt.set(logGroup, countedAt);
  }

  return async (event) => {
    const delivery = readDelivery(event);
    const { lines, malformed, tooOld } = readLines(delivery, config, ports.now());
    const outcome: Outcome = { counted: 0, repeated: 0 };
    const failures = await eachOf(partsOf(countedLines(lines, delivery.logGroup, config)), (part) =>
      record(part, outcome),
    );
    logOutcome(config, ports, { ...outcome, malformed, tooOld, lines, failures: failures.length });
    const [failure] = failures;
    if (failure !== undefined) {
      throw failure;
    }
    if (lines.length > 0) {
      await noteProgress(delivery.logGroup, lines);
    }
  };
}

function readLines({ lines }: Delivery, config: AggregatorConfig, now: number) {
  const parsed = lines.map(({ id, message }) => parseAccessLine(id, message, now));
  const readable = parsed.filter((line) => line !== undefined);
  const current = readable.filter(({ at }) => {
    return (hourStart(hourOf(at)) + config.retentionDays * 86_400) * 1000 > now;
  });
  return {
    lines: current,
    malformed: lines.length - readable.length,
    tooOld: readable.length - current.length,
  };
}

/** The lines with the name of their API, and the scopes by which the token was let through. */
function countedLines(lines: readonly AccessLine[], logGroup: string, config: AggregatorConfig): CountedLine[] {
  const known = Object.hasOwn(config.apis, logGroup) ? config.apis[logGroup] : undefined;
  return lines.map((line) => {
    const alternatives = known && Object.hasOwn(known.scopes, line.route) ? (known.scopes[line.route] ?? []) : [];
    return {
      line,
      api: known?.api ?? line.restApiId,
      scopes: alternatives.find((required) => coversAll(line.scopes, required)) ?? [],
    };
  });
}

/** Does something for each part, a few at a time, also when it fails for some. @returns the failures */
async function eachOf(parts: readonly UsagePart[], work: (part: UsagePart) => Promise<void>): Promise<unknown[]> {
  const failures: unknown[] = [];
  const waiting = [...parts];
  const worker = async (): Promise<void> => {
    for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
      await work(part).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_PARTS }, worker));
  return failures;
}

function logOutcome(
  { environment, metricsNamespace }: AggregatorConfig,
  { log, now }: AggregatorPorts,
  outcome: Outcome & {
    readonly malformed: number;
    readonly tooOld: number;
    readonly lines: readonly AccessLine[];
    readonly failures: number;
  },
): void {
  const { counted, repeated, malformed, tooOld, failures, lines } = outcome;
  const newest = lines.reduce((latest, { at }) => Math.max(latest, at), 0);
  const count = (value: number) => ({ unit: 'Count' as const, value });
  log({
    level: failures > 0 ? 'error' : 'info',
    evt: 'usage.counted',
    fields: { counted, repeated, malformed, tooOld, failures },
    metrics: {
      namespace: metricsNamespace,
      dimensions: { Service: 'usage-aggregator', Stage: environment },
      dimensionSets: [['Service', 'Stage']],
      values: {
        [USAGE_METRICS.counted]: count(counted),
        [USAGE_METRICS.repeated]: count(repeated),
        [USAGE_METRICS.malformed]: count(malformed),
        [USAGE_METRICS.tooOld]: count(tooOld),
        ...(lines.length === 0
          ? {}
          : { [USAGE_METRICS.lag]: { unit: 'Seconds', value: Math.max(0, Math.round((now() - newest) / 1000)) } }),
      },
    },
  });
}
