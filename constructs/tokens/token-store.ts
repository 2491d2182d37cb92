import { DynamodbTable } from '@cdktf/provider-aws/lib/dynamodb-table';
import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import { SecretsmanagerSecret } from '@cdktf/provider-aws/lib/secretsmanager-secret';
import { Construct } from 'constructs';
import { REVOCATIONS_KEY } from '../../lambdas/lib/revocation';
import {
  applicationKey,
  type ListedToken,
  listedAttributes,
  TOKEN_INDEXES,
  TOKEN_TABLE_KEY,
  TOKEN_TTL_ATTRIBUTE,
  tokenKey,
} from '../../lambdas/lib/token-record';
import { type Location, literalArn, partitionOf } from '../support/arn';
import type { IGrantee } from '../support/grant';
import { kmsViaService, policyDocument } from '../support/iam';
import { functionLogGroup, type Names } from '../support/names';
import { checkLocation, checkNames } from '../support/platform-checks';

/** Where tokens are kept. */
export interface ITokenStore {
  readonly tableName: string;
  readonly tableArn: string;
  readonly keyArn: string;
  readonly pepperSecretName: string;
  readonly pepperSecretArn: string;
  /** Lets a function look tokens up and verify them. */
  grantRead(grantee: IGrantee): void;
  /** Lets a function issue, list and change tokens. */
  grantReadWrite(grantee: IGrantee): void;
}

export interface TokenStoreProps extends Location {
  readonly names: Names;
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
}

/**
 * Table of tokens and applications, the key that encrypts it, and the secret for the pepper of the token hashes.
 *
 * The secret is made without a value, so that none reaches Terraform's state: the first rotation of a `RotatingSecret` makes
 * it, or `gatehouse bootstrap` puts it where there is none.
 */
export class TokenStore extends Construct implements ITokenStore {
  readonly tableName: string;
  readonly tableArn: string;
  readonly keyArn: string;
  readonly keyAlias: string;
  readonly pepperSecretName: string;
  readonly pepperSecretArn: string;
  readonly resource: DynamodbTable;
  readonly key: KmsKey;
  readonly pepperSecret: SecretsmanagerSecret;

  private readonly region: string;

  constructor(scope: Construct, id: string, props: TokenStoreProps) {
    super(scope, id);
    checkNames(this, props.names);
    checkLocation(this, props);
    const { names, region, deletionProtection = true } = props;
    const lifecycle = deletionProtection ? { lifecycle: { preventDestroy: true } } : {};
    const recoveryDays = deletionProtection ? 30 : 7;
    this.region = region;
    this.tableName = names.tokenTable;
    this.tableArn = literalArn(props, 'dynamodb', `table/${names.tokenTable}`);
    this.keyAlias = names.keyAlias;
    this.pepperSecretName = names.pepperSecret;

    this.key = new KmsKey(this, 'Key', {
      description: `Gatehouse ${names.base}: token table, pepper and function logs`,
      enableKeyRotation: true,
      deletionWindowInDays: recoveryDays,
      policy: renderKeyPolicy(props),
      ...lifecycle,
    });
    this.keyArn = this.key.arn;
    new KmsAlias(this, 'KeyAlias', { name: names.keyAlias, targetKeyId: this.key.keyId });

    this.resource = new DynamodbTable(this, 'Resource', {
      name: names.tokenTable,
      billingMode: 'PAY_PER_REQUEST',
      hashKey: TOKEN_TABLE_KEY,
      attribute: [
        { name: TOKEN_TABLE_KEY, type: 'S' },
        { name: 'entity', type: 'S' },
        { name: 'application', type: 'S' },
        { name: 'createdAt', type: 'N' },
      ],
      globalSecondaryIndex: [
        renderIndex(TOKEN_INDEXES.byCreated, 'entity'),
        renderIndex(TOKEN_INDEXES.byApplication, 'application'),
      ],
      ttl: { attributeName: TOKEN_TTL_ATTRIBUTE, enabled: true },
      serverSideEncryption: { enabled: true, kmsKeyArn: this.key.arn },
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: deletionProtection,
      ...lifecycle,
    });

    this.pepperSecret = new SecretsmanagerSecret(this, 'Pepper', {
      name: names.pepperSecret,
      description: `Gatehouse ${names.base}: key of the token hashes; the value never reaches Terraform`,
      kmsKeyId: this.key.arn,
      recoveryWindowInDays: recoveryDays,
      ...lifecycle,
    });
    this.pepperSecretArn = this.pepperSecret.arn;
  }

  /** Lets a function read single items by key, and the pepper. Neither lists nor scans the table. */
  grantRead(grantee: IGrantee): void {
    grantee.addToRolePolicy({ sid: 'ReadTokens', actions: ['dynamodb:GetItem'], resources: [this.tableArn] });
    this.grantDecrypt(grantee);
    this.grantPepper(grantee);
  }

  /** Lets a function read, list, add and change items, and read the pepper. Items are never deleted but by their time to live. */
  grantReadWrite(grantee: IGrantee): void {
    grantee.addToRolePolicy({
      sid: 'ReadWriteTokens',
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      resources: [this.tableArn],
      conditions: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [tokenKey('*'), applicationKey('*'), REVOCATIONS_KEY] },
      },
    });
    grantee.addToRolePolicy({
      sid: 'ListTokens',
      actions: ['dynamodb:Query'],
      resources: Object.values(TOKEN_INDEXES).map((name) => `${this.tableArn}/index/${name}`),
    });
    this.grantDecrypt(grantee);
    grantee.addToRolePolicy({
      sid: 'EncryptTokens',
      actions: ['kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
      resources: [this.keyArn],
      conditions: kmsViaService(this.region, 'dynamodb'),
    });
    this.grantPepper(grantee);
  }

  private grantDecrypt(grantee: IGrantee): void {
    grantee.addToRolePolicy({
      sid: 'DecryptTokensAndPepper',
      actions: ['kms:Decrypt'],
      resources: [this.keyArn],
      conditions: kmsViaService(this.region, 'dynamodb', 'secretsmanager'),
    });
  }

  private grantPepper(grantee: IGrantee): void {
    grantee.addToRolePolicy({
      sid: 'ReadPepper',
      actions: ['secretsmanager:GetSecretValue'],
      resources: [this.pepperSecretArn],
    });
  }
}

/** No index holds a secret hash or a usage key, and so no reader of an index gets one. */
function renderIndex(name: string, hashKey: 'entity' | 'application') {
  const keys: readonly (keyof ListedToken)[] = [hashKey, 'createdAt'];
  return {
    name,
    hashKey,
    rangeKey: 'createdAt',
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
