import { FakeAwsError } from './fake-secrets';

/** How a call goes wrong: the process dies before or after the effect, the answer is lost, or the call is throttled. */
export type FaultMode = 'crash-before' | 'crash-after' | 'reply-lost' | 'throttled';

export const CRASH_MODES: readonly FaultMode[] = ['crash-before', 'crash-after', 'reply-lost'];

/** One fault: at the n-th call, or at the n-th call of one name such as `secrets.put`. */
export interface Fault {
  readonly mode: FaultMode;
  /** 1 for the first. */
  readonly at: number;
  readonly call?: string;
  /** How many calls in a row are throttled. @default 1 */
  readonly times?: number;
}

/** Thrown to whoever waits for a process that died. */
export class CrashError extends Error {
  override readonly name = 'CrashError';
}

/**
 * A running function. Everything that it calls passes here; when it dies, the call in progress never returns, so that none
 * of its code runs any more.
 */
export class Process {
  /** Names of the calls, in order. */
  readonly calls: string[] = [];
  private seen = 0;
  private throttled = 0;
  private fault: Fault | undefined;
  private die: (error: CrashError) => void = () => {};

  constructor(
    private readonly afterCall: () => void,
    /** Waits until the call may go on, where a test decides the order of several processes. */
    private readonly gate: () => Promise<void> = async () => {},
  ) {}

  /** Arms a fault; calls are counted from here. */
  arm(fault: Fault | undefined): void {
    this.fault = fault;
    this.seen = 0;
    this.throttled = 0;
  }

  get hasStruck(): boolean {
    return this.fault === undefined;
  }

  /** Runs something of this process. Rejects with a {@link CrashError} when the process dies. */
  run<T>(action: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.die = reject;
      action().then(resolve, reject);
    });
  }

  wrap<T extends object>(name: string, port: T): T {
    return new Proxy(port, {
      get: (target, member, receiver) => {
        const value = Reflect.get(target, member, receiver);
        return typeof value === 'function'
          ? (...parameters: unknown[]) =>
              this.call(`${name}.${String(member)}`, () => Promise.resolve(value.apply(target, parameters)))
          : value;
      },
    });
  }

  private async call<T>(name: string, effect: () => Promise<T>): Promise<T> {
    await this.gate();
    this.calls.push(name);
    const mode = this.strikes(name);
    if (mode === 'throttled') {
      throw new FakeAwsError('ThrottlingException');
    }
    if (mode === 'crash-before') {
      return this.end();
    }
    let result: T;
    try {
      result = await effect();
    } finally {
      this.afterCall();
    }
    if (mode === 'crash-after') {
      return this.end();
    }
    if (mode === 'reply-lost') {
      throw new FakeAwsError('ECONNRESET', 'socket hang up');
    }
    return result;
  }

  private strikes(name: string): FaultMode | undefined {
    const { fault } = this;
    if (!fault || (fault.call !== undefined && fault.call !== name)) {
      return undefined;
    }
    this.seen += 1;
    if (this.seen < fault.at) {
      return undefined;
    }
    if (fault.mode === 'throttled') {
      this.throttled += 1;
      if (this.throttled > (fault.times ?? 1)) {
        this.fault = undefined;
        return undefined;
      }
      return 'throttled';
    }
    this.fault = undefined;
    return fault.mode;
  }

  private end(): Promise<never> {
    this.die(new CrashError('the function died'));
    return new Promise(() => {});
  }
}
