import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission';
import { SecretsmanagerSecret } from '@cdktf/provider-aws/lib/secretsmanager-secret';
import { SecretsmanagerSecretPolicy } from '@cdktf/provider-aws/lib/secretsmanager-secret-policy';
import { SecretsmanagerSecretRotation } from '@cdktf/provider-aws/lib/secretsmanager-secret-rotation';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { CONFIG_FILE_NAME } from '../../lambdas/lib/config-file';
import { rotationKey } from '../../lambdas/lib/rotation-record';
import { REAP_EVENT, ROTATION_DEFAULTS, shortestInterval, writeRotationConfig } from '../../lambdas/rotation/config';
import { type Location, literalArn, partitionOf } from '../support/arn';
import { kitBundle } from '../support/bundles';
import { ConstructError } from '../support/errors';
import type { IGrantee } from '../support/grant';
import { kmsViaService } from '../support/iam';
import type { Names } from '../support/names';
import { NodeFunction } from '../support/node-function';
import type { NodeFunctionOptions } from '../support/node-function-props';
import { validateRotatingSecret } from './rotating-secret-checks';
import { RotationAlarms } from './rotation-alarms';
import type { RotationKind } from './rotation-kind';
import { type IRotationStore, onlyItems } from './rotation-store';
import { scheduleIntervals } from './schedule';
import { secretPolicy } from './secret-policy';

/** A secret that exists already, made by another construct. */
export interface ISecret {
  readonly secretName: string;
  readonly secretArn: string;
}

export interface RotatingSecretProps extends NodeFunctionOptions, Location {
  readonly names: Names;
  /**
   * Name of the secret that is made: 1 to 512 of `A-Z a-z 0-9 / _ + = . @ -`, not ending with a hyphen and six characters,
   * which AWS cannot tell from the end of an ARN.
   *
   * @default - none is made, `secret` is rotated
   */
  readonly secretName?: string;
  /** @default - the secret `secretName` is made */
  readonly secret?: ISecret;
  readonly kind: RotationKind;
  readonly store: IRotationStore;
  /** ARN of the KMS key that encrypts the secret. Its policy must leave its use to IAM. */
  readonly keyArn: string;
  /**
   * When the secret is rotated, in UTC: `cron(0 hours day-of-month month day-of-week *)`.
   *
   * @default "cron(0 3 1 1/2 ? *)", at 3 o'clock on the first day of every other month: no secret gets older than 90 days
   */
  readonly schedule?: string;
  /** Time within which the rotation begins, `1h` to `24h`, not beyond the UTC day. @default "1h" */
  readonly window?: string;
  /**
   * Whether Terraform rotates whenever function or schedule change, and when they are new. Otherwise such a change only tests
   * the function, and the first value is made by `gatehouse rotate`.
   *
   * @default false
   */
  readonly rotateImmediately?: boolean;
  /**
   * Whether Secrets Manager may call the function for this secret only, rather than for any of the account. Whether Secrets
   * Manager tells Lambda the secret's ARN has not been seen on a live account; if it does not, no rotation takes place.
   *
   * @default false
   */
  readonly sourceArnRequired?: boolean;
  /** Protects the secret, and lets it be brought back for 30 days instead of 7. @default true */
  readonly deletionProtection?: boolean;
  /**
   * Functions that read the secret. Its resource policy, which refuses readers that do not ask for AWSCURRENT by its label, is
   * changed after they are.
   *
   * @default - the policy waits for none
   */
  readonly readers?: readonly ITerraformDependable[];
  /**
   * ARNs of the roles that may write the value and read former ones besides the rotation function, in an emergency.
   *
   * @default - nobody may
   */
  readonly breakGlassRoleArns?: readonly string[];
  /** SNS topics told of failed and overdue rotations, at most 5. @default - alarms notify nobody */
  readonly topicArns?: readonly string[];
  /** CloudWatch namespace of the metrics. @default "Gatehouse" */
  readonly metricsNamespace?: string;
}

