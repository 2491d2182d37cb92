/** A function as the plan names it: enough to run its package locally. */
export interface FunctionSpec {
  readonly name: string;
  readonly arn: string;
  /** Absolute path of the deployment package. */
  readonly zipFile: string;
  /** `<module path without extension>.<export>`, for example `index.handler`. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  /** Reported to the function, and the limit of its JavaScript heap. */
  readonly memoryMb: number;
  /** The planned environment. Nothing of the environment of this process is added to it. */
  readonly environment: Readonly<Record<string, string>>;
  /** For example `/aws/lambda/gh-dev-authorizer`. */
  readonly logGroup: string;
  /** For example `nodejs22.x`. Only reported to the function: the Node.js of this process runs it. */
  readonly runtime: string;
  /** How many requests run at the same time; more wait. @default the limit of the runtime */
  readonly concurrency?: number;
}

export interface InvokeSuccess {
  readonly ok: true;
  /** The handler's result after a round trip through JSON; `null` when it returned nothing. */
  readonly payload: unknown;
}

export interface InvokeFailure {
  readonly ok: false;
  /**
   * The name of the thrown error, or what Lambda calls the failure: `Sandbox.Timedout`, `Runtime.ExitError`,
   * `Runtime.OutOfMemory`, `Runtime.ImportModuleError`, `Runtime.HandlerNotFound`, `Runtime.MarshalError`.
   */
  readonly errorType: string;
  readonly errorMessage: string;
  /** Stack of the thrown error, a line each. For the log and direct invocations, never for API callers. */
  readonly trace?: readonly string[];
  readonly timedOut?: boolean;
}

export type InvokeResult = InvokeSuccess | InvokeFailure;

/** The name is no function of this runtime. */
export class UnknownFunctionError extends Error {
  override readonly name = 'UnknownFunctionError';

  constructor(functionName: string, known: readonly string[]) {
    super(`function "${functionName}" is not in the plan, which has: ${known.join(', ') || 'no function'}`);
  }
}
