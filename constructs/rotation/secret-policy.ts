import { type PolicyStatement, policyDocument } from '../support/iam';

/**
 * Resource policy of a rotated secret. Only the named roles may put a value or move labels, whatever IAM allows others. Not so
 * UpdateSecret, by which Terraform changes description and key, and which has no condition for a value: the alarms tell of it.
 * And everybody else reads the current value alone, asking for it by its label. Otherwise a retired key stays readable
 * as AWSPREVIOUS, or by the id of its version, for as long as the version is kept.
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
