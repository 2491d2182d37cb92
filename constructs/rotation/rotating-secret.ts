import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission';
import { SecretsmanagerSecret } from '@cdktf/provider-aws/lib/secretsmanager-secret';
import { SecretsmanagerSecretPolicy } from '@cdktf/provider-aws/lib/secretsmanager-secret-policy';
import { SecretsmanagerSecretRotation } from '@cdktf/provider-aws/lib/secretsmanager-secret-rotation';
import { Construct } from 'constructs';
import { CONFIG_FILE_NAME } from '../../lambdas/lib/config-file';
import { defined } from '../../lambdas/lib/defined';
import { rotationKey } from '../../lambdas/lib/rotation-record';
import { REAP_EVENT, ROTATION_DEFAULTS, shortestInterval, writeRotationConfig } from '../../lambdas/rotation/config';
import { type Location, literalArn, partitionOf } from '../support/arn';
import { kitBundle } from '../support/bundles';
import { ConstructError } from '../support/errors';
import { Grant, type IGrantee } from '../support/grant';
import { kmsViaService } from '../support/iam';
import type { Metric, MetricOptions } from '../support/metric';
import { NodeFunction } from '../support/node-function';
import { validateRotatingSecret } from './rotating-secret-checks';
import type { RotatingSecretProps } from './rotating-secret-props';
import { RotationAlarms } from './rotation-alarms';
import { type RotationMetricId, RotationMetrics } from './rotation-metrics';
import { onlyItems } from './rotation-store';
import { scheduleIntervals } from './schedule';
import { secretPolicy } from './secret-policy';
import { type ISecret, parseSecretArn, readStatements, type SecretAttributes, SecretRef } from './secret-ref';

/** The reaper retires what is no longer needed and measures what is overdue; the alarms on its silence count its hours. */
const REAPER_RATE = 'rate(1 hour)';

const EVENTS = 'events.amazonaws.com';
const SECRETS_MANAGER = 'secretsmanager.amazonaws.com';

/**
 * A secret that Secrets Manager rotates by a function of its own: what the value is, Terraform never learns. Old and new are
 * both accepted for as long as readers may hold the old one; alarms tell when a rotation fails, is overdue, or was left
 * half-way.
 */
export class RotatingSecret extends Construct implements ISecret {
  /** Refers to the secret of another stack by its deterministic name, for functions that read it. It makes no resource. */
  static fromSecretName(attributes: SecretAttributes): SecretRef {
    return new SecretRef(attributes);
  }

  /**
   * Refers to the secret of another stack by its whole ARN, for functions that read it. It makes no resource.
   *
   * @param keyArn KMS key that encrypts the secret; without it, that of AWS
   * @throws {Error} for what is no whole ARN of a secret, or is not known at synth
   */
  static fromSecretArn(secretArn: string, keyArn?: string): SecretRef {
    return new SecretRef({ ...parseSecretArn(secretArn), ...defined({ keyArn }) }, secretArn);
  }

  readonly secretName: string;
  readonly secretArn: string;
  /** KMS key that encrypts the secret. */
  readonly keyArn: string;
  /** The rotation function, with its role and log group. */
  readonly function: NodeFunction;
  readonly rotation: SecretsmanagerSecretRotation;
  readonly policy: SecretsmanagerSecretPolicy;
  readonly alarms: RotationAlarms;
  /** The secret, where this construct made it. */
  readonly resource: SecretsmanagerSecret | undefined;
  /** Schedule of the reaper. */
  readonly reaperRule: CloudwatchEventRule;

  private readonly region: string;
  private readonly metrics: RotationMetrics;

  /**
   * @throws {ConstructError} for a malformed name, schedule or window, and for a schedule that is quicker than the kind's
   *   times allow
   */
  constructor(scope: Construct, id: string, props: RotatingSecretProps) {
    super(scope, id);
    const rules = validateRotatingSecret(this, props);
    const { kind } = props;
    this.keyArn = props.keyArn;
    this.region = props.region;
    if ('create' in props.secret) {
      this.resource = this.renderSecret(props, props.secret.create);
      this.secretName = props.secret.create;
      this.secretArn = this.resource.arn;
    } else {
      this.resource = undefined;
      this.secretName = props.secret.secretName;
      this.secretArn = props.secret.secretArn;
    }
    this.metrics = new RotationMetrics({
      secretName: this.secretName,
      stage: props.names.environment,
      metricsNamespace: props.metricsNamespace ?? 'Gatehouse',
    });
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
    this.reaperRule = this.renderReaper(props);
    this.alarms = new RotationAlarms(this, 'Alarms', {
      functionName: this.function.functionName,
      secretName: this.secretName,
      secretArn: this.secretArn,
      roleArn: roleArnOf(props, this.function.functionName),
      metrics: this.metrics,
      intervalSeconds,
      shortestIntervalSeconds: shortestInterval(kind.config),
      topicArns: props.topicArns ?? [],
      thresholds: props.alarmThresholds,
      tags: props.tags,
    });
  }

