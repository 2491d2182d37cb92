import { DynamodbTable } from '@cdktf/provider-aws/lib/dynamodb-table';
import { Construct } from 'constructs';
import { defined } from '../../lambdas/lib/defined';
import { USAGE_TABLE_KEYS, USAGE_TTL_ATTRIBUTE } from '../../lambdas/lib/usage/pages';
import { type Location, literalArn } from '../support/arn';
import { Grant, type IGrantee } from '../support/grant';
import { kmsViaService } from '../support/iam';
import type { Metric, MetricOptions } from '../support/metric';
import type { Names } from '../support/names';
import { checkLocation, checkNames } from '../support/platform-checks';
import { tableMetric } from '../tokens/token-store-access';

/** Where counts of calls are kept, made here or elsewhere. */
export interface IUsageStore {
  readonly tableName: string;
  readonly tableArn: string;
  /** Lets a role read counts, by the id of a token. It neither scans nor writes the table. */
  grantRead(grantee: IGrantee): Grant;
  /** Lets a role read and put single items. Items are never deleted but by their time to live. */
  grantCount(grantee: IGrantee): Grant;
}

export interface UsageStoreProps extends Location {
  readonly names: Names;
  /** ARN of the key that encrypts the table, in which there are addresses of callers. @default - a key that AWS owns */
  readonly keyArn?: string;
  /** Protects the table: Terraform refuses to destroy it, DynamoDB to delete it. @default true */
  readonly deletionProtection?: boolean;
  /** Tags of the table. @default - those of the provider */
  readonly tags?: Readonly<Record<string, string>>;
}

/** The usage table of another stack. */
export interface UsageTableAttributes extends Location {
  /** For example `names.usageTable`. */
  readonly tableName: string;
  /** ARN of the key that encrypts the table. @default - a key that AWS owns */
  readonly keyArn?: string;
}

/** Table of the counts: an item for each token and hour, a summary for each token. */
export class UsageStore extends Construct implements IUsageStore {
  /** Refers to the usage table of another stack by its deterministic name. It makes no resource. */
  static fromTableAttributes(attributes: UsageTableAttributes): IUsageStore {
    return accessOf(attributes);
  }

  readonly tableName: string;
  readonly tableArn: string;
  readonly resource: DynamodbTable;
  private readonly access: IUsageStore;

  /** @throws {ConstructError} for a malformed account, region or name */
  constructor(scope: Construct, id: string, props: UsageStoreProps) {
    super(scope, id);
    checkNames(this, props.names);
    checkLocation(this, props);
    const { names, keyArn, deletionProtection = true, tags } = props;
    this.access = accessOf({ ...props, tableName: names.usageTable });
    this.tableName = this.access.tableName;
    this.tableArn = this.access.tableArn;
    this.resource = new DynamodbTable(this, 'Resource', {
      name: this.tableName,
      billingMode: 'PAY_PER_REQUEST',
      hashKey: USAGE_TABLE_KEYS.hash,
      rangeKey: USAGE_TABLE_KEYS.range,
      attribute: [
        { name: USAGE_TABLE_KEYS.hash, type: 'S' },
        { name: USAGE_TABLE_KEYS.range, type: 'S' },
      ],
      ttl: { attributeName: USAGE_TTL_ATTRIBUTE, enabled: true },
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: deletionProtection,
      ...defined({
        serverSideEncryption: keyArn === undefined ? undefined : { enabled: true, kmsKeyArn: keyArn },
        lifecycle: deletionProtection ? { preventDestroy: true } : undefined,
        tags: tags && { ...tags },
      }),
    });
  }

  grantRead(grantee: IGrantee): Grant {
    return this.access.grantRead(grantee);
  }

  grantCount(grantee: IGrantee): Grant {
    return this.access.grantCount(grantee);
  }

  /** A metric of the table, as `ITokenStore.metric`. */
  metric(metricName: string, options?: MetricOptions): Metric {
    return tableMetric(this.tableName, metricName, options);
  }
}

function accessOf(attributes: UsageTableAttributes): IUsageStore {
  const { tableName, keyArn, region } = attributes;
  const tableArn = literalArn(attributes, 'dynamodb', `table/${tableName}`);
  const grant = (grantee: IGrantee, sid: string, actions: readonly string[], keyActions: readonly string[]): Grant =>
    Grant.addToRole(
      grantee,
      { sid, actions, resources: [tableArn] },
      ...(keyArn === undefined
        ? []
        : [
            {
              sid: `${sid}Key`,
              actions: keyActions,
              resources: [keyArn],
              conditions: kmsViaService(region, 'dynamodb'),
            },
          ]),
    );
  return {
    tableName,
    tableArn,
    grantRead: (grantee) =>
      grant(grantee, 'ReadUsage', ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'], ['kms:Decrypt']),
    grantCount: (grantee) =>
      grant(
        grantee,
        'CountUsage',
        ['dynamodb:GetItem', 'dynamodb:PutItem'],
        ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
      ),
  };
}
