import { DynamodbTable } from '@cdktf/provider-aws/lib/dynamodb-table';
import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import { SecretsmanagerSecret } from '@cdktf/provider-aws/lib/secretsmanager-secret';
import { Construct } from 'constructs';
import { defined } from '../../lambdas/lib/defined';
import type { TokenEnvironment } from '../../lambdas/lib/grammar';
import { OUTBOX } from '../../lambdas/lib/outbox';
import {
  type ListedToken,
  listedAttributes,
  OPEN_JOBS,
  TOKEN_INDEXES,
  TOKEN_TABLE_KEY,
  TOKEN_TTL_ATTRIBUTE,
} from '../../lambdas/lib/token-record';
import { type Location, literalArn, partitionOf } from '../support/arn';
import type { Grant, IGrantee } from '../support/grant';
import { policyDocument } from '../support/iam';
import type { Metric, MetricOptions } from '../support/metric';
import { functionLogGroup, type Names } from '../support/names';
import { checkLocation, checkNames, checkTokenFormat } from '../support/platform-checks';
import {
  grantCheckClients,
  grantNoteUse,
  grantRead,
  grantReadWrite,
  grantSweep,
  type ITokenStore,
  type TokenStoreAttributes,
  TokenStoreRef,
  tableMetric,
} from './token-store-access';

export interface TokenStoreProps extends Location {
  /** Names of the platform: table, key alias and secret are called by them. */
  readonly names: Names;
  /**
   * Brand of the API tokens in the store, the first word of each: 2 to 10 lower-case letters. Whoever issues or verifies tokens of the
   * store takes it from here.
   */
  readonly brand: string;
  /** Environment word of the API tokens in the store, the second of each: a token with the other word is refused without a read. */
  readonly tokenEnvironment: TokenEnvironment;
  /**
   * Protects table, key and pepper: Terraform refuses to destroy them, DynamoDB refuses to delete the table, and a
   * deleted key or secret can be brought back for 30 days instead of 7.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;
  /**
   * Log groups that may be encrypted with the key; a name may end with `*`.
   *
   * @default - the log groups of the functions whose names begin with the names' base
   */
  readonly logGroups?: readonly string[];
  /** Tags of the table, the key and the secret. @default - those of the provider */
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * Table of tokens and applications, the key that encrypts it, and the secret for the pepper of the token hashes.
 *
 * The secret is made without a value, so that none reaches Terraform's state: the first rotation of a `RotatingSecret` makes
 * it, or `gatehouse bootstrap` puts it where there is none.
 */
export class TokenStore extends Construct implements ITokenStore {
  /** Refers to a store that was made elsewhere. It makes no resource. */
  static fromTableAttributes(attributes: TokenStoreAttributes): ITokenStore {
    return new TokenStoreRef(attributes);
  }

  readonly region: string;
  readonly tableName: string;
  readonly tableArn: string;
  readonly keyArn: string;
  readonly keyAlias: string;
  readonly pepperSecretName: string;
  readonly pepperSecretArn: string;
  readonly brand: string;
  readonly tokenEnvironment: TokenEnvironment;
  readonly resource: DynamodbTable;
  readonly key: KmsKey;
  readonly alias: KmsAlias;
  readonly pepperSecret: SecretsmanagerSecret;

