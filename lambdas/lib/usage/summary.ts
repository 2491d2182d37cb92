import { MAX_COUNTED_NAMES, OTHER } from './counters';
import type { UsagePart } from './parts';

/** Slot of the summary among the pages of a token; it sorts after every hour. */
export const SUMMARY_SLOT = 'summary';

/**
 * What a token has done at all, an item of the usage table: by what it can be told which of its scopes it does not use. Days are joined by the
 * later one, so that it makes no difference in which order and how often it learns of calls.
 */
export interface UsageSummary {
  readonly subject: string;
  readonly slot: typeof SUMMARY_SLOT;
  /** First day of which it knows, in UTC: before that, nothing was counted, or it is forgotten. */
  readonly since: string;
  /** Last day of each scope that the routes required, for example `2026-12-01`. */
  readonly scopes: Readonly<Record<string, string>>;
  /** Last day of each route, by API and route. */
  readonly routes: Readonly<Record<string, string>>;
  /** More scopes or routes were used than are kept. */
  readonly incomplete?: boolean | undefined;
  /** Optimistic lock. */
  readonly version: number;
  /** DynamoDB time to live, epoch seconds. */
  readonly purgeAt: number;
}

/** The summary with what a part adds; the same object when it adds nothing. */
export function withDay(summary: UsageSummary | undefined, part: UsagePart, retentionDays: number): UsageSummary {
  const day = part.hour.slice(0, 10);
  const scopes = joinDays(summary?.scopes ?? {}, Object.keys(part.counters.scopes), day);
  const routes = joinDays(summary?.routes ?? {}, Object.keys(part.counters.routes), day);
  const since = summary === undefined || day < summary.since ? day : summary.since;
  const incomplete = summary?.incomplete === true || !scopes.isComplete || !routes.isComplete;
  const next: UsageSummary = {
    subject: part.subject,
    slot: SUMMARY_SLOT,
    since,
    scopes: scopes.days,
    routes: routes.days,
    ...(incomplete ? { incomplete } : {}),
    version: (summary?.version ?? 0) + 1,
    purgeAt: Math.max(summary?.purgeAt ?? 0, Date.parse(`${day}T00:00:00Z`) / 1000 + retentionDays * 86_400),
  };
  return summary !== undefined && isSame(summary, next) ? summary : next;
}

/** Names beyond those that are kept are left out, which `isComplete` says. */
function joinDays(
  days: Readonly<Record<string, string>>,
  names: readonly string[],
  day: string,
): { readonly days: Readonly<Record<string, string>>; readonly isComplete: boolean } {
  const joined = new Map(Object.entries(days));
  let isComplete = true;
  for (const name of names) {
    const known = joined.get(name);
    if (known === undefined && (joined.size >= MAX_COUNTED_NAMES || name === OTHER)) {
      isComplete = false;
    } else if (known === undefined || known < day) {
      joined.set(name, day);
    }
  }
  return { days: Object.fromEntries(joined), isComplete };
}

function isSame(one: UsageSummary, other: UsageSummary): boolean {
  const known = ({ since, scopes, routes, incomplete, purgeAt }: UsageSummary): string =>
    JSON.stringify([since, Object.entries(scopes).sort(), Object.entries(routes).sort(), incomplete === true, purgeAt]);
  return known(one) === known(other);
}
