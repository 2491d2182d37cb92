import type { AuditModel } from '../model/types';
import type { Rule, RuleFinding } from './rule';
import { finding, resourcesOf } from './shared/resources';
import { aboutPolicy } from './shared/statements';

const KNOWN_MANAGED =
  /:iam::aws:policy\/service-role\/(AWSLambdaBasicExecutionRole|AWSLambdaVPCAccessExecutionRole|AWSLambdaSQSQueueExecutionRole|AWSLambdaDynamoDBExecutionRole|AWSLambdaKinesisExecutionRole|AmazonAPIGatewayPushToCloudWatchLogs)$|:iam::aws:policy\/AWSXRayDaemonWriteAccess$/;
const FULL = /FullAccess|AdministratorAccess|PowerUserAccess/;

/** Every policy can be read, so that the other rules of the family can judge it. */
export const unreadablePolicy: Rule = {
  id: 'IAM-010',
  title: 'Policy that cannot be read',
  why: 'What a policy grants is not known before it is applied, and no rule can judge it.',
  cause: 'jsonencode with an unknown part in HCL, a document from outside, or a managed policy that is only attached.',
  fix: 'Write the document by data.aws_iam_policy_document or with literal statements; replace managed policies by policies of the plan.',
  severity: 'medium',
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html'],
  check: (model) => [...documents(model), ...attachments(model)],
};

function documents(model: AuditModel): RuleFinding[] {
  return model.policies.map((policy) => {
    const { statements } = policy;
    const place = { ...aboutPolicy(policy), attribute: policy.attribute };
    if (statements.kind === 'known') {
      return { ...place, verdict: 'pass', message: 'its statements are known' };
    }
    const cause = statements.kind === 'unknown' ? statements.cause : 'not set';
    const isNoPolicy = cause === 'no JSON';
    return isNoPolicy
      ? { ...place, verdict: 'fail', message: `it is not a policy: ${cause}` }
      : { ...place, verdict: 'unknown', message: `the policy cannot be judged: it is ${cause}` };
  });
}

/** A managed policy of AWS is read by nobody here: the few that functions need are known, full access is IAM-001's. */
function attachments(model: AuditModel): RuleFinding[] {
  return resourcesOf(model, 'aws_iam_role_policy_attachment').flatMap((placed) => {
    const arn = placed.resource.attributes.string('policy_arn');
    if (arn.kind !== 'known' || FULL.test(arn.value)) {
      return [];
    }
    return KNOWN_MANAGED.test(arn.value)
      ? [
          finding(placed, 'policy_arn', [
            'pass',
            'a managed policy of AWS that reads the source of events and writes logs or traces only',
          ]),
        ]
      : [finding(placed, 'policy_arn', ['unknown', 'what the managed policy allows is not in the plan'])];
  });
}
