/** A saved question about the lines of access logs. */
export interface SavedQuery {
  readonly name: string;
  readonly description: string;
  /** SQL that Athena and DuckDB both read; it asks the table {@link ACCESS_LINE_TABLE}. */
  readonly sql: string;
}

/** Name of the table of lines. */
export const ACCESS_LINE_TABLE = 'access_lines';

/** Column of the day on which a line was archived, by which the files are in folders: a query that names days reads those alone. */
export const DAY_COLUMN = 'day';

/**
 * A line may have been archived twice, because Firehose delivers at least once. The extended request id is API Gateway's own and unique; a client
 * can choose the request id.
 */
const DISTINCT = `(SELECT DISTINCT extendedRequestId, ts, status, latency, route, method, errType, ip, ua, authMethod, tokenId, application,
    secretGeneration
  FROM ${ACCESS_LINE_TABLE})`;

const OF_TOKENS = `authMethod = 'api_token'`;

export const SAVED_QUERIES: readonly SavedQuery[] = [
  {
    name: '01-calls-by-token-and-hour',
    description: 'The same counts as in the usage table: by token and hour (in hours since 1970, UTC)',
    sql: `SELECT tokenId, CAST(floor(ts / 3600000.0) AS BIGINT) AS hour, count(*) AS calls,
  count(CASE WHEN status BETWEEN 200 AND 299 THEN 1 END) AS s2xx,
  count(CASE WHEN status BETWEEN 400 AND 499 THEN 1 END) AS s4xx,
  count(CASE WHEN status = 401 THEN 1 END) AS s401,
  count(CASE WHEN status = 403 THEN 1 END) AS s403,
  count(CASE WHEN status = 429 THEN 1 END) AS s429,
  count(CASE WHEN status >= 500 THEN 1 END) AS s5xx
FROM ${DISTINCT} lines
WHERE ${OF_TOKENS}
GROUP BY tokenId, CAST(floor(ts / 3600000.0) AS BIGINT)
ORDER BY tokenId, hour`,
  },
  {
    name: '02-who-uses-which-secret',
    description:
      'By token and generation of its secret: calls, first and last call (epoch milliseconds), addresses and user agents',
    sql: `SELECT tokenId, secretGeneration, count(*) AS calls, min(ts) AS firstAt, max(ts) AS lastAt,
  count(DISTINCT ip) AS addresses, count(DISTINCT ua) AS userAgents
FROM ${DISTINCT} lines
WHERE ${OF_TOKENS}
GROUP BY tokenId, secretGeneration
ORDER BY tokenId, secretGeneration`,
  },
  {
    name: '03-routes-by-token',
    description: 'By token and route: calls, and the slowest',
    sql: `SELECT tokenId, method, route, count(*) AS calls, max(latency) AS slowest
FROM ${DISTINCT} lines
WHERE ${OF_TOKENS}
GROUP BY tokenId, method, route
ORDER BY calls DESC, tokenId, route, method`,
  },
  {
    name: '04-addresses-by-token',
    description: 'By token and source address: a token from many addresses may be shared or leaked',
    sql: `SELECT tokenId, ip, count(*) AS calls, min(ts) AS firstAt, max(ts) AS lastAt
FROM ${DISTINCT} lines
WHERE ${OF_TOKENS}
GROUP BY tokenId, ip
ORDER BY tokenId, calls DESC, ip`,
  },
  {
    name: '05-refusals',
    description: 'By type of the gateway response and address: who is refused, and why',
    sql: `SELECT errType, status, ip, count(*) AS calls
FROM ${DISTINCT} lines
WHERE errType <> '-'
GROUP BY errType, status, ip
ORDER BY calls DESC, errType, ip`,
  },
];