/** The reaper retires what is no longer needed and measures what is overdue; the alarms on its silence count its hours. */
export const REAPER_RATE = 'rate(1 hour)';

const EVENTS = 'events.amazonaws.com';
const SECRETS_MANAGER = 'secretsmanager.amazonaws.com';

/**
 * A secret that Secrets Manager rotates by a function of its own: what the value is, Terraform never learns. Old and new are
 * both accepted for as long as readers may hold the old one; alarms tell when a rotation fails, is overdue, or was left
 * half-way.
 */
export class RotatingSecret extends Construct implements ISecret {
  readonly secretName: string;
  readonly secretArn: string;
  readonly function: NodeFunction;
  readonly rotation: SecretsmanagerSecretRotation;
  readonly policy: SecretsmanagerSecretPolicy;
  readonly alarms: RotationAlarms;
  /** The secret, where this construct made it. */
  readonly resource: SecretsmanagerSecret | undefined;

  /**
   * @throws {ConstructError} for a malformed name, schedule or window, and for a schedule that is quicker than the kind's
   *   times allow
   */
  constructor(scope: Construct, id: string, props: RotatingSecretProps) {
    super(scope, id);
    const rules = validateRotatingSecret(this, props);
    const { kind } = props;
    this.resource = props.secret === undefined ? this.renderSecret(props) : undefined;
    this.secretName = props.secret?.secretName ?? props.secretName ?? '';
    this.secretArn = props.secret?.secretArn ?? this.resource?.arn ?? '';
    const intervalSeconds = scheduleIntervals(rules).longest;

    this.function = this.renderFunction(props, intervalSeconds);
    this.grantSecret(props);
    kind.grant(this.function, { location: props, secretName: this.secretName, store: props.store });

    const permission = this.permit(
      'InvokePermission',
      props,
      SECRETS_MANAGER,
      props.sourceArnRequired ? this.secretArn : undefined,
    );
    this.policy = this.renderPolicy(props);
    this.rotation = new SecretsmanagerSecretRotation(this, 'Rotation', {
      secretId: this.secretArn,
      // Without a version: one that changes with the code would rotate at each deployment.
      rotationLambdaArn: this.function.functionArn,
      rotationRules: { scheduleExpression: rules.scheduleExpression, duration: rules.duration },
      rotateImmediately: props.rotateImmediately ?? false,
      // Secrets Manager checks the permission, and calls the function, while this is made.
      dependsOn: [permission, this.policy],
    });
    this.renderReaper(props);
    this.alarms = new RotationAlarms(this, 'Alarms', {
      functionName: this.function.functionName,
      secretName: this.secretName,
      secretArn: this.secretArn,
      roleArn: roleArnOf(props, this.function.functionName),
      stage: props.names.environment,
      metricsNamespace: props.metricsNamespace ?? 'Gatehouse',
      intervalSeconds,
      shortestIntervalSeconds: shortestInterval(kind.config),
      topicArns: props.topicArns ?? [],
    });
  }

  /** Lets a function read the current value, and only that one. */
  grantRead(grantee: IGrantee): void {
    grantee.addToRolePolicy({
      sid: `Read${this.node.id.replace(/[^A-Za-z0-9]/g, '')}`,
      actions: ['secretsmanager:GetSecretValue'],
      resources: [this.secretArn],
      conditions: { StringEquals: { 'secretsmanager:VersionStage': 'AWSCURRENT' } },
    });
  }

  private renderSecret(props: RotatingSecretProps): SecretsmanagerSecret {
    const { names, kind, deletionProtection = true } = props;
    return new SecretsmanagerSecret(this, 'Resource', {
      name: props.secretName ?? '',
      description: `Gatehouse ${names.base}: ${kind.config.kind}; the value is made by its rotation`,
      kmsKeyId: props.keyArn,
      recoveryWindowInDays: deletionProtection ? 30 : 7,
      ...(deletionProtection && kind.irreplaceable ? { lifecycle: { preventDestroy: true } } : {}),
    });
  }

