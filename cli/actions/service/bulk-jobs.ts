import { setTimeout as pause } from 'node:timers/promises';
import type { JobPageView, JobView, JobWithResultsView } from '../../../lambdas/token-service/domain/bulk/bulk-views';
import type { TokenResult } from '../../../lambdas/token-service/domain/bulk/job-record';
import { EXIT } from '../../errors';
import { printMany, printOne, tell } from '../../output/printer';
import { type Column, renderFields, renderTable } from '../../output/table';
import { moment } from '../../output/times';
import type { TokenService } from '../../token-service/client';
import { connect } from '../../token-service/connect';
import type { ServiceOptions } from '../../token-service/options';
import { takeFrom } from '../../token-service/take';

const LONGEST_PAGE = 50;
/** Between two looks at a job, in milliseconds: the first soon, as most jobs are short. */
const SHORTEST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5000;

/** Lists jobs. */
export async function listJobs(
  options: ServiceOptions & { readonly team?: string; readonly limit: number },
): Promise<void> {
  const { service, place } = await connect(options, 'bulk list');
  const { team, limit } = options;
  const pages = service.pages<JobPageView>('list the jobs', '/bulk', { team, limit: Math.min(limit, LONGEST_PAGE) });
  const now = Date.now();
  const columns: Column<JobView>[] = [
    { heading: 'ID', text: ({ id }) => id },
    { heading: 'ACTION', text: ({ action }) => action },
    { heading: 'STATUS', text: ({ status }) => status },
    { heading: 'TOKENS', text: countsText },
    { heading: 'STARTED', text: ({ createdAt }) => moment(createdAt, now) },
    { heading: 'BY', text: ({ createdBy }) => createdBy },
    { heading: 'REASON', text: ({ reason }) => reason },
  ];
  await printMany(
    takeFrom(pages, (page) => page.jobs, limit),
    options,
    columns,
    `no job in ${place}`,
  );
}

/** Shows a job with what became of each token. */
export async function showJob(id: string, options: ServiceOptions): Promise<void> {
  const { service } = await connect(options, 'bulk show');
  print(await readJob(service, id), options);
}

/** Waits for the end of a job, and shows it. */
export async function waitForJob(id: string, options: ServiceOptions): Promise<void> {
  const { service } = await connect(options, 'bulk wait');
  await waitAndPrint(service, id, options);
}

/** Waits for the end of a job and tells how far it is, then prints it; exit code 1 where not everything was done. */
export async function waitAndPrint(service: TokenService, id: string, options: ServiceOptions): Promise<void> {
  let told = '';
  for (let wait = SHORTEST_PAUSE_MS; ; wait = Math.min(wait * 2, LONGEST_PAUSE_MS)) {
    const { body } = await service.get<JobWithResultsView>(`read the job ${id}`, pathOf(id));
    const text = `job ${id} ${body.status === 'running' ? 'is running' : `is ${body.status}`}: ${countsText(body)}`;
    if (text !== told) tell(text);
    told = text;
    if (body.status !== 'running') break;
    await pause(wait);
  }
  const job = await readJob(service, id);
  print(job, options);
  const { refused, failed } = job.counts;
  if (job.status === 'stopped' || refused + failed > 0) process.exitCode = EXIT.failed;
}

async function readJob(service: TokenService, id: string): Promise<JobWithResultsView> {
  const results: TokenResult[] = [];
  let job: JobWithResultsView | undefined;
  for await (const page of service.pages<JobWithResultsView>(`read the job ${id}`, pathOf(id))) {
    job ??= page;
    results.push(...page.results);
  }
  const { nextCursor: _, ...whole } = { ...(job as JobWithResultsView), results };
  return whole;
}

function print(whole: JobWithResultsView, options: ServiceOptions): void {
  printOne(whole, options, ({ results, ...job }) => {
    const now = Date.now();
    const fields = renderFields([
      ['id', job.id],
      ['action', job.action],
      ['status', job.status],
      ['stopped because', job.stoppedBecause],
      ['tokens', countsText(job)],
      ['team', job.team],
      ['reason', job.reason],
      ['started', `${moment(job.createdAt, now)} by ${job.createdBy}`],
      ['ended', job.finishedAt && moment(job.finishedAt, now)],
    ]);
    return results.length === 0 ? fields : `${fields}\n${renderTable(resultColumns, results)}`;
  });
}

const resultColumns: Column<TokenResult>[] = [
  { heading: 'TOKEN', text: ({ tokenId }) => tokenId },
  { heading: 'OUTCOME', text: ({ outcome }) => outcome },
  { heading: 'WHY', text: ({ reason }) => reason },
];

/** `12 of 40: 11 changed, 1 refused` */
export function countsText({ counts, expected, ids }: JobView): string {
  const entries = Object.entries(counts).filter(([, count]) => count > 0);
  const done = entries.reduce((sum, [, count]) => sum + count, 0);
  const all = expected ?? ids;
  const parts = entries.map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  return `${all === undefined ? done : `${done} of ${all}`}${parts === '' ? '' : `: ${parts}`}`;
}

function pathOf(id: string): string {
  return `/bulk/${encodeURIComponent(id)}`;
}
