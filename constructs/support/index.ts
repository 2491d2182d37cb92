export { apiGatewayControlArn, type Location, literalArn, partitionOf } from './arn';
export { ConstructError } from './errors';
export { type FunctionAttributes, functionFromName, type IFunction } from './function-ref';
export {
  assumeRolePolicy,
  type IGrantee,
  kmsViaService,
  type PolicyStatement,
  policyDocument,
  type ResourcePolicyStatement,
} from './iam';
export { functionLogGroup, Names } from './names';
export {
  type AsynchronousOptions,
  NodeFunction,
  type NodeFunctionOptions,
  type NodeFunctionProps,
  type VpcOptions,
} from './node-function';
export { TerraformData, type TerraformDataProps } from './terraform-data';
export { escapeTerraform } from './terraform-text';
