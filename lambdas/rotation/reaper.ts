import { describeFailure, ReapRefusedError } from './errors';
import type { DestroyCheck, Version } from './kind';
import type { RotationParts } from './parts';
import { isMovedBack, type Observation } from './record-access';
import type { Labels } from './secret-view';

/** What one run of the reaper did and saw. */
export interface ReapResult<P> {
  /** What was current and pending; `undefined` while nothing is current. */
  readonly observation: Observation<P> | undefined;
  /** How many credentials were retired. */
  readonly retired: number;
}

/**
 * The only code that disables or deletes credentials. It first reads what is current and pending; where either cannot be
 * read, it destroys nothing. Labels are read again just before each destructive call.
 */
export class Reaper<P> {
  constructor(private readonly parts: RotationParts<P>) {}

  /**
   * Retires what is due. Without a current version there is nothing yet that could be.
   *
   * @throws {ReapRefusedError} when what is in use cannot be read
   */
  async run(isUrgent: boolean): Promise<ReapResult<P>> {
    const observation = await this.observe();
    if (!observation) {
      return { observation, retired: 0 };
    }
    const { secretName, kind, clock, record: recorded, log } = this.parts;
    const record = await recorded.observe(observation);
    if (isMovedBack(record, observation.current)) {
      throw new ReapRefusedError(
        `an older version (${observation.current.versionId}) was made current again, so nothing is destroyed`,
      );
    }
    let count = 0;
    await kind.reap({
      ...observation,
      secretName,
      clock,
      record: recorded,
      entries: record.credentials,
      isUrgent,
      mayDestroy: this.mayDestroy,
      readVersion: (versionId) => this.versionOf(versionId),
      // Noted one by one: where a later credential fails, those before it are gone all the same.
      retired: (id, how) => {
        count += 1;
        log.retired(id, how);
      },
    });
    return { observation, retired: count };
  }

  /** As {@link run}. A failure is logged and does not stop a rotation that needs nothing of it: guards decide on what is there. */
  async runQuietly(isUrgent: boolean): Promise<void> {
    try {
      await this.run(isUrgent);
    } catch (error) {
      this.parts.log.failure('secret.rotate.reap', error, {});
    }
  }

  /** What is current and pending now; `undefined` while nothing is current. */
  async observe(): Promise<Observation<P> | undefined> {
    const labels = await this.labels();
    if (labels.current === undefined) {
      return undefined;
    }
    return {
      current: await this.currentOf(labels),
      previous: await this.previousOf(labels),
      pending: await this.pendingOf(labels),
    };
  }

  readonly mayDestroy: DestroyCheck = async ({ id, versionId }) => {
    const labels = await this.labels();
    const current = await this.currentOf(labels);
    const pending = await this.pendingOf(labels);
    if (pending !== undefined && pending.versionId === versionId) {
      return false;
    }
    const documents = [current.document, ...(pending?.document ? [pending.document] : [])];
    return documents.every(({ payload }) =>
      this.parts.kind.credentials(payload).every((one) => one.id !== id || one.role === 'retired'),
    );
  };

  private async labels(): Promise<Labels> {
    return this.failClosed('labels of the secret', () => this.parts.view.labels());
  }

  private async currentOf({ current }: Labels): Promise<Version<P>> {
    const version = current === undefined ? undefined : await this.versionOf(current);
    if (!version) {
      throw new ReapRefusedError('the current version has no value that can be read, so nothing is destroyed');
    }
    return version;
  }

  private async pendingOf({ pending }: Labels): Promise<Observation<P>['pending']> {
    if (pending === undefined) {
      return undefined;
    }
    return { versionId: pending, document: (await this.versionOf(pending))?.document };
  }

  /** The version before is no condition of anything: it may be an old value of another form. */
  private async previousOf({ previous }: Labels): Promise<Version<P> | undefined> {
    const stored = previous === undefined ? undefined : await this.parts.view.stored(previous);
    try {
      return stored && previous !== undefined ? this.parts.view.parse(previous, stored) : undefined;
    } catch {
      return undefined;
    }
  }

  private async versionOf(versionId: string): Promise<Version<P> | undefined> {
    return this.failClosed(`version ${versionId}`, async () => {
      const stored = await this.parts.view.stored(versionId);
      return stored && this.parts.view.parse(versionId, stored);
    });
  }

  private async failClosed<T>(what: string, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      throw new ReapRefusedError(`${what} cannot be read, so nothing is destroyed: ${describeFailure(error)}`);
    }
  }
}
