import { RotatingSecret, RotationKind } from '../../../constructs/rotation';
import { build, buildSecret, bySid, location, names, roleStatements, TOPIC } from './fixture';

const FUNCTION = 'acme-prod-signing-keys-rotation';
const ROLE_ARN = `arn:aws:iam::123456789012:role/${FUNCTION}`;
const PEPPER = {
  secretName: 'acme-prod-pepper',
  secretArn: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:x',
};

describe('a rotating secret', () => {
  test('is made without a value, encrypted, and protected where its loss is the loss of tokens', () => {
    const { template } = buildSecret();
    expect(template.only('aws_secretsmanager_secret', { name: 'acme-prod-signing-keys' })).toMatchObject({
      kms_key_id: `\${aws_kms_key.${Object.keys(template.resources('aws_kms_key'))[0]}.arn}`,
      recovery_window_in_days: 30,
      lifecycle: { prevent_destroy: true },
    });
    for (const type of ['aws_secretsmanager_secret_version', 'random_password', 'tls_private_key']) {
      expect(template.count(type)).toBe(0);
    }
  });

  test('is rotated by an unqualified function, on a cron schedule, and not at once', () => {
    const { template, secret } = buildSecret({ schedule: 'cron(0 3 1 * ? *)', window: '2h' });
    const rotation = template.only('aws_secretsmanager_secret_rotation');
    expect(rotation).toMatchObject({
      secret_id: template.resolve(secret.secretArn),
      rotation_lambda_arn: template.resolve(secret.function.functionArn),
      rotation_rules: { schedule_expression: 'cron(0 3 1 * ? *)', duration: '2h' },
      rotate_immediately: false,
    });
    expect(String(rotation.rotation_lambda_arn)).toMatch(/^\$\{aws_lambda_function\.\w+\.arn\}$/);
  });

  test('is set up for rotation once permission and resource policy exist', () => {
    const { template } = buildSecret();
    const dependencies = template.only('aws_secretsmanager_secret_rotation').depends_on as string[];
    expect(dependencies.map((address) => address.split('.')[0])).toEqual([
      'aws_lambda_permission',
      'aws_secretsmanager_secret_policy',
    ]);
  });

  test('has a function that Secrets Manager and the reaper schedule may call, each from the account only', () => {
    const { template, secret } = buildSecret();
    expect(template.only('aws_lambda_permission', { principal: 'secretsmanager.amazonaws.com' })).toMatchObject({
      action: 'lambda:InvokeFunction',
      source_account: '123456789012',
      function_name: template.resolve(secret.function.resource.functionName),
    });
    expect(template.only('aws_lambda_permission', { principal: 'events.amazonaws.com' })).toMatchObject({
      source_account: '123456789012',
      source_arn: `arn:aws:events:eu-central-1:123456789012:rule/${FUNCTION}-reap`,
    });
    expect(template.only('aws_cloudwatch_event_rule')).toMatchObject({ schedule_expression: 'rate(1 hour)' });
    expect(template.only('aws_cloudwatch_event_target').input).toBe('{"action":"reap"}');
  });

  test('names the secret in the permission where that is asked for', () => {
    const { template, secret } = buildSecret({ sourceArnRequired: true });
    const permission = template.only('aws_lambda_permission', { principal: 'secretsmanager.amazonaws.com' });
    expect(permission.source_arn).toBe(template.resolve(secret.secretArn));
  });

  test('lets the function reach this secret, its record and its key, and nothing else', () => {
    const { template, secret } = buildSecret();
    const arn = template.resolve(secret.secretArn);
    const statements = roleStatements(template, FUNCTION);
    expect(Object.keys(statements).sort()).toEqual([
      'KeepRotationRecord',
      'ReadSecret',
      'SendTraces',
      'UseSecretKey',
      'WriteOwnLog',
      'WriteSecret',
    ]);
    expect(statements.ReadSecret).toMatchObject({ Resource: arn });
    expect(statements.WriteSecret).toMatchObject({
      Action: ['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'],
      Resource: arn,
      Condition: {
        StringEquals: {
          'secretsmanager:resource/AllowRotationLambdaArn': `arn:aws:lambda:eu-central-1:123456789012:function:${FUNCTION}`,
        },
      },
    });
    expect(statements.UseSecretKey).toMatchObject({
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Condition: {
        StringEquals: {
          'kms:ViaService': 'secretsmanager.eu-central-1.amazonaws.com',
          'kms:EncryptionContext:SecretARN': arn,
        },
      },
    });
    expect(statements.KeepRotationRecord).toMatchObject({
      Resource: 'arn:aws:dynamodb:eu-central-1:123456789012:table/acme-prod-rotation',
      Condition: {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['rotation#acme-prod-signing-keys'] },
      },
    });
  });

  test('has a resource policy: only the function writes, others read the current value only', () => {
    const breakGlass = 'arn:aws:iam::123456789012:role/break-glass';
    const { template } = buildSecret({ breakGlassRoleArns: [breakGlass] });
    const policy = template.only('aws_secretsmanager_secret_policy');
    expect(policy.block_public_policy).toBe(true);
    const statements = bySid([String(policy.policy)]);
    const others = { 'aws:PrincipalArn': [ROLE_ARN, breakGlass] };
    expect(statements.OnlyRotationWrites).toMatchObject({
      Effect: 'Deny',
      Action: ['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'],
      Condition: { ArnNotEquals: others },
    });
    expect(statements.OthersReadCurrentOnly).toMatchObject({
      Effect: 'Deny',
      Action: 'secretsmanager:GetSecretValue',
      Condition: { ArnNotEquals: others, StringNotEquals: { 'secretsmanager:VersionStage': 'AWSCURRENT' } },
    });
  });

  test('of another construct is rotated without being made again', () => {
    const { template, secret } = buildSecret({ secret: PEPPER });
    expect(secret.resource).toBeUndefined();
    expect(template.find('aws_secretsmanager_secret', { name: PEPPER.secretName })).toHaveLength(1);
    expect(template.only('aws_secretsmanager_secret_rotation').secret_id).toBe(PEPPER.secretArn);
  });

  test('twice in a stack shares nothing', () => {
    const template = build((stack, { tokenStore, store }) => {
      for (const name of ['one', 'two']) {
        const props = { ...location, names, store, keyArn: tokenStore.keyArn, kind: RotationKind.signingKeys() };
        new RotatingSecret(stack, name, { ...props, secret: { create: names.upstreamTokenSecret(name) } });
      }
    });
    expect(template.counts()).toMatchObject({
      aws_cloudwatch_metric_alarm: 10,
      aws_lambda_permission: 4,
      aws_secretsmanager_secret: 3,
      aws_secretsmanager_secret_rotation: 2,
    });
  });

  test('runs in a VPC where that is asked for', () => {
    const vpc = { subnetIds: ['subnet-1', 'subnet-2'], securityGroupIds: ['sg-1'] };
    const { template } = buildSecret({ vpc });
    expect(template.only('aws_lambda_function').vpc_config).toEqual({
      subnet_ids: vpc.subnetIds,
      security_group_ids: vpc.securityGroupIds,
    });
    expect(roleStatements(template, FUNCTION).AttachToVpc?.Action).toContain('ec2:CreateNetworkInterface');
  });

  test('grants the current value and no other, and the key that encrypts it', () => {
    const { secret } = buildSecret();
    const { statements } = secret.grantRead({ addToRolePolicy: () => undefined });
    expect(statements).toEqual([
      {
        sid: 'ReadKeys',
        actions: ['secretsmanager:GetSecretValue'],
        resources: [secret.secretArn],
        conditions: { StringEquals: { 'secretsmanager:VersionStage': 'AWSCURRENT' } },
      },
      {
        sid: 'DecryptKeys',
        actions: ['kms:Decrypt'],
        resources: [secret.keyArn],
        conditions: {
          StringEquals: { 'kms:ViaService': 'secretsmanager.eu-central-1.amazonaws.com' },
          StringLike: { 'kms:EncryptionContext:SecretARN': secret.secretArn },
        },
      },
    ]);
  });

  test('has tags on all that it makes', () => {
    const { template } = buildSecret({ tags: { team: 'platform' }, topicArns: [TOPIC] });
    template.only('aws_secretsmanager_secret', { name: 'acme-prod-signing-keys', tags: { team: 'platform' } });
    template.only('aws_lambda_function', { tags: { team: 'platform' } });
    expect(template.find('aws_cloudwatch_event_rule', { tags: { team: 'platform' } })).toHaveLength(3);
    template.only('aws_cloudwatch_metric_alarm', {
      alarm_name: `${FUNCTION}-age`,
      tags: { team: 'platform', severity: 'page' },
    });
  });

  test('bounds the role of its function where that is asked for', () => {
    const boundary = 'arn:aws:iam::123456789012:policy/boundary';
    const { template } = buildSecret({ permissionsBoundaryArn: boundary });
    template.only('aws_iam_role', { name: FUNCTION, permissions_boundary: boundary });
  });

  test('knows its metrics', () => {
    const { secret } = buildSecret({ metricsNamespace: 'Acme' });
    expect(secret.metricFailures()).toEqual({
      family: 'rotation',
      namespace: 'Acme',
      metricName: 'RotationFailures',
      dimensions: { Service: 'rotation', Stage: 'prod', SecretName: 'acme-prod-signing-keys' },
      statistic: 'Sum',
      periodSeconds: 3600,
    });
    expect(secret.metricAgeDays()).toMatchObject({ metricName: 'SecretAgeDays', statistic: 'Maximum' });
    expect(secret.metric('promoted', { periodSeconds: 60 })).toMatchObject({ statistic: 'Sum', periodSeconds: 60 });
  });
});

