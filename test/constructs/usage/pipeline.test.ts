import type { TerraformStack } from 'cdktf';
import { ApiDefinition } from '../../../constructs/api';
import { Names } from '../../../constructs/support';
import { TokenStore } from '../../../constructs/tokens';
import {
  AccessLines,
  UsagePipeline,
  type UsagePipelineProps,
  UsageStore,
  UsageSubscription,
} from '../../../constructs/usage';
import { TOKEN_USE_ATTRIBUTES } from '../../../lambdas/lib/usage/uses';
import { Template } from '../../support/template';

const location = { account: '123456789012', region: 'eu-central-1' };
const names = new Names('acme', 'prod');
const shop = new ApiDefinition({
  id: 'shop',
  routes: [
    { method: 'GET', path: '/v1/orders', rule: { kind: 'scopes', anyOf: [['orders:read']] }, backend: 'orders' },
    { method: 'GET', path: '/v1/status', rule: { kind: 'public', reason: 'anybody may know' }, backend: 'orders' },
  ],
});

function pipelineIn(stack: TerraformStack, more: Partial<UsagePipelineProps> = {}): UsagePipeline {
  const tokenStore = new TokenStore(stack, 'Tokens', {
    ...location,
    names,
    brand: 'acme',
    tokenEnvironment: 'live',
  });
  const store = new UsageStore(stack, 'UsageTable', { ...location, names, keyArn: tokenStore.keyArn });
  return new UsagePipeline(stack, 'Usage', {
    ...location,
    names,
    store,
    tokenStore,
    gateways: [{ api: shop }],
    ...more,
  });
}

describe('the pipeline', () => {
  const template = Template.of((stack) => void pipelineIn(stack));
  interface Statement {
    readonly Sid: string;
    readonly Action: string | string[];
    readonly Condition?: Record<string, Record<string, string | string[]>>;
  }
  const statements = (): Statement[] =>
    Object.values(template.resources('aws_iam_role_policy')).flatMap(
      ({ policy }) => (JSON.parse(String(policy)) as { Statement: Statement[] }).Statement,
    );
  const statement = (sid: string) => statements().find((one) => one.Sid === sid);

  test('the table deletes counts when their time is over, and can be brought back', () => {
    expect(template.only('aws_dynamodb_table', { name: 'acme-prod-usage' })).toMatchObject({
      hash_key: 'subject',
      range_key: 'slot',
      ttl: { attribute_name: 'purgeAt', enabled: true },
      point_in_time_recovery: { enabled: true },
      deletion_protection_enabled: true,
      lifecycle: { prevent_destroy: true },
    });
  });

  test('CloudWatch Logs may call the function for the log group of the gateway, and of this account, alone', () => {
    expect(template.only('aws_lambda_permission')).toMatchObject({
      principal: 'logs.amazonaws.com',
      source_arn: 'arn:aws:logs:eu-central-1:123456789012:log-group:/aws/apigateway/acme-prod-shop/access:*',
      source_account: '123456789012',
    });
  });

  test('the aggregator may touch two attributes of tokens, and has to name them', () => {
    expect(statement('NoteTokenUse')).toMatchObject({
      Action: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
      Condition: {
        'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', ...TOKEN_USE_ATTRIBUTES] },
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['token#*'] },
        Null: { 'dynamodb:Attributes': 'false' },
        StringEqualsIfExists: { 'dynamodb:ReturnValues': ['NONE', 'UPDATED_NEW', 'UPDATED_OLD'] },
      },
    });
  });

  test('the aggregator neither lists nor deletes, and reads no secret', () => {
    const actions = statements().flatMap(({ Action }) => Action);
    expect(actions.filter((action) => /Scan|Query|Delete|BatchWrite|secretsmanager/.test(action))).toEqual([]);
  });

  test('what fails for good waits in an encrypted queue for two weeks', () => {
    expect(template.only('aws_sqs_queue')).toMatchObject({
      name: 'acme-prod-usage-failures',
      message_retention_seconds: 1_209_600,
      sqs_managed_sse_enabled: true,
    });
    expect(template.only('aws_lambda_function_event_invoke_config')).toMatchObject({
      maximum_retry_attempts: 2,
      destination_config: {
        on_failure: { destination: 'arn:aws:sqs:eu-central-1:123456789012:acme-prod-usage-failures' },
      },
    });
  });

  test('an alarm tells of a delivery that waits there', () => {
    expect(template.only('aws_cloudwatch_metric_alarm', { alarm_name: 'acme-prod-usage-lost' })).toMatchObject({
      namespace: 'AWS/SQS',
      metric_name: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: 'acme-prod-usage-failures' },
      threshold: 1,
    });
    expect(template.count('aws_cloudwatch_metric_alarm')).toBe(3);
  });

  test('an alarm can be left out', () => {
    const few = Template.of((stack) => void pipelineIn(stack, { thresholds: { 'usage-lag': false } }));
    expect(few.count('aws_cloudwatch_metric_alarm')).toBe(2);
  });
});

