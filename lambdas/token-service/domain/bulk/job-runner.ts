import { jobKey } from '../../../lib/token-record';
import { authorityOf } from '../authority/authority-of';
import type { Changes } from '../changes';
import { Fault } from '../fault';
import { countOf } from '../metrics';
import type { Origin } from '../origin';
import { epochSeconds, type ItemChanges, type WorkPorts } from '../ports';
import { dropKeptResults } from '../revocation/kept-results';
import type { Revocations } from '../revocation/revocations';
import { sourceOfToken } from '../revocation/token-sources';
import type { TokenSettings } from '../settings';
import { ItemChange } from './item-change';
import { type BulkAction, type JobPiece, type JobRecord, type Outcome, pieceKey, type TokenResult } from './job-record';
import { PolicyChange } from './policy-change';
import { nextTokens } from './selection';

/** For how long a job is its worker's, in seconds: longer than a piece takes, and a run after a crash waits for it. */
export const LEASE_SECONDS = 60;

/** How often a piece is tried before the tokens that cannot be changed are given up. */
const TRIES = 3;

/** Tokens that are changed at the same time. */
const AT_ONCE = 8;

/**
 * Works jobs off, piece by piece, each step one conditional write. The tokens of a piece are written down, then changed, then their results are
 * written, then the job goes on to the next piece. Whoever comes after a crash finds out how far it got and does the rest; a lease keeps two from
 * working on the same job, and where it has run out under a slow one nothing is done twice either.
 */
export class JobRunner {
  private readonly itemChange: ItemChange;
  private readonly policyChange: PolicyChange;

  constructor(
    private readonly settings: TokenSettings,
    private readonly ports: WorkPorts,
    private readonly changes: Changes,
    private readonly revocations: Revocations,
  ) {
    this.itemChange = new ItemChange(ports, changes, revocations);
    this.policyChange = new PolicyChange(settings, ports, changes);
  }

  /**
   * Goes on with a job that nobody works on.
   *
   * @param until when no further piece is begun, epoch milliseconds
   */
  async resume(id: string, until: number): Promise<void> {
    const job = await this.ports.items.get<JobRecord>(jobKey(id));
    if (job?.status !== 'running' || (job.leaseUntil ?? 0) > epochSeconds(this.ports)) {
      return;
    }
    const leased = await this.update(job, { leaseUntil: this.leaseEnd(), tries: job.tries + 1 });
    if (leased !== undefined) {
      await this.work(leased, until);
    }
  }

  /** When a lease ends that is taken now, in epoch seconds. */
  leaseEnd(): number {
    return epochSeconds(this.ports) + LEASE_SECONDS;
  }

  /**
   * Works on a job whose lease the caller has, until it is over or the time is up.
   *
   * @returns the job as it is then
   */
  async work(leased: JobRecord, until: number): Promise<JobRecord> {
    let job: JobRecord | undefined = leased;
    let changed = 0;
    try {
      job = await this.refuseAtOnce(job);
      while (job?.status === 'running' && this.ports.now() < until) {
        const before: number = job.counts.changed ?? 0;
        job = await this.step(job);
        changed += (job?.counts.changed ?? before) - before;
      }
      if (job?.status === 'running') {
        job = await this.update(job, { leaseUntil: 0 });
      }
    } finally {
      if (changed > 0 && leased.action !== 'enable') {
        await dropKeptResults(this.ports, this.settings, leased.requestId);
      }
    }
    // Without one, somebody else has taken it over.
    return job ?? (await this.ports.items.get<JobRecord>(leased.pk)) ?? leased;
  }

  /** Entries of the set of revocations, which bite before the first record is changed. */
  private async refuseAtOnce(job: JobRecord): Promise<JobRecord | undefined> {
    const { atOnce } = job;
    if (atOnce === undefined || atOnce.done) {
      return job;
    }
    for (const application of atOnce.applications) {
      const { createdBefore = job.createdAt } = job.filter ?? {};
      const issuedBefore = new Date(createdBefore * 1000).toISOString();
      const reason = `job ${job.id}: everything of the application is being revoked`;
      await this.revocations.enter({ kind: 'client', value: application, issuedBefore, reason }, originOf(job));
    }
    await dropKeptResults(this.ports, this.settings, job.requestId);
    return this.update(job, { atOnce: { ...atOnce, done: true }, leaseUntil: this.leaseEnd() });
  }

  /** One piece of a job; `undefined` when somebody else works on the job. */
  private async step(job: JobRecord): Promise<JobRecord | undefined> {
    const piece = await this.pieceOf(job);
    if (piece === undefined) {
      return undefined;
    }
    if ('over' in piece) {
      return this.update(job, { position: piece.over, leaseUntil: this.leaseEnd() });
    }
    let results: readonly TokenResult[];
    try {
      results = await this.resultsOf(job, piece);
    } catch (error) {
      if (error instanceof Fault) {
        return this.finish(job, { status: 'stopped', stoppedBecause: error.code });
      }
      throw error;
    }
    const counts: Partial<Record<Outcome, number>> = { ...job.counts };
    for (const { outcome } of results) {
      counts[outcome] = (counts[outcome] ?? 0) + 1;
    }
    const progress = { counts, pieces: job.pieces + 1, tries: 0 };
    return piece.next === undefined
      ? this.finish(job, { ...progress, status: 'done' })
      : this.update(job, { ...progress, position: piece.next, leaseUntil: this.leaseEnd() });
  }

