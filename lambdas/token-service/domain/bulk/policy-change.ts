import type { TeamRecord } from '../../../lib/team-record';
import { type TokenRecord, tokenKey } from '../../../lib/token-record';
import { DEFAULT_TEAM } from '../authority/roles';
import type { Changes } from '../changes';
import { blockingRules, type Policy, policyOf } from '../policy/policy';
import { epochSeconds, type WorkPorts } from '../ports';
import { ATTEMPTS, backoffMs } from '../retry';
import type { TokenSettings } from '../settings';
import { changeOf } from './item-change';
import type { JobRecord, TokenResult } from './job-record';

/**
 * Blocks tokens that break the policy of their team, and unblocks those that do not any more. What a policy is, is read for each piece of a job, so
 * that the latest one counts.
 */
export class PolicyChange {
  constructor(
    private readonly settings: TokenSettings,
    private readonly ports: WorkPorts,
    private readonly changes: Changes,
  ) {}

  /** Policies of teams as they are now, each read once. */
  policies(): (team: string) => Promise<Policy> {
    const known = new Map<string, Promise<Policy>>();
    const read = async (team: string) => {
      const record: TeamRecord | undefined = await this.ports.teams.getTeam(team);
      return policyOf(this.settings, record?.policy);
    };
    return (team) => {
      const policy = known.get(team) ?? read(team);
      known.set(team, policy);
      return policy;
    };
  }

  async apply(job: JobRecord, tokenId: string, policies: (team: string) => Promise<Policy>): Promise<TokenResult> {
    const { store, wait, random } = this.ports;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const token = await store.getToken(tokenId);
      if (token === undefined) {
        return { tokenId, outcome: 'missing' };
      }
      if (token.job === job.id) {
        return { tokenId, outcome: 'changed' };
      }
      const now = epochSeconds(this.ports);
      const reasons = blockingRules(await policies(token.team ?? DEFAULT_TEAM), token, now);
      const isOver = token.status === 'revoked' || token.expiresAt <= now;
      if (isOver || JSON.stringify(reasons) === JSON.stringify(token.blocked?.reasons ?? [])) {
        return { tokenId, outcome: 'unchanged' };
      }
      if ((await this.write(job, token, reasons, now)) !== undefined) {
        return { tokenId, outcome: 'changed', ...(reasons.length === 0 ? {} : { reason: reasons.join(' ') }) };
      }
      await wait(backoffMs(attempt, random()));
    }
    throw new Error(`a token changed ${ATTEMPTS} times while a job was judging it`);
  }

  private write(job: JobRecord, before: TokenRecord, reasons: readonly string[], now: number) {
    const blocked = reasons.length === 0 ? undefined : { reasons, since: before.blocked?.since ?? now };
    const { blocked: _, ...open } = before;
    const after: TokenRecord = { ...open, ...(blocked === undefined ? {} : { blocked }) };
    const action = blocked === undefined ? 'token.unblock' : 'token.block';
    return this.changes.write(tokenKey(before.id), changeOf(job, action, before, after), (entry) =>
      this.ports.store.updateToken(before.id, before.version, { blocked, job: job.id }, entry),
    );
  }
}
