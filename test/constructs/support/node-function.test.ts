import { Token } from 'cdktf';
import { NodeFunction } from '../../../constructs/support/node-function';
import type { NodeFunctionProps } from '../../../constructs/support/node-function-props';
import { packagedFile } from '../../support/package-files';
import { Template, testStack } from '../../support/template';
import { temporaryBundle } from '../../support/temporary-folder';

const bundle = temporaryBundle();
const location = { account: '123456789012', region: 'eu-central-1' };

function build(props: Partial<NodeFunctionProps> = {}): NodeFunction {
  return new NodeFunction(testStack(), 'Fn', { functionName: 'acme-prod-x', bundle, ...props });
}

function synthesize(props: Partial<NodeFunctionProps> = {}): Template {
  return Template.of((stack) => {
    new NodeFunction(stack, 'Fn', { functionName: 'acme-prod-x', bundle, ...props });
  });
}

function statements(template: Template, name: string): Record<string, unknown>[] {
  return JSON.parse(String(template.only('aws_iam_role_policy', { name }).policy)).Statement;
}

describe('defaults', () => {
  const template = synthesize({ ...location });

  test('makes a function with its role, its policy and its log group, and nothing else', () => {
    expect(template.counts()).toEqual({
      aws_cloudwatch_log_group: 1,
      aws_iam_role: 1,
      aws_iam_role_policy: 1,
      aws_lambda_function: 1,
    });
  });

  test('runs Node.js 22 on arm64 with tracing', () => {
    template.only('aws_lambda_function', {
      function_name: 'acme-prod-x',
      runtime: 'nodejs22.x',
      architectures: ['arm64'],
      handler: 'index.handler',
      timeout: 10,
      memory_size: 256,
      tracing_config: { mode: 'Active' },
    });
  });

  test('sets neither an environment nor reserved concurrency', () => {
    const body = template.only('aws_lambda_function');
    expect(body.environment).toBeUndefined();
    expect(body.reserved_concurrent_executions).toBeUndefined();
  });

  test('keeps its log for a year, in the group that Lambda writes to', () => {
    template.only('aws_cloudwatch_log_group', { name: '/aws/lambda/acme-prod-x', retention_in_days: 365 });
  });

  test('makes the log group and the permissions before the function', () => {
    expect(template.only('aws_lambda_function').depends_on).toEqual([
      `aws_cloudwatch_log_group.${Object.keys(template.resources('aws_cloudwatch_log_group'))[0]}`,
      `aws_iam_role_policy.${Object.keys(template.resources('aws_iam_role_policy'))[0]}`,
    ]);
  });

  test('may write its own log and send traces, nothing else', () => {
    expect(statements(template, 'function')).toEqual([
      {
        Sid: 'WriteOwnLog',
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: 'arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/acme-prod-x:*',
      },
      {
        Sid: 'SendTraces',
        Effect: 'Allow',
        Action: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
        Resource: '*',
      },
    ]);
  });

  test('is assumed by Lambda alone', () => {
    expect(JSON.parse(String(template.only('aws_iam_role').assume_role_policy)).Statement).toEqual([
      { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ]);
  });

  test('names the package by its content', () => {
    const { filename, source_code_hash: hash } = template.only('aws_lambda_function');
    const hex = Buffer.from(String(hash), 'base64').toString('hex');
    expect(filename).toMatch(new RegExp(`^assets/Fn_Asset_[0-9A-F]{8}/${hex}/function\\.zip$`));
  });
});

describe('choices', () => {
  test('takes runtime, architecture, limits and concurrency', () => {
    const template = synthesize({
      runtime: 'nodejs20.x',
      architecture: 'x86_64',
      timeoutSeconds: 900,
      memoryMb: 10240,
      reservedConcurrentExecutions: 0,
      description: 'does ${x}',
    });
    template.only('aws_lambda_function', {
      runtime: 'nodejs20.x',
      architectures: ['x86_64'],
      timeout: 900,
      memory_size: 10240,
      reserved_concurrent_executions: 0,
      description: 'does $${x}',
    });
  });

  test('without tracing sends no traces and may not', () => {
    const template = synthesize({ ...location, tracing: false });
    template.only('aws_lambda_function', { tracing_config: { mode: 'PassThrough' } });
    expect(statements(template, 'function').map(({ Sid }) => Sid)).toEqual(['WriteOwnLog']);
  });

  test('encrypts the log with a given key', () => {
    const template = synthesize({ logKeyArn: 'arn:aws:kms:eu-central-1:123456789012:key/k', logRetentionDays: 7 });
    template.only('aws_cloudwatch_log_group', {
      kms_key_id: 'arn:aws:kms:eu-central-1:123456789012:key/k',
      retention_in_days: 7,
    });
  });

  test('hands environment values to Terraform as they are written', () => {
    const template = synthesize({ environment: { PATTERN: 'a${b}%{c}', PEPPER_SECRET_ARN: 'arn:x' } });
    template.only('aws_lambda_function', {
      environment: { variables: { PATTERN: 'a$${b}%%{c}', PEPPER_SECRET_ARN: 'arn:x' } },
    });
  });

  test('packs extra files beside the code', () => {
    const fn = build({ files: { 'config.json': '{"a":1}' } });
    expect(packagedFile(fn, 'config.json')).toBe('{"a":1}');
    expect(packagedFile(fn, 'index.js')).toContain('exports.handler');
  });

  test('sends the failures of an asynchronous function to a queue that it may write to', () => {
    const queue = 'arn:aws:sqs:eu-central-1:123456789012:failures';
    const template = synthesize({ ...location, asynchronous: { failureQueueArn: queue, maxRetryAttempts: 0 } });
    template.only('aws_lambda_function_event_invoke_config', {
      maximum_retry_attempts: 0,
      maximum_event_age_in_seconds: 21600,
      destination_config: { on_failure: { destination: queue } },
    });
    expect(statements(template, 'function')).toContainEqual({
      Sid: 'SendFailures',
      Effect: 'Allow',
      Action: 'sqs:SendMessage',
      Resource: queue,
    });
  });

  test('two functions in one stack keep all their resources', () => {
    const template = Template.of((stack) => {
      new NodeFunction(stack, 'One', { functionName: 'one', bundle });
      new NodeFunction(stack, 'Two', { functionName: 'two', bundle });
    });
    expect(template.counts()).toEqual({
      aws_cloudwatch_log_group: 2,
      aws_iam_role: 2,
      aws_iam_role_policy: 4,
      aws_lambda_function: 2,
    });
  });
});

describe('what an organisation asks of every resource', () => {
  const BOUNDARY = 'arn:aws:iam::123456789012:policy/boundary';

  test('a permissions boundary is set on the role', () => {
    synthesize({ permissionsBoundaryArn: BOUNDARY }).only('aws_iam_role', { permissions_boundary: BOUNDARY });
  });

  test.each(['aws_lambda_function', 'aws_iam_role', 'aws_cloudwatch_log_group'])('%s has the tags', (type) => {
    synthesize({ tags: { team: 'platform' } }).only(type, { tags: { team: 'platform' } });
  });

  test('without them nothing is set', () => {
    const template = synthesize();
    expect(template.only('aws_iam_role')).not.toHaveProperty('permissions_boundary');
    expect(template.only('aws_lambda_function')).not.toHaveProperty('tags');
  });

  test('every resource can be reached', () => {
    const template = Template.of((stack) => {
      const fn = new NodeFunction(stack, 'Fn', { functionName: 'f', bundle });
      fn.role.maxSessionDuration = 7200;
      fn.logGroup.logGroupClass = 'INFREQUENT_ACCESS';
      fn.resource.skipDestroy = true;
    });
    template.only('aws_iam_role', { max_session_duration: 7200 });
    template.only('aws_cloudwatch_log_group', { log_group_class: 'INFREQUENT_ACCESS' });
    template.only('aws_lambda_function', { skip_destroy: true });
  });
});

test('a function of another stack is referred to by its name', () => {
  const fn = NodeFunction.fromFunctionAttributes({ ...location, functionName: 'acme-prod-x' });
  expect(fn.functionArn).toBe('arn:aws:lambda:eu-central-1:123456789012:function:acme-prod-x');
});

test('a function knows its metrics and who may call it', () => {
  const fn = build();
  const grant = fn.grantInvoke(new NodeFunction(fn, 'Caller', { functionName: 'caller', bundle }));
  expect(grant.statements).toMatchObject([{ actions: ['lambda:InvokeFunction'], resources: [fn.functionArn] }]);
  expect([fn.metricErrors(), fn.metricInvocations(), fn.metricDuration(), fn.metricThrottles()]).toMatchObject(
    ['Errors', 'Invocations', 'Duration', 'Throttles'].map((metricName) => ({
      metricName,
      dimensions: { FunctionName: 'acme-prod-x' },
    })),
  );
  expect(fn.metric('ConcurrentExecutions').statistic).toBe('Maximum');
});

describe('permissions', () => {
  test('granted after the function was made, are in the policy', () => {
    const template = Template.of((stack) => {
      const fn = new NodeFunction(stack, 'Fn', { functionName: 'f', bundle, ...location });
      fn.addToRolePolicy({ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::b/${aws:username}'] });
    });
    expect(statements(template, 'function')).toContainEqual({
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::b/$${aws:username}',
    });
  });

  test('that refer to another resource have a policy of their own, which the function waits for', () => {
    let expected = '';
    const template = Template.of((stack) => {
      const other = new NodeFunction(stack, 'Other', { functionName: 'o', bundle, ...location });
      const fn = new NodeFunction(stack, 'Fn', { functionName: 'f', bundle, ...location });
      fn.addToRolePolicy({ actions: ['lambda:InvokeFunction'], resources: [other.functionArn] });
      expected = other.functionArn;
    });
    expect(statements(template, 'function-references')).toEqual([
      { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: template.resolve(expected) },
    ]);
    const id = Object.entries(template.resources('aws_iam_role_policy')).find(
      ([, body]) => body.name === 'function-references',
    )?.[0];
    expect(template.only('aws_lambda_function', { function_name: 'f' }).depends_on).toContain(
      `aws_iam_role_policy.${id}`,
    );
  });

  test.each([
    [
      { actions: ['*'], resources: ['arn:x'] },
      'test/Fn: policy statement allows the action "*", allowed are named actions',
    ],
    [
      { actions: [], resources: ['arn:x'] },
      'test/Fn: policy statement has 0 actions and 1 resources, allowed is at least one of each',
    ],
  ])('%j is refused', (statement, message) => {
    const fn = build();
    expect(() => fn.addToRolePolicy(statement)).toThrow(message);
  });
});

describe('misuse', () => {
  const cases: [string, Partial<NodeFunctionProps>, string][] = [
    ['long name', { functionName: 'x'.repeat(65) }, '(65 characters), allowed are 1 to 64 of A-Z a-z 0-9 - _'],
    ['name with a dot', { functionName: 'a.b' }, 'functionName is "a.b"'],
    ['runtime', { runtime: 'python3.13' }, 'runtime is "python3.13", allowed is a Node.js runtime'],
    ['timeout 0', { timeoutSeconds: 0 }, 'timeoutSeconds is 0, allowed is an integer from 1 to 900'],
    ['timeout 901', { timeoutSeconds: 901 }, 'timeoutSeconds is 901'],
    ['fraction', { memoryMb: 128.5 }, 'memoryMb is 128.5, allowed is an integer from 128 to 10240'],
    ['negative concurrency', { reservedConcurrentExecutions: -1 }, 'reservedConcurrentExecutions is -1'],
    ['retention', { logRetentionDays: 2 }, 'logRetentionDays is 2, allowed are 1, 3, 5'],
    ['retry', { asynchronous: { failureQueueArn: 'q', maxRetryAttempts: 3 } }, 'asynchronous.maxRetryAttempts is 3'],
    ['event age', { asynchronous: { failureQueueArn: 'q', maxEventAgeSeconds: 59 } }, 'maxEventAgeSeconds is 59'],
    ['relative bundle', { bundle: 'bundle' }, 'bundle is "bundle", allowed is the absolute path of an existing folder'],
    ['missing bundle', { bundle: `${bundle}/missing` }, 'allowed is the absolute path of an existing folder'],
    ['missing module', { handler: 'main.handler' }, 'handler is "main.handler", allowed is "<file>.<export>"'],
    ['handler without export', { handler: 'index' }, 'handler is "index"'],
    ['file that is there', { files: { 'index.js': '' } }, 'file "index.js" is in the bundle already'],
    ['file outside', { files: { '../x': '' } }, 'file name is "../x", allowed are A-Z a-z 0-9 . _ -'],
    ['account alone', { account: '123456789012' }, 'region is undefined, allowed are both or neither'],
    ['account', { account: '1', region: 'eu-central-1' }, 'account is "1"'],
    ['variable name', { environment: { 'a-b': '' } }, 'environment variable "a-b" has a wrong name'],
    [
      'reserved variable',
      { environment: { AWS_REGION: 'x' } },
      'environment variable "AWS_REGION" is set by AWS Lambda',
    ],
  ];
  test.each(cases)('%s', (_, props, message) => {
    expect(() => build(props)).toThrow(message);
  });

  test('the message begins with the path of the construct', () => {
    expect(() => build({ timeoutSeconds: 0 })).toThrow(/^test\/Fn: timeoutSeconds/);
  });

  test('a number that Terraform will know is not checked', () => {
    expect(() => build({ timeoutSeconds: Token.asNumber({ ref: 'x' }) })).not.toThrow();
  });
});

describe('secrets', () => {
  test.each(['DB_PASSWORD', 'API_TOKEN', 'client_secret', 'STRIPE_API_KEY', 'X_APIKEY', 'TOKEN'])(
    'the environment variable %s is refused',
    (name) => {
      expect(() => build({ environment: { [name]: 'value' } })).toThrow(`"${name}" is named like a secret`);
    },
  );

  test.each(['PEPPER_SECRET_ARN', 'TOKEN_TABLE', 'TOKENS', 'PASSWORD_POLICY'])('the name %s is fine', (name) => {
    expect(() => build({ environment: { [name]: 'value' } })).not.toThrow();
  });

  // Made up of parts, so that no scanner takes this file for a leak.
  const credentials: [string, string][] = [
    ['a private key', `-----BEGIN ${'EC PRIVATE'} KEY-----\nabc`],
    ['an AWS access key', `AKIA${'ABCDEFGHIJKLMNOP'}`],
    ['a signed token', `eyJ${'hbGciOiJIUzI1'}.eyJ${'zdWIiOiIxMjM0'}.${'c2lnbmF0dXJl'}`],
    ['an API token', `acme_live_${'a'.repeat(54)}`],
  ];

  test.each(credentials)('%s in an environment value is refused and not quoted', (what, value) => {
    const act = () => build({ environment: { SETTING: value } });
    expect(act).toThrow(`environment variable "SETTING" holds ${what}, allowed are plain settings`);
    expect(act).not.toThrow(value);
  });

  test.each(credentials)('%s in an extra file is refused and not quoted', (what, value) => {
    const act = () => build({ files: { 'config.json': JSON.stringify({ value }) } });
    expect(act).toThrow(`file "config.json" holds ${what}`);
    expect(act).not.toThrow(value);
  });
});
