import type { Rule } from './rule';
import { blocksOf, finding, type Judgement, type Placed, resourcesOf } from './shared/resources';

/** Asked only by a policy with `vpc`. */
export const functionVpc: Rule = {
  id: 'LAM-006',
  title: 'Function outside a VPC',
  why: 'What the function sends is not held back by any network rule of the organisation.',
  cause: 'Functions run outside a VPC by default.',
  fix: 'Set vpc_config with subnets and security groups.',
  severity: 'low',
  references: ['https://docs.aws.amazon.com/securityhub/latest/userguide/lambda-controls.html#lambda-3'],
  check: (model, policy) =>
    policy.vpc
      ? resourcesOf(model, 'aws_lambda_function').map((placed) => finding(placed, 'vpc_config', judge(placed)))
      : [],
};

function judge({ resource }: Placed): Judgement {
  const blocks = blocksOf(resource.attributes, 'vpc_config');
  if (blocks.kind !== 'known') {
    return ['unknown', 'its network is not known'];
  }
  return blocks.value.length > 0 ? ['pass', 'it runs in a VPC'] : ['fail', 'it runs outside a VPC'];
}
