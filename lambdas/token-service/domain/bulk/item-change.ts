import { jobKey, type TokenRecord, tokenKey } from '../../../lib/token-record';
import type { Action } from '../authority/actions';
import { isAdministratorToken } from '../authority/administrators';
import type { Authority } from '../authority/authority';
import type { Change, Changes } from '../changes';
import { Fault } from '../fault';
import type { Origin } from '../origin';
import { epochSeconds, type ItemChanges, type WorkPorts } from '../ports';
import { ATTEMPTS, backoffMs } from '../retry';
import type { Revocations } from '../revocation/revocations';
import { tokenChange } from '../token-state';
import type { BulkAction, JobRecord, TokenResult } from './job-record';

const STATUS_AFTER = { revoke: 'revoked', disable: 'disabled', enable: 'active' } as const satisfies Record<
  BulkAction,
  TokenRecord['status']
>;

/** What a job may do to a token: what whoever started it may do now. */
export interface JobAuthority {
  readonly authority: Authority;
  readonly origin: Origin;
}

/**
 * Does to a single token what a job does. The change names the job, so that doing it again after a crash is found done, and one entry of the trail
 * tells of it.
 */
export class ItemChange {
  constructor(
    private readonly ports: WorkPorts,
    private readonly changes: Changes,
    private readonly revocations: Revocations,
  ) {}

  /** Never rejects for a token that cannot be changed; rejects when the table cannot be reached. */
  async apply(
    job: JobRecord & { readonly action: BulkAction },
    tokenId: string,
    by: JobAuthority,
  ): Promise<TokenResult> {
    try {
      return { tokenId, ...(await this.attempt(job, tokenId, by)) };
    } catch (error) {
      if (error instanceof Fault) {
        const isMissing = error.code === 'no-such-token';
        return { tokenId, ...(isMissing ? { outcome: 'missing' } : { outcome: 'refused', reason: error.code }) };
      }
      throw error;
    }
  }

  private async attempt(
    job: JobRecord & { readonly action: BulkAction },
    id: string,
    by: JobAuthority,
  ): Promise<Omit<TokenResult, 'tokenId'>> {
    const { store, wait, random } = this.ports;
    const { authority } = by;
    const status = STATUS_AFTER[job.action];
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const token = await store.getToken(id);
      if (token?.job === job.id) {
        return this.finish(job, token, by);
      }
      if (token === undefined) {
        return { outcome: 'missing' };
      }
      await authority.require(`token.${job.action}` satisfies Action, token);
      if (isAdministratorToken(token) && !authority.isAdministrator) {
        throw new Fault('protected', "only an administrator may change an administrator's token");
      }
      if (authority.isOwn(token) && job.includesCaller !== true) {
        return { outcome: 'skipped', reason: 'own-token' };
      }
      if (token.status === status) {
        return { outcome: 'unchanged' };
      }
      if (token.status === 'revoked') {
        throw new Fault('revoked-for-good', 'the token is revoked for good');
      }
      const changed = await this.write(job, token, { status, job: job.id });
      if (changed !== undefined) {
        return this.finish(job, changed, by);
      }
      await wait(backoffMs(attempt, random()));
    }
    throw new Error(`a token changed ${ATTEMPTS} times while a job was changing it`);
  }

  /** What a token issued ends with it. A set that is full must not keep the token alive, so that comes last, and is told. */
  private async finish(
    job: JobRecord,
    token: TokenRecord,
    { authority, origin }: JobAuthority,
  ): Promise<Omit<TokenResult, 'tokenId'>> {
    if (job.action !== 'revoke') {
      return { outcome: 'changed' };
    }
    try {
      await this.revocations.endDescendants(token, authority, origin);
      return { outcome: 'changed' };
    } catch (error) {
      if (error instanceof Fault) {
        return { outcome: 'changed', reason: error.code };
      }
      throw error;
    }
  }

  private write(
    job: JobRecord,
    before: TokenRecord,
    changes: Pick<TokenRecord, 'status' | 'job'>,
  ): Promise<TokenRecord | undefined> {
    const { store } = this.ports;
    const { id, version } = before;
    const after = { ...before, ...changes };
    return this.changes.write(tokenKey(id), changeOf(job, `token.${job.action}`, before, after), (entry) =>
      changes.status === 'revoked'
        ? store.revokeToken(id, { revokedAt: epochSeconds(this.ports), revokedBy: job.createdBy, job: job.id }, entry)
        : store.updateToken(id, version, changes satisfies ItemChanges<TokenRecord>, entry),
    );
  }
}

/** What the trail is told of a token that a job changes: the job does it, on behalf of whoever started it. */
export function changeOf(job: JobRecord, action: string, before: TokenRecord, after: TokenRecord): Change {
  const { application, team, id } = before;
  return {
    actor: jobKey(job.id),
    onBehalfOf: job.createdBy,
    actorToken: job.caller?.tokenId,
    requestId: job.requestId,
    address: job.address,
    action,
    object: { kind: 'token', id },
    application,
    team,
    reason: job.reason,
    ...tokenChange(before, after),
  };
}
