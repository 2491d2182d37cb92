import { randomBytes, randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { FunctionSpec, InvokeFailure, InvokeResult } from './types';
import { WORKER_SOURCE } from './worker-source';

/** Time to load the module, which Lambda counts apart from the function's timeout (Lambda execution environment lifecycle). */
const INIT_TIMEOUT_MS = 10_000;

type ErrorDescription = Pick<InvokeFailure, 'errorType' | 'errorMessage' | 'trace'>;

type WorkerMessage =
  | { type: 'output'; stream: 'stdout' | 'stderr'; text: string }
  | { type: 'ready' }
  | { type: 'init-error'; error: ErrorDescription }
  | { type: 'result'; payload: string }
  | { type: 'error'; error: ErrorDescription };

export interface FunctionWorkerOptions {
  readonly spec: FunctionSpec;
  /** Folder of the unzipped package. */
  readonly taskRoot: string;
  /** What the sandbox adds to the planned environment: endpoints, dummy credentials, region. */
  readonly environment: Readonly<Record<string, string>>;
  /** Epoch milliseconds that the function takes for the time. @default - this machine's clock */
  readonly clock?: () => number;
  readonly onLine: (line: string) => void;
  /** Called once when the thread has ended, for whatever reason. */
  readonly onEnd: () => void;
}

/** One execution environment of a function: a thread that answers one request at a time. */
export class FunctionWorker {
  private readonly worker: Worker;
  private readonly partialLines = { stdout: '', stderr: '' };
  private settle: ((result: InvokeResult | 'ready') => void) | undefined;
  private fatal: InvokeFailure | undefined;
  private initialised = false;
  private ended = false;

  constructor(private readonly options: FunctionWorkerOptions) {
    const { spec, taskRoot } = options;
    const logStreamName = `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${randomBytes(16).toString('hex')}`;
    this.worker = new Worker(WORKER_SOURCE, {
      eval: true,
      argv: [],
      execArgv: [],
      env: workerEnvironment(spec, options.environment, taskRoot, logStreamName),
      resourceLimits: { maxOldGenerationSizeMb: spec.memoryMb },
      workerData: {
        taskRoot,
        // From where the SDK is found that is part of Lambda's runtime.
        kitFile: __filename,
        handler: spec.handler,
        ownClock: options.clock !== undefined,
        context: {
          functionName: spec.name,
          functionVersion: '$LATEST',
          invokedFunctionArn: spec.arn,
          memoryLimitInMB: String(spec.memoryMb),
          logGroupName: spec.logGroup,
          logStreamName,
        },
      },
    });
    this.worker.on('message', (message: WorkerMessage) => this.receive(message));
    this.worker.on('error', (error: unknown) => {
      this.fatal = describeFatal(error);
    });
    this.worker.on('exit', (code) => this.end(code));
  }

  /** False once the thread has ended or is being ended: it takes no further request. */
  get alive(): boolean {
    return !this.ended;
  }

  /** Runs one request. Never rejects: every failure is a result. */
  async invoke(event: string, qualifier?: string): Promise<InvokeResult> {
    const requestId = randomUUID();
    const result = await this.run(event, requestId, qualifier);
    this.flushLines();
    if (!result.ok) {
      this.options.onLine(failureLine(requestId, result));
    }
    return result;
  }

  /** Ends the thread, whatever it is doing. */
  async terminate(): Promise<void> {
    this.ended = true;
    await this.worker.terminate();
  }

  private async run(event: string, requestId: string, qualifier: string | undefined): Promise<InvokeResult> {
    if (!this.initialised) {
      const outcome = await this.waitFor(INIT_TIMEOUT_MS, () => undefined);
      if (outcome !== 'ready') {
        await this.terminate();
        return outcome;
      }
      this.initialised = true;
    }
    const timeoutMs = this.options.spec.timeoutSeconds * 1000;
    const outcome = await this.waitFor(timeoutMs, () => {
      const now = Date.now();
      const clockOffsetMs = (this.options.clock?.() ?? now) - now;
      this.worker.postMessage({ event, qualifier, requestId, deadlineMs: now + timeoutMs, clockOffsetMs });
    });
    if (outcome === 'ready') {
      throw new Error(`function "${this.options.spec.name}" reported ready twice`);
    }
    if (!outcome.ok && outcome.timedOut) {
      await this.terminate();
    }
    return outcome;
  }

  private waitFor(timeoutMs: number, start: () => void): Promise<InvokeResult | 'ready'> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        const seconds = (timeoutMs / 1000).toFixed(2);
        this.settle?.({
          ok: false,
          errorType: 'Sandbox.Timedout',
          errorMessage: `Task timed out after ${seconds} seconds`,
          timedOut: true,
        });
      }, timeoutMs);
      this.settle = (result) => {
        clearTimeout(timer);
        this.settle = undefined;
        resolve(result);
      };
      start();
    });
  }

  private receive(message: WorkerMessage): void {
    switch (message.type) {
      case 'output':
        this.output(message.stream, message.text);
        return;
      case 'ready':
        this.settle?.('ready');
        return;
      case 'result':
        this.settle?.({ ok: true, payload: JSON.parse(message.payload) });
        return;
      case 'init-error':
      case 'error':
        this.settle?.({ ok: false, ...message.error });
    }
  }

  private output(stream: 'stdout' | 'stderr', text: string): void {
    const lines = (this.partialLines[stream] + text).split('\n');
    this.partialLines[stream] = lines.pop() ?? '';
    for (const line of lines) {
      this.options.onLine(line);
    }
  }

  private flushLines(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      if (this.partialLines[stream] !== '') {
        this.output(stream, '\n');
      }
    }
  }

  private end(code: number): void {
    this.ended = true;
    this.flushLines();
    const failure = this.fatal ?? {
      ok: false,
      errorType: 'Runtime.ExitError',
      errorMessage: `Runtime exited with exit status ${code}`,
    };
    if (this.settle) {
      this.settle(failure);
    } else if (this.fatal) {
      this.options.onLine(failureLine('-', this.fatal));
    }
    this.options.onEnd();
  }
}

