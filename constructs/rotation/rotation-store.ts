import { DynamodbTable } from '@cdktf/provider-aws/lib/dynamodb-table';
import { Construct } from 'constructs';
import { defined } from '../../lambdas/lib/defined';
import { ROTATION_TABLE_KEY, rotationKey } from '../../lambdas/lib/rotation-record';
import { type Location, literalArn } from '../support/arn';
import { Grant, type IGrantee } from '../support/grant';
import type { PolicyStatement } from '../support/iam';
import type { Names } from '../support/names';
import { checkLocation, checkNames } from '../support/platform-checks';

/** Where it is kept what is known about rotated credentials: ids, times, public keys; never a secret. */
export interface IRotationStore {
  readonly tableName: string;
  readonly tableArn: string;
  /** Lets a function read the record of one secret. */
  grantRead(grantee: IGrantee, secretName: string): Grant;
}

export interface RotationStoreProps extends Location {
  readonly names: Names;
  /**
   * Protects the table: Terraform refuses to destroy it, DynamoDB to delete it. Without the table nothing is retired, and
   * no key set is published.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;
  /** Tags of the table. @default - those of the provider */
  readonly tags?: Readonly<Record<string, string>>;
}

/** Where the table of another stack lives. */
export interface RotationTableAttributes extends Location {
  readonly tableName: string;
}

/**
 * Table of the rotation records, one item per secret. DynamoDB encrypts it with a key that AWS owns, because what it holds is
 * public or harmless.
 */
export class RotationStore extends Construct implements IRotationStore {
  /** Refers to the rotation table of another stack by its deterministic name, for example `names.rotationTable`. It makes no resource. */
  static fromTableAttributes(attributes: RotationTableAttributes): IRotationStore {
    const { tableName } = attributes;
    const tableArn = literalArn(attributes, 'dynamodb', `table/${tableName}`);
    return { tableName, tableArn, grantRead: (grantee, secretName) => grantRead(grantee, tableArn, secretName) };
  }

  readonly tableName: string;
  readonly tableArn: string;
  readonly resource: DynamodbTable;

  constructor(scope: Construct, id: string, props: RotationStoreProps) {
    super(scope, id);
    checkNames(this, props.names);
    checkLocation(this, props);
    const { names, deletionProtection = true, tags } = props;
    this.tableName = names.rotationTable;
    this.tableArn = literalArn(props, 'dynamodb', `table/${this.tableName}`);
    this.resource = new DynamodbTable(this, 'Resource', {
      name: this.tableName,
      billingMode: 'PAY_PER_REQUEST',
      hashKey: ROTATION_TABLE_KEY,
      attribute: [{ name: ROTATION_TABLE_KEY, type: 'S' }],
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: deletionProtection,
      ...(deletionProtection ? { lifecycle: { preventDestroy: true } } : {}),
      ...defined({ tags: tags && { ...tags } }),
    });
  }

  grantRead(grantee: IGrantee, secretName: string): Grant {
    return grantRead(grantee, this.tableArn, secretName);
  }
}

function grantRead(grantee: IGrantee, tableArn: string, secretName: string): Grant {
  return Grant.addToRole(grantee, {
    sid: 'ReadRotationRecord',
    actions: ['dynamodb:GetItem'],
    resources: [tableArn],
    conditions: onlyItems(rotationKey(secretName)),
  });
}

/**
 * Condition under which a statement is good for items with these keys only.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export function onlyItems(...keys: string[]): NonNullable<PolicyStatement['conditions']> {
  return { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': keys } };
}
