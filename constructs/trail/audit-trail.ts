import type { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import type { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { DynamodbTable } from '@cdktf/provider-aws/lib/dynamodb-table';
import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import { Construct } from 'constructs';
import { CONFIG_FILE_NAME } from '../../lambdas/lib/config-file';
import { defined } from '../../lambdas/lib/defined';
import { TRAIL_INDEXES, TRAIL_TABLE_KEY } from '../../lambdas/lib/trail/trail-keys';
import { writeTrailSealerConfig } from '../../lambdas/trail-sealer/config';
import { type AlarmThresholds, renderAlarms, withThresholds } from '../observability/alarm';
import { type Location, literalArn, partitionOf } from '../support/arn';
import { kitBundle } from '../support/bundles';
import { ConstructError } from '../support/errors';
import { scheduleFunction } from '../support/function-schedule';
import { Grant, type IGrantee } from '../support/grant';
import { policyDocument } from '../support/iam';
import type { Metric, MetricOptions } from '../support/metric';
import type { Names } from '../support/names';
import { NodeFunction } from '../support/node-function';
import { checkInteger } from '../support/node-function-checks';
import type { NodeFunctionOptions } from '../support/node-function-props';
import { checkLocation, checkNames } from '../support/platform-checks';
import {
  AuditTrailRef,
  CHAINS,
  grantAppend,
  grantRead,
  grantVerify,
  type IAuditTrail,
  type TrailAttributes,
  useKey,
} from './audit-trail-access';
import { TRAIL_ALARM_IDS, type TrailAlarmId, type TrailMetricId, TrailMetrics, trailAlarms } from './trail-alarm-table';
import { TrailBucket, type TrailRetention } from './trail-bucket';

export interface AuditTrailProps extends NodeFunctionOptions, Location {
  /** Names of the platform: table, bucket, key aliases and sealer are called by them. */
  readonly names: Names;
  /**
   * For how long seals and sealed entries are kept. It cannot be undone: what was written under `COMPLIANCE` stays for that long, and
   * its costs with it.
   *
   * @default 400 days, COMPLIANCE with deletion protection, GOVERNANCE without
   */
  readonly retention?: Partial<TrailRetention>;
  /**
   * Protects table, bucket and keys: Terraform refuses to destroy them, DynamoDB refuses to delete the table, the bucket refuses every deletion,
   * and a deleted key can be brought back for 30 days instead of 7.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;
  /** CloudWatch namespace of the metrics. @default "Gatehouse" */
  readonly metricsNamespace?: string;
  /** SNS topics told of the alarms. @default - nobody is told */
  readonly topicArns?: readonly string[];
  /** Thresholds by alarm, in the unit of the metric; `false` leaves the alarm out. @default - those of the table in docs/alarms.md */
  readonly alarmThresholds?: AlarmThresholds<TrailAlarmId>;
}

const DEFAULT_RETENTION_DAYS = 400;
/** Every minute, so that at most two minutes of the trail have no seal. */
const SEALER_RATE = 'rate(1 minute)';
/** Less than the lease of a run. */
const MOST_TIMEOUT_SECONDS = 60;

/**
 * The audit trail of a platform: a table to which entries are appended, a function that seals them every minute, a key that signs the seals, and a
 * bucket in which seals and entries cannot be changed. `gatehouse trail verify` compares the two.
 */
export class AuditTrail extends Construct implements IAuditTrail {
  /** Refers to a trail that was made elsewhere. It makes no resource. */
  static fromTrailAttributes(attributes: TrailAttributes): IAuditTrail {
    return new AuditTrailRef(attributes);
  }

  readonly region: string;
  readonly tableName: string;
  readonly tableArn: string;
  readonly keyArn: string;
  readonly bucketName: string;
  readonly bucketArn: string;
  readonly signingKeyArn: string;
  readonly resource: DynamodbTable;
  /** Encrypts table and bucket. */
  readonly key: KmsKey;
  /** Signs the seals. */
  readonly signingKey: KmsKey;
  readonly bucket: TrailBucket;
  /** The sealer, with its role and log group. */
  readonly function: NodeFunction;
  /** Schedule of the sealer. */
  readonly rule: CloudwatchEventRule;
  /** The alarms by id, where they are not left out. */
  readonly alarms: Readonly<Partial<Record<TrailAlarmId, CloudwatchMetricAlarm>>>;

  private readonly metrics: TrailMetrics;

  /** @throws {ConstructError} for a malformed account, region, name, retention or threshold */
  constructor(scope: Construct, id: string, props: AuditTrailProps) {
    super(scope, id);
    validateAuditTrail(this, props);
    const { names, region, deletionProtection = true, retention = {}, metricsNamespace = 'Gatehouse' } = props;
    const common = defined({
      lifecycle: deletionProtection ? { preventDestroy: true } : undefined,
      tags: props.tags && { ...props.tags },
    });
    const deletionWindowInDays = deletionProtection ? 30 : 7;
    const sealerRoleArn = `arn:${partitionOf(region)}:iam::${props.account}:role/${names.trailSealer}`;
    this.region = region;
    this.tableName = names.trailTable;
    this.tableArn = literalArn(props, 'dynamodb', `table/${names.trailTable}`);

    this.key = new KmsKey(this, 'Key', {
      description: `Gatehouse ${names.base}: audit trail`,
      enableKeyRotation: true,
      deletionWindowInDays,
      policy: policyDocument([accountStatement(props)]),
      ...common,
    });
    this.keyArn = this.key.arn;
    new KmsAlias(this, 'KeyAlias', { name: names.trailKeyAlias, targetKeyId: this.key.keyId });
    this.signingKey = new KmsKey(this, 'SigningKey', {
      description: `Gatehouse ${names.base}: signs the seals of the audit trail`,
      keyUsage: 'SIGN_VERIFY',
      customerMasterKeySpec: 'ECC_NIST_P256',
      deletionWindowInDays,
      policy: policyDocument([
        accountStatement(props),
        {
          sid: 'OnlyTheSealerSigns',
          effect: 'Deny',
          principal: { AWS: '*' },
          actions: ['kms:Sign'],
          resources: ['*'],
          conditions: { ArnNotEquals: { 'aws:PrincipalArn': sealerRoleArn } },
        },
      ]),
      ...common,
    });
    this.signingKeyArn = this.signingKey.arn;
    new KmsAlias(this, 'SigningKeyAlias', { name: names.trailSigningKeyAlias, targetKeyId: this.signingKey.keyId });

    this.resource = this.renderTable(deletionProtection, common);
    this.bucket = new TrailBucket(this, 'Bucket', {
      bucketName: names.trailBucket(props),
      region,
      keyArn: this.keyArn,
      retention: {
        days: retention.days ?? DEFAULT_RETENTION_DAYS,
        mode: retention.mode ?? (deletionProtection ? 'COMPLIANCE' : 'GOVERNANCE'),
      },
      writerRoleArn: sealerRoleArn,
      deletionProtection,
      tags: props.tags,
    });
    this.bucketName = this.bucket.bucketName;
    this.bucketArn = this.bucket.bucketArn;

    this.function = new NodeFunction(this, 'Function', {
      timeoutSeconds: MOST_TIMEOUT_SECONDS,
      memoryMb: 512,
      ...props,
      functionName: names.trailSealer,
      description: `Gatehouse ${names.base}: seals the audit trail`,
      bundle: kitBundle('trail-sealer'),
      files: {
        [CONFIG_FILE_NAME]: writeTrailSealerConfig({
          version: 1,
          region,
          trail: names.base,
          environment: names.environment,
          table: this.tableName,
          bucket: this.bucketName,
          signingKey: names.trailSigningKeyAlias,
          metricsNamespace,
        }),
      },
    });
    this.grantSealing();
    this.rule = scheduleFunction(this, this.function, {
      account: props.account,
      region: props.region,
      expression: SEALER_RATE,
      description: `Seals the audit trail ${this.tableName}`,
      tags: props.tags,
    });
    this.metrics = new TrailMetrics({ stage: names.environment, metricsNamespace });
    const specs = withThresholds(this, trailAlarms(this.metrics), TRAIL_ALARM_IDS, props.alarmThresholds ?? {});
    this.alarms = renderAlarms(this, specs, {
      namePrefix: names.base,
      topicArns: props.topicArns ?? [],
      tags: props.tags,
    });
  }

  grantAppend(grantee: IGrantee): Grant {
    return grantAppend(grantee, this);
  }

  grantRead(grantee: IGrantee): Grant {
    return grantRead(grantee, this);
  }

  grantVerify(grantee: IGrantee): Grant {
    return grantVerify(grantee, this);
  }

  /**
   * A metric of the trail, which the sealer writes each minute: `sealed` (the sum), `unsealedAge` in seconds and `damaged` (the maximum).
   *
   * @throws {MetricError} for an unknown statistic or period
   */
  metric(id: TrailMetricId, options?: MetricOptions): Metric {
    return this.metrics.metric(id, options);
  }

  /** Age of the oldest entry without a seal, in seconds. The maximum by default. */
  metricUnsealedAge(options?: MetricOptions): Metric {
    return this.metric('unsealedAge', options);
  }

  private renderTable(deletionProtection: boolean, common: object): DynamodbTable {
    const { byTime, byTeam, byObject, unsealed } = TRAIL_INDEXES;
    return new DynamodbTable(this, 'Resource', {
      name: this.tableName,
      billingMode: 'PAY_PER_REQUEST',
      hashKey: TRAIL_TABLE_KEY.hash,
      rangeKey: TRAIL_TABLE_KEY.range,
      attribute: [
        { name: TRAIL_TABLE_KEY.hash, type: 'S' },
        { name: TRAIL_TABLE_KEY.range, type: 'N' },
        { name: 'at', type: 'N' },
        ...[byTime, byTeam, byObject, unsealed].map(({ hash }) => ({ name: hash, type: 'S' })),
      ],
      globalSecondaryIndex: [
        ...[byTime, byTeam, byObject].map(({ name, hash }) => ({
          name,
          hashKey: hash,
          rangeKey: 'at',
          projectionType: 'ALL',
        })),
        { name: unsealed.name, hashKey: unsealed.hash, rangeKey: 'at', projectionType: 'KEYS_ONLY' },
      ],
      serverSideEncryption: { enabled: true, kmsKeyArn: this.key.arn },
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: deletionProtection,
      ...common,
    });
  }

  /** Of an entry the sealer changes the two attributes that say that it is sealed; it deletes nothing. */
  private grantSealing(): void {
    const { tableArn, bucketArn } = this;
    Grant.addToRole(
      this.function,
      {
        sid: 'ReadTrail',
        actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'],
        resources: [tableArn, `${tableArn}/index/${TRAIL_INDEXES.unsealed.name}`],
      },
      {
        sid: 'KeepSealsAndTiles',
        actions: ['dynamodb:PutItem'],
        resources: [tableArn],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['seal', 'tile#*'] } },
      },
      {
        sid: 'KeepLeaseAndSeals',
        actions: ['dynamodb:UpdateItem'],
        resources: [tableArn],
        conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['lease', 'seal'] } },
      },
      {
        sid: 'NumberEntries',
        actions: ['dynamodb:UpdateItem'],
        resources: [tableArn],
        conditions: {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [CHAINS] },
          'ForAllValues:StringEquals': {
            'dynamodb:Attributes': [TRAIL_TABLE_KEY.hash, TRAIL_TABLE_KEY.range, 'leaf', TRAIL_INDEXES.unsealed.hash],
          },
          StringEqualsIfExists: { 'dynamodb:ReturnValues': ['NONE', 'UPDATED_OLD', 'UPDATED_NEW'] },
        },
      },
      {
        sid: 'ReadAndAddSeals',
        actions: ['s3:GetObject', 's3:PutObject'],
        resources: [`${bucketArn}/batches/*`, `${bucketArn}/seals/*`],
      },
      { sid: 'SignSeals', actions: ['kms:GetPublicKey', 'kms:Sign'], resources: [this.signingKeyArn] },
      useKey(this, 'dynamodb', 's3'),
    );
  }
}

function accountStatement({ account, region }: Location) {
  return {
    sid: 'AccountByIamPolicies',
    principal: { AWS: `arn:${partitionOf(region)}:iam::${account}:root` },
    actions: ['kms:*'],
    resources: ['*'],
  };
}

function validateAuditTrail(scope: Construct, props: AuditTrailProps): void {
  checkNames(scope, props.names);
  checkLocation(scope, props);
  const { days, mode } = props.retention ?? {};
  checkInteger(scope, 'retention.days', days, 1, 36_500);
  if (mode !== undefined && !['COMPLIANCE', 'GOVERNANCE'].includes(mode)) {
    throw new ConstructError(
      `retention.mode is ${JSON.stringify(mode)}, allowed are "COMPLIANCE" and "GOVERNANCE"`,
      scope,
    );
  }
  checkInteger(scope, 'timeoutSeconds', props.timeoutSeconds, 10, MOST_TIMEOUT_SECONDS);
}
