import type { ApplicationView, ChangedApplicationView } from '../../../lambdas/token-service/domain/views';
import { printOne, tell } from '../../output/printer';
import { renderTable } from '../../output/table';
import { connect } from '../../token-service/connect';
import type { ServiceOptions } from '../../token-service/options';
import { merged } from '../../token-service/request-file';
import { renderApplication } from './application-read';
import { tokenColumns } from './token-shown';

interface FromFile {
  readonly fromFile?: string;
}

export interface RegisterOptions extends ServiceOptions, FromFile {
  readonly tier?: string;
  readonly team?: string;
}

export interface UpdateApplicationOptions extends RegisterOptions {
  readonly maintainer?: readonly string[];
}

export interface ArchiveOptions extends ServiceOptions {
  readonly restore?: boolean;
}

/** Registers an application. */
export async function registerApplication(name: string, options: RegisterOptions): Promise<void> {
  const body = merged(options.fromFile, { tier: options.tier, team: options.team });
  const { service, place } = await connect(options, 'application register');
  const answer = await service.change<ApplicationView>(`register the application ${name}`, 'PUT', pathOf(name), {
    body,
  });
  tell(`application ${name} ${answer.status === 201 ? 'is registered' : 'was registered before'} in ${place}`);
  printOne(answer.body, options, (view) => renderApplication(view, Date.now()));
}

/** Changes an application. */
export async function updateApplication(name: string, options: UpdateApplicationOptions): Promise<void> {
  const { tier, team, maintainer: maintainers } = options;
  await change(name, merged(options.fromFile, { tier, team, maintainers }), 'update', 'is changed', options);
}

/** Archives an application, or takes that back. */
export async function archiveApplication(name: string, options: ArchiveOptions): Promise<void> {
  const archived = options.restore !== true;
  const done = archived ? 'is archived: no token is issued for it any more' : 'is in use again';
  await change(name, { archived }, 'archive', done, options);
}

async function change(
  name: string,
  body: Readonly<Record<string, unknown>>,
  verb: string,
  done: string,
  options: ServiceOptions,
): Promise<void> {
  const { service, place } = await connect(options, `application ${verb}`);
  // Whoever may change it may read it; where not, the change is only told of as done.
  const path = pathOf(name);
  const before = await service.get<ApplicationView>(`read the application ${name}`, path).catch(() => undefined);
  const { body: view } = await service.change<ChangedApplicationView>(
    `${verb} the application ${name}`,
    'PATCH',
    path,
    { body },
  );
  const isSame = before?.body.version === view.version && view.tokensLeft !== true;
  tell(`application ${name} in ${place} ${isSame ? 'is as wanted already, nothing was changed' : done}`);
  if (view.tokensLeft === true) {
    tell('some of its tokens have not followed it yet: repeat the command');
  }
  printOne(view, options, ({ tokens = [], ...application }) => {
    const now = Date.now();
    const left = tokens.length === 0 ? '' : `\nits tokens\n${renderTable(tokenColumns(now), tokens)}`;
    return `${renderApplication(application, now)}${left}`;
  });
}

function pathOf(name: string): string {
  return `/applications/${encodeURIComponent(name)}`;
}