describe('alarms', () => {
  test('tell of failures, of what was left half-way, of age, and of silence', () => {
    const { template } = buildSecret({
      topicArns: [TOPIC],
      metricsNamespace: 'acme/Auth',
      schedule: 'cron(0 3 1 * ? *)',
    });
    const alarms = Object.values(template.resources('aws_cloudwatch_metric_alarm'));
    expect(
      alarms.map((alarm) => [
        alarm.alarm_name,
        alarm.metric_name,
        alarm.statistic,
        alarm.threshold,
        alarm.evaluation_periods,
        alarm.treat_missing_data,
      ]),
    ).toEqual([
      [`${FUNCTION}-age`, 'SecretAgeDays', 'Maximum', 39, 3, 'ignore'],
      [`${FUNCTION}-failed`, 'RotationFailures', 'Sum', 1, 1, 'notBreaching'],
      [`${FUNCTION}-missing`, 'CredentialsMissing', 'Maximum', 1, 1, 'ignore'],
      [`${FUNCTION}-overdue`, 'RotationOverdue', 'Maximum', 1, 3, 'breaching'],
      [`${FUNCTION}-pending`, 'PendingLeftBehind', 'Maximum', 1, 1, 'ignore'],
    ]);
    for (const alarm of alarms) {
      expect(alarm).toMatchObject({
        namespace: 'acme/Auth',
        dimensions: { Service: 'rotation', Stage: 'prod', SecretName: 'acme-prod-signing-keys' },
        period: 3600,
        alarm_actions: [TOPIC],
        ok_actions: [TOPIC],
      });
    }
  });

  test('have the thresholds that are asked for, and can be left out', () => {
    const { template, secret } = buildSecret({ alarmThresholds: { age: 30, pending: false } });
    expect(Object.keys(secret.alarms.alarms)).toEqual(['failed', 'overdue', 'missing', 'age']);
    expect(template.count('aws_cloudwatch_metric_alarm')).toBe(4);
    template.only('aws_cloudwatch_metric_alarm', { alarm_name: `${FUNCTION}-age`, threshold: 30 });
  });

  test('rules tell topics of given-up rotations, and of changes by anybody else', () => {
    const { template, secret } = buildSecret({ topicArns: [TOPIC] });
    const arn = template.resolve(secret.secretArn);
    const pattern = (name: string) =>
      JSON.parse(String(template.only('aws_cloudwatch_event_rule', { name: `${FUNCTION}-${name}` }).event_pattern));
    expect(pattern('events').detail).toEqual({
      eventName: ['RotationAbandoned', 'RotationFailed', 'TestRotationFailed'],
      additionalEventData: { SecretId: [arn, 'acme-prod-signing-keys'] },
    });
    expect(pattern('changes').detail.eventName).toContain('CancelRotateSecret');
    expect(pattern('changes').detail.requestParameters).toEqual({ secretId: [arn, 'acme-prod-signing-keys'] });
    expect(JSON.stringify(pattern('changes').detail.$or)).toContain(ROLE_ARN);
    expect(template.find('aws_cloudwatch_event_target', { arn: TOPIC })).toHaveLength(2);
  });

  test('without a topic there are no such rules', () => {
    expect(buildSecret().template.count('aws_cloudwatch_event_rule')).toBe(1);
  });
});

