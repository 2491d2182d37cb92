import type {
  TokenUsageView,
  UsageBatchView,
  UsedSecretView,
} from '../../../lambdas/token-service/domain/usage/usage-views';
import type { TokenPageView, TokenView } from '../../../lambdas/token-service/domain/views';
import { CliError, EXIT } from '../../errors';
import { isForPeople, tell } from '../../output/printer';
import { type Column, renderTable } from '../../output/table';
import { duration, moment } from '../../output/times';
import type { TokenService } from '../../token-service/client';
import { connect } from '../../token-service/connect';
import type { ServiceOptions } from '../../token-service/options';
import { takeFrom } from '../../token-service/take';

export interface UsageOptions extends ServiceOptions {
  readonly application?: string;
  readonly team?: string;
  /** Seconds. */
  readonly last: number;
  readonly from?: string;
  readonly to?: string;
  readonly step: string;
  readonly limit: number;
}

/** Tokens of one request at most, as the token service has it. */
const LONGEST_BATCH = 100;

/** A token's usage, with its name where the token was listed. */
interface Row extends TokenUsageView {
  readonly name?: string | undefined;
}

/** Shows the calls of tokens, and the use of their secrets. */
export async function showUsage(ids: readonly string[], options: UsageOptions): Promise<void> {
  const named = options.application !== undefined || options.team !== undefined;
  if (ids.length > 0 && named) {
    throw new CliError('name tokens, or an application or a team, not both', EXIT.usage);
  }
  const { service, place } = await connect(options, 'usage');
  const to = options.to ?? new Date().toISOString();
  const from = options.from ?? new Date(Date.parse(to) - options.last * 1000).toISOString();
  const rows: Row[] = [];
  let state: UsageBatchView | undefined;
  for await (const batch of ids.length > 0 ? batchesOf(ids) : listed(service, options)) {
    if (batch.length === 0) continue;
    const body = { tokenIds: batch.map(({ id }) => id), from, to, step: options.step };
    const answer = await service.ask<UsageBatchView>('read the usage', '/usage/batch', body);
    state = answer.body;
    rows.push(...answer.body.usage.map((usage, index) => ({ ...usage, name: batch[index]?.name })));
  }
  if (state === undefined) {
    tell(`no token in ${place}`);
    return;
  }
  print(rows, state, options);
}

interface Named {
  readonly id: string;
  readonly name?: string;
}

function* batchesOf(ids: readonly string[]): Generator<Named[]> {
  const distinct = [...new Set(ids)].map((id) => ({ id }));
  for (let from = 0; from < distinct.length; from += LONGEST_BATCH) yield distinct.slice(from, from + LONGEST_BATCH);
}

function listed(
  service: TokenService,
  { application, team, limit }: UsageOptions,
): AsyncGenerator<readonly TokenView[]> {
  const query = { application, team, limit: Math.min(limit, LONGEST_BATCH) };
  return takeFrom(service.pages<TokenPageView>('list tokens', '/tokens', query), ({ tokens }) => tokens, limit);
}

function print(rows: readonly Row[], state: UsageBatchView, options: UsageOptions): void {
  const { usage: _, asOf, lagSeconds, countedSince, from, to } = state;
  if (!isForPeople(options)) {
    for (const row of rows)
      process.stdout.write(`${JSON.stringify({ ...row, from, to, asOf, lagSeconds, countedSince })}\n`);
    return;
  }
  const now = Date.now();
  const secrets = rows.flatMap(({ tokenId, totals }) =>
    (totals?.secrets ?? []).map((secret) => ({ tokenId, ...secret })),
  );
  process.stdout.write(renderTable(callColumns, rows));
  if (secrets.length > 0) process.stdout.write(`\n${renderTable(secretColumns(now), secrets)}`);
  const lag = lagSeconds === undefined ? '' : `, calls are counted within ${duration(lagSeconds)}`;
  tell(`from ${moment(from, now)} to ${moment(to, now)}; counted up to ${moment(asOf, now)}${lag}`);
}

const callColumns: Column<Row>[] = [
  { heading: 'ID', text: ({ tokenId }) => tokenId },
  { heading: 'NAME', text: ({ name }) => name },
  // Zero, unknown and not allowed are three things.
  { heading: 'CALLS', text: ({ totals, state }) => (totals === undefined ? state : String(totals.calls)) },
  ...(['s2xx', 's4xx', 's401', 's403', 's429', 's5xx'] as const).map((name) => ({
    heading: name.slice(1).toUpperCase(),
    text: ({ totals }: Row) => totals && String(totals[name]),
  })),
  { heading: 'P95 MS', text: ({ totals }) => (totals?.p95 === undefined ? undefined : String(totals.p95)) },
];

function secretColumns(now: number): Column<UsedSecretView & { readonly tokenId: string }>[] {
  return [
    { heading: 'ID', text: ({ tokenId }) => tokenId },
    { heading: 'SECRET', text: ({ number }) => String(number) },
    { heading: 'FIRST USED', text: ({ firstAt }) => moment(firstAt, now) },
    { heading: 'LAST USED', text: ({ lastAt }) => moment(lastAt, now) },
    { heading: 'FROM', text: ({ lastAddress }) => lastAddress },
    { heading: 'BY', text: ({ lastUserAgent }) => lastUserAgent },
  ];
}
