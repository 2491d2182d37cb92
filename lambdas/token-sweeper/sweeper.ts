import type { LogMetrics } from '../lib/log';
import type { TrailEntry } from '../lib/trail/trail-entry';
import { JobRunner } from '../token-service/domain/bulk/job-runner';
import { JobStarter } from '../token-service/domain/bulk/job-starter';
import { PolicyJobs } from '../token-service/domain/bulk/policy-jobs';
import { Changes } from '../token-service/domain/changes';
import { Fault } from '../token-service/domain/fault';
import type { WorkPorts } from '../token-service/domain/ports';
import { Revocations } from '../token-service/domain/revocation/revocations';
import { sourceOfChange } from '../token-service/domain/revocation/token-sources';
import { SWEEPER_METRICS, type TokenSweeperConfig } from './config';
import { type SweptOutboxes, sweepOutboxes } from './outboxes';
import type { OutboxIndex } from './ports';

/** Everything outside the sweeper. */
export interface SweeperPorts extends WorkPorts {
  readonly outboxes: OutboxIndex;
}

/** What a run did. */
export interface SweeperRun extends SweptOutboxes {
  /** Jobs that were not over when it began; at most {@link MOST_JOBS} are looked at. */
  readonly openJobs: number;
  readonly failedJobs: number;
}

/** How long a run may work, in milliseconds: less than the minute after which the next one begins. */
export const RUN_MS = 45_000;

/** The part of it that outboxes may take, so that a long backlog does not keep jobs waiting. */
const OUTBOX_MS = 20_000;

/** Jobs that a run goes on with; they share its time. */
const MOST_JOBS = 10;

/**
 * Finishes what crashed: entries that wait in outboxes, and jobs that are not over; and has tokens judged when the policy of the platform is a new one.
 * Each run does what its time allows, the oldest first.
 */
export function createSweeper(config: TokenSweeperConfig, ports: SweeperPorts): () => Promise<SweeperRun> {
  const changes = new Changes(ports);
  const revocations = new Revocations(config, ports, changes);
  const runner = new JobRunner(config, ports, changes, revocations);
  const policyJobs = new PolicyJobs(config, ports, new JobStarter(ports, changes, runner));

  async function follow(entry: TrailEntry): Promise<void> {
    const source = sourceOfChange(entry);
    if (source !== undefined) {
      await revocations.sources.end([source]);
    }
    if (entry.action === 'token.revoke' && entry.object.kind === 'token' && entry.outcome === 'done') {
      await endDescendants(entry);
    }
  }

  /** What a revoked token issued ends with it. A set that is full must not keep the entry from the trail. */
  async function endDescendants({ object, actor, requestId }: TrailEntry): Promise<void> {
    const token = await ports.store.getToken(object.id);
    if (token === undefined) {
      return;
    }
    try {
      await revocations.finishDescendants(token, { actor, requestId });
    } catch (error) {
      if (!(error instanceof Fault)) {
        throw error;
      }
      ports.log({ level: 'warn', evt: 'sweeper.descendants-stand', fields: { tokenId: token.id, code: error.code } });
    }
  }

  async function goOn(until: number): Promise<Pick<SweeperRun, 'openJobs' | 'failedJobs'>> {
    const ids = await ports.bulk.openJobs(MOST_JOBS);
    let failedJobs = 0;
    for (const [index, id] of ids.entries()) {
      const share = (until - ports.now()) / (ids.length - index);
      if (share <= 0) {
        break;
      }
      try {
        await runner.resume(id, ports.now() + share);
      } catch (error) {
        failedJobs++;
        const errorName = error instanceof Error ? error.name : 'Error';
        ports.log({ level: 'warn', evt: 'sweeper.job-failed', fields: { jobId: id, errorName } });
      }
    }
    return { openJobs: ids.length, failedJobs };
  }

  return async () => {
    const start = ports.now();
    const { trail } = ports;
    const swept: SweptOutboxes =
      trail === undefined
        ? { swept: 0, failed: 0, oldestSeconds: 0, complete: true }
        : await sweepOutboxes({ ...ports, trail, follow }, start + OUTBOX_MS);
    await policyJobs.followPlatform();
    const run = { ...swept, ...(await goOn(start + RUN_MS)) };
    ports.log({ level: 'info', evt: 'sweeper.run', fields: { ...run }, metrics: metricsOf(config, run) });
    return run;
  };
}

function metricsOf({ metricsNamespace, environment }: TokenSweeperConfig, run: SweeperRun): LogMetrics {
  const { swept, failed, oldest, openJobs, failedJobs } = SWEEPER_METRICS;
  return {
    namespace: metricsNamespace,
    dimensions: { Service: 'token-sweeper', Stage: environment },
    dimensionSets: [['Service', 'Stage']],
    values: {
      [swept]: { unit: 'Count', value: run.swept },
      [failed]: { unit: 'Count', value: run.failed },
      [oldest]: { unit: 'Seconds', value: run.oldestSeconds },
      [openJobs]: { unit: 'Count', value: run.openJobs },
      [failedJobs]: { unit: 'Count', value: run.failedJobs },
    },
  };
}
