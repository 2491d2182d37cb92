import { CloudwatchDashboard } from '@cdktf/provider-aws/lib/cloudwatch-dashboard';
import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { TerraformResource, TerraformStack, Token } from 'cdktf';
import { Construct } from 'constructs';
import type { IRestGateway } from '../gateway';
import { type Location, literalArn } from '../support/arn';
import { ConstructError } from '../support/errors';
import type { IFunction } from '../support/function-ref';
import { alarmMetric } from '../support/metric';
import { checkLocation } from '../support/platform-checks';
import { escapeTerraform } from '../support/terraform-text';
import { checkTopics } from '../support/topic-checks';
import { placeWidgets } from './dashboard-layout';
import { GATEWAY_ALARM_IDS, type GatewayAlarm, type GatewayAlarmId, gatewayAlarms } from './gateway-alarms';
import { gatewayWidgets } from './gateway-widgets';
import { GatewayMetrics } from './metrics';

export interface GatewayDashboardProps {
  readonly gateway: IRestGateway;
  /** Where the gateway is; dashboards are global, so the region is a part of their names. */
  readonly location: Location;
  /** The gateway's authorizer. @default - none is shown or watched */
  readonly authorizer?: IFunction;
  /** CloudWatch namespace of the authorizer's own metrics. @default "Gatehouse" */
  readonly metricsNamespace?: string;
  /** SNS topics told of each alarm and of its end, at most 5. @default - alarms notify nobody */
  readonly topicArns?: readonly string[];
  /**
   * Thresholds by alarm, in the unit of the metric: `api-5xx` a share of 0 to 1, `api-lat` milliseconds, the others counts
   * per minute.
   *
   * @default - { "api-5xx": 0.05, "api-lat": 2500, "auth-err": 0, "auth-thr": 1 }
   */
  readonly thresholds?: Readonly<Partial<Record<GatewayAlarmId, number>>>;
  /** Where it is written what to do; in the dashboard and in each alarm. @default - none */
  readonly runbookUrl?: string;
  /** @default - severity and those of the provider */
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * The dashboard of a gateway, and the alarms nobody goes without: server errors, latency, a failing and a throttled
 * authorizer. Thresholds in graphs are those of the alarms.
 */
export class GatewayDashboard extends Construct {
  readonly dashboardName: string;
  readonly resource: CloudwatchDashboard;
  readonly alarms: Readonly<Partial<Record<GatewayAlarmId, CloudwatchMetricAlarm>>>;

  /** @throws {ConstructError} for a malformed location, topic or threshold */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: GatewayDashboardProps,
  ) {
    super(scope, id);
    this.validateProps();
    const { gateway, location, authorizer, thresholds = {}, metricsNamespace = 'Gatehouse' } = props;
    const { gatewayName, apiId, stageName, accessLogGroupName } = gateway;
    const metrics = new GatewayMetrics({ gatewayName, apiId, stageName, metricsNamespace });
    const specs = gatewayAlarms(metrics, authorizer?.functionName, thresholds);

    this.alarms = Object.fromEntries(specs.map((spec) => [spec.id, this.renderAlarm(spec)]));
    this.dashboardName = `${gatewayName}-${location.region}`;
    const rows = gatewayWidgets({
      title: gatewayName,
      region: location.region,
      metrics,
      alarms: specs,
      // Literal, so that a plan shows the whole body.
      alarmArns: specs.map((spec) => literalArn(location, 'cloudwatch', `alarm:${this.alarmName(spec.id)}`)),
      authorizer: authorizer?.functionName,
      accessLogGroupName,
      runbookUrl: props.runbookUrl,
    });
    this.resource = new CloudwatchDashboard(this, 'Resource', {
      dashboardName: this.dashboardName,
      dashboardBody: escapeTerraform(
        JSON.stringify({ start: '-PT3H', periodOverride: 'inherit', widgets: placeWidgets(rows) }),
      ),
    });
    this.node.addValidation({ validate: () => this.duplicateAlarms() });
  }

  private renderAlarm(spec: GatewayAlarm): CloudwatchMetricAlarm {
    const { topicArns = [], runbookUrl, tags } = this.props;
    const { metric } = spec;
    return new CloudwatchMetricAlarm(this, `Alarm-${spec.id}`, {
      alarmName: this.alarmName(spec.id),
      alarmDescription: escapeTerraform(
        runbookUrl === undefined ? spec.description : `${spec.description}. ${runbookUrl}`,
      ),
      ...alarmMetric(metric),
      comparisonOperator: spec.comparison,
      threshold: spec.threshold,
      evaluationPeriods: spec.evaluationPeriods,
      datapointsToAlarm: spec.datapoints,
      treatMissingData: spec.missingData.treat,
      alarmActions: [...topicArns],
      okActions: [...topicArns],
      tags: { ...tags, severity: spec.severity },
    });
  }

  private alarmName(id: GatewayAlarmId): string {
    return `${this.props.gateway.gatewayName}-${id}`;
  }

  private validateProps(): void {
    const { location, topicArns = [], thresholds = {} } = this.props;
    checkLocation(this, location);
    checkTopics(this, topicArns);
    for (const [alarm, threshold] of Object.entries(thresholds)) {
      if (!GATEWAY_ALARM_IDS.some((known) => known === alarm)) {
        throw new ConstructError(
          `thresholds names ${JSON.stringify(alarm)}, allowed are ${GATEWAY_ALARM_IDS.join(', ')}`,
          this,
        );
      }
      if (!Token.isUnresolved(threshold) && !(Number.isFinite(threshold) && threshold >= 0)) {
        throw new ConstructError(`threshold of ${alarm} is ${threshold}, allowed is 0 or more`, this);
      }
    }
  }

  /** CloudWatch overwrites an alarm when another one of its name is made, and says nothing. */
  private duplicateAlarms(): string[] {
    const own = new Set(Object.values(this.alarms).map((alarm) => alarm.alarmNameInput));
    const others = TerraformStack.of(this)
      .node.findAll()
      .filter((node) => TerraformResource.isTerraformResource(node))
      .filter((resource) => resource.terraformResourceType === CloudwatchMetricAlarm.tfResourceType)
      .filter((resource) => resource.node.scope !== this)
      .map((resource) => ('alarmNameInput' in resource ? resource.alarmNameInput : undefined));
    const taken = others.filter((name) => typeof name === 'string' && own.has(name));
    return taken.map((name) => `alarm ${JSON.stringify(name)} is made twice, alarm names have to be unique`);
  }
}
