import { jobKey } from '../../../lib/token-record';
import type { Changes } from '../changes';
import { actorOf, type Origin } from '../origin';
import { epochSeconds, type WorkPorts } from '../ports';
import { JOB_LIFETIME_SECONDS, type JobRecord, OPEN_JOB } from './job-record';
import type { JobRunner } from './job-runner';

/** For how long whoever starts a job works on it before it is left to the sweeper, in milliseconds. */
const WORKING_MS = 4000;

/** What the trail calls the platform where it starts a job by itself. */
const PLATFORM = 'platform';

/** Writes jobs down and begins them. What is not done then, the sweeper does. */
export class JobStarter {
  constructor(
    private readonly ports: WorkPorts,
    private readonly changes: Changes,
    private readonly runner: JobRunner,
  ) {}

  /**
   * A job that has not begun, with a lease of whoever starts it.
   *
   * @param origin of the request that starts it. @default - the platform starts it by itself
   */
  newJob(id: string, origin: Origin | undefined) {
    const createdAt = epochSeconds(this.ports);
    const { caller, requestId, address } = origin ?? {};
    return {
      pk: jobKey(id),
      entity: 'job',
      id,
      status: 'running',
      counts: {},
      pieces: 0,
      tries: 1,
      leaseUntil: this.runner.leaseEnd(),
      ...(caller === undefined ? {} : { caller }),
      ...(requestId === undefined ? {} : { requestId }),
      ...(address === undefined ? {} : { address }),
      createdAt,
      createdBy: caller?.principal ?? PLATFORM,
      openJob: OPEN_JOB,
      version: 1,
      purgeAt: createdAt + JOB_LIFETIME_SECONDS,
    } as const;
  }

  /** Writes a job down; `false` when there is one with this id. */
  async add(job: JobRecord, origin: Origin | undefined): Promise<boolean> {
    const { action, filter, ids, team, expected, reason } = job;
    const change = {
      ...(origin === undefined ? { actor: PLATFORM } : actorOf(origin)),
      action: 'bulk.start',
      object: { kind: 'job', id: job.id },
      application: filter?.application,
      team,
      reason,
      after: {
        action,
        ids: ids?.length,
        filter: filter && { ...filter, tag: filter.tag && { ...filter.tag } },
        expected,
      },
    } as const;
    const added = await this.changes.write(job.pk, change, async (entry) =>
      (await this.ports.items.add(job, entry)) ? job : undefined,
    );
    return added !== undefined;
  }

  /** Works for some seconds on a job that was just written down; the rest, and what fails, is the sweeper's. */
  async workOn(job: JobRecord): Promise<JobRecord> {
    try {
      return await this.runner.work(job, this.ports.now() + WORKING_MS);
    } catch (error) {
      const errorName = error instanceof Error ? error.name : 'Error';
      this.ports.log({ level: 'warn', evt: 'bulk.interrupted', fields: { jobId: job.id, errorName } });
      return (await this.ports.items.get<JobRecord>(job.pk)) ?? job;
    }
  }
}
