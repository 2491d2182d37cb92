import type { AuditModel, LambdaPermission, Policy } from '../model/types';
import { is } from '../three-valued';
import { isKeyAdministration, judgeStatement } from './policy-wildcards';
import type { Rule, RuleFinding } from './rule';

/** No policy allows all actions of a service, all APIs, or everybody. */
export const iam001: Rule = {
  id: 'IAM-001',
  title: 'Wildcard Allow',
  why: 'A policy that allows "*", "service:*", every API, or everybody grants what nobody reviewed, and what AWS adds tomorrow.',
  fix: 'Name the actions and the APIs. Name the principals of a resource policy, or restrict them by a condition.',
  severity: 'critical',
  references: [
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege',
    'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html',
  ],
  check: (model: AuditModel) => [
    ...model.policies.flatMap(checkPolicy),
    ...model.lambdaPermissions.map(checkPermission),
  ],
};

function checkPolicy(policy: Policy): RuleFinding[] {
  const place = { stack: policy.stack.name, address: policy.address, constructPath: policy.constructPath };
  const { statements } = policy;
  if (statements.kind !== 'known') {
    const cause = statements.kind === 'unknown' ? statements.cause : 'not set';
    return [
      {
        ...place,
        attribute: policy.attribute,
        verdict: 'unknown',
        message: `the policy cannot be judged: it is ${cause}`,
      },
    ];
  }
  const findings = statements.value.flatMap((statement) =>
    judgeStatement(policy, statement).map(
      ({ verdict, element, detail, plainDetail }): RuleFinding => ({
        ...place,
        attribute: `${policy.attribute} ${statement.label} ${element}`,
        verdict,
        message: `the ${policy.kind} policy ${statements.sensitive ? plainDetail : detail}`,
      }),
    ),
  );
  if (findings.length > 0) {
    return findings;
  }
  const message = statements.value.some((statement) => isKeyAdministration(policy, statement))
    ? 'no wildcard but kms:* for the root of an account, which AWS requires to manage the key by IAM'
    : 'no wildcard Allow';
  return [{ ...place, attribute: policy.attribute, verdict: 'pass', message }];
}

function checkPermission(permission: LambdaPermission): RuleFinding {
  const place = {
    stack: permission.stack.name,
    address: permission.address,
    constructPath: permission.constructPath,
    attribute: 'principal',
  };
  if (permission.principal.kind !== 'known') {
    const cause = permission.principal.kind === 'unknown' ? permission.principal.cause : 'not set';
    return {
      ...place,
      verdict: 'unknown',
      message: `who may invoke the function cannot be judged: the principal is ${cause}`,
    };
  }
  return is(permission.principal, '*') && !permission.restricted
    ? {
        ...place,
        verdict: 'fail',
        message: 'everybody may invoke the function: principal "*" without source ARN, account or organisation',
      }
    : { ...place, verdict: 'pass', message: 'the principal is named or restricted' };
}
