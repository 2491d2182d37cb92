import { Names } from '../../../constructs/support/names';
import { NodeFunction } from '../../../constructs/support/node-function';
import { TokenService } from '../../../constructs/tokens/token-service';
import { TokenStore } from '../../../constructs/tokens/token-store';
import { AuditTrail, type AuditTrailProps } from '../../../constructs/trail';
import { StackResources } from '../../../sandbox/synth/resources';
import { readTables } from '../../../sandbox/synth/stores';
import { trailTable } from '../../lambdas/lib/trail/support';
import { Template, testStack } from '../../support/template';
import { temporaryBundle } from '../../support/temporary-folder';

const location = { account: '123456789012', region: 'eu-central-1' };
const names = new Names('acme', 'prod');
const bundle = temporaryBundle();
const BUCKET = 'arn:aws:s3:::acme-prod-trail-123456789012-eu-central-1';
const TABLE = 'arn:aws:dynamodb:eu-central-1:123456789012:table/acme-prod-trail';
const SEALER = 'arn:aws:iam::123456789012:role/acme-prod-trail-sealer';

type Statement = Record<string, unknown> & { Sid: string };

function synthesize(props: Partial<AuditTrailProps> = {}): Template {
  return Template.of((stack) => {
    new AuditTrail(stack, 'Trail', { ...location, names, ...props });
  });
}

/** Statements of a document by their ids. */
function statementsOf(policy: unknown): Record<string, Statement> {
  const { Statement: list } = JSON.parse(String(policy)) as { Statement: Statement[] };
  return Object.fromEntries(list.map((statement) => [statement.Sid, statement]));
}

/** Everything that a grant lets a role do. */
function granted(grant: (trail: AuditTrail, reader: NodeFunction) => void): Record<string, Statement> {
  const template = Template.of((stack) => {
    const trail = new AuditTrail(stack, 'Trail', { ...location, names });
    const options = { ...location, functionName: 'other', bundle: bundle };
    grant(trail, new NodeFunction(stack, 'Other', options));
  });
  const policies = Object.values(template.resources('aws_iam_role_policy')).filter(({ role }) =>
    String(role).includes('Other_Role'),
  );
  return Object.assign({}, ...policies.map(({ policy }) => statementsOf(policy)));
}

