import { randomUUID } from 'node:crypto';
import { nextWindow, type RotationRules } from '../../constructs/rotation/schedule';
import type { InvokeResult } from '../runtime/types';
import { AwsError } from './protocol';
import type { Rotation, RotationAttempt, Secret } from './secret-schema';
import type { SecretStore } from './secret-store';
import { hasValue, holderOf } from './secret-versions';
import type { RotationControl, RotationEvent, RotationSpec } from './types';

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
const RETRY_DELAYS_MS = [1000, 2000, 5000, 10_000];
/** How often the clock is compared with the schedules. */
const POLL_MS = 250;
/** A rotation that failed for good, or was declined, is tried again after a day at the latest (alphagov/govuk-infrastructure#236). */
const NEXT_TRY_SECONDS = 86_400;
/** How long nothing is begun after the state could not be written. */
const TROUBLE_PAUSE_MS = 2000;

export interface RotationDriverOptions {
  readonly store: SecretStore;
  /** Calls a function by its ARN. Rejects when there is no such function. */
  readonly invoke: (functionArn: string, event: unknown) => Promise<InvokeResult>;
  /** Why a function may not be called for a secret; `undefined` when it may. */
  readonly refusal: (functionArn: string, secretArn: string) => string | undefined;
  /** Planned rotations by the names of their secrets. */
  readonly planned: ReadonlyMap<string, RotationSpec>;
  readonly onRotation: (event: RotationEvent) => void;
  /** Told when the state could not be written; the rotation goes on when it can. */
  readonly onTrouble: (line: string) => void;
  readonly retryDelaysMs?: readonly number[] | undefined;
}

/** Where an attempt stands after the steps were called, or before the next one is. */
type Outcome = 'done' | 'declined' | 'abandoned' | 'stopped' | { readonly failedStep: string };

/**
 * The part of Secrets Manager that rotates: it calls the rotation function with the four steps, and the whole of them again
 * with the same token when one fails. What is under way lies on the disk, so a restart goes on with it.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 */
export class RotationDriver implements RotationControl {
  private readonly running = new Map<string, Promise<void>>();
  private readonly sleepers = new Set<() => void>();
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  /** By this machine's clock: what keeps the state from being written has nothing to do with the sandbox's. */
  private pausedUntil = 0;

  constructor(private readonly options: RotationDriverOptions) {}

  start(): void {
    for (const secret of this.options.store.list()) {
      this.applyPlan(secret);
    }
    this.timer = setInterval(() => this.poll(), POLL_MS).unref();
    this.poll();
  }

  poll(): void {
    if (this.closed || Date.now() < this.pausedUntil) {
      return;
    }
    try {
      this.beginDue();
    } catch (error) {
      this.pause(error);
    }
  }

  private pause(error: unknown): void {
    this.pausedUntil = Date.now() + TROUBLE_PAUSE_MS;
    this.options.onTrouble(`a rotation waits: ${error instanceof Error ? error.message : String(error)}`);
  }

  private beginDue(): void {
    const { store } = this.options;
    for (const secret of store.list()) {
      const { rotation } = secret;
      if (!rotation || secret.deletionDate !== undefined || this.running.has(secret.name)) {
        continue;
      }
      if (rotation.attempt) {
        this.drive(secret.name, rotation.attempt);
      } else if (rotation.enabled && rotation.nextStartDate !== undefined && rotation.nextStartDate <= store.now()) {
        this.begin(secret, pendingToken(secret) ?? randomUUID());
      }
    }
  }

  async idle(): Promise<void> {
    while (this.running.size > 0) {
      await Promise.all(this.running.values());
    }
  }

