import type { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission';
import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue';
import { Token } from 'cdktf';
import type { Construct } from 'constructs';
import { CONFIG_FILE_NAME } from '../../lambdas/lib/config-file';
import { defined } from '../../lambdas/lib/defined';
import { type CountedApi, USAGE_METRICS, writeAggregatorConfig } from '../../lambdas/usage-aggregator/config';
import { type ApiDefinition, routeKey } from '../api';
import { type AlarmThresholds, renderAlarms, withThresholds } from '../observability/alarm';
import { type Location, literalArn } from '../support/arn';
import { kitBundle } from '../support/bundles';
import { ConstructError } from '../support/errors';
import { FunctionBase, FunctionRef } from '../support/function-ref';
import { checkMetric, DEFAULT_PERIOD_SECONDS, type Metric, type MetricOptions } from '../support/metric';
import type { Names } from '../support/names';
import { NodeFunction } from '../support/node-function';
import { checkInteger } from '../support/node-function-checks';
import type { NodeFunctionOptions } from '../support/node-function-props';
import { checkLocation, checkNames } from '../support/platform-checks';
import { checkTopics } from '../support/topic-checks';
import type { ITokenStore } from '../tokens/token-store-access';
import { USAGE_ALARM_IDS, type UsageAlarmId, usageAlarms } from './usage-alarm-table';
import type { IUsageStore } from './usage-store';

/** An API whose calls are counted. */
export interface CountedGateway {
  readonly api: ApiDefinition;
  /** Name of the log group of its access log. @default - that of the kit's stacks: `names.accessLogGroup(api.id)` */
  readonly accessLogGroupName?: string;
}

export interface UsagePipelineProps extends NodeFunctionOptions, Location {
  readonly names: Names;
  /** Where the counts are kept. */
  readonly store: IUsageStore;
  /** APIs whose access logs may be sent to the aggregator; a gateway is subscribed with `UsageSubscription`. At least one. */
  readonly gateways: readonly CountedGateway[];
  /** Table whose tokens learn of their last uses. @default - no token learns of them */
  readonly tokenStore?: ITokenStore;
  /** How long counts are kept, in days, 1 to 3653. @default 400: a year and a month to compare it with */
  readonly retentionDays?: number;
  /** SNS topics that are told of the alarms. @default - nobody is told */
  readonly topicArns?: readonly string[];
  /** Thresholds by alarm, in the unit of the metric; `false` leaves the alarm out. @default - those of the table */
  readonly thresholds?: AlarmThresholds<UsageAlarmId>;
  /** CloudWatch namespace of the metrics. @default "Gatehouse" */
  readonly metricsNamespace?: string;
}

/** What a gateway is subscribed to. */
export interface IUsagePipeline {
  /** Function that counts. */
  readonly functionArn: string;
  /** Name of the subscriptions. */
  readonly subscriptionName: string;
}

/** Where a pipeline of another stack is. */
export interface UsagePipelineAttributes extends Location {
  readonly names: Names;
}

const SECONDS_PER_DAY = 86_400;

/** How long CloudWatch Logs may call the function; one delivery has at most some thousand lines. */
const TIMEOUT_SECONDS = 60;

/**
 * Counts the calls of gateways: a function that CloudWatch Logs sends the lines of access logs to, a queue for what it could not count, and
 * alarms. Lines are counted exactly once, however often they are delivered.
 *
 * CloudWatch Logs invokes the function asynchronously. Lambda repeats a delivery that failed twice, and then puts it into the queue.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
 */
export class UsagePipeline extends FunctionBase implements IUsagePipeline {
  /** Refers to the pipeline of another stack by its deterministic names. It makes no resource. */
  static fromNames({ names, ...location }: UsagePipelineAttributes): IUsagePipeline {
    const { functionArn } = new FunctionRef({ ...location, functionName: names.usageAggregator });
    return { functionArn, subscriptionName: names.usageTable };
  }

  readonly functionName: string;
  readonly functionArn: string;
  readonly invokeArn: string;
  readonly subscriptionName: string;
  /** The function, with its role and log group. */
  readonly function: NodeFunction;
  /** Queue of the deliveries that could not be counted. */
  readonly failures: SqsQueue;
  /** One for each log group that may call the function. */
  readonly permissions: readonly LambdaPermission[];
  /** The alarms by id, where they are not left out. */
  readonly alarms: Readonly<Partial<Record<UsageAlarmId, CloudwatchMetricAlarm>>>;

  private readonly queueName: string;
  private readonly metricsNamespace: string;
  private readonly environment: string;

  /** @throws {ConstructError} for a malformed name or location, no gateway, two of one log group, a retention out of bounds */
  constructor(scope: Construct, id: string, props: UsagePipelineProps) {
    super(scope, id);
    validatePipeline(this, props);
    const { names, region, store, tokenStore, retentionDays = 400, metricsNamespace = 'Gatehouse' } = props;
    const { topicArns = [], thresholds = {}, tags } = props;
    this.metricsNamespace = metricsNamespace;
    this.environment = names.environment;
    this.queueName = names.usageFailures;
    this.subscriptionName = names.usageTable;

    this.failures = new SqsQueue(this, 'Failures', {
      name: this.queueName,
      messageRetentionSeconds: 14 * SECONDS_PER_DAY,
      sqsManagedSseEnabled: true,
      ...defined({ tags: tags && { ...tags } }),
    });
    this.function = new NodeFunction(this, 'Function', {
      timeoutSeconds: TIMEOUT_SECONDS,
      memoryMb: 512,
      ...props,
      functionName: names.usageAggregator,
      description: `Gatehouse ${names.base}: counts the calls of access logs`,
      bundle: kitBundle('usage-aggregator'),
      asynchronous: { failureQueueArn: literalArn(props, 'sqs', this.queueName) },
      files: {
        [CONFIG_FILE_NAME]: writeAggregatorConfig({
          version: 1,
          environment: names.environment,
          region,
          usageTable: store.tableName,
          ...(tokenStore === undefined ? {} : { tokenTable: tokenStore.tableName }),
          retentionDays,
          metricsNamespace,
          apis: countedApis(props),
        }),
      },
    });
    store.grantCount(this.function);
    tokenStore?.grantNoteUse(this.function);
    this.functionName = this.function.functionName;
    this.functionArn = this.function.functionArn;
    this.invokeArn = this.function.invokeArn;

    this.permissions = props.gateways.map(
      (gateway) =>
        new LambdaPermission(this, `Logs-${gateway.api.id}`, {
          statementId: `access-log-${gateway.api.id}`.replaceAll('.', '_'),
          functionName: this.function.resource.functionName,
          action: 'lambda:InvokeFunction',
          principal: 'logs.amazonaws.com',
          sourceArn: literalArn(props, 'logs', `log-group:${logGroupOf(props, gateway)}:*`),
          sourceAccount: props.account,
        }),
    );
    const specs = withThresholds(this, usageAlarms(this), USAGE_ALARM_IDS, thresholds);
    this.alarms = renderAlarms(this, specs, { namePrefix: names.base, topicArns, tags });
  }

  /** Deliveries that wait in the queue of failures. The maximum by default. */
  metricLostDeliveries({ statistic = 'Maximum', periodSeconds = DEFAULT_PERIOD_SECONDS }: MetricOptions = {}): Metric {
    return checkMetric({
      family: 'queue',
      namespace: 'AWS/SQS',
      metricName: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: this.queueName },
      statistic,
      periodSeconds,
    });
  }

  /** Lines that were counted. The sum by default. */
  metricCounted(options?: MetricOptions): Metric {
    return this.usageMetric(USAGE_METRICS.counted, 'Sum', options);
  }

  /** Lines that are cut or in another format. The sum by default. */
  metricMalformed(options?: MetricOptions): Metric {
    return this.usageMetric(USAGE_METRICS.malformed, 'Sum', options);
  }

  /** Time between a call and its count, in seconds. The maximum by default. */
  metricLag(options?: MetricOptions): Metric {
    return this.usageMetric(USAGE_METRICS.lag, 'Maximum', options);
  }

  private usageMetric(metricName: string, usual: string, options: MetricOptions = {}): Metric {
    const { statistic = usual, periodSeconds = DEFAULT_PERIOD_SECONDS } = options;
    return checkMetric({
      family: 'usage',
      namespace: this.metricsNamespace,
      metricName,
      dimensions: { Service: 'usage-aggregator', Stage: this.environment },
      statistic,
      periodSeconds,
    });
  }
}

