import { createHash } from 'node:crypto';
import { jobKey } from '../../../lib/token-record';
import type { Origin } from '../origin';
import { policyOf } from '../policy/policy';
import type { StoredItem, WorkPorts } from '../ports';
import type { TokenSettings } from '../settings';
import type { JobRecord } from './job-record';
import type { JobStarter } from './job-starter';

/** Which policy of the platform its tokens were judged by last. Its id is none that a job can have. */
interface AppliedPolicy extends StoredItem {
  readonly digest: string;
}

const APPLIED_KEY = jobKey('platform-policy');

/** Starts the jobs that judge tokens by the policies of their teams, when a policy has changed. */
export class PolicyJobs {
  constructor(
    private readonly settings: TokenSettings,
    private readonly ports: WorkPorts,
    private readonly starter: JobStarter,
  ) {}

  /**
   * Writes down a job over the tokens of a team, before its policy is changed: whatever crashes then, the sweeper judges by the policy that there is.
   */
  async prepare(team: string, origin: Origin): Promise<JobRecord> {
    const id = this.ports.newId();
    const job: JobRecord = { ...this.starter.newJob(id, origin), action: 'apply-policy', filter: { team }, team };
    await this.starter.add(job, origin);
    return job;
  }

  /** Begins a job that was prepared; the rest is the sweeper's. */
  begin(job: JobRecord): Promise<JobRecord> {
    return this.starter.workOn(job);
  }

  /**
   * Starts a job over the tokens of every team when the policy of the platform is another than the one that tokens were judged by last, as after a
   * deployment. Nothing is judged where the platform has never had another: what it issued met the policy.
   *
   * @returns whether a job was started
   */
  async followPlatform(): Promise<boolean> {
    const { items } = this.ports;
    const digest = this.digest();
    const applied = await items.get<AppliedPolicy>(APPLIED_KEY);
    if (applied?.digest === digest) {
      return false;
    }
    if (applied === undefined) {
      await items.add({ pk: APPLIED_KEY, entity: 'applied-policy', version: 1, digest } as AppliedPolicy);
      return false;
    }
    // Its id follows from the change, so that two runs at once, and one after a crash, start one job.
    const id = jobIdOf(`${applied.version}:${digest}`);
    const job: JobRecord = { ...this.starter.newJob(id, undefined), action: 'apply-policy', filter: {}, leaseUntil: 0 };
    const started = await this.starter.add(job, undefined);
    await items.update<AppliedPolicy>(APPLIED_KEY, applied.version, { digest });
    return started;
  }

  private digest(): string {
    const { maxLifetimeSeconds, requiredFields, allowedScopes } = policyOf(this.settings);
    const text = JSON.stringify([maxLifetimeSeconds, requiredFields, allowedScopes.map((list) => [...list].sort())]);
    return createHash('sha256').update(text).digest('base64url');
  }
}

/** Sixteen letters and digits, as every job has. */
function jobIdOf(text: string): string {
  return createHash('sha256').update(`policy job ${text}`).digest('hex').slice(0, 16);
}
