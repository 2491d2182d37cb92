import { formatLogLine, type LogEntry } from '../../../../lambdas/lib/log';
import type { RotationRecord } from '../../../../lambdas/lib/rotation-record';
import { REAP_EVENT, type RotationConfig, type SecretConfig } from '../../../../lambdas/rotation/config';
import { parseDocument, type SecretDocument } from '../../../../lambdas/rotation/document';
import type { SecretKind } from '../../../../lambdas/rotation/kind';
import type { RecordStore } from '../../../../lambdas/rotation/ports';
import { throttleTolerant } from '../../../../lambdas/rotation/retry';
import { createRotation, type RotationHandler } from '../../../../lambdas/rotation/rotation';
import { FakeSecret } from './fake-secrets';
import { type Fault, Process } from './faults';

/** 2026-01-01T00:00:00Z, in epoch milliseconds. */
export const START = Date.UTC(2026, 0, 1);

export const SECOND = 1000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** What Secrets Manager gives a function to write with; it must never be seen anywhere. */
export const ROTATION_TOKEN = 'canary-rotation-token-0123456789';

const SECRET_NAME = 'acme-dev-secret';
export const SECRET_ARN = `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${SECRET_NAME}-AbCdEf`;

/** A time during which something was the case; without an end it still is. */
export interface Interval<T> {
  readonly from: number;
  to: number;
  readonly value: T;
}

/** The target of one kind, with what must hold for it. */
export interface Target<P> {
  readonly secret: SecretConfig;
  /** The kind on this target; `process` runs its calls. */
  kind(process: Process, world: World<P>): SecretKind<P>;
  /** Called after each call of anybody, and when time has passed: throws when something is wrong. */
  check(world: World<P>): void;
  /** Called at the end of a run. */
  checkEnd(world: World<P>): void;
  /** Time after which two rotations in a row are due, in milliseconds. */
  readonly interval: number;
  /** How often the reaper runs, in milliseconds. @default an hour */
  readonly reapEvery?: number;
  /** Every value that must not be seen outside. */
  canaries(world: World<P>): readonly string[];
}

/** Everything around the rotation of one secret, in virtual time. */
export class World<P, T extends Target<P> = Target<P>> {
  time = START;
  /** By how much the clock of functions is wrong, in milliseconds. */
  skew = 0;
  readonly secret = new FakeSecret(() => this.time);
  readonly logs: LogEntry[] = [];
  readonly errors: string[] = [];
  record: RotationRecord | undefined;
  /** Documents by the time that they were current. */
  readonly currents: Interval<SecretDocument<P>>[] = [];
  readonly config: RotationConfig;
  isRollingBack = false;
  /** What did not hold, in order. */
  readonly violations: Error[] = [];
  private tokens = 0;
  private readonly reader: SecretKind<P>;

  constructor(readonly target: T) {
    this.config = {
      version: 1,
      environment: 'dev',
      region: 'eu-west-1',
      account: '123456789012',
      secretName: SECRET_NAME,
      rotationTable: 'acme-dev-rotation',
      intervalSeconds: target.interval / 1000,
      testSeconds: 10,
      testSuccesses: 2,
      metricsNamespace: 'Acme/Auth',
      secret: target.secret,
    };
    this.reader = target.kind(new Process(() => {}), this);
    this.secret.onPromotion = (to, from) => this.check(() => this.promoted(to, from));
  }

  /** The document of a version; `undefined` when it has no value or another form. */
  document(versionId: string | undefined): SecretDocument<P> | undefined {
    const text = versionId === undefined ? undefined : this.secret.versions.get(versionId)?.text;
    try {
      return text === undefined ? undefined : parseDocument(text, this.reader.name, this.reader.readPayload);
    } catch {
      return undefined;
    }
  }

  documentAt(stage: string): SecretDocument<P> | undefined {
    return this.document(this.secret.holder(stage));
  }

  /** Documents that were current at some moment of a time. */
  currentDuring(from: number, to: number): SecretDocument<P>[] {
    return this.currents.filter((one) => one.from <= to && one.to >= from).map(({ value }) => value);
  }

  /** Ids of the credentials that the current and the pending version use or are going to use. */
  referenced(): ReadonlySet<string> {
    const documents = [this.documentAt('AWSCURRENT'), this.documentAt('AWSPENDING')];
    const credentials = documents.flatMap((one) => (one ? this.reader.credentials(one.payload) : []));
    return new Set(credentials.filter(({ role }) => role !== 'retired').map(({ id }) => id));
  }

  newToken(): string {
    this.tokens += 1;
    return `00000000-0000-4000-8000-${String(this.tokens).padStart(12, '0')}`;
  }

  pass(ms: number): void {
    this.time += ms;
    this.check(() => this.target.check(this));
  }

