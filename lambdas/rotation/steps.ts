import type { CredentialEntry, RotationRecord } from '../lib/rotation-record';
import { baseFaults } from './base-check';
import type { SecretDocument } from './document';
import {
  codeOf,
  RotationAbandonedError,
  type RotationError,
  RotationRefusedError,
  RotationRetryableError,
} from './errors';
import type { KindContext, StepContext, Version } from './kind';
import type { RotationParts } from './parts';
import type { StoredVersion } from './ports';
import type { Reaper } from './reaper';
import type { Observation } from './record-access';
import { CURRENT, type Labels, PENDING } from './secret-view';

/** Waits between the tries to store a value that may be lost otherwise, in milliseconds. */
const PUT_WAITS_MS: readonly number[] = [200, 1000, 3000];

/** How a step ended that did not fail. */
export type StepOutcome = 'done' | 'postponed';

/**
 * The four steps. Nothing is remembered between them but what the secret's labels, its versions and the target say, so each
 * may be repeated, alone or with those before it, after a crash at any point.
 */
export class Steps<P> {
  constructor(
    private readonly parts: RotationParts<P>,
    private readonly reaper: Reaper<P>,
  ) {}

  /** Gives the version exactly one value, or postpones the rotation: then the version gets none, and the other steps pass it by. */
  async create(token: string, rotationToken: string | undefined): Promise<StepOutcome> {
    const { view, kind, clock, record } = this.parts;
    const labels = await view.labels();
    const existing = await view.stored(token);
    if (existing) {
      await this.acceptExisting(token, existing, labels);
      return 'done';
    }
    if (labels.pending !== undefined && labels.pending !== token) {
      throw new RotationRefusedError(`version ${labels.pending} is pending, so version ${token} cannot be`);
    }
    const current = await this.currentFor(token, labels);
    await this.reaper.runQuietly(true);
    const observation = await this.reaper.observe();
    const known = observation ? await record.observe(observation) : await record.read();
    const entries = known?.credentials ?? [];
    if (observation) {
      await this.orRefuse(token, () => this.checkBase(observation, known));
    }
    if (current && (await this.isTooEarly(token, current, entries, known?.current?.since))) {
      return 'postponed';
    }
    const { mayDestroy } = this.reaper;
    const hasValue = async () => (await view.seen(token)) !== undefined;
    const document: SecretDocument<P> = {
      schema: 1,
      kind: kind.name,
      generation: (current?.document.generation ?? 0) + 1,
      basedOnVersionId: current?.versionId ?? null,
      createdAt: new Date(clock.now()).toISOString(),
      payload: await this.orRefuse(token, () =>
        kind.create({ ...this.context(), versionId: token, current, entries, hasValue, mayDestroy }),
      ),
    };
    if (!(await this.put(token, JSON.stringify(document), rotationToken))) {
      // A twin was quicker: its value is the one.
      await this.acceptExisting(token, await this.mustSee(token), await view.labels());
      return 'done';
    }
    await this.note(token, document.payload);
    return 'done';
  }

  /** Makes the target accept the version, also where it is current already: nothing says that this was done. */
  async set(token: string): Promise<StepOutcome> {
    const stored = await this.storedOrPostponed(token);
    if (stored === 'postponed') {
      return stored;
    }
    const context = await this.stepContext(token, stored);
    await this.orGiveUp(token, () => this.parts.kind.set(context));
    return 'done';
  }