describe('table', () => {
  const table = synthesize().only('aws_dynamodb_table');

  test('is the one that the functions were tested with', () => {
    const stack = {
      id: 'test',
      folder: '.',
      document: { provider: { aws: [{ region: 'eu-central-1' }] }, ...synthesize().json },
    };
    const [planned] = readTables([new StackResources(stack)]);
    const by = (one: { name: string }, other: { name: string }) => (one.name < other.name ? -1 : 1);
    const sorted = (spec: ReturnType<typeof trailTable>) => ({ ...spec, attributes: [...spec.attributes].sort(by) });
    expect(sorted(planned as never)).toEqual(sorted(trailTable('acme-prod-trail')));
  });

  test('is billed per request, encrypted, and can be restored to any point in time', () => {
    expect(table).toMatchObject({
      name: 'acme-prod-trail',
      billing_mode: 'PAY_PER_REQUEST',
      server_side_encryption: { enabled: true, kms_key_arn: expect.stringMatching(/^\$\{aws_kms_key\.Trail_Key_/) },
      point_in_time_recovery: { enabled: true },
    });
  });

  test('has no time to live: an entry never goes by itself', () => {
    expect(table.ttl).toBeUndefined();
  });
});

describe('bucket', () => {
  test('has Object Lock, for 400 days in compliance mode by default', () => {
    const template = synthesize();
    template.only('aws_s3_bucket', { object_lock_enabled: true, force_destroy: false });
    template.only('aws_s3_bucket_versioning', { versioning_configuration: { status: 'Enabled' } });
    expect(template.only('aws_s3_bucket_object_lock_configuration').rule).toEqual({
      default_retention: { mode: 'COMPLIANCE', days: 400 },
    });
  });

  test('is locked in governance mode without deletion protection, so that an environment can be taken down', () => {
    const template = synthesize({ deletionProtection: false });
    template.only('aws_s3_bucket', { force_destroy: true });
    expect(template.only('aws_s3_bucket_object_lock_configuration').rule).toEqual({
      default_retention: { mode: 'GOVERNANCE', days: 400 },
    });
  });

  test('takes retention and mode as they are asked for', () => {
    const template = synthesize({ retention: { days: 7, mode: 'GOVERNANCE' } });
    expect(template.only('aws_s3_bucket_object_lock_configuration').rule).toEqual({
      default_retention: { mode: 'GOVERNANCE', days: 7 },
    });
  });

  test('is closed to the public in each of the four ways, and has no ACLs', () => {
    const template = synthesize();
    template.only('aws_s3_bucket_public_access_block', {
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    template.only('aws_s3_bucket_ownership_controls', { rule: { object_ownership: 'BucketOwnerEnforced' } });
  });

  test('is encrypted with the key of the trail', () => {
    const { rule } = synthesize().only('aws_s3_bucket_server_side_encryption_configuration');
    expect(rule).toMatchObject([
      { apply_server_side_encryption_by_default: { sse_algorithm: 'aws:kms' }, bucket_key_enabled: true },
    ]);
  });

  test('takes new objects of the sealer only, by TLS, and lets nobody delete', () => {
    const statements = statementsOf(synthesize().only('aws_s3_bucket_policy').policy);
    expect(statements).toMatchObject({
      OnlyByTls: { Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      OnlyNewKeys: { Effect: 'Deny', Action: 's3:PutObject', Condition: { Null: { 's3:if-none-match': 'true' } } },
      OnlyTheSealerWrites: {
        Effect: 'Deny',
        Action: 's3:PutObject',
        Condition: { ArnNotEquals: { 'aws:PrincipalArn': SEALER } },
      },
      NobodyDeletes: {
        Effect: 'Deny',
        Action: expect.arrayContaining(['s3:DeleteObjectVersion', 's3:BypassGovernanceRetention']),
      },
    });
  });
});

describe('keys', () => {
  test('one encrypts and rotates, the other one signs with P-256, for the sealer alone', () => {
    const template = synthesize();
    template.only('aws_kms_key', { enable_key_rotation: true });
    const { policy } = template.only('aws_kms_key', {
      key_usage: 'SIGN_VERIFY',
      customer_master_key_spec: 'ECC_NIST_P256',
    });
    expect(statementsOf(policy).OnlyTheSealerSigns).toMatchObject({
      Effect: 'Deny',
      Action: 'kms:Sign',
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': SEALER } },
    });
  });
});

describe('protection', () => {
  const stateful = ['aws_dynamodb_table', 'aws_kms_key', 'aws_s3_bucket'];

  test.each(stateful)('%s is never destroyed by default', (type) => {
    for (const body of synthesize().find(type)) {
      expect(body.lifecycle).toEqual({ prevent_destroy: true });
    }
  });

  test.each(stateful)('%s can be destroyed when the protection is switched off', (type) => {
    for (const body of synthesize({ deletionProtection: false }).find(type)) {
      expect(body.lifecycle).toBeUndefined();
    }
  });
});

describe('sealer', () => {
  test('runs every minute, and is called by its schedule only', () => {
    const template = synthesize();
    template.only('aws_cloudwatch_event_rule', { schedule_expression: 'rate(1 minute)' });
    template.only('aws_lambda_permission', {
      principal: 'events.amazonaws.com',
      source_arn: 'arn:aws:events:eu-central-1:123456789012:rule/acme-prod-trail-sealer-schedule',
    });
    template.only('aws_lambda_function', { function_name: 'acme-prod-trail-sealer', timeout: 60 });
  });

  test('changes two attributes of an entry and deletes nothing', () => {
    const policies = Object.values(synthesize().resources('aws_iam_role_policy')).map(({ policy }) => String(policy));
    const statements = statementsOf(policies.find((policy) => policy.includes('NumberEntries')));
    expect(statements.NumberEntries).toMatchObject({
      Action: 'dynamodb:UpdateItem',
      Resource: TABLE,
      Condition: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['?'.repeat(16)] },
        'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['writer', 'seq', 'leaf', 'unsealed'] },
      },
    });
    expect(policies.join()).not.toMatch(/Delete|dynamodb:Scan|BatchWrite|s3:\*|kms:\*/);
  });

  test('reads and adds seals and batches in its bucket, and nothing else there', () => {
    const policies = Object.values(synthesize().resources('aws_iam_role_policy')).map(({ policy }) => String(policy));
    expect(statementsOf(policies.find((policy) => policy.includes('ReadAndAddSeals'))).ReadAndAddSeals).toMatchObject({
      Action: ['s3:GetObject', 's3:PutObject'],
      Resource: [`${BUCKET}/batches/*`, `${BUCKET}/seals/*`],
    });
  });

  test('does not outlive the lease of its run', () => {
    expect(() => synthesize({ timeoutSeconds: 90 })).toThrow(
      'timeoutSeconds is 90, allowed is an integer from 10 to 60',
    );
  });
});

describe('grants', () => {
  test('whoever appends writes and reads entries, and nothing that the sealer keeps', () => {
    expect(granted((trail, reader) => trail.grantAppend(reader)).AppendToTrail).toEqual({
      Sid: 'AppendToTrail',
      Effect: 'Allow',
      Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
      Resource: TABLE,
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['?'.repeat(16)] } },
    });
  });

  test('whoever reads lists and reads, and writes nothing', () => {
    const statements = granted((trail, reader) => trail.grantRead(reader));
    expect(statements.ReadTrail).toMatchObject({
      Action: ['dynamodb:GetItem', 'dynamodb:Query'],
      Resource: [TABLE, ...['by-time', 'by-team', 'by-object'].map((name) => `${TABLE}/index/${name}`)],
    });
    expect(JSON.stringify(statements)).not.toMatch(/dynamodb:(Put|Update|Delete)|kms:Encrypt/);
  });

  test('whoever verifies reads the bucket and the public key too', () => {
    const statements = granted((trail, reader) => trail.grantVerify(reader));
    expect(statements.ReadPublicKey).toMatchObject({ Action: 'kms:GetPublicKey' });
    expect(statements.ReadSeals).toMatchObject({ Action: 's3:GetObject', Resource: `${BUCKET}/*` });
    expect(statements.ListSeals).toMatchObject({ Action: 's3:ListBucket', Resource: BUCKET });
  });
});

