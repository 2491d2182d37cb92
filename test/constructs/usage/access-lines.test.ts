import { ACCESS_LOG_FIELDS } from '../../../constructs/gateway';
import { Names } from '../../../constructs/support';
import { AccessLines } from '../../../constructs/usage';
import { SAVED_QUERIES } from '../../../lambdas/lib/usage/queries';
import { Template } from '../../support/template';

const location = { account: '123456789012', region: 'ap-southeast-1' };
const names = new Names('abcdefghijklmnop', 'abcdefghijkl');
const template = Template.of((stack) => void new AccessLines(stack, 'Lines', { ...location, names }));

test('the bucket has a name that S3 takes, even with the longest prefix, environment and region', () => {
  const { bucket, force_destroy } = template.only('aws_s3_bucket');
  expect(String(bucket)).toMatch(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
  expect(force_destroy).toBe(false);
});

test('nobody reads the bucket but by IAM of the account, over TLS', () => {
  expect(template.only('aws_s3_bucket_public_access_block')).toMatchObject({
    block_public_acls: true,
    block_public_policy: true,
    ignore_public_acls: true,
    restrict_public_buckets: true,
  });
  expect(String(template.only('aws_s3_bucket_policy').policy)).toContain('"aws:SecureTransport":"false"');
});

test('Firehose unpacks the lines and writes them compressed, in a folder a day', () => {
  expect(template.only('aws_kinesis_firehose_delivery_stream')).toMatchObject({
    destination: 'extended_s3',
    server_side_encryption: { enabled: true },
    extended_s3_configuration: {
      compression_format: 'GZIP',
      prefix: 'lines/day=!{timestamp:yyyy-MM-dd}/',
      processing_configuration: { enabled: true },
    },
  });
});

test.each(['writer', 'sender'])('the role of the %s is assumed for this account and one source alone', (what) => {
  const role = template.only('aws_iam_role', { name: `${names.accessLines}-${what}` });
  const [statement] = (JSON.parse(String(role.assume_role_policy)) as { Statement: Record<string, unknown>[] })
    .Statement;
  expect(statement?.Condition).toMatchObject({
    StringEquals: { 'aws:SourceAccount': location.account },
    ArnLike: { 'aws:SourceArn': expect.stringContaining(location.account) },
  });
});

test('the table has a column for each field of the access log', () => {
  const { storage_descriptor } = template.only('aws_glue_catalog_table');
  const { columns } = storage_descriptor as { columns: { name: string; type: string }[] };
  expect(columns.map(({ name }) => name)).toEqual([
    'v',
    ...Object.keys(ACCESS_LOG_FIELDS).map((name) => name.toLowerCase()),
  ]);
  expect(columns.filter(({ type }) => type === 'bigint').map(({ name }) => name)).toEqual([
    'v',
    'ts',
    'status',
    'bytes',
    'latency',
  ]);
});

test('the folders of days are left to Athena, for Terraform to read literally', () => {
  const { parameters } = template.only('aws_glue_catalog_table');
  expect((parameters as Record<string, string>)['storage.location.template']).toMatch(/\/lines\/day=\$\$\{day\}\/$/);
});

test('each saved query asks for columns that the table has', () => {
  const known = new Set([...Object.keys(ACCESS_LOG_FIELDS), 'v'].map((name) => name.toLowerCase()));
  const inner = /SELECT DISTINCT ([^F]*?)\s+FROM/s.exec(SAVED_QUERIES[0]?.sql ?? '')?.[1] ?? '';
  const columns = inner.split(',').map((column) => column.trim().toLowerCase());
  expect(columns.length).toBeGreaterThan(5);
  expect(columns.filter((column) => !known.has(column))).toEqual([]);
  expect(template.count('aws_athena_named_query')).toBe(SAVED_QUERIES.length);
});
