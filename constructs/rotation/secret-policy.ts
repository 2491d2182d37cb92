import { type PolicyStatement, policyDocument } from '../support/iam';

/**
 * Resource policy of a rotated secret. Only the named roles may put a value or move labels, whatever IAM allows others. Everybody
 * else reads the current value only, asking for it by its label; otherwise a retired key would stay readable as AWSPREVIOUS, or by
 * the id of its version, for as long as the version is kept.
 *
 * UpdateSecret is not covered: Terraform needs it for description and key, and it has no condition key for the value. The alarms
 * tell of its use.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html
 */
export function secretPolicy(roleArns: readonly string[]): string {
  // The ARN of the role also for its sessions (IAM, global condition keys).
  const others: NonNullable<PolicyStatement['conditions']> = { ArnNotEquals: { 'aws:PrincipalArn': roleArns } };
  return policyDocument([
    {
      sid: 'OnlyRotationWrites',
      effect: 'Deny',
      principal: { AWS: '*' },
      actions: ['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'],
      resources: ['*'],
      conditions: others,
    },
    {
      sid: 'OthersReadCurrentOnly',
      effect: 'Deny',
      principal: { AWS: '*' },
      actions: ['secretsmanager:GetSecretValue'],
      resources: ['*'],
      conditions: { ...others, StringNotEquals: { 'secretsmanager:VersionStage': 'AWSCURRENT' } },
    },
  ]);
}
