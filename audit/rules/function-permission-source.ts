import type { LambdaPermission } from '../model/types';
import type { Rule } from './rule';
import type { Judgement } from './shared/resources';

/** A service that acts for every account may invoke a function only for the one that is meant. */
export const functionPermissionSource: Rule = {
  id: 'IAM-007',
  title: 'Function permission without a source',
  why: 'A service principal acts for every account: without source ARN or account, anybody can have the service invoke the function (confused deputy).',
  cause: 'source_arn is optional, and the console adds it where HCL does not.',
  fix: 'Set source_arn; for Secrets Manager and other services without one, source_account; for "*" an organisation.',
  severity: 'high',
  references: [
    'https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html',
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html',
  ],
  check: (model) =>
    model.lambdaPermissions.map((permission) => {
      const [verdict, message] = judge(permission);
      return {
        stack: permission.stack.name,
        address: permission.address,
        constructPath: permission.constructPath,
        attribute: 'principal',
        verdict,
        message,
      };
    }),
};

function judge({ principal, restricted }: LambdaPermission): Judgement {
  if (restricted) {
    return ['pass', 'a source restricts who may invoke the function'];
  }
  if (principal.kind !== 'known') {
    const cause = principal.kind === 'unknown' ? principal.cause : 'not set';
    return ['unknown', `who may invoke the function cannot be judged: the principal is ${cause}`];
  }
  if (principal.value === '*') {
    return ['fail', 'everybody may invoke the function: principal "*" without source ARN, account or organisation'];
  }
  return /\.amazonaws\.com(\.cn)?$/.test(principal.value)
    ? ['fail', 'the service may invoke the function for every account: neither source_arn nor source_account is set']
    : ['pass', 'the principal is an account or a role'];
}
