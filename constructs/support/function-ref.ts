import { Construct } from 'constructs';
import { type Location, partitionOf } from './arn';
import { Grant, type IGrantee } from './grant';
import { functionMetric, type Metric, type MetricOptions } from './metric';

/** A Lambda function that a gateway can call, made here or elsewhere. */
export interface IFunction {
  readonly functionName: string;
  readonly functionArn: string;
  /** Address for `uri` and `authorizer_uri` of API Gateway. */
  readonly invokeArn: string;
}

/** The metrics that Lambda publishes for a function. */
export interface IFunctionMetrics {
  /**
   * `ConcurrentExecutions` (the maximum by default), `Duration` (the average), `Errors`, `Invocations` or `Throttles` (the sum).
   *
   * @throws {MetricError} for another metric, an unknown statistic or period
   */
  metric(metricName: string, options?: MetricOptions): Metric;
  /** Calls that ended with an error; of an authorizer, refused tokens are among them. The sum by default. */
  metricErrors(options?: MetricOptions): Metric;
  /** Calls. The sum by default. */
  metricInvocations(options?: MetricOptions): Metric;
  /** Time that calls take, in milliseconds. The average by default. */
  metricDuration(options?: MetricOptions): Metric;
  /** Calls that were refused because no concurrency was left. The sum by default. */
  metricThrottles(options?: MetricOptions): Metric;
}

/** What each construct has that makes a function. */
export abstract class FunctionBase extends Construct implements IFunction, IFunctionMetrics {
  abstract readonly functionName: string;
  abstract readonly functionArn: string;
  abstract readonly invokeArn: string;

  /** Lets a role call the function. */
  grantInvoke(grantee: IGrantee): Grant {
    return grantInvoke(grantee, this);
  }

  metric(metricName: string, options?: MetricOptions): Metric {
    return functionMetric(this.functionName, metricName, options);
  }

  metricErrors(options?: MetricOptions): Metric {
    return functionMetric(this.functionName, 'Errors', options);
  }

  metricInvocations(options?: MetricOptions): Metric {
    return functionMetric(this.functionName, 'Invocations', options);
  }

  metricDuration(options?: MetricOptions): Metric {
    return functionMetric(this.functionName, 'Duration', options);
  }

  metricThrottles(options?: MetricOptions): Metric {
    return functionMetric(this.functionName, 'Throttles', options);
  }
}

/** Where a function of a deterministic name lives. */
export interface FunctionAttributes extends Location {
  readonly functionName: string;
  /** @default - the partition of the region */
  readonly partition?: string;
}

/**
 * A function of another stack, referred to by its deterministic name. All attributes are literal, so neither a data source
 * nor remote state is needed.
 */
export class FunctionRef implements IFunction, IFunctionMetrics {
  readonly functionName: string;
  readonly functionArn: string;
  readonly invokeArn: string;

  constructor({ functionName, account, region, partition = partitionOf(region) }: FunctionAttributes) {
    this.functionName = functionName;
    this.functionArn = `arn:${partition}:lambda:${region}:${account}:function:${functionName}`;
    this.invokeArn = `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${this.functionArn}/invocations`;
  }

  /** Lets a role call the function. */
  grantInvoke(grantee: IGrantee): Grant {
    return grantInvoke(grantee, this);
  }

  metric(metricName: string, options?: MetricOptions): Metric {
    return functionMetric(this.functionName, metricName, options);
  }

  metricErrors(options?: MetricOptions): Metric {
    return functionMetric(this.functionName, 'Errors', options);
  }

  metricInvocations(options?: MetricOptions): Metric {
    return functionMetric(this.functionName, 'Invocations', options);
  }

  metricDuration(options?: MetricOptions): Metric {
    return functionMetric(this.functionName, 'Duration', options);
  }

  metricThrottles(options?: MetricOptions): Metric {
    return functionMetric(this.functionName, 'Throttles', options);
  }
}

/** Refers to a function of another stack by its deterministic name; the same as `NodeFunction.fromFunctionAttributes`. */
export function functionFromName(attributes: FunctionAttributes): FunctionRef {
  return new FunctionRef(attributes);
}

function grantInvoke(grantee: IGrantee, { functionArn }: IFunction): Grant {
  return Grant.addToRole(grantee, {
    sid: 'InvokeFunction',
    actions: ['lambda:InvokeFunction'],
    resources: [functionArn],
  });
}
