import type { Policy, PolicyStatement } from '../../model/types';

const ACCOUNT_ROOT = /^arn:aws[\w-]*:iam::(\d{12}|\$\{[^}]+\}):root$|^\d{12}$/;

/** `*`, `service:*`, and whatever else matches every action of a service. */
export function isWideAction(action: string): boolean {
  const [service = '', name] = action.split(':', 2);
  return /[*?]/.test(service) || (name !== undefined && /^[*?]*\*[*?]*$/.test(name));
}

/** True for the statement that AWS itself puts into a key policy, without which nobody could manage the key by IAM. */
export function isKeyAdministration(policy: Policy, statement: PolicyStatement): boolean {
  const { principals } = statement;
  return (
    (policy.resourceType === 'aws_kms_key' || policy.resourceType === 'aws_kms_key_policy') &&
    statement.notPrincipals === undefined &&
    principals !== undefined &&
    principals.length > 0 &&
    principals.every(({ type, id }) => type === 'AWS' && ACCOUNT_ROOT.test(id.text)) &&
    statement.notActions === undefined &&
    (statement.actions ?? []).every(({ text }) => text.toLowerCase() === 'kms:*')
  );
}