  /** Proves the version. A version without a value is a dry run of Secrets Manager: it then checks what it can reach. */
  async test(token: string): Promise<StepOutcome> {
    const { view, kind, record } = this.parts;
    let stored = await view.stored(token);
    if (!stored) {
      // Where create noted what it stored, it is only not visible yet.
      const { credentials = [], postponed } = (await record.read()) ?? {};
      if (postponed?.versionId === token) {
        return 'postponed';
      }
      if (!credentials.some(({ versionId }) => versionId === token)) {
        await kind.dryRun(this.context());
        return 'done';
      }
      stored = await this.mustSee(token);
    }
    const labels = await view.labels();
    const currentText =
      labels.current === undefined || labels.current === token ? undefined : await view.stored(labels.current);
    if (currentText?.text === stored.text) {
      // The other form of a dry run: a copy of what is in use.
      const { payload } = view.parse(token, stored).document;
      await kind.test({ ...this.context(), versionId: token, payload, current: undefined });
      return 'done';
    }
    const context = await this.stepContext(token, stored);
    await this.orGiveUp(token, () => kind.test(context));
    return 'done';
  }

  /** Promotes the version if what it was made from is still current, and notes what is used no more. */
  async finish(token: string): Promise<StepOutcome> {
    const { kind } = this.parts;
    const stored = await this.storedOrPostponed(token);
    if (stored === 'postponed') {
      // Only here: Secrets Manager counts a rotation as abandoned whose label goes before its last step.
      await this.release(token);
      return stored;
    }
    const context = await this.stepContext(token, stored);
    const labels = await this.parts.view.labels();
    if (labels.current !== token) {
      // Steps share no memory, and a dry run passes testSecret too: only this proves the version that is promoted.
      await this.orGiveUp(token, () => kind.test(context));
      await this.promote(token, context.current?.versionId);
    }
    const observation = await this.reaper.observe();
    if (observation) {
      await this.parts.record.observe(observation);
    }
    return 'done';
  }

  /** @throws {RotationRefusedError} when the current version is not the one to go on from */
  private async checkBase(observation: Observation<P>, record: RotationRecord | undefined): Promise<void> {
    const { kind, clock } = this.parts;
    const { texts } = await baseFaults(kind, observation, record, clock.now());
    if (texts.length > 0) {
      throw new RotationRefusedError(`nothing is made from the current version: ${texts.join('; ')}`);
    }
  }

  /**
   * Whether the rotation has to wait, which is then on record with its reason.
   *
   * @throws {RotationRefusedError} when it should be possible by now: that is a fault, and nothing to wait for
   */
  private async isTooEarly(
    token: string,
    { document }: Version<P>,
    entries: readonly CredentialEntry[],
    since: number | undefined,
  ): Promise<boolean> {
    const { kind, clock, record, postponeMs } = this.parts;
    const now = clock.now();
    const early = kind.tooEarly?.({ payload: document.payload, entries, now });
    if (!early) {
      return false;
    }
    if (since !== undefined && now > since + postponeMs) {
      return this.orRefuse(token, async () => {
        throw new RotationRefusedError(early.reason);
      });
    }
    await record.postpone({ versionId: token, at: now, ...early });
    return true;
  }

  /** The value of a version that must have one, unless its rotation was postponed. */
  private async storedOrPostponed(token: string): Promise<StoredVersion | 'postponed'> {
    const { view, record } = this.parts;
    const stored = await view.stored(token);
    if (!stored && (await record.read())?.postponed?.versionId === token) {
      return 'postponed';
    }
    return stored ?? this.mustSee(token);
  }

  private async promote(token: string, basedOn: string | undefined): Promise<void> {
    const { secrets } = this.parts;
    try {
      await secrets.moveStage({ stage: CURRENT, to: token, from: basedOn });
    } catch (error) {
      const { current } = await this.parts.view.labels();
      if (current === token) {
        return;
      }
      if (current !== basedOn) {
        await this.giveUp(token, staleBase(token));
      }
      throw error;
    }
  }

  /** The current version that a new one is made from; `undefined` before the first. */
  private async currentFor(token: string, { current }: Labels): Promise<Version<P> | undefined> {
    if (current === undefined) {
      return undefined;
    }
    const stored = await this.mustSee(current);
    return this.orGiveUp(token, async () => this.usable(current, stored, 'current'));
  }

