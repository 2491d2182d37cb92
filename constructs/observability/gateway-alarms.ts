import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { TerraformResource, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import type { IRestGateway } from '../gateway';
import type { IFunction } from '../support/function-ref';
import { checkTopics } from '../support/topic-checks';
import { type AlarmOptions, type AlarmSpec, type AlarmThresholds, renderAlarms, withThresholds } from './alarm';
import { GATEWAY_ALARM_IDS, type GatewayAlarmId, gatewayAlarms } from './gateway-alarm-table';
import { GatewayMetrics } from './metrics';

/** Which alarms a gateway has, and whom they tell. */
export interface GatewayAlarmsOptions {
  readonly gateway: IRestGateway;
  /** The gateway's authorizer. @default - it is not watched */
  readonly authorizer?: IFunction;
  /** CloudWatch namespace of the authorizer's own metrics. @default "Gatehouse" */
  readonly metricsNamespace?: string;
  /** SNS topics told of each alarm and of its end, at most 5. @default - alarms notify nobody */
  readonly topicArns?: readonly string[];
  /**
   * Thresholds by alarm, in the unit of the metric: `api-5xx` a share of 0 to 1, `api-lat` milliseconds, the others counts
   * per minute. `false` leaves the alarm out.
   *
   * @default - { "api-5xx": 0.05, "api-lat": 2500, "auth-err": 0, "auth-thr": 1 }
   */
  readonly thresholds?: AlarmThresholds<GatewayAlarmId>;
  /** Where it is written what to do; in each alarm. @default - none */
  readonly runbookUrl?: string;
  /** Tags of the alarms, besides their severity. @default - severity and those of the provider */
  readonly tags?: Readonly<Record<string, string>>;
}

export interface GatewayAlarmsProps extends GatewayAlarmsOptions {}

/** The alarms of a gateway by id, where they are not left out. */
export type GatewayAlarmResources = Readonly<Partial<Record<GatewayAlarmId, CloudwatchMetricAlarm>>>;

/** The baseline alarms of a gateway without a dashboard. `GatewayDashboard` makes the same, and draws their thresholds. */
export class GatewayAlarms extends Construct {
  readonly alarms: GatewayAlarmResources;

  /** @throws {ConstructError} for a malformed topic or threshold, and for an alarm that there is not */
  constructor(scope: Construct, id: string, props: GatewayAlarmsProps) {
    super(scope, id);
    this.alarms = addGatewayAlarms(this, props).alarms;
  }
}

/** Makes the alarms of a gateway in a construct. */
export function addGatewayAlarms(
  scope: Construct,
  options: GatewayAlarmsOptions,
): {
  readonly alarms: GatewayAlarmResources;
  readonly specs: readonly AlarmSpec<GatewayAlarmId>[];
  readonly metrics: GatewayMetrics;
} {
  const { gateway, authorizer, topicArns = [], thresholds = {}, metricsNamespace = 'Gatehouse' } = options;
  checkTopics(scope, topicArns);
  const { gatewayName, apiId, stageName } = gateway;
  const metrics = new GatewayMetrics({ gatewayName, apiId, stageName, metricsNamespace });
  const specs = withThresholds(scope, gatewayAlarms(metrics, authorizer?.functionName), GATEWAY_ALARM_IDS, thresholds);
  const alarms = renderAlarms(scope, specs, { ...gatewayAlarmOptions(options), topicArns });
  scope.node.addValidation({ validate: () => duplicateAlarms(scope, Object.values(alarms)) });
  return { alarms, specs, metrics };
}

/** How the alarms of a gateway are called and what they tell. */
export function gatewayAlarmOptions({ gateway, topicArns = [], runbookUrl, tags }: GatewayAlarmsOptions): AlarmOptions {
  return { namePrefix: gateway.gatewayName, topicArns, runbookUrl, tags };
}

/** CloudWatch overwrites an alarm when another one of its name is made, and says nothing. */
function duplicateAlarms(scope: Construct, alarms: readonly CloudwatchMetricAlarm[]): string[] {
  const own = new Set(alarms.map((alarm) => alarm.alarmNameInput));
  const others = TerraformStack.of(scope)
    .node.findAll()
    .filter((node) => TerraformResource.isTerraformResource(node))
    .filter((resource) => resource.terraformResourceType === CloudwatchMetricAlarm.tfResourceType)
    .filter((resource) => resource.node.scope !== scope)
    .map((resource) => ('alarmNameInput' in resource ? resource.alarmNameInput : undefined));
  const taken = others.filter((name) => typeof name === 'string' && own.has(name));
  return taken.map((name) => `alarm ${JSON.stringify(name)} is made twice, alarm names have to be unique`);
}
