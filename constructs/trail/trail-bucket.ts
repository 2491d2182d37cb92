import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { S3BucketObjectLockConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-object-lock-configuration';
import { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration';
import { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning';
import { Construct } from 'constructs';
import { defined } from '../../lambdas/lib/defined';
import { partitionOf } from '../support/arn';
import { policyDocument } from '../support/iam';

/** For how long objects are kept, whatever anybody wants. */
export interface TrailRetention {
  /** Days from the writing of an object on, 1 to 36500. */
  readonly days: number;
  /**
   * `COMPLIANCE` cannot be shortened or lifted by anybody, not even by the root user of the account. `GOVERNANCE` can, by whoever may
   * `s3:BypassGovernanceRetention`.
   */
  readonly mode: 'COMPLIANCE' | 'GOVERNANCE';
}

export interface TrailBucketProps {
  readonly bucketName: string;
  readonly region: string;
  readonly keyArn: string;
  readonly retention: TrailRetention;
  /** The only role that writes. */
  readonly writerRoleArn: string;
  readonly deletionProtection: boolean;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** Bucket whose objects are written once: Object Lock keeps every version, and the policy lets one role add objects whose key is free, and nobody else. */
export class TrailBucket extends Construct {
  readonly bucketName: string;
  readonly bucketArn: string;
  readonly resource: S3Bucket;
  readonly policy: S3BucketPolicy;

  constructor(scope: Construct, id: string, props: TrailBucketProps) {
    super(scope, id);
    const { bucketName, region, keyArn, retention, deletionProtection, tags } = props;
    this.bucketName = bucketName;
    this.bucketArn = `arn:${partitionOf(region)}:s3:::${bucketName}`;
    this.resource = new S3Bucket(this, 'Resource', {
      bucket: bucketName,
      objectLockEnabled: true,
      forceDestroy: !deletionProtection && retention.mode === 'GOVERNANCE',
      ...(deletionProtection ? { lifecycle: { preventDestroy: true } } : {}),
      ...defined({ tags: tags && { ...tags } }),
    });
    const bucket = this.resource.id;
    // Object Lock works on versions.
    const versioning = new S3BucketVersioningA(this, 'Versioning', {
      bucket,
      versioningConfiguration: { status: 'Enabled' },
    });
    new S3BucketObjectLockConfigurationA(this, 'ObjectLock', {
      bucket,
      rule: { defaultRetention: { mode: retention.mode, days: retention.days } },
      dependsOn: [versioning],
    });
    const publicAccess = new S3BucketPublicAccessBlock(this, 'PublicAccess', {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketOwnershipControls(this, 'Ownership', { bucket, rule: { objectOwnership: 'BucketOwnerEnforced' } });
    new S3BucketServerSideEncryptionConfigurationA(this, 'Encryption', {
      bucket,
      rule: [
        {
          applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: keyArn },
          bucketKeyEnabled: true,
        },
      ],
    });
    this.policy = new S3BucketPolicy(this, 'Policy', {
      bucket,
      policy: this.renderPolicy(props),
      // S3 refuses two changes of a bucket at once.
      dependsOn: [publicAccess],
    });
  }

  /**
   * Literal, so that a plan shows it.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
   */
  private renderPolicy({ writerRoleArn, deletionProtection }: TrailBucketProps): string {
    const objects = `${this.bucketArn}/*`;
    const everybody = { principal: { AWS: '*' }, effect: 'Deny' } as const;
    return policyDocument([
      {
        ...everybody,
        sid: 'OnlyByTls',
        actions: ['s3:*'],
        resources: [this.bucketArn, objects],
        conditions: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      {
        ...everybody,
        sid: 'OnlyNewKeys',
        actions: ['s3:PutObject'],
        resources: [objects],
        conditions: { Null: { 's3:if-none-match': 'true' } },
      },
      {
        ...everybody,
        sid: 'OnlyTheSealerWrites',
        actions: ['s3:PutObject'],
        resources: [objects],
        conditions: { ArnNotEquals: { 'aws:PrincipalArn': writerRoleArn } },
      },
      ...(deletionProtection
        ? [
            {
              ...everybody,
              sid: 'NobodyDeletes',
              actions: [
                's3:BypassGovernanceRetention',
                's3:DeleteObject',
                's3:DeleteObjectVersion',
                's3:PutBucketObjectLockConfiguration',
                's3:PutLifecycleConfiguration',
              ],
              resources: [this.bucketArn, objects],
            },
          ]
        : []),
    ]);
  }
}