  /** The piece that comes next, as somebody has written it down before, or written down now; where there are no tokens, how far the job is. */
  private async pieceOf(job: JobRecord): Promise<JobPiece | { readonly over: JobRecord['position'] } | undefined> {
    const { items, bulk } = this.ports;
    const key = pieceKey(job.id, job.pieces);
    const begun = await items.get<JobPiece>(key);
    if (begun !== undefined) {
      return begun;
    }
    const { ids, next } = await nextTokens(bulk, job);
    if (ids.length === 0 && next !== undefined) {
      return { over: next };
    }
    const { purgeAt } = job;
    const piece: JobPiece = { pk: key, entity: 'job-piece', ids, ...(next && { next }), version: 1, purgeAt };
    return (await items.add(piece)) ? piece : undefined;
  }

  private async resultsOf(job: JobRecord, piece: JobPiece): Promise<readonly TokenResult[]> {
    if (piece.results !== undefined) {
      return piece.results;
    }
    const change = await this.changeFor(job);
    const results: TokenResult[] = [];
    for (let index = 0; index < piece.ids.length; index += AT_ONCE) {
      const ids = piece.ids.slice(index, index + AT_ONCE);
      results.push(...(await Promise.all(ids.map((id) => this.unlessHopeless(job, id, change)))));
    }
    await this.endSources(job, results);
    const written = await this.ports.items.update<JobPiece>(piece.pk, piece.version, { results });
    if (written === undefined) {
      return (await this.ports.items.get<JobPiece>(piece.pk))?.results ?? results;
    }
    const changed = results.filter(({ outcome }) => outcome === 'changed').length;
    this.ports.log({
      level: 'info',
      evt: 'bulk.piece',
      fields: { jobId: job.id, action: job.action, tokens: results.length, changed, requestId: job.requestId },
      ...(job.action === 'revoke' ? { metrics: countOf('TokensRevoked', this.settings, changed) } : {}),
    });
    return results;
  }

  /** What was derived from the tokens of a piece ends with them, before their results are written: after a crash the piece is done again. */
  private async endSources({ action }: JobRecord, results: readonly TokenResult[]): Promise<void> {
    const { sources } = this.revocations;
    const changed = results.filter(({ outcome }) => outcome === 'changed');
    if (action === 'enable' || !sources.areKnown || changed.length === 0) {
      return;
    }
    const tokens = await Promise.all(changed.map(({ tokenId }) => this.ports.store.getToken(tokenId)));
    const ended = tokens.filter((token) => token?.status !== 'active' || token.blocked !== undefined);
    await sources.end(ended.flatMap((token) => (token === undefined ? [] : [sourceOfToken(token)])));
  }

  /** @throws {Fault} when whoever started the job may do nothing any more */
  private async changeFor(job: JobRecord): Promise<(tokenId: string) => Promise<TokenResult>> {
    const { action } = job;
    if (action === 'apply-policy') {
      const policies = this.policyChange.policies();
      return (tokenId) => this.policyChange.apply(job, tokenId, policies);
    }
    const origin = originOf(job);
    const authority = await authorityOf(origin.caller, this.settings, this.ports);
    const bulk: JobRecord & { readonly action: BulkAction } = { ...job, action };
    return (tokenId) => this.itemChange.apply(bulk, tokenId, { authority, origin });
  }

  /** One token that cannot be changed does not keep the others for ever. */
  private async unlessHopeless(
    job: JobRecord,
    tokenId: string,
    change: (tokenId: string) => Promise<TokenResult>,
  ): Promise<TokenResult> {
    try {
      return await change(tokenId);
    } catch (error) {
      if (job.tries < TRIES) {
        throw error;
      }
      return { tokenId, outcome: 'failed', reason: error instanceof Error ? error.name : 'Error' };
    }
  }

  private finish(
    job: JobRecord,
    end: { readonly status: 'done' | 'stopped' } & ItemChanges<JobRecord>,
  ): Promise<JobRecord | undefined> {
    const finishedAt = epochSeconds(this.ports);
    const changes = { ...end, finishedAt, openJob: undefined, leaseUntil: undefined };
    const counts = { ...job.counts, ...('counts' in end ? end.counts : {}) };
    const change = {
      actor: jobKey(job.id),
      onBehalfOf: job.createdBy,
      action: 'bulk.finish',
      object: { kind: 'job', id: job.id },
      team: job.team,
      requestId: job.requestId,
      after: { status: end.status, ...counts },
    } as const;
    return this.changes.write(job.pk, change, (entry) =>
      this.ports.items.update<JobRecord>(job.pk, job.version, changes, entry),
    );
  }

  private update(job: JobRecord, changes: ItemChanges<JobRecord>): Promise<JobRecord | undefined> {
    return this.ports.items.update<JobRecord>(job.pk, job.version, changes);
  }
}

/** @throws {Error} for a job of the platform itself, which acts for nobody */
function originOf({ id, caller, requestId, address }: JobRecord): Origin {
  if (caller === undefined) {
    throw new Error(`job ${id} has no caller`);
  }
  return { caller, requestId, address };
}
