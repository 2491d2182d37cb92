import type { CredentialEntry, RotationRecord } from '../lib/rotation-record';
import { baseFaults } from './base-check';
import { CommandRefusedError } from './errors';
import type { TooEarly } from './kind';
import { LATE_MS, type RotationParts } from './parts';
import type { Reaper } from './reaper';
import { CURRENT, type Labels, PENDING } from './secret-view';

/** A pending version that is older than this was left behind. */
const PENDING_LIMIT_MS = 3_600_000;

/** What can be said about a credential; nothing of it is secret. Times are ISO 8601. */
export interface CredentialStatus {
  readonly id: string;
  readonly state: 'current' | 'next' | 'pending' | 'retired' | 'disabled';
  readonly addedAt: string;
  readonly publishedAt?: string;
  readonly promotedAt?: string;
  readonly demotedAt?: string;
  /** When it is due to be retired, where the clock decides. */
  readonly retireAt?: string;
  /** Who still uses it, where that can be told: live tokens of a pepper, requests of a gateway key in the last days. */
  readonly inUseBy?: number;
}

/** Answer to `{"action":"status"}`. */
export interface SecretStatus {
  readonly secret: string;
  readonly kind: string;
  readonly generation?: number;
  readonly versions: { readonly current?: string; readonly pending?: string; readonly previous?: string };
  readonly currentSince?: string;
  readonly pendingSince?: string;
  /** Until when the last promotion can be taken back. */
  readonly rollBackUntil?: string;
  /** Why a rotation now would be too early. */
  readonly tooEarly?: { readonly reason: string; readonly until?: string };
  /** The last rotation, if it came before its time; Secrets Manager repeats it. */
  readonly postponed?: { readonly at: string; readonly reason: string; readonly until?: string };
  readonly credentials: readonly CredentialStatus[];
  readonly problems: readonly string[];
}

/** What the dead-man check finds. */
export type RotationProblem = 'no current value' | 'overdue' | 'pending left behind';

/** What a step that failed is worth to be told: it gave the rotation up, or its version is still pending. */
function failureText(record: RotationRecord | undefined, { pending }: Labels): string[] {
  const { failure } = record ?? {};
  const isGivenUp = failure && ['RotationRefusedError', 'RotationAbandonedError'].includes(failure.outcome);
  return failure && (isGivenUp || failure.versionId === pending)
    ? [
        `the rotation of ${iso(failure.at)} ${isGivenUp ? 'was given up' : 'fails'} in ${failure.step}: ${failure.reason}`,
      ]
    : [];
}

/** What is wrong although nothing failed: the rotation does not run, or one was left unfinished. */
export function rotationProblems(
  record: RotationRecord | undefined,
  labels: Labels,
  limits: { readonly now: number; readonly intervalSeconds: number; readonly postponeMs: number },
): RotationProblem[] {
  const problems: RotationProblem[] = [];
  if (labels.current === undefined) {
    problems.push('no current value');
  }
  const since = record?.current?.versionId === labels.current ? record?.current?.since : undefined;
  // What was postponed comes at the next date of the schedule at the latest.
  const patience = record?.postponed === undefined ? LATE_MS : Math.max(LATE_MS, limits.postponeMs);
  if (since !== undefined && limits.now > since + limits.intervalSeconds * 1000 + patience) {
    problems.push('overdue');
  }
  const { pending } = record ?? {};
  if (pending && pending.versionId === labels.pending && limits.now > pending.since + PENDING_LIMIT_MS) {
    problems.push('pending left behind');
  }
  return problems;
}

/** What operators may ask of the function. */
export class Commands<P> {
  constructor(
    private readonly parts: RotationParts<P>,
    private readonly reaper: Reaper<P>,
  ) {}

  async status(): Promise<SecretStatus> {
    const labels = await this.parts.view.labels();
    const record = await this.parts.record.read();
    const { current, pending, previous } = labels;
    const observation = await this.reaper.observe();
    const roles = new Map<string, CredentialStatus['state']>();
    for (const { id } of observation?.pending?.document
      ? this.parts.kind.credentials(observation.pending.document.payload)
      : []) {
      roles.set(id, 'pending');
    }
    for (const { id, role } of observation ? this.parts.kind.credentials(observation.current.document.payload) : []) {
      roles.set(id, role);
    }
    const since = record?.current?.versionId === current ? record?.current?.since : undefined;
    const now = this.parts.clock.now();
    const { payload } = observation?.current.document ?? {};
    const early = payload && this.parts.kind.tooEarly?.({ payload, entries: record?.credentials ?? [], now });
    const users = await this.parts.kind.inUseBy?.(record?.credentials ?? [], now);
    return {
      secret: this.parts.secretName,
      kind: this.parts.kind.name,
      ...(observation && { generation: observation.current.document.generation }),
      versions: { ...(current && { current }), ...(pending && { pending }), ...(previous && { previous }) },
      ...(since !== undefined && { currentSince: iso(since) }),
      ...(pending && record?.pending?.versionId === pending && { pendingSince: iso(record.pending.since) }),
      ...(since !== undefined && previous && { rollBackUntil: iso(this.parts.kind.rollBackUntil(since)) }),
      ...(early && { tooEarly: waitOf(early) }),
      ...(record?.postponed && { postponed: { at: iso(record.postponed.at), ...waitOf(record.postponed) } }),
      credentials: (record?.credentials ?? []).map((entry) => ({
        ...this.credentialStatus(entry, roles.get(entry.id)),
        ...(users && { inUseBy: users.get(entry.id) ?? 0 }),
      })),
      problems: [
        ...rotationProblems(record, labels, { now, ...this.parts }),
        ...(observation ? (await baseFaults(this.parts.kind, observation, record, now)).texts : []),
        ...failureText(record, labels),
      ],
    };
  }