  private renderFunction(props: RotatingSecretProps, intervalSeconds: number): NodeFunction {
    const { names, account, region, kind, metricsNamespace = 'Gatehouse' } = props;
    let config: string;
    try {
      config = writeRotationConfig({
        version: 1,
        environment: names.environment,
        region,
        account,
        secretName: this.secretName,
        rotationTable: props.store.tableName,
        intervalSeconds,
        ...ROTATION_DEFAULTS.common,
        metricsNamespace,
        secret: kind.config,
      });
    } catch (error) {
      throw new ConstructError((error as Error).message, this);
    }
    return new NodeFunction(this, 'Function', {
      ...props,
      timeoutSeconds: props.timeoutSeconds ?? kind.timeoutSeconds,
      functionName: rotationFunctionName(this.secretName),
      description: `Gatehouse ${names.base}: rotates the secret ${this.secretName}`,
      location: { account, region },
      bundle: kitBundle('rotation'),
      files: { [CONFIG_FILE_NAME]: config },
    });
  }

  private grantSecret(props: RotatingSecretProps): void {
    const { keyArn, region, store } = props;
    const functionArn = literalArn(props, 'lambda', `function:${this.function.functionName}`);
    this.function.addToRolePolicy({
      sid: 'ReadSecret',
      actions: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
      resources: [this.secretArn],
    });
    this.function.addToRolePolicy({
      sid: 'WriteSecret',
      actions: ['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'],
      resources: [this.secretArn],
      // Not once the secret is rotated by another function, or no longer.
      conditions: { StringEquals: { 'secretsmanager:resource/AllowRotationLambdaArn': functionArn } },
    });
    this.function.addToRolePolicy({
      sid: 'UseSecretKey',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [keyArn],
      conditions: {
        StringEquals: {
          ...kmsViaService(region, 'secretsmanager').StringEquals,
          'kms:EncryptionContext:SecretARN': this.secretArn,
        },
      },
    });
    this.function.addToRolePolicy({
      sid: 'KeepRotationRecord',
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem'],
      resources: [store.tableArn],
      conditions: onlyItems(rotationKey(this.secretName)),
    });
  }

  private permit(id: string, props: RotatingSecretProps, principal: string, sourceArn?: string): LambdaPermission {
    return new LambdaPermission(this, id, {
      functionName: this.function.resource.functionName,
      action: 'lambda:InvokeFunction',
      principal,
      sourceAccount: props.account,
      ...(sourceArn === undefined ? {} : { sourceArn }),
    });
  }

  private renderPolicy(props: RotatingSecretProps): SecretsmanagerSecretPolicy {
    const roleArns = [roleArnOf(props, this.function.functionName), ...(props.breakGlassRoleArns ?? [])];
    return new SecretsmanagerSecretPolicy(this, 'Policy', {
      secretArn: this.secretArn,
      policy: secretPolicy(roleArns),
      blockPublicPolicy: true,
      ...(props.readers === undefined ? {} : { dependsOn: [...props.readers] }),
    });
  }

  private renderReaper(props: RotatingSecretProps): void {
    const { functionName, functionArn } = this.function;
    const name = `${functionName}-reap`;
    const rule = new CloudwatchEventRule(this, 'ReaperSchedule', {
      name,
      description: `Retires what ${this.secretName} no longer needs, and measures its age`,
      scheduleExpression: REAPER_RATE,
    });
    new CloudwatchEventTarget(this, 'ReaperTarget', {
      rule: rule.name,
      arn: functionArn,
      input: JSON.stringify(REAP_EVENT),
    });
    this.permit('ReaperPermission', props, EVENTS, literalArn(props, 'events', `rule/${name}`));
  }
}

/** Name of the function that rotates a secret. */
export function rotationFunctionName(secretName: string): string {
  return `${secretName.replace(/[^A-Za-z0-9_-]/g, '-')}-rotation`;
}

/** The role of a function is called like it. Literal, so that a plan shows the policies that name it. */
function roleArnOf({ account, region }: Location, functionName: string): string {
  return `arn:${partitionOf(region)}:iam::${account}:role/${functionName}`;
}