describe('misuse', () => {
  test.each([
    [
      'a name like the end of an ARN',
      { secret: { create: 'acme-prod-stripe' } },
      /does not end with a hyphen and six characters/,
    ],
    ['a name that is too long for its function', { secret: { create: 'a'.repeat(48) } }, /allowed are 1 to 47/],
    [
      'no secret',
      { secret: undefined },
      /secret is missing, allowed is \{ create: "<name>" \} or a secret that exists/,
    ],
    ['a new secret that exists', { secret: { create: 'a', ...PEPPER } }, /both a new and an existing one/],
    ['a rate', { schedule: 'rate(30 days)' }, /allowed is a cron expression/],
    ['a schedule that Secrets Manager refuses', { schedule: 'cron(5 3 1 * ? *)' }, /minutes must be 0/],
    ['a window beyond the day', { schedule: 'cron(0 23 1 * ? *)', window: '2h' }, /allowed are "1h" to "1h"/],
    [
      'a schedule that is too quick for the caches',
      { schedule: 'cron(0 3 * * ? *)' },
      /two rotations may be 82800 s apart, signing-keys need at least 86760 s/,
    ],
    ['an alarm that there is not', { alarmThresholds: { old: 1 } }, /names "old", allowed are failed, overdue/],
    ['a topic that is none', { topicArns: ['alarms'] }, /allowed are ARNs of SNS topics/],
    ['a VPC without subnets', { vpc: { subnetIds: [], securityGroupIds: ['sg-1'] } }, /at least one of each/],
  ] as const)('%s is refused with the path of the construct', (_what, changes, message) => {
    expect(() => buildSecret(changes as Parameters<typeof buildSecret>[0])).toThrow(message);
    expect(() => buildSecret(changes as Parameters<typeof buildSecret>[0])).toThrow(/^test\/Keys/);
  });
});