  /** Keeps what was wrong for the end: functions would catch what is thrown in their calls. */
  check(condition: () => void): void {
    try {
      condition();
    } catch (error) {
      this.violations.push(error as Error);
    }
  }

  process(gate?: () => Promise<void>): Process {
    return new Process(() => this.pass(40), gate);
  }

  /** A port of the target, as the kinds get it: throttled calls are repeated. */
  outside<O extends object>(process: Process, name: string, port: O): O {
    const clock = { now: () => this.time, sleep: async (ms: number) => this.pass(ms) };
    return throttleTolerant(process.wrap(name, port), clock);
  }

  handler(process: Process): RotationHandler {
    return createRotation(this.config, this.target.kind(process, this), {
      clock: {
        now: () => this.time + this.skew,
        sleep: async (ms) => this.pass(ms),
      },
      secrets: process.wrap('secrets', this.secret),
      records: process.wrap('records', this.recordStore()),
      log: (entry) => {
        this.logs.push(entry);
      },
    });
  }

  private recordStore(): RecordStore {
    return {
      // Frozen by write: nobody can change what was read.
      read: async () => this.record,
      write: async (record) => {
        if ((this.record?.version ?? 0) !== record.version - 1) {
          return false;
        }
        this.record = deepFreeze(structuredClone(record));
        return true;
      },
    };
  }

  /** One event. Says how it ended: `undefined` for well. */
  async send(event: object, process: Process = this.process()): Promise<Error | undefined> {
    const handler = this.handler(process);
    try {
      await process.run(() => handler(event));
      return undefined;
    } catch (error) {
      const failure = error as Error;
      this.errors.push(`${failure.name} ${failure.message} ${failure.stack ?? ''}`);
      return failure;
    }
  }

  step(step: string, token: string, process?: Process): Promise<Error | undefined> {
    const event = { Step: step, SecretId: SECRET_ARN, ClientRequestToken: token, RotationToken: ROTATION_TOKEN };
    return this.send(event, process);
  }

  reap(process?: Process): Promise<Error | undefined> {
    return this.send(REAP_EVENT, process);
  }

  /**
   * What Secrets Manager does: the steps one after another, and all of them again with the same token when one fails.
   *
   * @returns the failures
   */
  async rotate(options: { fault?: Fault; attempts?: number; process?: Process } = {}): Promise<Error[]> {
    const { fault, attempts = 4, process = this.process() } = options;
    const token = this.secret.startRotation(this.newToken());
    process.arm(fault);
    const failures: Error[] = [];
    for (let attempt = 0; attempt < attempts; attempt++) {
      const failure = await this.attempt(token, process);
      if (!failure) {
        return failures;
      }
      failures.push(failure);
      this.pass(5 * SECOND);
    }
    return failures;
  }

  async attempt(token: string, process: Process): Promise<Error | undefined> {
    for (const step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret']) {
      const failure = await this.step(step, token, process);
      if (failure) {
        return failure;
      }
      this.pass(2 * SECOND);
    }
    return undefined;
  }

  /** Time passes until a rotation is due again, with the reaper at work. */
  async passInterval(): Promise<void> {
    const until = this.time + this.target.interval;
    while (this.time < until) {
      this.pass(Math.min(this.target.reapEvery ?? HOUR, until - this.time));
      await this.reap();
    }
  }

  /** Everything that left the function: log lines and errors. */
  get output(): string {
    return [...this.logs.map((entry) => formatLogLine(entry, this.time)), ...this.errors].join('\n');
  }

  /** @throws the first thing that did not hold */
  end(): void {
    this.check(() => this.target.check(this));
    const [first] = this.violations;
    if (first) {
      throw first;
    }
    this.target.checkEnd(this);
    const output = `${this.output}\n${JSON.stringify(this.record)}`;
    for (const canary of [ROTATION_TOKEN, ...this.target.canaries(this)]) {
      must(!output.includes(canary), 'G8: a value is in a log line, an error or the record');
    }
  }

  private promoted(to: string, from: string | undefined): void {
    const last = this.currents.at(-1);
    if (last?.to === Number.POSITIVE_INFINITY) {
      last.to = this.time;
    }
    const document = this.document(to);
    must(document !== undefined || to.startsWith('by-hand'), 'G2: a version without a value is current');
    if (document) {
      const isOrdinary = !this.isRollingBack && !to.startsWith('by-hand');
      must(!isOrdinary || document.basedOnVersionId === (from ?? null), 'G3: promotion over another version');
      this.currents.push({ from: this.time, to: Number.POSITIVE_INFINITY, value: document });
    }
  }
}

/** Something that must always hold did not. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

export function must(condition: boolean, message: string): void {
  if (!condition) {
    throw new InvariantError(message);
  }
}

function deepFreeze<T extends object>(value: T): T {
  for (const member of Object.values(value)) {
    if (typeof member === 'object' && member !== null) {
      deepFreeze(member);
    }
  }
  return Object.freeze(value);
}