  /** @throws {ConstructError} for a malformed account, region, name, brand or environment word */
  constructor(scope: Construct, id: string, props: TokenStoreProps) {
    super(scope, id);
    checkNames(this, props.names);
    checkLocation(this, props);
    checkTokenFormat(this, props);
    const { names, region, deletionProtection = true } = props;
    const common = defined({
      lifecycle: deletionProtection ? { preventDestroy: true } : undefined,
      tags: props.tags && { ...props.tags },
    });
    const recoveryDays = deletionProtection ? 30 : 7;
    this.region = region;
    this.brand = props.brand;
    this.tokenEnvironment = props.tokenEnvironment;
    this.tableName = names.tokenTable;
    this.tableArn = literalArn(props, 'dynamodb', `table/${names.tokenTable}`);
    this.keyAlias = names.keyAlias;
    this.pepperSecretName = names.pepperSecret;

    this.key = new KmsKey(this, 'Key', {
      description: `Gatehouse ${names.base}: token table, pepper and function logs`,
      enableKeyRotation: true,
      deletionWindowInDays: recoveryDays,
      policy: renderKeyPolicy(props),
      ...common,
    });
    this.keyArn = this.key.arn;
    this.alias = new KmsAlias(this, 'KeyAlias', { name: names.keyAlias, targetKeyId: this.key.keyId });

    this.resource = new DynamodbTable(this, 'Resource', {
      name: names.tokenTable,
      billingMode: 'PAY_PER_REQUEST',
      hashKey: TOKEN_TABLE_KEY,
      attribute: [
        { name: TOKEN_TABLE_KEY, type: 'S' },
        { name: 'entity', type: 'S' },
        { name: 'application', type: 'S' },
        { name: 'createdAt', type: 'N' },
        { name: 'team', type: 'S' },
        { name: 'expiresAt', type: 'N' },
        { name: OUTBOX.of, type: 'S' },
        { name: OUTBOX.at, type: 'N' },
        { name: 'applicationOf', type: 'S' },
        { name: OPEN_JOBS, type: 'S' },
      ],
      globalSecondaryIndex: [
        renderIndex(TOKEN_INDEXES.byCreated, 'entity', 'createdAt'),
        renderIndex(TOKEN_INDEXES.byApplication, 'application', 'createdAt'),
        renderIndex(TOKEN_INDEXES.byTeam, 'team', 'createdAt'),
        renderIndex(TOKEN_INDEXES.byTeamExpiry, 'team', 'expiresAt'),
        {
          name: TOKEN_INDEXES.applicationsOfTeam,
          hashKey: 'applicationOf',
          rangeKey: 'application',
          projectionType: 'KEYS_ONLY',
        },
        { name: TOKEN_INDEXES.openJobs, hashKey: OPEN_JOBS, rangeKey: 'createdAt', projectionType: 'KEYS_ONLY' },
        { name: TOKEN_INDEXES.byOutbox, hashKey: OUTBOX.of, rangeKey: OUTBOX.at, projectionType: 'KEYS_ONLY' },
      ],
      ttl: { attributeName: TOKEN_TTL_ATTRIBUTE, enabled: true },
      serverSideEncryption: { enabled: true, kmsKeyArn: this.key.arn },
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: deletionProtection,
      ...common,
    });

    this.pepperSecret = new SecretsmanagerSecret(this, 'Pepper', {
      name: names.pepperSecret,
      description: `Gatehouse ${names.base}: key of the token hashes; the value never reaches Terraform`,
      kmsKeyId: this.key.arn,
      recoveryWindowInDays: recoveryDays,
      ...common,
    });
    this.pepperSecretArn = this.pepperSecret.arn;
  }

  grantRead(grantee: IGrantee): Grant {
    return grantRead(grantee, this);
  }

  grantReadWrite(grantee: IGrantee): Grant {
    return grantReadWrite(grantee, this);
  }

  grantSweep(grantee: IGrantee): Grant {
    return grantSweep(grantee, this);
  }

  grantNoteUse(grantee: IGrantee): Grant {
    return grantNoteUse(grantee, this);
  }

  grantCheckClients(grantee: IGrantee): Grant {
    return grantCheckClients(grantee, this);
  }

  metric(metricName: string, options?: MetricOptions): Metric {
    return tableMetric(this.tableName, metricName, options);
  }

  metricReadThrottles(options?: MetricOptions): Metric {
    return tableMetric(this.tableName, 'ReadThrottleEvents', options);
  }

  metricWriteThrottles(options?: MetricOptions): Metric {
    return tableMetric(this.tableName, 'WriteThrottleEvents', options);
  }
}

/** No index holds a secret hash or a usage key, and so no reader of an index gets one. */
function renderIndex(name: string, hashKey: 'entity' | 'application' | 'team', rangeKey: 'createdAt' | 'expiresAt') {
  const keys: readonly (keyof ListedToken)[] = [hashKey, rangeKey];
  return {
    name,
    hashKey,
    rangeKey,
    projectionType: 'INCLUDE',
    // Keys of the index itself are projected anyway, and refused here.
    nonKeyAttributes: listedAttributes()
      .filter((attribute) => !keys.includes(attribute))
      .sort(),
  };
}

/**
 * The account decides by IAM policies who uses the key; CloudWatch Logs may use it for the named log groups only.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
function renderKeyPolicy(props: TokenStoreProps): string {
  const { account, region, names, logGroups = [functionLogGroup(`${names.base}-*`)] } = props;
  const root = `arn:${partitionOf(region)}:iam::${account}:root`;
  return policyDocument([
    { sid: 'AccountByIamPolicies', principal: { AWS: root }, actions: ['kms:*'], resources: ['*'] },
    ...(logGroups.length === 0
      ? []
      : [
          {
            sid: 'CloudWatchLogs',
            principal: { Service: `logs.${region}.amazonaws.com` },
            actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
            resources: ['*'],
            conditions: {
              ArnLike: {
                'kms:EncryptionContext:aws:logs:arn': logGroups.map((name) =>
                  literalArn(props, 'logs', `log-group:${name}`),
                ),
              },
            },
          },
        ]),
  ]);
}