/** The whole environment of the thread: nothing of this process's own environment reaches a function. */
function workerEnvironment(
  spec: FunctionSpec,
  added: Readonly<Record<string, string>>,
  taskRoot: string,
  logStreamName: string,
): Record<string, string> {
  return {
    ...spec.environment,
    ...added,
    AWS_REGION: added.AWS_REGION ?? spec.arn.split(':')[3] ?? '',
    AWS_LAMBDA_FUNCTION_NAME: spec.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: spec.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStreamName,
    AWS_EXECUTION_ENV: `AWS_Lambda_${spec.runtime}`,
    LAMBDA_TASK_ROOT: taskRoot,
    _HANDLER: spec.handler,
  };
}

function describeFatal(error: unknown): InvokeFailure {
  // No instanceof: the error was made in another thread, or under a test runner in another realm.
  if (typeof error !== 'object' || error === null || !('message' in error)) {
    return { ok: false, errorType: typeof error, errorMessage: String(error) };
  }
  const outOfMemory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  const name = 'name' in error ? String(error.name) : 'Error';
  const trace = 'stack' in error && typeof error.stack === 'string' ? error.stack.split('\n') : [];
  return {
    ok: false,
    errorType: outOfMemory ? 'Runtime.OutOfMemory' : name,
    errorMessage: String(error.message),
    trace,
  };
}

/** In the shape of Lambda's own line for a failed invocation. */
function failureLine(requestId: string, failure: InvokeFailure): string {
  const detail = JSON.stringify({
    errorType: failure.errorType,
    errorMessage: failure.errorMessage,
    stack: failure.trace,
  });
  return `${new Date().toISOString()}\t${requestId}\tERROR\tInvoke Error\t${detail}`;
}
