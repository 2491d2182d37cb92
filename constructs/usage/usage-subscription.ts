import { CloudwatchLogSubscriptionFilter } from '@cdktf/provider-aws/lib/cloudwatch-log-subscription-filter';
import { type ITerraformDependable, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import type { IRestGateway } from '../gateway';
import type { IAccessLines } from './access-lines';
import { type IUsagePipeline, UsagePipeline } from './usage-pipeline';

export interface UsageSubscriptionProps {
  /** What counts the calls, of this stack or of another one. */
  readonly pipeline: IUsagePipeline;
  /** The gateway whose calls are counted. The pipeline has to know its log group. */
  readonly gateway: Pick<IRestGateway, 'accessLogGroupName'> & {
    /** The log group, where the gateway is made in this stack. @default - it is there already */
    readonly accessLogGroup?: ITerraformDependable;
  };
  /** Where the lines themselves go too. @default - nowhere */
  readonly lines?: IAccessLines;
}

/**
 * Sends the access log of a gateway to the function that counts its calls, and to the archive of its lines. A log group has at most two
 * subscriptions, and these are both.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
 */
export class UsageSubscription extends Construct {
  /** The subscription of the function. */
  readonly resource: CloudwatchLogSubscriptionFilter;
  /** The subscription of the archive. */
  readonly lines: CloudwatchLogSubscriptionFilter | undefined;

  constructor(scope: Construct, id: string, props: UsageSubscriptionProps) {
    super(scope, id);
    const { pipeline, gateway, lines } = props;
    const group = gateway.accessLogGroup;
    // CloudWatch Logs tries the function when the subscription is made.
    const permissions =
      pipeline instanceof UsagePipeline && TerraformStack.of(pipeline) === TerraformStack.of(this)
        ? pipeline.permissions
        : [];
    this.resource = new CloudwatchLogSubscriptionFilter(this, 'Resource', {
      name: pipeline.subscriptionName,
      logGroupName: gateway.accessLogGroupName,
      filterPattern: '',
      destinationArn: pipeline.functionArn,
      dependsOn: [...(group === undefined ? [] : [group]), ...permissions],
    });
    this.lines =
      lines &&
      new CloudwatchLogSubscriptionFilter(this, 'Lines', {
        name: lines.subscriptionName,
        logGroupName: gateway.accessLogGroupName,
        filterPattern: '',
        destinationArn: lines.streamArn,
        roleArn: lines.subscriptionRoleArn,
        dependsOn: group === undefined ? [] : [group],
      });
  }
}
