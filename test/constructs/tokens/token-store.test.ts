import { Names } from '../../../constructs/support/names';
import { NodeFunction } from '../../../constructs/support/node-function';
import { TokenStore, type TokenStoreProps } from '../../../constructs/tokens/token-store';
import { Template, testStack } from '../../support/template';
import { temporaryBundle } from '../../support/temporary-folder';

const location = { account: '123456789012', region: 'eu-central-1' };
const names = new Names('acme', 'prod');
const bundle = temporaryBundle();

function synthesize(props: Partial<TokenStoreProps> = {}): Template {
  return Template.of((stack) => {
    new TokenStore(stack, 'Tokens', { ...location, names, brand: 'acme', tokenEnvironment: 'live', ...props });
  });
}

function statements(body: Record<string, unknown>): Record<string, unknown>[] {
  return JSON.parse(String(body.policy)).Statement;
}

describe('table', () => {
  const template = synthesize();
  const table = template.only('aws_dynamodb_table');

  test('is the only table, beside one key, its alias and one secret without a value', () => {
    expect(template.counts()).toEqual({
      aws_dynamodb_table: 1,
      aws_kms_alias: 1,
      aws_kms_key: 1,
      aws_secretsmanager_secret: 1,
    });
  });

  test('is billed per request, keyed by pk', () => {
    expect(table).toMatchObject({ name: 'acme-prod-tokens', billing_mode: 'PAY_PER_REQUEST', hash_key: 'pk' });
    expect(table.range_key).toBeUndefined();
  });

  test('declares exactly the attributes that keys are made of', () => {
    expect(table.attribute).toEqual([
      { name: 'pk', type: 'S' },
      { name: 'entity', type: 'S' },
      { name: 'application', type: 'S' },
      { name: 'createdAt', type: 'N' },
      { name: 'team', type: 'S' },
      { name: 'expiresAt', type: 'N' },
      { name: 'outboxOf', type: 'S' },
      { name: 'outboxAt', type: 'N' },
      { name: 'applicationOf', type: 'S' },
      { name: 'openJob', type: 'S' },
    ]);
  });

  test('is encrypted with the key of the platform', () => {
    const [id] = Object.keys(template.resources('aws_kms_key'));
    expect(table.server_side_encryption).toEqual({ enabled: true, kms_key_arn: `\${aws_kms_key.${id}.arn}` });
  });

  test('can be restored to any point in time, and purges by time to live', () => {
    expect(table.point_in_time_recovery).toEqual({ enabled: true });
    expect(table.ttl).toEqual({ attribute_name: 'purgeAt', enabled: true });
  });

  const indexes = () => table.global_secondary_index as Record<string, unknown>[];
  const lists = () =>
    indexes().filter(({ projection_type }) => projection_type === 'INCLUDE') as Record<string, string[]>[];

  test.each([
    ['by-created', 'entity', 'createdAt'],
    ['by-application', 'application', 'createdAt'],
    ['by-team', 'team', 'createdAt'],
    ['by-team-expiry', 'team', 'expiresAt'],
  ])('list %s is keyed by %s and %s', (name, hash_key, range_key) => {
    const index = indexes().find((entry) => entry.name === name);
    expect(index).toMatchObject({ hash_key, range_key, projection_type: 'INCLUDE' });
  });

  test.each([
    ['outbox-at', 'outboxOf', 'outboxAt'],
    ['applications-of-team', 'applicationOf', 'application'],
  ])('index %s, keyed by %s and %s, holds keys alone', (name, hash_key, range_key) => {
    const index = indexes().find((entry) => entry.name === name);
    expect(index).toMatchObject({ hash_key, range_key, projection_type: 'KEYS_ONLY' });
    expect(index).not.toHaveProperty('non_key_attributes');
  });

  test('no index holds secret hashes, usage keys, or attributes that DynamoDB projects anyway', () => {
    for (const index of lists()) {
      const keys = [String(index.hash_key), String(index.range_key)];
      const forbidden = ['generations', 'outbox', 'usageKey', 'usageKeyId', 'pk', ...keys];
      expect(index.non_key_attributes?.filter((name) => forbidden.includes(name))).toEqual([]);
    }
  });

  test('each list shows the application and the entity, by key or by projection', () => {
    for (const index of lists()) {
      const keys = [String(index.hash_key), String(index.range_key)];
      expect([...(index.non_key_attributes ?? []), ...keys]).toEqual(
        expect.arrayContaining(['application', 'entity', 'id', 'scopes', 'status', 'expiresAt']),
      );
    }
  });

  test('no index has more than the 20 projected attributes that DynamoDB allows, and all together no more than 100', () => {
    const counts = lists().map(({ non_key_attributes = [] }) => non_key_attributes.length);
    expect(Math.max(...counts)).toBeLessThanOrEqual(20);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(100);
  });
});

