import type { Counters } from '../../../lib/usage/counters';
import { latencyQuantile } from '../../../lib/usage/latency';
import { isoTime, withoutAbsent } from '../views';
import type { CountingState } from './counting-state';

/** Length of the periods that calls are told by; `total` tells the whole time at once. */
export type UsageStep = 'hour' | 'day' | 'total';

/** Calls of a period by what became of them. */
export interface CallCounts {
  readonly calls: number;
  readonly s2xx: number;
  readonly s3xx: number;
  /** 401, 403 and 429 are among them. */
  readonly s4xx: number;
  readonly s401: number;
  readonly s403: number;
  readonly s429: number;
  readonly s5xx: number;
  /** Half of the calls took no longer, in milliseconds, estimated from classes of latency. Absent without calls. */
  readonly p50?: number | undefined;
  /** As `p50`, for 95 of 100 calls. */
  readonly p95?: number | undefined;
}

/** Calls of one period. */
export interface UsagePoint extends CallCounts {
  /** Beginning of the period. */
  readonly start: string;
}

/** Use of one generation of the secret within the asked time. */
export interface UsedSecretView {
  readonly number: number;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly lastAddress?: string | undefined;
  readonly lastUserAgent?: string | undefined;
}

/** Calls of the whole time. */
export interface UsageTotals extends CallCounts {
  /** Calls that a gateway response answered, by its type. */
  readonly errors: Record<string, number>;
  /** Calls by API and route; those beyond 60 routes of an hour are under `other`. */
  readonly routes: Record<string, number>;
  /** Calls by scope that the route required. */
  readonly scopes: Record<string, number>;
  readonly secrets: UsedSecretView[];
}

/** What is known of one token's calls. Zero calls are `counted`; `unavailable` says that they could not be read, and `not-allowed` that the caller may not know them, or that there is no such token. */
export interface TokenUsageView {
  readonly tokenId: string;
  readonly state: 'counted' | 'unavailable' | 'not-allowed';
  /** With `counted`. */
  readonly totals?: UsageTotals | undefined;
  /** With `counted`: the periods in which there were calls, in their order. */
  readonly points?: UsagePoint[] | undefined;
}

export interface UsageBatchView extends CountingState {
  /** Beginning of the first hour that is in the numbers. */
  readonly from: string;
  /** End of the last hour that is in the numbers. */
  readonly to: string;
  readonly step: UsageStep;
  /** In the order of the request. */
  readonly usage: TokenUsageView[];
}

export function callCounts(counters: Counters): CallCounts {
  const { calls, s2xx, s3xx, s4xx, s401, s403, s429, s5xx, latency } = counters;
  const quantile = (part: number): number | undefined => {
    const milliseconds = latencyQuantile(latency, part);
    return milliseconds === undefined ? undefined : Math.round(milliseconds);
  };
  return withoutAbsent({ calls, s2xx, s3xx, s4xx, s401, s403, s429, s5xx, p50: quantile(0.5), p95: quantile(0.95) });
}

export function usageTotals(counters: Counters): UsageTotals {
  const { errors, routes, scopes, uses } = counters;
  return {
    ...callCounts(counters),
    errors: { ...errors },
    routes: { ...routes },
    scopes: { ...scopes },
    secrets: Object.entries(uses).map(([number, { firstAt, lastAt, address, userAgent }]) =>
      withoutAbsent({
        number: Number(number),
        firstAt: isoTime(Math.floor(firstAt / 1000)),
        lastAt: isoTime(Math.floor(lastAt / 1000)),
        lastAddress: address,
        lastUserAgent: userAgent,
      }),
    ),
  };
}
