import { guardedStages } from '../model/apis';
import type { Rule } from './rule';
import { finding, type Judgement, type Placed, resourcesOf } from './shared/resources';

const STAGE = 'aws_api_gateway_stage';

/** Asked only by a policy with `webAcl`: a firewall costs money, and not every API needs one. */
export const stageWebAcl: Rule = {
  id: 'EDGE-001',
  title: 'Stage without a web ACL',
  why: 'Nothing holds back known attackers, floods and malformed requests before they reach the authorizer.',
  cause: 'A web ACL is a resource of its own, associated with each stage.',
  fix: 'Associate a web ACL by aws_wafv2_web_acl_association with the ARN of the stage.',
  severity: 'medium',
  references: ['https://docs.aws.amazon.com/securityhub/latest/userguide/apigateway-controls.html#apigateway-4'],
  check: (model, policy) =>
    policy.webAcl ? resourcesOf(model, STAGE).map((placed) => finding(placed, 'web ACL', judge(placed))) : [],
};

function judge({ stack, resource }: Placed): Judgement {
  const webAcl = guardedStages(stack)(resource);
  if (webAcl.kind !== 'known') {
    return ['unknown', 'a web ACL is associated with a resource that is not known'];
  }
  return webAcl.value ? ['pass', 'a web ACL protects it'] : ['fail', 'no web ACL of the stack protects it'];
}
