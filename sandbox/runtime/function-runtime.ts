import { defined } from '../../lambdas/lib/defined';
import { FunctionPool } from './function-pool';
import { LogFiles } from './log-files';
import { type FunctionSpec, type InvokeResult, UnknownFunctionError } from './types';
import { unpackFunction } from './unpack';

export interface FunctionRuntimeOptions {
  readonly functions: readonly FunctionSpec[];
  /** Unzipped packages go to `functions/` and logs to `logs/` below it. */
  readonly stateDir: string;
  /** Added to the planned environment of each function, asked for when an execution environment starts. */
  readonly environment: () => Readonly<Record<string, string>>;
  /** Changes a value of the planned environment, when an execution environment starts. @default - it stays */
  readonly localValue?: (value: string) => string;
  /** Receives each line that a function writes, after it was appended to the log file. */
  readonly onLog?: (functionName: string, line: string) => void;
  /** Told in a line when log lines cannot be written. @default - nobody */
  readonly onTrouble?: (line: string) => void;
  /** Epoch milliseconds that functions take for the time, fixed when a request begins. @default - this machine's clock */
  readonly clock?: () => number;
  /** Requests that run at the same time, per function; more wait in order. @default 4 */
  readonly concurrency?: number;
}

/**
 * Runs the packages that a plan names, each in worker threads of this process with a clean environment. A worker keeps
 * its module state from request to request, a thrown error included; a time-out, an uncaught error or `process.exit`
 * ends it, and the next request starts another.
 */
export class FunctionRuntime {
  private readonly functions: ReadonlyMap<string, FunctionSpec>;
  private readonly logs: LogFiles;
  private readonly pools = new Map<string, Promise<FunctionPool>>();
  private closed = false;

  /** @throws Error for a duplicate name, a limit below 1, or a log group that is no file name. */
  constructor(private readonly options: FunctionRuntimeOptions) {
    this.logs = new LogFiles(options.stateDir, options.onTrouble === undefined ? {} : { onTrouble: options.onTrouble });
    const functions = new Map<string, FunctionSpec>();
    for (const spec of options.functions) {
      if (functions.has(spec.name)) {
        throw new Error(`function "${spec.name}" is given twice`);
      }
      this.logs.fileOf(spec.logGroup);
      limitOf(spec, options);
      functions.set(spec.name, spec);
    }
    this.functions = functions;
  }

  /**
   * Unzips every package now, so that a bad one is found at the start and not by the first request.
   *
   * @throws Error naming the package that cannot be used.
   */
  async prepare(): Promise<void> {
    await Promise.all([...this.functions.values()].map((spec) => this.pool(spec)));
  }

  /**
   * Runs one request, through an alias where there is one. What the function does wrong is a result; a rejection means the sandbox itself cannot run it.
   *
   * @throws UnknownFunctionError for a name that is not in the plan; TypeError for an event that JSON cannot carry;
   *   Error for an unusable package or a closed runtime.
   */
  async invoke(name: string, event: unknown, qualifier?: string): Promise<InvokeResult> {
    const spec = this.functions.get(name);
    if (!spec) {
      throw new UnknownFunctionError(name, [...this.functions.keys()]);
    }
    const text: string | undefined = JSON.stringify(event);
    if (text === undefined) {
      throw new TypeError(`event of function "${name}" is ${typeof event}, which JSON cannot carry`);
    }
    const pool = await this.pool(spec);
    return pool.invoke(text, qualifier);
  }

  /**
   * Ends the execution environments of a function at once, as a fault of their host would. A request that runs gets the failure
   * `Runtime.ExitError`; the next one starts another environment.
   *
   * @throws UnknownFunctionError for a name that is not in the plan.
   */
  async crash(name: string): Promise<void> {
    const spec = this.functions.get(name);
    if (!spec) {
      throw new UnknownFunctionError(name, [...this.functions.keys()]);
    }
    await (await this.pool(spec)).crash();
  }

  /** Ends all workers. A request still running or waiting gets the failure `Runtime.Closed`. */
  async close(): Promise<void> {
    this.closed = true;
    const pools = await Promise.allSettled(this.pools.values());
    await Promise.all(pools.map((pool) => (pool.status === 'fulfilled' ? pool.value.close() : undefined)));
    this.logs.close();
  }

  private pool(spec: FunctionSpec): Promise<FunctionPool> {
    if (this.closed) {
      return Promise.reject(new Error('the function runtime is closed'));
    }
    const known = this.pools.get(spec.name);
    if (known) {
      return known;
    }
    const created = this.createPool(spec);
    this.pools.set(spec.name, created);
    // A package that could not be read may be there at the next request; the caller gets this failure either way.
    created.catch(() => this.pools.delete(spec.name));
    return created;
  }

  private local(spec: FunctionSpec): FunctionSpec {
    const { localValue = (value: string) => value } = this.options;
    const environment = Object.entries(spec.environment).map(([name, value]) => [name, localValue(value)]);
    return { ...spec, environment: Object.fromEntries(environment) };
  }

  private async createPool(spec: FunctionSpec): Promise<FunctionPool> {
    const { stateDir } = this.options;
    const taskRoot = await unpackFunction({ name: spec.name, zipFile: spec.zipFile, stateDir });
    return new FunctionPool(limitOf(spec, this.options), () => ({
      spec: this.local(spec),
      taskRoot,
      environment: this.options.environment(),
      ...defined({ clock: this.options.clock }),
      onLine: (line) => {
        this.logs.append(spec.logGroup, line);
        this.options.onLog?.(spec.name, line);
      },
    }));
  }
}

function limitOf(spec: FunctionSpec, options: FunctionRuntimeOptions): number {
  const limit = spec.concurrency ?? options.concurrency ?? 4;
  if (!Number.isInteger(limit) || limit < 1) {
    throw new Error(`concurrency of function "${spec.name}" is ${limit}, it must be a whole number of at least 1`);
  }
  return limit;
}
