import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function';
import { LambdaFunctionEventInvokeConfig } from '@cdktf/provider-aws/lib/lambda-function-event-invoke-config';
import { AssetType, dependable, Lazy, TerraformAsset, Token } from 'cdktf';
import { Construct } from 'constructs';
import { type Location, literalArn } from './arn';
import { writeAssetZip } from './asset-zip';
import { isKitBundle } from './bundles';
import { ConstructError } from './errors';
import type { IFunction } from './function-ref';
import { assumeRolePolicy, type IGrantee, type PolicyStatement, policyDocument } from './iam';
import { functionLogGroup } from './names';
import { checkModules, readPackage, validateFunction } from './node-function-checks';
import { escapeTerraform } from './terraform-text';

type PolicyId = 'Policy' | 'ReferencePolicy';

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
   * Modules that the code asks for by name, that are not in its package, and that are there nevertheless or are never loaded: of a layer,
   * or of a branch that does not run.
   *
   * @default - none; a module that is not there is an error
   */
  readonly providedModules?: readonly string[];
  /** Concurrent executions set apart for this function; 0 stops it. @default - shares the account's */
  readonly reservedConcurrentExecutions?: number;
}

export interface NodeFunctionProps extends NodeFunctionOptions {
  /** Name of the function, at most 64 characters; role and log group are named after it. */
  readonly functionName: string;
  readonly description?: string;
  /**
   * Where the function lives. With it the role's policy names the log literally, so that a plan shows the policy.
   *
   * @default - the policy refers to the log group's attributes, which are known after apply
   */
  readonly location?: Location;
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

/**
 * A Lambda function made of code that was bundled before synth, with its own log group and a role that may do nothing
 * but write that log, and send traces, until it is granted more.
 *
 * The package is zipped reproducibly: the same files give the same bytes and the same hash on every machine.
 */
export class NodeFunction extends Construct implements IFunction, IGrantee {
  readonly functionName: string;
  readonly functionArn: string;
  readonly invokeArn: string;
  readonly roleArn: string;
  readonly roleName: string;
  readonly logGroupName: string;
  readonly resource: LambdaFunction;

  private readonly role: IamRole;
  private readonly policies = new Map<PolicyId, PolicyStatement[]>();

  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    super(scope, id);
    validateFunction(this, props);
    const {
      functionName,
      handler = 'index.handler',
      runtime = 'nodejs22.x',
      architecture = 'arm64',
      timeoutSeconds = 10,
      memoryMb = 256,
      environment = {},
      tracing = true,
      logRetentionDays = 365,
    } = props;

    const entries = readPackage(this, props.bundle, props.files ?? {}, handler);
    // The kit's own functions are run from their packages when the kit is tested; of some, a part asks for what it never loads.
    if (!isKitBundle(props.bundle)) {
      checkModules(this, entries, handler, props.providedModules);
    }
    const zip = writeAssetZip(entries);
    const asset = new TerraformAsset(this, 'Asset', { path: zip.path, type: AssetType.FILE, assetHash: zip.hash });

    const logGroup = new CloudwatchLogGroup(this, 'LogGroup', {
      name: functionLogGroup(functionName),
      retentionInDays: logRetentionDays,
      ...(props.logKeyArn === undefined ? {} : { kmsKeyId: props.logKeyArn }),
    });
    this.role = new IamRole(this, 'Role', {
      name: functionName,
      description: `Execution role of the function ${functionName}`,
      assumeRolePolicy: assumeRolePolicy('lambda.amazonaws.com'),
    });