  /**
   * Takes a pending version back that was left behind, so that the next rotation starts anew.
   *
   * @throws {CommandRefusedError} when nothing is pending
   */
  async cancel(): Promise<{ readonly versionId: string }> {
    const { pending } = await this.parts.view.labels();
    if (pending === undefined) {
      throw new CommandRefusedError('no version is pending');
    }
    await this.parts.secrets.moveStage({ stage: PENDING, from: pending });
    return { versionId: pending };
  }

  /**
   * Makes the version before current again.
   *
   * @throws {CommandRefusedError} when it is too late: its credential is gone, or readers have forgotten it. The way is then
   * forward, by a new rotation.
   */
  async rollBack(): Promise<{ readonly versionId: string }> {
    const observation = await this.reaper.observe();
    if (!observation?.previous) {
      throw new CommandRefusedError('there is no version before the current one that can be read');
    }
    if (observation.pending) {
      throw new CommandRefusedError(`version ${observation.pending.versionId} is pending, cancel it first`);
    }
    const { current, previous } = observation;
    const record = await this.parts.record.observe(observation);
    const until = this.parts.kind.rollBackUntil(record.current?.since ?? Number.NEGATIVE_INFINITY);
    if (this.parts.clock.now() >= until) {
      throw new CommandRefusedError(`the promotion could be taken back until ${iso(until)}, rotate instead`);
    }
    for (const { id } of this.parts.kind
      .credentials(previous.document.payload)
      .filter(({ role }) => role !== 'retired')) {
      const entry = record.credentials.find((one) => one.id === id);
      if (!entry || [entry.disabledAt, entry.revokedAt, entry.removedAt].some((time) => time !== undefined)) {
        throw new CommandRefusedError(`credential ${id} of version ${previous.versionId} is retired, rotate instead`);
      }
    }
    await this.parts.secrets.moveStage({ stage: CURRENT, from: current.versionId, to: previous.versionId });
    const { pending } = await this.parts.view.labels();
    if (pending === current.versionId) {
      // Secrets Manager may have left the label there: the next rotation would bring the version back.
      await this.parts.secrets.moveStage({ stage: PENDING, from: pending });
    }
    const after = await this.reaper.observe();
    if (after) {
      await this.parts.record.observe(after);
      await this.parts.record.accept(after, []);
    }
    return { versionId: previous.versionId };
  }

  /**
   * Takes the current version as it is, after somebody else made it current: rotations go on from it, the reaper retires
   * what it does not name, and credentials that it lacks are given up.
   *
   * @throws {CommandRefusedError} when nothing is current
   */
  async accept(): Promise<{ readonly versionId: string; readonly lost: readonly string[] }> {
    const observation = await this.reaper.observe();
    if (!observation) {
      throw new CommandRefusedError('no version is current');
    }
    const record = await this.parts.record.observe(observation);
    const { missing } = await baseFaults(this.parts.kind, observation, record, this.parts.clock.now());
    await this.parts.record.accept(observation, missing);
    return { versionId: observation.current.versionId, lost: missing };
  }

  /**
   * Retires a credential that is not in use at once, without overlap. The reaper then does it.
   *
   * @throws {CommandRefusedError} when it is unknown, or in use
   */
  async revoke(id: string): Promise<void> {
    const record = await this.parts.record.read();
    const entry = record?.credentials.find((one) => one.id === id);
    if (!entry) {
      throw new CommandRefusedError('no credential on record has this id');
    }
    if (!(await this.reaper.mayDestroy(entry))) {
      throw new CommandRefusedError(`credential ${id} is current, next or pending: rotate first`);
    }
    const now = this.parts.clock.now();
    await this.parts.record.note({ id, revokedAt: now, demotedAt: entry.demotedAt ?? now });
  }

  private credentialStatus(entry: CredentialEntry, state: CredentialStatus['state'] | undefined): CredentialStatus {
    const { id, addedAt, publishedAt, promotedAt, demotedAt, disabledAt } = entry;
    const retireAt = demotedAt === undefined ? undefined : this.parts.kind.retireAt(entry);
    return {
      id,
      state: disabledAt === undefined ? (state ?? 'retired') : 'disabled',
      addedAt: iso(addedAt),
      ...(publishedAt !== undefined && { publishedAt: iso(publishedAt) }),
      ...(promotedAt !== undefined && { promotedAt: iso(promotedAt) }),
      ...(demotedAt !== undefined && { demotedAt: iso(demotedAt) }),
      ...(retireAt !== undefined && { retireAt: iso(retireAt) }),
    };
  }
}

function waitOf({ reason, until }: TooEarly): { readonly reason: string; readonly until?: string } {
  return { reason, ...(until !== undefined && { until: iso(until) }) };
}

function iso(time: number): string {
  return Number.isFinite(time) ? new Date(time).toISOString() : 'never';
}
