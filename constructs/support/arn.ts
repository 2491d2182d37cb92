import { Token } from 'cdktf';

/** Where resources of deterministic names live. */
export interface Location {
  /** AWS account id, 12 digits. */
  readonly account: string;
  readonly region: string;
}

/** Partition of a region: `aws`, `aws-cn` or `aws-us-gov`. A region that is not known at synth counts as `aws`. */
export function partitionOf(region: string): string {
  if (Token.isUnresolved(region)) {
    return 'aws';
  }
  return region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/**
 * Literal ARN of a resource of a deterministic name, for example `literalArn(location, 'dynamodb', 'table/acme-prod-tokens')`.
 * A plan shows it, where an attribute of a resource would be known after apply only.
 */
export function literalArn(location: Location, service: string, resource: string): string {
  return `arn:${partitionOf(location.region)}:${service}:${location.region}:${location.account}:${resource}`;
}

/** ARN of an address of the control plane of API Gateway, for example `/usageplans`; it names no account. */
export function apiGatewayControlArn(region: string, path: string): string {
  return `arn:${partitionOf(region)}:apigateway:${region}::${path}`;
}