describe('a subscription', () => {
  const gateway = { accessLogGroupName: '/aws/apigateway/acme-prod-shop/access' };

  test('in the stack of the pipeline it waits for the permission, without which AWS refuses it', () => {
    const template = Template.of((stack) => {
      const pipeline = pipelineIn(stack);
      new UsageSubscription(stack, 'Shop', { pipeline, gateway });
    });
    const [permission = ''] = Object.keys(template.resources('aws_lambda_permission'));
    expect(template.only('aws_cloudwatch_log_subscription_filter')).toMatchObject({
      name: 'acme-prod-usage',
      log_group_name: gateway.accessLogGroupName,
      filter_pattern: '',
      depends_on: [`aws_lambda_permission.${permission}`],
    });
  });

  test('in another stack it names the pipeline and the archive literally', () => {
    const template = Template.of((stack) => {
      new UsageSubscription(stack, 'Shop', {
        pipeline: UsagePipeline.fromNames({ ...location, names }),
        gateway,
        lines: AccessLines.fromNames({ ...location, names }),
      });
    });
    expect(template.only('aws_cloudwatch_log_subscription_filter', { name: 'acme-prod-usage' })).toMatchObject({
      destination_arn: 'arn:aws:lambda:eu-central-1:123456789012:function:acme-prod-usage-aggregator',
    });
    expect(template.only('aws_cloudwatch_log_subscription_filter', { name: 'acme-prod-access-lines' })).toMatchObject({
      destination_arn: 'arn:aws:firehose:eu-central-1:123456789012:deliverystream/acme-prod-access-lines',
      role_arn: 'arn:aws:iam::123456789012:role/acme-prod-access-lines-sender',
    });
  });

  test('its attributes are those of the pipeline that is meant', () => {
    let found: string[] = [];
    const template = Template.of((stack) => {
      const lines = new AccessLines(stack, 'Lines', { ...location, names });
      found = [lines.subscriptionName, AccessLines.fromNames({ ...location, names }).subscriptionName];
    });
    expect(found[0]).toBe(found[1]);
    const { streamArn, subscriptionRoleArn } = AccessLines.fromNames({ ...location, names });
    expect(streamArn).toMatch(new RegExp(`/${template.only('aws_kinesis_firehose_delivery_stream').name}$`));
    expect(template.find('aws_iam_role').map(({ name }) => name)).toContain(subscriptionRoleArn.split('/').at(-1));
  });
});

describe('faults', () => {
  const refused = (more: Partial<UsagePipelineProps>) => () => Template.of((stack) => void pipelineIn(stack, more));

  test.each([
    [{ gateways: [] }, 'gateways is empty, allowed is at least one gateway'],
    [{ gateways: [{ api: shop }, { api: shop }] }, 'twice, allowed is one API for each log group'],
    [{ retentionDays: 0 }, 'retentionDays is 0'],
    [{ topicArns: ['alarms'] }, 'topicArns has "alarms"'],
    [{ thresholds: { 'usage-lag': -1 } }, 'threshold of usage-lag is -1'],
  ])('%j', (more, message) => {
    expect(refused(more)).toThrow(message);
  });
});
