import type { Location } from './arn';

/** How a function that is invoked asynchronously treats its failures. */
export interface AsynchronousOptions {
  /** ARN of the SQS queue that receives the events which failed for good. */
  readonly failureQueueArn: string;
  /** Retries after the first failure, 0 to 2. @default 2 */
  readonly maxRetryAttempts?: number;
  /** Age at which an event is given up, in seconds, 60 to 21600. @default 21600 */
  readonly maxEventAgeSeconds?: number;
}

/** Where in a VPC a function runs. It then reaches AWS services through endpoints of the VPC or a NAT gateway only. */
export interface VpcOptions {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

/** What can be chosen for any function of the kit. */
export interface NodeFunctionOptions {
  /** @default "nodejs22.x" */
  readonly runtime?: string;
  /** @default "arm64" */
  readonly architecture?: 'arm64' | 'x86_64';
  /** In seconds, 1 to 900. @default 10 */
  readonly timeoutSeconds?: number;
  /** In MiB, 128 to 10240. @default 256 */
  readonly memoryMb?: number;
  /** Plain settings; names and values that look like secrets are refused. @default - no environment */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether AWS X-Ray traces the function. @default true */
  readonly tracing?: boolean;
  /** Retention of the function's log, in days, one of the values that CloudWatch Logs offers. @default 365 */
  readonly logRetentionDays?: number;
  /**
   * ARN of the KMS key that encrypts the log. Its policy must let CloudWatch Logs use it.
   *
   * @default - CloudWatch Logs encrypts with a key of its own
   */
  readonly logKeyArn?: string;
  /** @default - the function runs outside of a VPC */
  readonly vpc?: VpcOptions;
  /**
   * ARN of the policy that bounds what the role may ever do, whatever it is granted.
   *
   * @default - the role has no permissions boundary
   */
  readonly permissionsBoundaryArn?: string;
  /** Tags of the function, its role and its log group. @default - those of the provider */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * Modules that the code asks for by name, that are not in its package, and that are there nevertheless or are never loaded: of a layer,
   * or of a branch that does not run.
   *
   * @default - none; a module that is not there is an error
   */
  readonly providedModules?: readonly string[];
  /** Concurrent executions set apart for this function; 0 stops it. @default - shares the account's */
  readonly reservedConcurrentExecutions?: number;
}

/**
 * With `account` and `region` the role's policy names the log literally, so that a plan shows the policy. Without them it refers to
 * the log group's attributes, which are known after apply.
 */
export interface NodeFunctionProps extends NodeFunctionOptions, Partial<Location> {
  /** Name of the function, at most 64 characters; role and log group are named after it. */
  readonly functionName: string;
  readonly description?: string;
  /** Absolute path of a folder with the bundled code. */
  readonly bundle: string;
  /** Text files put beside the code, by name. @default - none */
  readonly files?: Readonly<Record<string, string>>;
  /** @default "index.handler" */
  readonly handler?: string;
  /**
   * Set for a function that is invoked asynchronously (by events or schedules). A function behind API Gateway is invoked
   * synchronously: its caller sees the failure, and a failure queue would never receive anything.
   *
   * @default - invoked synchronously, no failure queue
   */
  readonly asynchronous?: AsynchronousOptions;
}
