export { apiGatewayControlArn, type Location, literalArn, partitionOf } from './arn';
export { ConstructError } from './errors';
export {
  type FunctionAttributes,
  FunctionBase,
  FunctionRef,
  functionFromName,
  type IFunction,
  type IFunctionMetrics,
} from './function-ref';
export { Grant, type IGrantee } from './grant';
export {
  assumeRolePolicy,
  kmsViaService,
  type PolicyStatement,
  policyDocument,
  type ResourcePolicyStatement,
} from './iam';
export {
  type AlarmMetric,
  alarmMetric,
  checkMetric,
  type Metric,
  MetricError,
  type MetricFamily,
  type MetricOptions,
} from './metric';
export { functionLogGroup, Names } from './names';
export { NodeFunction } from './node-function';
export type { AsynchronousOptions, NodeFunctionOptions, NodeFunctionProps, VpcOptions } from './node-function-props';
export { RoleRef } from './role-ref';
export { TerraformData, type TerraformDataProps } from './terraform-data';
export { escapeTerraform } from './terraform-text';
