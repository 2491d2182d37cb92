import type { Rule } from './rule';
import { isApiPolicy } from './shared/api-policies';
import { opensPrincipal } from './shared/principals';
import { checkStatements } from './shared/statements';

/** Resource policies and trust policies name who they are for. */
export const openToEverybody: Rule = {
  id: 'IAM-006',
  title: 'Resource or role open to everybody',
  why: 'Principal "*" without a condition is every AWS account, and for many services everybody on the internet.',
  cause: 'The policy was opened to find out why access was denied.',
  fix: 'Name the principals, or restrict them by a condition such as aws:PrincipalOrgID, aws:SourceArn or aws:SourceAccount.',
  severity: 'critical',
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html'],
  check: (model) =>
    checkStatements(
      model,
      // The policy of an API is asked before its methods, which decide: AUTHZ-015 looks at it.
      (policy) => policy.kind === 'resource' && !isApiPolicy(policy),
      (_, statement) => {
        const answer = opensPrincipal(statement);
        return answer === undefined ? [] : [answer];
      },
      'its principals are named or restricted',
    ),
};