  private async stepContext(token: string, stored: StoredVersion): Promise<StepContext<P>> {
    const { view } = this.parts;
    const labels = await view.labels();
    const version = await this.checkPending(token, stored, labels);
    const current =
      labels.current === undefined || labels.current === token ? undefined : await this.currentFor(token, labels);
    return { ...this.context(), versionId: token, payload: version.document.payload, current };
  }

  private async acceptExisting(token: string, stored: StoredVersion, labels: Labels): Promise<void> {
    const { document } = await this.checkPending(token, stored, labels);
    await this.note(token, document.payload);
  }

  /** Puts the credentials of a new version on record, so that they can be taken back if it is given up. */
  private async note(token: string, payload: P): Promise<void> {
    const { kind, record } = this.parts;
    const known = (await record.read())?.credentials.map(({ id }) => id) ?? [];
    for (const { id, role, targetId } of kind.credentials(payload)) {
      if (role !== 'retired' && !known.includes(id)) {
        await record.note({ id, versionId: token, targetId });
      }
    }
  }

  /** The version, if it is or may become current; else the rotation is given up. */
  private async checkPending(token: string, stored: StoredVersion, labels: Labels): Promise<Version<P>> {
    const version = await this.orGiveUp(token, async () => this.usable(token, stored, 'pending'));
    if (labels.current === token) {
      return version;
    }
    if (labels.pending !== token) {
      throw new RotationAbandonedError(`version ${token} is not pending any more`);
    }
    if (version.document.basedOnVersionId !== (labels.current ?? null)) {
      await this.giveUp(token, staleBase(token));
    }
    return version;
  }

  /** @throws {RotationAbandonedError} when the value is no document of the kind: it cannot change any more */
  private usable(versionId: string, stored: StoredVersion, which: string): Version<P> {
    try {
      return this.parts.view.parse(versionId, stored);
    } catch (error) {
      throw new RotationAbandonedError(`${which} version ${versionId} is unusable: ${(error as Error).message}`);
    }
  }

  /** @returns `false` when the version has another value */
  private async put(token: string, text: string, rotationToken: string | undefined): Promise<boolean> {
    const { secrets, clock } = this.parts;
    for (let attempt = 0; ; attempt++) {
      try {
        await secrets.put(token, text, rotationToken);
        return true;
      } catch (error) {
        if (codeOf(error) === 'ResourceExistsException') {
          return false;
        }
        const wait = PUT_WAITS_MS[attempt];
        if (wait === undefined) {
          throw error;
        }
        // The same value under the same token changes nothing when it is there already.
        await clock.sleep(wait);
      }
    }
  }

  private async mustSee(versionId: string): Promise<StoredVersion> {
    const stored = await this.parts.view.seen(versionId);
    if (!stored) {
      throw new RotationRetryableError(`version ${versionId} has no value that can be seen`);
    }
    return stored;
  }

  /** As {@link orGiveUp}, before the version has a value: a twin may be about to store it, so nothing of it is taken back yet. */
  private async orRefuse<T>(token: string, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      if (error instanceof RotationRefusedError) {
        await this.release(token);
      }
      throw error;
    }
  }

  private async orGiveUp<T>(token: string, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      if (error instanceof RotationRefusedError || error instanceof RotationAbandonedError) {
        await this.giveUp(token, error);
      }
      throw error;
    }
  }

  /** Takes AWSPENDING off, then lets the reaper take back what was added: in this order nothing pending is destroyed. */
  private async giveUp(token: string, error: RotationError): Promise<never> {
    await this.release(token);
    await this.reaper.runQuietly(true);
    throw error;
  }

  private async release(token: string): Promise<void> {
    const { pending } = await this.parts.view.labels();
    if (pending === token) {
      await this.parts.secrets.moveStage({ stage: PENDING, from: token });
    }
  }

  private context(): KindContext {
    const { secretName, clock, record } = this.parts;
    return { secretName, clock, record };
  }
}

function staleBase(token: string): RotationAbandonedError {
  return new RotationAbandonedError(`version ${token} was made from a version that is not current any more`);
}
