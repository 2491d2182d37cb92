import { TRAIL_INDEXES } from '../../lambdas/lib/trail/trail-keys';
import { Grant, type IGrantee } from '../support/grant';
import { kmsViaService, type PolicyStatement } from '../support/iam';

/** Where an audit trail is. */
export interface TrailAttributes {
  /** Region of table, bucket and keys. */
  readonly region: string;
  readonly tableName: string;
  readonly tableArn: string;
  /** ARN of the key that encrypts table and bucket; an alias is not enough, because policies name keys. */
  readonly keyArn: string;
  readonly bucketName: string;
  readonly bucketArn: string;
  /** ARN of the key that signs the seals. */
  readonly signingKeyArn: string;
}

/** An audit trail, made here or elsewhere. */
export interface IAuditTrail extends TrailAttributes {
  /**
   * Lets a role append entries, and read single entries of which it knows the place. IAM cannot tell a write of a new item from one over an old
   * one: that nothing sealed is changed shows in the seals.
   */
  grantAppend(grantee: IGrantee): Grant;
  /** Lets a role list and read entries, and prove that they are sealed. */
  grantRead(grantee: IGrantee): Grant;
  /** Lets a role read everything that `gatehouse trail verify` compares: table, bucket and public key. */
  grantVerify(grantee: IGrantee): Grant;
}

/** An audit trail that was made elsewhere. All its attributes are given, so neither a data source nor remote state is needed. */
export class AuditTrailRef implements IAuditTrail {
  readonly region: string;
  readonly tableName: string;
  readonly tableArn: string;
  readonly keyArn: string;
  readonly bucketName: string;
  readonly bucketArn: string;
  readonly signingKeyArn: string;

  constructor(attributes: TrailAttributes) {
    this.region = attributes.region;
    this.tableName = attributes.tableName;
    this.tableArn = attributes.tableArn;
    this.keyArn = attributes.keyArn;
    this.bucketName = attributes.bucketName;
    this.bucketArn = attributes.bucketArn;
    this.signingKeyArn = attributes.signingKeyArn;
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
}

/** Names of chains, 16 letters and digits; what the sealer keeps beside them has shorter names. */
export const CHAINS = '?'.repeat(16);

export function grantAppend(grantee: IGrantee, trail: TrailAttributes): Grant {
  return Grant.addToRole(
    grantee,
    {
      sid: 'AppendToTrail',
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem'],
      resources: [trail.tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [CHAINS] } },
    },
    useKey(trail, 'dynamodb'),
  );
}

export function grantRead(grantee: IGrantee, trail: TrailAttributes): Grant {
  const { tableArn } = trail;
  const { byTime, byTeam, byObject } = TRAIL_INDEXES;
  return Grant.addToRole(
    grantee,
    {
      sid: 'ReadTrail',
      actions: ['dynamodb:GetItem', 'dynamodb:Query'],
      resources: [tableArn, ...[byTime, byTeam, byObject].map(({ name }) => `${tableArn}/index/${name}`)],
    },
    decrypt(trail, 'dynamodb'),
  );
}

export function grantVerify(grantee: IGrantee, trail: TrailAttributes): Grant {
  return grantRead(grantee, trail).combine(
    Grant.addToRole(
      grantee,
      { sid: 'ListSeals', actions: ['s3:ListBucket'], resources: [trail.bucketArn] },
      { sid: 'ReadSeals', actions: ['s3:GetObject'], resources: [`${trail.bucketArn}/*`] },
      { sid: 'ReadPublicKey', actions: ['kms:GetPublicKey'], resources: [trail.signingKeyArn] },
      decrypt(trail, 's3'),
    ),
  );
}

/** Lets a role encrypt and decrypt with the key of the trail, through the named services only. */
export function useKey({ region, keyArn }: TrailAttributes, ...services: string[]): PolicyStatement {
  return {
    sid: 'UseTrailKey',
    actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
    resources: [keyArn],
    conditions: kmsViaService(region, ...services),
  };
}

function decrypt({ region, keyArn }: TrailAttributes, service: string): PolicyStatement {
  return {
    sid: 'DecryptTrail',
    actions: ['kms:Decrypt'],
    resources: [keyArn],
    conditions: kmsViaService(region, service),
  };
}
