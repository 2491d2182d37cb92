import { CloudwatchDashboard } from '@cdktf/provider-aws/lib/cloudwatch-dashboard';
import { Construct } from 'constructs';
import { type Location, literalArn } from '../support/arn';
import { checkLocation } from '../support/platform-checks';
import { escapeTerraform } from '../support/terraform-text';
import { alarmName } from './alarm';
import { placeWidgets } from './dashboard-layout';
import {
  addGatewayAlarms,
  type GatewayAlarmResources,
  type GatewayAlarmsOptions,
  gatewayAlarmOptions,
} from './gateway-alarms';
import { gatewayWidgets } from './gateway-widgets';

/** Account and region are those of the gateway; dashboards are global, so the region is a part of their names. */
export interface GatewayDashboardProps extends GatewayAlarmsOptions, Location {}

/** The dashboard of a gateway, and its baseline alarms. Thresholds in graphs are those of the alarms. */
export class GatewayDashboard extends Construct {
  readonly dashboardName: string;
  readonly resource: CloudwatchDashboard;
  readonly alarms: GatewayAlarmResources;

  /** @throws {ConstructError} for a malformed account, region, topic or threshold, and for an alarm that there is not */
  constructor(scope: Construct, id: string, props: GatewayDashboardProps) {
    super(scope, id);
    checkLocation(this, props);
    const { gateway, region, authorizer, runbookUrl } = props;
    const { alarms, specs, metrics } = addGatewayAlarms(this, props);
    const options = gatewayAlarmOptions(props);
    this.alarms = alarms;
    this.dashboardName = `${gateway.gatewayName}-${region}`;
    const rows = gatewayWidgets({
      title: gateway.gatewayName,
      region,
      metrics,
      alarms: specs,
      // Literal, so that a plan shows the whole body.
      alarmArns: specs.map((spec) => literalArn(props, 'cloudwatch', `alarm:${alarmName(options, spec.id)}`)),
      authorizer: authorizer?.functionName,
      accessLogGroupName: gateway.accessLogGroupName,
      runbookUrl,
    });
    this.resource = new CloudwatchDashboard(this, 'Resource', {
      dashboardName: this.dashboardName,
      dashboardBody: escapeTerraform(
        JSON.stringify({ start: '-PT3H', periodOverride: 'inherit', widgets: placeWidgets(rows) }),
      ),
    });
  }
}