    this.resource = new LambdaFunction(this, 'Resource', {
      functionName,
      ...(props.description === undefined ? {} : { description: escapeTerraform(props.description) }),
      role: this.role.arn,
      runtime,
      architectures: [architecture],
      handler,
      filename: asset.path,
      sourceCodeHash: zip.hashBase64,
      timeout: timeoutSeconds,
      memorySize: memoryMb,
      tracingConfig: { mode: tracing ? 'Active' : 'PassThrough' },
      ...(Object.keys(environment).length === 0 ? {} : { environment: { variables: escapeValues(environment) } }),
      ...(props.vpc === undefined
        ? {}
        : { vpcConfig: { subnetIds: [...props.vpc.subnetIds], securityGroupIds: [...props.vpc.securityGroupIds] } }),
      ...(props.reservedConcurrentExecutions === undefined
        ? {}
        : { reservedConcurrentExecutions: props.reservedConcurrentExecutions }),
      // Lambda makes a missing log group itself, without retention.
      dependsOn: [logGroup],
    });

    this.functionName = functionName;
    this.functionArn = this.resource.arn;
    this.invokeArn = this.resource.invokeArn;
    this.roleArn = this.role.arn;
    this.roleName = this.role.name;
    this.logGroupName = functionLogGroup(functionName);

    this.addToRolePolicy({
      sid: 'WriteOwnLog',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [
        props.location === undefined
          ? `${logGroup.arn}:*`
          : literalArn(props.location, 'logs', `log-group:${this.logGroupName}:*`),
      ],
    });
    if (tracing) {
      // X-Ray has no resource that these actions could be narrowed to.
      this.addToRolePolicy({
        sid: 'SendTraces',
        actions: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
        resources: ['*'],
      });
    }
    if (props.vpc !== undefined) {
      // Lambda makes and removes the interfaces with the function's role; they have no ARN before (AWSLambdaVPCAccessExecutionRole).
      this.addToRolePolicy({
        sid: 'AttachToVpc',
        actions: [
          'ec2:AssignPrivateIpAddresses',
          'ec2:CreateNetworkInterface',
          'ec2:DeleteNetworkInterface',
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeSubnets',
          'ec2:UnassignPrivateIpAddresses',
        ],
        resources: ['*'],
      });
    }
    if (props.asynchronous !== undefined) {
      this.sendFailures(props.asynchronous);
    }
  }

  /**
   * Adds a statement to the role's permissions. They exist before the function does, so a statement must not refer to the
   * function's own attributes.
   *
   * Statements that refer to attributes of other resources go into a policy of their own: one such reference makes a
   * whole policy unreadable in a plan.
   *
   * @throws {ConstructError} for a statement without actions or resources, and for `Allow` of every action
   */
  addToRolePolicy(statement: PolicyStatement): void {
    let text: string;
    try {
      text = policyDocument([statement]);
    } catch (error) {
      throw new ConstructError((error as Error).message, this);
    }
    const id: PolicyId = Token.isUnresolved(text) ? 'ReferencePolicy' : 'Policy';
    const statements = this.policies.get(id);
    if (statements === undefined) {
      this.policies.set(id, [statement]);
      this.attachPolicy(id);
    } else {
      statements.push(statement);
    }
  }

  private attachPolicy(id: PolicyId): void {
    const policy = new IamRolePolicy(this, id, {
      name: id === 'Policy' ? 'function' : 'function-references',
      role: this.role.name,
      // Rendered when the stack is synthesized, with what was granted until then.
      policy: Lazy.stringValue({ produce: () => policyDocument(this.policies.get(id) ?? []) }),
    });
    // The first call needs its permissions.
    this.resource.dependsOn = [...(this.resource.dependsOn ?? []), dependable(policy)];
  }

  private sendFailures(options: AsynchronousOptions): void {
    const { failureQueueArn, maxRetryAttempts = 2, maxEventAgeSeconds = 21600 } = options;
    this.addToRolePolicy({ sid: 'SendFailures', actions: ['sqs:SendMessage'], resources: [failureQueueArn] });
    new LambdaFunctionEventInvokeConfig(this, 'EventInvokeConfig', {
      functionName: this.resource.functionName,
      maximumRetryAttempts: maxRetryAttempts,
      maximumEventAgeInSeconds: maxEventAgeSeconds,
      destinationConfig: { onFailure: { destination: failureQueueArn } },
    });
  }
}

function escapeValues(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, escapeTerraform(value)]));
}
