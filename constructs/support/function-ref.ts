import { type Location, partitionOf } from './arn';

/** A Lambda function that a gateway can call, made here or elsewhere. */
export interface IFunction {
  readonly functionName: string;
  readonly functionArn: string;
  /** Address for `uri` and `authorizer_uri` of API Gateway. */
  readonly invokeArn: string;
}

/** Where a function of a deterministic name lives. */
export interface FunctionAttributes extends Location {
  readonly functionName: string;
  /** @default - the partition of the region */
  readonly partition?: string;
}

/**
 * Refers to a function of another stack by its deterministic name. All attributes are literal, so neither a data source
 * nor remote state is needed.
 */
export function functionFromName(attributes: FunctionAttributes): IFunction {
  const { functionName, account, region, partition = partitionOf(attributes.region) } = attributes;
  const functionArn = `arn:${partition}:lambda:${region}:${account}:function:${functionName}`;
  return {
    functionName,
    functionArn,
    invokeArn: `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
  };
}
