import type { AccessLine } from './access-line';
import { latencyClass } from './latency';
import { type GenerationUses, joinUses } from './uses';

/** What is counted of calls. */
export interface Counters {
  readonly calls: number;
  readonly s2xx: number;
  readonly s3xx: number;
  /** All of them, 401, 403 and 429 among them. */
  readonly s4xx: number;
  readonly s401: number;
  readonly s403: number;
  readonly s429: number;
  readonly s5xx: number;
  /** Calls by class of latency. */
  readonly latency: Readonly<Record<string, number>>;
  /** Calls that a gateway response answered, by its type. */
  readonly errors: Readonly<Record<string, number>>;
  /** Calls by API and route, for example `shop GET /v1/sales`. */
  readonly routes: Readonly<Record<string, number>>;
  /** Calls by scope that the route required. */
  readonly scopes: Readonly<Record<string, number>>;
  /** First and last use by generation of the secret, in epoch milliseconds. */
  readonly uses: GenerationUses;
}

export const NO_CALLS: Counters = {
  calls: 0,
  s2xx: 0,
  s3xx: 0,
  s4xx: 0,
  s401: 0,
  s403: 0,
  s429: 0,
  s5xx: 0,
  latency: {},
  errors: {},
  routes: {},
  scopes: {},
  uses: {},
};

/** Most routes, and most scopes, that are counted one by one; calls of others are counted under {@link OTHER}. */
export const MAX_COUNTED_NAMES = 60;
export const OTHER = 'other';

/** What one line adds. */
export interface CountedLine {
  readonly line: AccessLine;
  /** Name of the API, of the kit's configuration where it knows the API. */
  readonly api: string;
  /** Scopes that the route required and the token satisfied. */
  readonly scopes: readonly string[];
}

/** Counts of one line. */
export function countersOf({ line, api, scopes }: CountedLine): Counters {
  const { status, latency, errorType, generation, at, address, userAgent, route } = line;
  const is = (condition: boolean): number => (condition ? 1 : 0);
  return {
    calls: 1,
    s2xx: is(status >= 200 && status < 300),
    s3xx: is(status >= 300 && status < 400),
    s4xx: is(status >= 400 && status < 500),
    s401: is(status === 401),
    s403: is(status === 403),
    s429: is(status === 429),
    s5xx: is(status >= 500),
    latency: { [latencyClass(latency)]: 1 },
    errors: errorType === undefined ? {} : { [errorType]: 1 },
    routes: { [`${api} ${route}`]: 1 },
    scopes: Object.fromEntries(scopes.map((scope) => [scope, 1])),
    uses: generation === undefined ? {} : { [generation]: { firstAt: at, lastAt: at, address, userAgent } },
  };
}

/** The sum of two counts. */
export function addCounters(one: Counters, other: Counters): Counters {
  return {
    calls: one.calls + other.calls,
    s2xx: one.s2xx + other.s2xx,
    s3xx: one.s3xx + other.s3xx,
    s4xx: one.s4xx + other.s4xx,
    s401: one.s401 + other.s401,
    s403: one.s403 + other.s403,
    s429: one.s429 + other.s429,
    s5xx: one.s5xx + other.s5xx,
    latency: addByName(one.latency, other.latency),
    errors: addByName(one.errors, other.errors),
    routes: addByName(one.routes, other.routes),
    scopes: addByName(one.scopes, other.scopes),
    uses: joinUses(one.uses, other.uses),
  };
}

function addByName(
  one: Readonly<Record<string, number>>,
  other: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const sums = new Map(Object.entries(one));
  for (const [name, calls] of Object.entries(other)) {
    const counted = sums.has(name) || sums.size < MAX_COUNTED_NAMES ? name : OTHER;
    sums.set(counted, (sums.get(counted) ?? 0) + calls);
  }
  return Object.fromEntries(sums);
}