  /** Lets the steps that run now end, and begins none. */
  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.timer);
    for (const wake of this.sleepers) {
      wake();
    }
    await this.idle();
  }

  /**
   * Sets function and rules; begins nothing.
   *
   * @throws AwsError `AccessDeniedException` when Secrets Manager may not call the function.
   * @throws ScheduleError for rules that Secrets Manager refuses.
   */
  configure(secret: Secret, lambdaArn: string, rules: RotationRules | undefined, planned: boolean): Secret {
    const refusal = this.options.refusal(lambdaArn, secret.arn);
    if (refusal !== undefined) {
      throw new AwsError(
        'AccessDeniedException',
        `Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com: ${refusal}`,
      );
    }
    const { lastRotatedDate, attempt } = secret.rotation ?? {};
    return this.options.store.setRotation(secret, {
      enabled: true,
      lambdaArn,
      planned,
      rules,
      lastRotatedDate,
      ...this.schedule(rules),
      attempt,
    });
  }

  /**
   * Begins a rotation, or a test of one; the steps run after this returns.
   *
   * @throws AwsError `InvalidRequestException` while an earlier rotation is not complete, which is tried again.
   */
  begin(secret: Secret, token: string, test = false): void {
    const { store } = this.options;
    const rotation = configured(secret);
    const running = this.running.has(secret.name);
    if (running && rotation.attempt?.token === token) {
      return;
    }
    const pending = pendingToken(secret);
    if (running || (pending !== undefined && pending !== token)) {
      if (!running && pending !== undefined) {
        this.begin(secret, pending);
      }
      throw new AwsError(
        'InvalidRequestException',
        "A previous rotation isn't complete. That rotation will be reattempted.",
      );
    }
    const attempt: RotationAttempt = { token, test, overtaken: false };
    const marked = store.setRotation(secret, { ...rotation, attempt });
    if (test) {
      this.putTestVersion(marked, token);
    } else {
      store.putPlaceholder(marked, token);
    }
    this.report(test ? 'TestRotationStarted' : 'RotationStarted', secret.arn, token);
    this.drive(secret.name, attempt);
  }

  /** As Terraform would: what is new or has changed is set, and then rotated or tested. */
  private applyPlan(secret: Secret): void {
    const spec = this.options.planned.get(secret.name);
    const { rotation } = secret;
    if (spec === undefined) {
      if (rotation?.planned) {
        this.options.store.setRotation(secret, { ...rotation, enabled: false, planned: false });
      }
      return;
    }
    const same =
      rotation?.enabled &&
      rotation.lambdaArn === spec.lambdaArn &&
      sameRules(rotation.rules, spec.rules) &&
      rotation.planned;
    if (same || secret.deletionDate !== undefined) {
      return;
    }
    const changed = this.configure(secret, spec.lambdaArn, spec.rules, true);
    if (pendingToken(changed) === undefined && !changed.rotation?.attempt) {
      this.begin(changed, randomUUID(), !spec.rotateImmediately);
    }
  }

  /** With the value of the current version where there is one (getmoto/moto#8547). */
  private putTestVersion(secret: Secret, token: string): void {
    const { store } = this.options;
    const current = holderOf(secret.versions, 'AWSCURRENT');
    const staged = store.putPlaceholder(secret, token);
    if (current && hasValue(current)) {
      const { secretString, secretBinary } = current;
      store.put(staged, { id: token, stages: ['AWSPENDING'], secretString, secretBinary });
    }
  }

  private drive(name: string, attempt: RotationAttempt): void {
    const work = this.attempt(name, attempt)
      .catch((error: unknown) => this.pause(error))
      .finally(() => this.running.delete(name));
    this.running.set(name, work);
  }

  private async attempt(name: string, { token, test }: RotationAttempt): Promise<void> {
    const steps = test ? (['testSecret'] as const) : STEPS;
    let outcome: Outcome = 'stopped';
    for (const delay of [0, ...(this.options.retryDelaysMs ?? RETRY_DELAYS_MS)]) {
      if (delay > 0) {
        await this.sleep(delay);
      }
      if (this.closed) {
        return;
      }
      outcome = await this.callSteps(name, token, steps);
      if (this.closed && outcome !== 'done') {
        return;
      }
      if (typeof outcome === 'string' || test) {
        break;
      }
    }
    this.end(name, token, test, outcome);
  }

  private async callSteps(name: string, token: string, steps: readonly string[]): Promise<Outcome> {
    const rotationToken = randomUUID();
    for (const step of steps) {
      const secret = this.find(name);
      const rotation = secret?.rotation;
      if (!secret || !rotation?.enabled || secret.deletionDate !== undefined || rotation.attempt?.token !== token) {
        return 'stopped';
      }
      if (rotation.attempt.overtaken || !isStaged(secret, token)) {
        return 'abandoned';
      }
      if (this.closed) {
        return 'stopped';
      }
      const { arn } = secret;
      const event = { Step: step, SecretId: arn, ClientRequestToken: token, RotationToken: rotationToken };
      // Whatever keeps the function from running is a failure of the step, as it is on AWS.
      const failed = this.options.refusal(rotation.lambdaArn, arn) !== undefined;
      const result = failed ? undefined : await this.options.invoke(rotation.lambdaArn, event).catch(() => undefined);
      if (!result?.ok) {
        return { failedStep: step };
      }
    }
    const secret = this.find(name);
    if (steps.length === 1 || (secret && holderOf(secret.versions, 'AWSCURRENT')?.id === token)) {
      return 'done';
    }
    // All went well and nothing is pending: the function had no new version to make. One left pending is incomplete.
    return secret && pendingHolder(secret) !== token ? 'declined' : { failedStep: 'finishSecret' };
  }

  private end(name: string, token: string, test: boolean, outcome: Outcome): void {
    const { store } = this.options;
    const found = this.find(name);
    // Cancelled meanwhile: whatever is left stays as it is.
    if (found?.rotation?.attempt?.token !== token) {
      return;
    }
    const { attempt: _over, ...rotation } = found.rotation;
    const prefix = test ? 'TestRotation' : 'Rotation';
    const ended: Rotation = test ? rotation : { ...rotation, ...this.after(rotation, outcome) };
    const secret = store.setRotation(found, ended);
    if (test) {
      store.removeVersion(secret, token);
    }
    // Secrets Manager takes the label away itself when a rotation is complete (aws-secrets-manager-rotation-lambdas#145).
    else if (outcome === 'done' && pendingHolder(secret) === token) {
      store.updateStage(secret, { stage: 'AWSPENDING', removeFrom: token });
    }
    // Of a rotation that the function declined without a failure there is no event to tell.
    if (outcome === 'declined') {
      return;
    }
    if (outcome === 'done') {
      this.report(`${prefix}Succeeded`, secret.arn, token);
    } else if (typeof outcome === 'object') {
      this.report(`${prefix}Failed`, secret.arn, token, outcome.failedStep);
    } else if (!test) {
      this.report('RotationAbandoned', secret.arn, token);
    }
  }

  /** Dates after a rotation: one that failed or was declined leaves the promised date, which may then be in the past, and is repeated. */
  private after(rotation: Rotation, outcome: Outcome): Partial<Rotation> {
    const now = this.options.store.now();
    const next = this.schedule(rotation.rules);
    if (outcome === 'done') {
      return { lastRotatedDate: now, ...next };
    }
    const { nextStartDate } = next;
    return nextStartDate === undefined ? {} : { nextStartDate: Math.min(nextStartDate, now + NEXT_TRY_SECONDS) };
  }

  private schedule(rules: RotationRules | undefined): Pick<Rotation, 'nextRotationDate' | 'nextStartDate'> {
    if (rules === undefined) {
      return {};
    }
    const { opens, closes } = nextWindow(rules, this.options.store.now() * 1000);
    return { nextStartDate: opens / 1000, nextRotationDate: closes / 1000 };
  }

  private find(name: string): Secret | undefined {
    return this.options.store.list().find((secret) => secret.name === name);
  }

  private report(event: RotationEvent['event'], secretArn: string, versionId: string, step?: string): void {
    const time = new Date(this.options.store.now() * 1000).toISOString();
    this.options.onRotation({ event, secretArn, versionId, time, ...(step === undefined ? {} : { step }) });
  }

  private sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.sleepers.add(wake);
    });
  }
}

/** @throws AwsError `InvalidRequestException` for a secret without a rotation function. */
export function configured(secret: Secret): Rotation {
  if (secret.rotation?.enabled) {
    return secret.rotation;
  }
  throw new AwsError('InvalidRequestException', 'No Lambda rotation function ARN is associated with this secret.');
}

/** The token of a rotation that is not complete: AWSPENDING on another version than AWSCURRENT. */
export function pendingToken(secret: Secret): string | undefined {
  const pending = pendingHolder(secret);
  return pending === holderOf(secret.versions, 'AWSCURRENT')?.id ? undefined : pending;
}

function pendingHolder(secret: Secret): string | undefined {
  return holderOf(secret.versions, 'AWSPENDING')?.id;
}

function isStaged(secret: Secret, token: string): boolean {
  return ['AWSPENDING', 'AWSCURRENT'].some((stage) => holderOf(secret.versions, stage)?.id === token);
}

function sameRules(a: RotationRules | undefined, b: RotationRules): boolean {
  return (['scheduleExpression', 'automaticallyAfterDays', 'duration'] as const).every((name) => a?.[name] === b[name]);
}
