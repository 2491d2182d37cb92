import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { KinesisFirehoseDeliveryStream } from '@cdktf/provider-aws/lib/kinesis-firehose-delivery-stream';
import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';
import { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration';
import { Construct } from 'constructs';
import { defined } from '../../lambdas/lib/defined';
import { type Location, literalArn, partitionOf } from '../support/arn';
import { assumeRolePolicy, policyDocument } from '../support/iam';
import type { Names } from '../support/names';
import { checkInteger } from '../support/node-function-checks';
import { checkLocation, checkNames } from '../support/platform-checks';
import { ERRORS_FOLDER, LINES_FOLDER, RESULTS_FOLDER } from './access-line-folders';
import { AccessLineQueries } from './access-line-queries';

/** Where the lines of access logs are archived, made here or elsewhere. */
export interface IAccessLines {
  readonly streamArn: string;
  /** ARN of the role by which CloudWatch Logs writes to the stream. */
  readonly subscriptionRoleArn: string;
  /** Name of the subscriptions. */
  readonly subscriptionName: string;
}

export interface AccessLinesProps extends Location {
  readonly names: Names;
  /** How long lines are kept, in days, 8 or more. @default 90 */
  readonly retentionDays?: number;
  /** Protects the bucket: Terraform refuses to destroy it. @default true */
  readonly deletionProtection?: boolean;
  /** Tags of bucket, stream and roles. @default - those of the provider */
  readonly tags?: Readonly<Record<string, string>>;
}

/** Where the archive of another stack is. */
export interface AccessLinesAttributes extends Location {
  readonly names: Names;
}

const RESULT_DAYS = 7;
/** What Firehose collects before it writes a file: fewer and larger files are cheaper to write and to query. */
const BUFFER_SECONDS = 300;
const BUFFER_MIB = 64;

/**
 * The lines of access logs in S3, and a table with saved queries for Athena, for whoever wants to ask more than the counters answer.
 *
 * CloudWatch Logs sends them to a Firehose stream, which unpacks them and writes one compressed file for five minutes. It is the cheapest way
 * that loses nothing: a function of one's own would put a small file for each delivery, and be paid and watched for it; an export task
 * of CloudWatch Logs has to be started again and again, one at a time in an account.
 *
 * @see https://docs.aws.amazon.com/firehose/latest/dev/writing-with-cloudwatch-logs-decompression.html
 */
export class AccessLines extends Construct implements IAccessLines {
  /** Refers to the archive of another stack by its deterministic names. It makes no resource. */
  static fromNames({ names, ...location }: AccessLinesAttributes): IAccessLines {
    return {
      streamArn: literalArn(location, 'firehose', `deliverystream/${names.accessLines}`),
      subscriptionRoleArn: roleArn(location, subscriptionRoleName(names)),
      subscriptionName: names.accessLines,
    };
  }

  readonly streamArn: string;
  readonly subscriptionRoleArn: string;
  readonly subscriptionName: string;
  readonly bucketName: string;
  readonly bucketArn: string;
  readonly resource: KinesisFirehoseDeliveryStream;
  readonly bucket: S3Bucket;
  /** Athena's table, workgroup and saved queries. */
  readonly queries: AccessLineQueries;

  /** @throws {ConstructError} for a malformed account, region or name, and a retention out of bounds */
  constructor(scope: Construct, id: string, props: AccessLinesProps) {
    super(scope, id);
    const { names, account, region, retentionDays = 90, deletionProtection = true } = props;
    checkNames(this, names);
    checkLocation(this, props);
    checkInteger(this, 'retentionDays', retentionDays, RESULT_DAYS + 1, 36_500);
    this.bucketName = names.accessLineBucket(props);
    this.bucketArn = `arn:${partitionOf(region)}:s3:::${this.bucketName}`;
    const tags = defined({ tags: props.tags && { ...props.tags } });

    this.bucket = new S3Bucket(this, 'Bucket', {
      bucket: this.bucketName,
      forceDestroy: false,
      ...defined({ lifecycle: deletionProtection ? { preventDestroy: true } : undefined }),
      ...tags,
    });
    this.renderBucketSettings(retentionDays);

    const writer = new IamRole(this, 'WriterRole', {
      name: `${names.accessLines}-writer`,
      description: `Gatehouse ${names.base}: Firehose writes the lines of access logs`,
      assumeRolePolicy: assumedBy(
        'firehose.amazonaws.com',
        account,
        literalArn(props, 'firehose', `deliverystream/${names.accessLines}`),
      ),
      inlinePolicy: [
        {
          name: 'write',
          policy: policyDocument([
            {
              sid: 'WriteLines',
              actions: ['s3:AbortMultipartUpload', 's3:PutObject'],
              resources: [`${this.bucketArn}/${LINES_FOLDER}*`, `${this.bucketArn}/${ERRORS_FOLDER}*`],
            },
            {
              sid: 'FindBucket',
              actions: ['s3:GetBucketLocation', 's3:ListBucketMultipartUploads'],
              resources: [this.bucketArn],
            },
          ]),
        },
      ],
      ...tags,
    });
    this.resource = new KinesisFirehoseDeliveryStream(this, 'Resource', {
      name: names.accessLines,
      destination: 'extended_s3',
      serverSideEncryption: { enabled: true, keyType: 'AWS_OWNED_CMK' },
      extendedS3Configuration: {
        roleArn: writer.arn,
        bucketArn: this.bucketArn,
        prefix: `${LINES_FOLDER}day=!{timestamp:yyyy-MM-dd}/`,
        errorOutputPrefix: `${ERRORS_FOLDER}!{firehose:error-output-type}/day=!{timestamp:yyyy-MM-dd}/`,
        bufferingInterval: BUFFER_SECONDS,
        bufferingSize: BUFFER_MIB,
        compressionFormat: 'GZIP',
        processingConfiguration: {
          enabled: true,
          processors: [
            { type: 'Decompression', parameters: [{ parameterName: 'CompressionFormat', parameterValue: 'GZIP' }] },
            {
              type: 'CloudWatchLogProcessing',
              parameters: [{ parameterName: 'DataMessageExtraction', parameterValue: 'true' }],
            },
            // A line of the log ends without a newline, which the table needs.
            { type: 'AppendDelimiterToRecord', parameters: [{ parameterName: 'Delimiter', parameterValue: '\\n' }] },
          ],
        },
      },
      dependsOn: [this.bucket],
      ...tags,
    });
    const subscriber = new IamRole(this, 'SubscriptionRole', {
      name: subscriptionRoleName(names),
      description: `Gatehouse ${names.base}: CloudWatch Logs sends access logs to Firehose`,
      assumeRolePolicy: assumedBy('logs.amazonaws.com', account, literalArn(props, 'logs', '*')),
      inlinePolicy: [
        {
          name: 'send',
          policy: policyDocument([
            {
              sid: 'SendLines',
              actions: ['firehose:PutRecord', 'firehose:PutRecordBatch'],
              resources: [literalArn(props, 'firehose', `deliverystream/${names.accessLines}`)],
            },
          ]),
        },
      ],
      ...tags,
    });
    this.streamArn = this.resource.arn;
    this.subscriptionRoleArn = subscriber.arn;
    this.subscriptionName = names.accessLines;
    this.queries = new AccessLineQueries(this, 'Queries', { ...props, bucketName: this.bucketName });
  }

  private renderBucketSettings(retentionDays: number): void {
    const bucket = this.bucket.bucket;
    const open = new S3BucketPublicAccessBlock(this, 'PublicAccess', {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketOwnershipControls(this, 'Ownership', { bucket, rule: { objectOwnership: 'BucketOwnerEnforced' } });
    new S3BucketServerSideEncryptionConfigurationA(this, 'Encryption', {
      bucket,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
    });
    new S3BucketLifecycleConfiguration(this, 'Lifecycle', {
      bucket,
      rule: [
        expiry('lines', LINES_FOLDER, retentionDays),
        expiry('errors', ERRORS_FOLDER, retentionDays),
        expiry('results', RESULTS_FOLDER, RESULT_DAYS),
      ],
    });
    new S3BucketPolicy(this, 'BucketPolicy', {
      bucket,
      policy: policyDocument([
        {
          sid: 'RefusePlainHttp',
          effect: 'Deny',
          principal: { AWS: '*' },
          actions: ['s3:*'],
          resources: [this.bucketArn, `${this.bucketArn}/*`],
          conditions: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ]),
      // S3 refuses two changes of a bucket's access at the same time.
      dependsOn: [open],
    });
  }
}

function expiry(id: string, prefix: string, days: number) {
  return {
    id,
    status: 'Enabled',
    filter: [{ prefix }],
    expiration: [{ days }],
    abortIncompleteMultipartUpload: [{ daysAfterInitiation: 1 }],
  };
}

function subscriptionRoleName(names: Names): string {
  return `${names.accessLines}-sender`;
}

function roleArn({ account, region }: Location, name: string): string {
  return `arn:${partitionOf(region)}:iam::${account}:role/${name}`;
}

/** Trust policy of a role that a service assumes for this account, on behalf of one source: nobody else's stream or log can use it. */
function assumedBy(service: string, account: string, sourceArn: string): string {
  const { Version, Statement } = JSON.parse(assumeRolePolicy(service)) as { Version: string; Statement: object[] };
  return JSON.stringify({
    Version,
    Statement: Statement.map((statement) => ({
      ...statement,
      Condition: { StringEquals: { 'aws:SourceAccount': account }, ArnLike: { 'aws:SourceArn': sourceArn } },
    })),
  });
}
