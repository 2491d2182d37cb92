import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import type { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function';
import { LambdaFunctionEventInvokeConfig } from '@cdktf/provider-aws/lib/lambda-function-event-invoke-config';
import { AssetType, dependable, TerraformAsset } from 'cdktf';
import type { Construct } from 'constructs';
import { defined } from '../../lambdas/lib/defined';
import { literalArn } from './arn';
import { writeAssetZip } from './asset-zip';
import { isKitBundle } from './bundles';
import { type FunctionAttributes, FunctionBase, FunctionRef } from './function-ref';
import type { IGrantee } from './grant';
import { assumeRolePolicy, type PolicyStatement } from './iam';
import { functionLogGroup } from './names';
import { checkModules, readPackage, validateFunction } from './node-function-checks';
import type { AsynchronousOptions, NodeFunctionProps } from './node-function-props';
import { RolePolicies } from './role-policies';
import { escapeTerraform } from './terraform-text';

/**
 * A Lambda function made of code that was bundled before synth, with its own log group and a role that may do nothing
 * but write that log, and send traces, until it is granted more.
 *
 * The package is zipped reproducibly: the same files give the same bytes and the same hash on every machine.
 */
export class NodeFunction extends FunctionBase implements IGrantee {
  /** Refers to a function of another stack by its deterministic name. It makes no resource. */
  static fromFunctionAttributes(attributes: FunctionAttributes): FunctionRef {
    return new FunctionRef(attributes);
  }

  readonly functionName: string;
  readonly functionArn: string;
  readonly invokeArn: string;
  readonly roleArn: string;
  readonly roleName: string;
  readonly logGroupName: string;
  readonly resource: LambdaFunction;
  readonly role: IamRole;
  readonly logGroup: CloudwatchLogGroup;

  private readonly policies: RolePolicies;

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
      vpc,
      account,
      region,
    } = props;
    const tags = props.tags && { ...props.tags };

    const entries = readPackage(this, props.bundle, props.files ?? {}, handler);
    // The kit's own functions are run from their packages when the kit is tested; of some, a part asks for what it never loads.
    if (!isKitBundle(props.bundle)) {
      checkModules(this, entries, handler, props.providedModules);
    }
    const zip = writeAssetZip(entries);
    const asset = new TerraformAsset(this, 'Asset', { path: zip.path, type: AssetType.FILE, assetHash: zip.hash });

    this.logGroup = new CloudwatchLogGroup(this, 'LogGroup', {
      name: functionLogGroup(functionName),
      retentionInDays: logRetentionDays,
      ...defined({ kmsKeyId: props.logKeyArn, tags }),
    });
    this.role = new IamRole(this, 'Role', {
      name: functionName,
      description: `Execution role of the function ${functionName}`,
      assumeRolePolicy: assumeRolePolicy('lambda.amazonaws.com'),
      ...defined({ permissionsBoundary: props.permissionsBoundaryArn, tags }),
    });

    this.resource = new LambdaFunction(this, 'Resource', {
      functionName,
      ...defined({ description: props.description && escapeTerraform(props.description) }),
      role: this.role.arn,
      runtime,
      architectures: [architecture],
      handler,
      filename: asset.path,
      sourceCodeHash: zip.hashBase64,
      timeout: timeoutSeconds,
      memorySize: memoryMb,
      tracingConfig: { mode: tracing ? 'Active' : 'PassThrough' },
      ...defined({
        environment: Object.keys(environment).length === 0 ? undefined : { variables: escapeValues(environment) },
        vpcConfig: vpc && { subnetIds: [...vpc.subnetIds], securityGroupIds: [...vpc.securityGroupIds] },
        reservedConcurrentExecutions: props.reservedConcurrentExecutions,
        tags,
      }),
      // Lambda makes a missing log group itself, without retention.
      dependsOn: [this.logGroup],
    });

    this.functionName = functionName;
    this.functionArn = this.resource.arn;
    this.invokeArn = this.resource.invokeArn;
    this.roleArn = this.role.arn;
    this.roleName = this.role.name;
    this.logGroupName = functionLogGroup(functionName);
    this.policies = new RolePolicies(
      this,
      this.role.name,
      { plain: 'function', references: 'function-references' },
      // The first call needs its permissions.
      (policy) => {
        this.resource.dependsOn = [...(this.resource.dependsOn ?? []), dependable(policy)];
      },
    );

    this.addToRolePolicy({
      sid: 'WriteOwnLog',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [
        account === undefined || region === undefined
          ? `${this.logGroup.arn}:*`
          : literalArn({ account, region }, 'logs', `log-group:${this.logGroupName}:*`),
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
    if (vpc !== undefined) {
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
   * @returns the policy that the statement is a part of; the function waits for it already
   * @throws {ConstructError} for a statement without actions or resources, and for `Allow` of every action
   */
  addToRolePolicy(statement: PolicyStatement): IamRolePolicy {
    return this.policies.add(statement);
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