describe('protection', () => {
  const stateful = ['aws_dynamodb_table', 'aws_kms_key', 'aws_secretsmanager_secret'];

  test.each(stateful)('%s is never destroyed by default', (type) => {
    expect(synthesize().only(type).lifecycle).toEqual({ prevent_destroy: true });
  });

  test('DynamoDB refuses to delete the table, key and secret can be brought back for 30 days', () => {
    const template = synthesize();
    template.only('aws_dynamodb_table', { deletion_protection_enabled: true });
    template.only('aws_kms_key', { deletion_window_in_days: 30 });
    template.only('aws_secretsmanager_secret', { recovery_window_in_days: 30 });
  });

  test.each(stateful)('%s can be destroyed when the protection is switched off', (type) => {
    expect(synthesize({ deletionProtection: false }).only(type).lifecycle).toBeUndefined();
  });

  test('without protection, key and secret can still be brought back for a week', () => {
    const template = synthesize({ deletionProtection: false });
    template.only('aws_dynamodb_table', { deletion_protection_enabled: false });
    template.only('aws_kms_key', { deletion_window_in_days: 7 });
    template.only('aws_secretsmanager_secret', { recovery_window_in_days: 7 });
  });
});

describe('key', () => {
  test('rotates, and has the alias of the platform', () => {
    const template = synthesize();
    template.only('aws_kms_key', { enable_key_rotation: true });
    const [id] = Object.keys(template.resources('aws_kms_key'));
    template.only('aws_kms_alias', { name: 'alias/acme-prod-platform', target_key_id: `\${aws_kms_key.${id}.key_id}` });
  });

  test('belongs to the account, and CloudWatch Logs may use it for the logs of the platform', () => {
    expect(statements(synthesize().only('aws_kms_key'))).toEqual([
      {
        Sid: 'AccountByIamPolicies',
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::123456789012:root' },
        Action: 'kms:*',
        Resource: '*',
      },
      {
        Sid: 'CloudWatchLogs',
        Effect: 'Allow',
        Principal: { Service: 'logs.eu-central-1.amazonaws.com' },
        Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
        Resource: '*',
        Condition: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': [
              'arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/acme-prod-*',
            ],
          },
        },
      },
    ]);
  });

  test("is the account's alone when no log group may use it", () => {
    const sids = statements(synthesize({ logGroups: [] }).only('aws_kms_key')).map(({ Sid }) => Sid);
    expect(sids).toEqual(['AccountByIamPolicies']);
  });
});

test('the pepper is encrypted with the key of the platform', () => {
  const template = synthesize();
  const [id] = Object.keys(template.resources('aws_kms_key'));
  template.only('aws_secretsmanager_secret', { name: 'acme-prod-pepper', kms_key_id: `\${aws_kms_key.${id}.arn}` });
});

describe('grants', () => {
  function granted(grant: (store: TokenStore, fn: NodeFunction) => void): {
    template: Template;
    byId: Record<string, Record<string, unknown>>;
  } {
    const template = Template.of((stack) => {
      const store = new TokenStore(stack, 'Tokens', { ...location, names, brand: 'acme', tokenEnvironment: 'live' });
      grant(store, new NodeFunction(stack, 'Fn', { functionName: 'f', bundle, ...location }));
    });
    const all = template.find('aws_iam_role_policy').flatMap(statements);
    return { template, byId: Object.fromEntries(all.map((statement) => [String(statement.Sid), statement])) };
  }

  const table = 'arn:aws:dynamodb:eu-central-1:123456789012:table/acme-prod-tokens';

  test('reading is one item at a time', () => {
    const { byId } = granted((store, fn) => store.grantRead(fn));
    expect(byId.ReadTokens).toEqual({
      Sid: 'ReadTokens',
      Effect: 'Allow',
      Action: 'dynamodb:GetItem',
      Resource: table,
    });
    expect(Object.keys(byId).sort()).toEqual([
      'DecryptTokensAndPepper',
      'ReadPepper',
      'ReadTokens',
      'SendTraces',
      'WriteOwnLog',
    ]);
  });

  test('writing adds items and queries of both indexes, but neither scan nor delete', () => {
    const { byId } = granted((store, fn) => store.grantReadWrite(fn));
    expect(byId.ReadWriteTokens).toMatchObject({
      Action: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      Resource: table,
      Condition: {
        'ForAllValues:StringLike': {
          'dynamodb:LeadingKeys': [
            'token#*',
            'client#*',
            'application#*',
            'team#*',
            'person#*',
            'job#*',
            'once#idempotency#*',
            'revocations',
          ],
        },
      },
    });
    expect(byId.ListTokens).toMatchObject({
      Action: 'dynamodb:Query',
      Resource: ['by-created', 'by-application', 'by-team', 'by-team-expiry', 'applications-of-team'].map(
        (name) => `${table}/index/${name}`,
      ),
    });
  });

  test('the key is used through DynamoDB and Secrets Manager only', () => {
    const { template, byId } = granted((store, fn) => store.grantRead(fn));
    const [id] = Object.keys(template.resources('aws_kms_key'));
    expect(byId.DecryptTokensAndPepper).toMatchObject({
      Action: 'kms:Decrypt',
      Resource: `\${aws_kms_key.${id}.arn}`,
      Condition: {
        StringEquals: {
          'kms:ViaService': ['dynamodb.eu-central-1.amazonaws.com', 'secretsmanager.eu-central-1.amazonaws.com'],
        },
      },
    });
  });

  test('the pepper is read by its full ARN, never written', () => {
    const { template, byId } = granted((store, fn) => store.grantReadWrite(fn));
    const [id] = Object.keys(template.resources('aws_secretsmanager_secret'));
    expect(byId.ReadPepper).toMatchObject({
      Action: 'secretsmanager:GetSecretValue',
      Resource: `\${aws_secretsmanager_secret.${id}.arn}`,
    });
  });

  test('what a plan can know is not hidden by what it cannot', () => {
    const { template } = granted((store, fn) => store.grantReadWrite(fn));
    expect(String(template.only('aws_iam_role_policy', { name: 'function' }).policy)).not.toContain('${aws_');
  });
});

