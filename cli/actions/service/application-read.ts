import type { ApplicationListView, ApplicationView } from '../../../lambdas/token-service/domain/views';
import { printMany, printOne } from '../../output/printer';
import { type Column, renderFields } from '../../output/table';
import { moment } from '../../output/times';
import { connect } from '../../token-service/connect';
import type { ServiceOptions } from '../../token-service/options';
import { takeFrom } from '../../token-service/take';

export interface ListApplicationsOptions extends ServiceOptions {
  readonly team?: string;
  readonly limit: number;
}

const LONGEST_PAGE = 100;

/** Lists applications. */
export async function listApplications(options: ListApplicationsOptions): Promise<void> {
  const { service, place } = await connect(options, 'application list');
  const { team, limit } = options;
  const query = { team, limit: Math.min(limit, LONGEST_PAGE) };
  const pages = service.pages<ApplicationListView>('list applications', '/applications', query);
  const now = Date.now();
  const columns: Column<ApplicationView>[] = [
    { heading: 'APPLICATION', text: ({ application }) => application },
    { heading: 'TEAM', text: (row) => row.team },
    { heading: 'TIER', text: ({ tier }) => tier },
    { heading: 'CREATED', text: ({ createdAt }) => moment(createdAt, now) },
    { heading: 'ARCHIVED', text: ({ archivedAt }) => archivedAt && moment(archivedAt, now) },
  ];
  await printMany(
    takeFrom(pages, ({ applications }) => applications, limit),
    options,
    columns,
    `no application in ${place}`,
  );
}

/** Shows an application. */
export async function showApplication(name: string, options: ServiceOptions): Promise<void> {
  const { service } = await connect(options, 'application show');
  const { body } = await service.get<ApplicationView>(
    `read the application ${name}`,
    `/applications/${encodeURIComponent(name)}`,
  );
  printOne(body, options, (application) => renderApplication(application, Date.now()));
}

/** An application as text. */
export function renderApplication(view: ApplicationView, now: number): string {
  return renderFields([
    ['application', view.application],
    ['team', view.team],
    ['tier', view.tier],
    ['maintainers', view.maintainers?.join(' ')],
    ['created', moment(view.createdAt, now)],
    ['archived', view.archivedAt && moment(view.archivedAt, now)],
    ['version', String(view.version)],
  ]);
}