  /** Lets a function read the current value, and only that one. */
  grantRead(grantee: IGrantee): Grant {
    const { secretArn, keyArn, region } = this;
    const sid = this.node.id.replace(/[^A-Za-z0-9]/g, '');
    return Grant.addToRole(grantee, ...readStatements({ secretArn, keyArn, region, sid }));
  }

  /**
   * A metric of the rotation, by the hour: the sum of what is counted (`failures`, `postponed`, `promoted` …), the maximum of what
   * the reaper measures (`ageDays`, `overdue`, `missing`, `pendingLeftBehind`).
   *
   * @throws {MetricError} for an unknown statistic or period
   */
  metric(id: RotationMetricId, options?: MetricOptions): Metric {
    return this.metrics.metric(id, options);
  }

  /** Steps and reaper runs that failed, by the hour. */
  metricFailures(options?: MetricOptions): Metric {
    return this.metric('failures', options);
  }

  /** Age of the current value, in days. */
  metricAgeDays(options?: MetricOptions): Metric {
    return this.metric('ageDays', options);
  }

  private renderSecret(props: RotatingSecretProps, name: string): SecretsmanagerSecret {
    const { names, kind, deletionProtection = true } = props;
    return new SecretsmanagerSecret(this, 'Resource', {
      name,
      description: `Gatehouse ${names.base}: ${kind.config.kind}; the value is made by its rotation`,
      kmsKeyId: props.keyArn,
      recoveryWindowInDays: deletionProtection ? 30 : 7,
      ...(deletionProtection && kind.irreplaceable ? { lifecycle: { preventDestroy: true } } : {}),
      ...defined({ tags: tagsOf(props) }),
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
      bundle: kitBundle('rotation'),
      files: { [CONFIG_FILE_NAME]: config },
    });
  }

  private grantSecret(props: RotatingSecretProps): void {
    const { keyArn, region, store } = props;
    const functionArn = literalArn(props, 'lambda', `function:${this.function.functionName}`);
    Grant.addToRole(
      this.function,
      {
        sid: 'ReadSecret',
        actions: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
        resources: [this.secretArn],
      },
      {
        sid: 'WriteSecret',
        actions: ['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'],
        resources: [this.secretArn],
        // Not once the secret is rotated by another function, or no longer.
        conditions: { StringEquals: { 'secretsmanager:resource/AllowRotationLambdaArn': functionArn } },
      },
      {
        sid: 'UseSecretKey',
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [keyArn],
        conditions: {
          StringEquals: {
            ...kmsViaService(region, 'secretsmanager').StringEquals,
            'kms:EncryptionContext:SecretARN': this.secretArn,
          },
        },
      },
      {
        sid: 'KeepRotationRecord',
        actions: ['dynamodb:GetItem', 'dynamodb:PutItem'],
        resources: [store.tableArn],
        conditions: onlyItems(rotationKey(this.secretName)),
      },
    );
  }

  private permit(id: string, props: RotatingSecretProps, principal: string, sourceArn?: string): LambdaPermission {
    return new LambdaPermission(this, id, {
      functionName: this.function.resource.functionName,
      action: 'lambda:InvokeFunction',
      principal,
      sourceAccount: props.account,
      ...defined({ sourceArn }),
    });
  }

  private renderPolicy(props: RotatingSecretProps): SecretsmanagerSecretPolicy {
    const roleArns = [roleArnOf(props, this.function.functionName), ...(props.breakGlassRoleArns ?? [])];
    return new SecretsmanagerSecretPolicy(this, 'Policy', {
      secretArn: this.secretArn,
      policy: secretPolicy(roleArns),
      blockPublicPolicy: true,
      ...defined({ dependsOn: props.readers && [...props.readers] }),
    });
  }

  private renderReaper(props: RotatingSecretProps): CloudwatchEventRule {
    const { functionName, functionArn } = this.function;
    const name = `${functionName}-reap`;
    const rule = new CloudwatchEventRule(this, 'ReaperSchedule', {
      name,
      description: `Retires what ${this.secretName} no longer needs, and measures its age`,
      scheduleExpression: REAPER_RATE,
      ...defined({ tags: tagsOf(props) }),
    });
    new CloudwatchEventTarget(this, 'ReaperTarget', {
      rule: rule.name,
      arn: functionArn,
      input: JSON.stringify(REAP_EVENT),
    });
    this.permit('ReaperPermission', props, EVENTS, literalArn(props, 'events', `rule/${name}`));
    return rule;
  }
}

function tagsOf({ tags }: RotatingSecretProps): Record<string, string> | undefined {
  return tags && { ...tags };
}

/** Name of the function that rotates a secret. */
export function rotationFunctionName(secretName: string): string {
  return `${secretName.replace(/[^A-Za-z0-9_-]/g, '-')}-rotation`;
}

/** The role of a function is called like it. Literal, so that a plan shows the policies that name it. */
function roleArnOf({ account, region }: Location, functionName: string): string {
  return `arn:${partitionOf(region)}:iam::${account}:role/${functionName}`;
}