describe('a grant', () => {
  test('says what was granted, and by which policies', () => {
    const stack = testStack();
    const store = new TokenStore(stack, 'Tokens', { ...location, names, brand: 'acme', tokenEnvironment: 'live' });
    const fn = new NodeFunction(stack, 'Fn', { functionName: 'f', bundle, ...location });
    const grant = store.grantReadWrite(fn);
    expect(grant.grantee).toBe(fn);
    expect(grant.statements.map(({ sid }) => sid)).toEqual([
      'ReadWriteTokens',
      'ListTokens',
      'DecryptTokensAndPepper',
      'EncryptTokens',
      'ReadPepper',
    ]);
    // One policy can be read in a plan; the other refers to the key and the secret.
    expect(grant.policies).toHaveLength(2);
  });
});

describe('a store of another stack', () => {
  const attributes = {
    region: 'eu-central-1',
    tableName: 'shop-tokens',
    tableArn: 'arn:aws:dynamodb:eu-central-1:123456789012:table/shop-tokens',
    keyArn: 'arn:aws:kms:eu-central-1:123456789012:key/k',
    pepperSecretName: 'shop-pepper',
    pepperSecretArn: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop-pepper-??????',
    brand: 'shop',
    tokenEnvironment: 'live',
  } as const;

  test('grants the same as the store itself, on its own resources, and makes none', () => {
    const template = Template.of((stack) => {
      const fn = new NodeFunction(stack, 'Fn', { functionName: 'f', bundle, ...location });
      TokenStore.fromTableAttributes(attributes).grantReadWrite(fn);
    });
    expect(template.count('aws_dynamodb_table')).toBe(0);
    const resources = template
      .find('aws_iam_role_policy')
      .flatMap(statements)
      .map(({ Sid, Resource }) => [Sid, Resource]);
    expect(Object.fromEntries(resources)).toMatchObject({
      ReadWriteTokens: attributes.tableArn,
      ListTokens: ['by-created', 'by-application', 'by-team', 'by-team-expiry', 'applications-of-team'].map(
        (name) => `${attributes.tableArn}/index/${name}`,
      ),
      EncryptTokens: attributes.keyArn,
      ReadPepper: attributes.pepperSecretArn,
    });
  });

  test('has the metrics of its table', () => {
    expect(TokenStore.fromTableAttributes(attributes).metricReadThrottles({ periodSeconds: 300 })).toEqual({
      family: 'table',
      namespace: 'AWS/DynamoDB',
      metricName: 'ReadThrottleEvents',
      dimensions: { TableName: 'shop-tokens' },
      statistic: 'Sum',
      periodSeconds: 300,
    });
  });
});

test('tags are set on the table, the key and the secret', () => {
  const template = synthesize({ tags: { team: 'platform' } });
  for (const type of ['aws_dynamodb_table', 'aws_kms_key', 'aws_secretsmanager_secret']) {
    template.only(type, { tags: { team: 'platform' } });
  }
});

describe('misuse', () => {
  test.each<[string, Partial<TokenStoreProps>, string]>([
    ['prefix', { names: new Names('A', 'prod') }, 'names.prefix is "A", allowed are 2 to 16 of a-z 0-9 -'],
    ['environment', { names: new Names('acme', '1') }, 'names.environment is "1", allowed are 1 to 12 of a-z 0-9 -'],
    ['account', { account: '123' }, 'account is "123", allowed are 12 digits'],
    ['region', { region: 'Frankfurt' }, 'region is "Frankfurt", allowed is a region such as "eu-central-1"'],
    ['brand', { brand: 'ACME' }, 'brand is "ACME", allowed are 2 to 10 lower-case letters'],
    ['environment word', { tokenEnvironment: 'beta' as 'test' }, 'tokenEnvironment is "beta", allowed are live, test'],
  ])('%s', (_, props, message) => {
    expect(
      () =>
        new TokenStore(testStack(), 'Tokens', {
          ...location,
          names,
          brand: 'acme',
          tokenEnvironment: 'live',
          ...props,
        }),
    ).toThrow(`test/Tokens: ${message}`);
  });
});
