import type { Rule } from './rule';
import { finding, judge, presence, resourcesOf } from './shared/resources';

/** Asked only by a policy with `customerKeys`: CloudWatch Logs encrypts by itself with a key of AWS. */
export const logEncryption: Rule = {
  id: 'LOG-006',
  title: 'Log group without a key of the customer',
  why: 'Who may read the logs is decided by IAM alone, and nobody can withdraw what was read under a key of AWS.',
  cause: 'kms_key_id is optional, and the key policy must name CloudWatch Logs.',
  fix: 'Set kms_key_id to a key whose policy lets logs.<region>.amazonaws.com use it.',
  severity: 'low',
  references: ['https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html'],
  check: (model, policy) =>
    policy.customerKeys
      ? resourcesOf(model, 'aws_cloudwatch_log_group').map((placed) =>
          finding(
            placed,
            'kms_key_id',
            judge(
              'kms_key_id',
              presence(placed, 'kms_key_id'),
              false,
              (own) => own,
              (_, passed) => (passed ? 'a key of the customer encrypts it' : 'a key of AWS encrypts it'),
            ),
          ),
        )
      : [],
};
