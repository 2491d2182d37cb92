import type { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import type { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { Construct } from 'constructs';
import { CONFIG_FILE_NAME } from '../../lambdas/lib/config-file';
import { writeTokenSweeperConfig } from '../../lambdas/token-sweeper/config';
import { type AlarmThresholds, renderAlarms, withThresholds } from '../observability/alarm';
import type { Location } from '../support/arn';
import { kitBundle } from '../support/bundles';
import { scheduleFunction } from '../support/function-schedule';
import type { Metric, MetricOptions } from '../support/metric';
import type { Names } from '../support/names';
import { NodeFunction } from '../support/node-function';
import type { NodeFunctionOptions } from '../support/node-function-props';
import { checkLocation, checkNames } from '../support/platform-checks';
import { grantFlush, type TokenService } from './token-service';
import type { ITokenStore } from './token-store-access';
import {
  TOKEN_SWEEPER_ALARM_IDS,
  type TokenSweeperAlarmId,
  type TokenSweeperMetricId,
  TokenSweeperMetrics,
  tokenSweeperAlarms,
} from './token-sweeper-alarms';

export interface TokenSweeperProps extends Omit<NodeFunctionOptions, 'timeoutSeconds'>, Location {
  /** Names of the platform. */
  readonly names: Names;
  /** Where the items are whose changes it finishes. */
  readonly tokenStore: ITokenStore;
  /** The token service whose work it goes on with, by the same settings. */
  readonly service: TokenService;
  /** SNS topics told of the alarms. @default - nobody is told */
  readonly topicArns?: readonly string[];
  /** Thresholds by alarm, in the unit of the metric; `false` leaves the alarm out. @default - those of the table in docs/alarms.md */
  readonly alarmThresholds?: AlarmThresholds<TokenSweeperAlarmId>;
}

/** A run works for 45 seconds, and finishes what it has begun. */
const TIMEOUT_SECONDS = 60;
const RATE = 'rate(1 minute)';

/**
 * A scheduled function that finishes what crashed: it brings the entries that wait in outboxes into the audit trail, and goes on with jobs over many
 * tokens. Its role reads no pepper and issues nothing.
 */
export class TokenSweeper extends Construct {
  /** The function, with its role and log group. */
  readonly function: NodeFunction;
  readonly rule: CloudwatchEventRule;
  /** The alarms by id, where they are not left out. */
  readonly alarms: Readonly<Partial<Record<TokenSweeperAlarmId, CloudwatchMetricAlarm>>>;

  private readonly metrics: TokenSweeperMetrics;

  /** @throws {ConstructError} for a malformed name or location, and for an alarm that there is not */
  constructor(scope: Construct, id: string, props: TokenSweeperProps) {
    super(scope, id);
    checkNames(this, props.names);
    checkLocation(this, props);
    const { names, region, tokenStore, service, topicArns = [], alarmThresholds = {}, tags } = props;
    const { pepperSecret: _, basePath: __, brand: ___, tokenEnvironment: ____, ...settings } = service.settings;
    const { canaries: _____, usageTable: ______, ...config } = settings;

    this.function = new NodeFunction(this, 'Function', {
      memoryMb: 512,
      ...props,
      timeoutSeconds: TIMEOUT_SECONDS,
      functionName: names.tokenSweeper,
      description: `Gatehouse ${names.base}: finishes changes and jobs that were interrupted`,
      bundle: kitBundle('token-sweeper'),
      files: { [CONFIG_FILE_NAME]: writeTokenSweeperConfig(config) },
    });
    tokenStore.grantSweep(this.function);
    service.trail?.grantAppend(this.function);
    grantFlush(this.function, region, service.settings);
    this.rule = scheduleFunction(this, this.function, {
      account: props.account,
      region: props.region,
      expression: RATE,
      description: `Finishes what was interrupted in ${props.tokenStore.tableName}`,
      tags: props.tags,
    });
    this.metrics = new TokenSweeperMetrics({
      stage: names.environment,
      metricsNamespace: service.settings.metricsNamespace,
    });
    const specs = withThresholds(this, tokenSweeperAlarms(this.metrics), TOKEN_SWEEPER_ALARM_IDS, alarmThresholds);
    this.alarms = renderAlarms(this, specs, { namePrefix: names.base, topicArns, tags });
  }

  /**
   * A metric of the sweeper, which it writes each minute: `swept`, `failed` and `failedJobs` (the sum), `oldest` in seconds and `openJobs` (the
   * maximum).
   *
   * @throws {MetricError} for an unknown statistic or period
   */
  metric(id: TokenSweeperMetricId, options?: MetricOptions): Metric {
    return this.metrics.metric(id, options);
  }
}