function validatePipeline(scope: Construct, props: UsagePipelineProps): void {
  checkNames(scope, props.names);
  checkLocation(scope, props);
  checkInteger(scope, 'retentionDays', props.retentionDays, 1, 3653);
  checkTopics(scope, props.topicArns ?? []);
  const groups = props.gateways.map((gateway) => logGroupOf(props, gateway));
  if (groups.length === 0) {
    throw new ConstructError('gateways is empty, allowed is at least one gateway', scope);
  }
  const twice = groups.find((name, index) => groups.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new ConstructError(
      `gateways has the log group ${JSON.stringify(twice)} twice, allowed is one API for each log group`,
      scope,
    );
  }
  const late = groups.find((name) => Token.isUnresolved(name));
  if (late !== undefined) {
    throw new ConstructError(
      'accessLogGroupName of a gateway is known when Terraform applies only, allowed is a literal name: the aggregator tells the APIs apart by it',
      scope,
    );
  }
}

function logGroupOf({ names }: UsagePipelineProps, { api, accessLogGroupName }: CountedGateway): string {
  return accessLogGroupName ?? names.accessLogGroup(api.id);
}

/** What the aggregator needs to know of the APIs: by which scopes a token was let through. */
function countedApis(props: UsagePipelineProps): Record<string, CountedApi> {
  return Object.fromEntries(
    props.gateways.map((gateway) => [
      logGroupOf(props, gateway),
      {
        api: gateway.api.id,
        scopes: Object.fromEntries(
          gateway.api.routes.flatMap((route) =>
            route.rule.kind === 'scopes' ? [[routeKey(route), route.rule.anyOf]] : [],
          ),
        ),
      },
    ]),
  );
}
