import { createInterface } from 'node:readline/promises';
import type { BulkPreviewView, JobView } from '../../../lambdas/token-service/domain/bulk/bulk-views';
import { CliError, EXIT } from '../../errors';
import { printOne, tell } from '../../output/printer';
import { renderFields } from '../../output/table';
import { connect } from '../../token-service/connect';
import type { ServiceOptions } from '../../token-service/options';
import { waitAndPrint } from './bulk-jobs';

export interface StartBulkOptions extends ServiceOptions {
  readonly application?: string;
  readonly team?: string;
  /** `name` or `name=value` */
  readonly tag?: string;
  readonly scope?: string;
  readonly createdFrom?: string;
  readonly createdBefore?: string;
  readonly createdBy?: string;
  readonly neverUsed?: boolean;
  readonly all?: boolean;
  readonly includeCaller?: boolean;
  readonly panic?: boolean;
  readonly reason?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly wait: boolean;
}

/** Ids in a request at most, as the token service has it. */
const MOST_IDS = 500;

/** Counts tokens, has the count confirmed, and changes them in a job. */
export async function startBulk(action: string, ids: readonly string[], options: StartBulkOptions): Promise<void> {
  const request = requestOf(action, ids, options);
  const { service, place } = await connect(options, `bulk ${action}`);
  const wanted = `${action} many tokens`;
  const dryRun = { ...request, dryRun: true };
  const { body: found } = await service.ask<BulkPreviewView>(`${wanted}, nothing was changed`, '/bulk', dryRun);
  const tokens = `${found.complete ? '' : 'at least '}${found.count} ${found.count === 1 ? 'token' : 'tokens'}`;
  if (options.dryRun === true) {
    const { confirmation: _, ...shown } = found;
    tell(`${tokens} in ${place} would be meant; nothing was changed`);
    printOne(shown, options, preview);
    return;
  }
  if (found.count === 0) {
    tell(`no token in ${place} is meant; nothing was changed`);
    return;
  }
  await confirm(action, tokens, place, found, options);
  const { confirmation } = found;
  const { body: job } = await service.change<JobView>(wanted, 'POST', '/bulk', { body: { ...request, confirmation } });
  tell(`job ${job.id} in ${place} has begun to ${action} ${tokens}`);
  if (options.wait) await waitAndPrint(service, job.id, options);
  else
    printOne(job, options, ({ id, status }) =>
      renderFields([
        ['id', id],
        ['status', status],
      ]),
    );
}

function requestOf(action: string, ids: readonly string[], options: StartBulkOptions): object {
  const { application, team, scope, createdFrom, createdBefore, createdBy, includeCaller, panic, reason } = options;
  const neverUsed = options.neverUsed === true ? true : undefined;
  const filter = {
    application,
    team,
    tag: tagOf(options.tag),
    scope,
    createdFrom,
    createdBefore,
    createdBy,
    neverUsed,
  };
  const { team: _team, ...others } = filter;
  const more = { includeCaller, panic, reason };
  if (ids.length > 0) {
    if (options.all === true || Object.values(others).some((value) => value !== undefined)) {
      throw new CliError('token ids and a filter are given, expected one of them', EXIT.usage);
    }
    const distinct = [...new Set(ids)];
    if (distinct.length > MOST_IDS) {
      throw new CliError(`${distinct.length} token ids are given, allowed are ${MOST_IDS} in a job`, EXIT.usage);
    }
    return { action, ids: distinct, team, ...more };
  }
  const isFiltering = Object.values(filter).some((value) => value !== undefined);
  if (isFiltering === (options.all === true)) {
    const given = isFiltering ? 'a filter and --all are given' : 'neither token ids nor a filter is given';
    throw new CliError(`${given}, expected token ids, a filter such as --application, or --all`, EXIT.usage);
  }
  return { action, filter, ...more };
}

function tagOf(text: string | undefined): { readonly name: string; readonly value?: string } | undefined {
  if (text === undefined) return undefined;
  const at = text.indexOf('=');
  return at < 1 ? { name: text } : { name: text.slice(0, at), value: text.slice(at + 1) };
}

function preview({ count, byStatus, byTeam }: Omit<BulkPreviewView, 'confirmation'>): string {
  const texts = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([name, number]) => `${number} ${name}`)
      .join(', ');
  return renderFields([
    ['tokens', String(count)],
    ['by status', texts(byStatus)],
    ['by team', texts(byTeam)],
  ]);
}

/** @throws {CliError} where nobody confirms */
async function confirm(
  action: string,
  tokens: string,
  place: string,
  found: BulkPreviewView,
  { yes }: StartBulkOptions,
): Promise<void> {
  if (yes === true) return;
  if (process.stdin.isTTY !== true) {
    throw new CliError(`${tokens} in ${place} would be meant, nothing was changed: --yes confirms that`, EXIT.usage);
  }
  process.stderr.write(preview(found));
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await asking.question(`${action} ${tokens} in ${place}? (yes or no) `).finally(() => asking.close());
  if (answer.trim().toLowerCase() !== 'yes') throw new CliError('not confirmed, nothing was changed');
}
