import type { TrailEntryView, TrailPageView } from '../../../lambdas/token-service/domain/trail/trail-list';
import { printMany } from '../../output/printer';
import type { Column } from '../../output/table';
import { moment } from '../../output/times';
import { connect } from '../../token-service/connect';
import type { ServiceOptions } from '../../token-service/options';
import { takeFrom } from '../../token-service/take';

export interface ListTrailOptions extends ServiceOptions {
  readonly actor?: string;
  readonly action?: string;
  readonly object?: string;
  readonly team?: string;
  /** Seconds. */
  readonly last?: number;
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
}

const LONGEST_PAGE = 100;

/** Lists entries of the audit trail, newest first. */
export async function listTrail(options: ListTrailOptions): Promise<void> {
  const { service, place } = await connect(options, 'trail list');
  const { actor, action, object, team, to, limit, last } = options;
  const from = last === undefined ? options.from : new Date(Date.now() - last * 1000).toISOString();
  const query = { actor, action, object, team, from, to, limit: Math.min(limit, LONGEST_PAGE) };
  const pages = service.pages<TrailPageView>('list the audit trail', '/trail', query);
  const now = Date.now();
  const columns: Column<TrailEntryView>[] = [
    { heading: 'AT', text: ({ entry }) => moment(new Date(entry.at).toISOString(), now) },
    { heading: 'ACTION', text: ({ entry }) => entry.action },
    { heading: 'OUTCOME', text: ({ entry }) => entry.outcome },
    { heading: 'OBJECT', text: ({ entry }) => `${entry.object.kind}#${entry.object.id}` },
    { heading: 'TEAM', text: ({ entry }) => entry.team },
    { heading: 'ACTOR', text: ({ entry }) => entry.actor },
    { heading: 'FROM', text: ({ entry }) => entry.address },
    { heading: 'SEALED', text: ({ isSealed }) => (isSealed ? 'yes' : 'not yet') },
    { heading: 'REASON', text: ({ entry }) => entry.reason },
  ];
  await printMany(
    takeFrom(pages, ({ entries }) => entries, limit),
    options,
    columns,
    `no such entry in ${place}`,
  );
}