test('the token service appends to the trail that it is given, and knows its table', () => {
  const tokens = (trail: boolean) =>
    Template.of((stack) => {
      const tokenStore = new TokenStore(stack, 'Tokens', {
        ...location,
        names,
        brand: 'acme',
        tokenEnvironment: 'live',
      });
      const given = trail ? { trail: new AuditTrail(stack, 'Trail', { ...location, names }) } : {};
      new TokenService(stack, 'Service', { ...location, names, tokenStore, scopes: { 'a:b': 'x' }, ...given });
    });
  const policies = (template: Template) =>
    Object.values(template.resources('aws_iam_role_policy')).map(({ policy }) => String(policy));
  expect(policies(tokens(true)).join()).toContain('AppendToTrail');
  expect(policies(tokens(false)).join()).not.toContain('Trail');
});

test.each([
  [{ retention: { days: 0 } }, 'retention.days is 0, allowed is an integer from 1 to 36500'],
  [{ retention: { mode: 'NONE' } }, 'retention.mode is "NONE", allowed are "COMPLIANCE" and "GOVERNANCE"'],
  [{ account: '12' }, 'account is "12"'],
])('%j is refused', (props, message) => {
  expect(() => synthesize(props as never)).toThrow(message);
});

test('a trail that was made elsewhere makes no resource, and grants the same', () => {
  const stack = testStack();
  const made = new AuditTrail(testStack('other'), 'Trail', { ...location, names });
  const trail = AuditTrail.fromTrailAttributes(made);
  const reader = new NodeFunction(stack, 'Reader', { ...location, functionName: 'reader', bundle: bundle });
  const { statements } = trail.grantRead(reader);
  expect(statements.map(({ sid }) => sid)).toEqual(['ReadTrail', 'DecryptTrail']);
  expect(Template.fromStack(stack).count('aws_s3_bucket')).toBe(0);
});
