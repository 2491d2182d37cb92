import type { AuditModel, Policy, PolicyStatement } from '../model/types';
import type { Rule, RuleFinding } from './rule';
import { finding, isSet, judge, resourcesOf } from './shared/resources';
import { allowing, checkStatements, quoted, type StatementAnswer } from './shared/statements';
import { isKeyAdministration, isWideAction } from './shared/wide-actions';

const WIDE_MANAGED =
  /^arn:aws[\w-]*:iam::aws:policy\/(\S*\/)?(AdministratorAccess\S*|PowerUserAccess|IAMFullAccess|\w*FullAccess(V2)?)$/;
const ATTACHMENTS = [
  'aws_iam_role_policy_attachment',
  'aws_iam_user_policy_attachment',
  'aws_iam_group_policy_attachment',
  'aws_iam_policy_attachment',
];

/** Lists of managed policies, by the type that has them. */
const LISTS = [
  ['aws_iam_role', 'managed_policy_arns'],
  ['aws_iam_role_policy_attachments_exclusive', 'policy_arns'],
  ['aws_iam_user_policy_attachments_exclusive', 'policy_arns'],
  ['aws_iam_group_policy_attachments_exclusive', 'policy_arns'],
] as const;

/** No policy allows all actions of a service, or of all services. */
export const wildcardAction: Rule = {
  id: 'IAM-001',
  title: 'Wildcard action',
  why: 'A policy that allows "*" or "service:*" grants what nobody reviewed, and what AWS adds tomorrow.',
  cause: 'The list of actions was not known when the policy was written, or a managed FullAccess policy was at hand.',
  fix: 'Name the actions. Where a managed policy is too wide, write one of your own.',
  severity: 'critical',
  references: [
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege',
    'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html',
  ],
  check: (model: AuditModel) => [
    ...checkStatements(model, () => true, judgeActions, passMessage),
    ...attachments(model),
    ...lists(model),
  ],
};

function judgeActions(policy: Policy, statement: PolicyStatement): StatementAnswer[] {
  if (statement.effect.text !== 'Allow') {
    return [{ verdict: 'unknown', element: 'Effect', detail: 'has an effect that is not known' }];
  }
  if (statement.notActions !== undefined) {
    return [{ verdict: 'fail', element: 'NotAction', detail: 'allows every action but those it names (NotAction)' }];
  }
  // AWS requires kms:* for the root of the account, without which nobody could manage the key by IAM.
  if (isKeyAdministration(policy, statement)) {
    return [];
  }
  const actions = statement.actions ?? [];
  const wide = actions.filter((action) => action.symbolic !== 'anything' && isWideAction(action.text));
  if (wide.length > 0) {
    return [
      {
        verdict: 'fail',
        element: 'Action',
        detail: `allows ${quoted(wide)}`,
        plainDetail: 'allows every action of a service, or of all',
      },
    ];
  }
  const open = actions.some((action) => action.symbolic === 'anything');
  return open ? [{ verdict: 'unknown', element: 'Action', detail: 'allows an action that is not known' }] : [];
}

function attachments(model: AuditModel): RuleFinding[] {
  return resourcesOf(model, ...ATTACHMENTS).flatMap((placed) => {
    const arn = placed.resource.attributes.string('policy_arn');
    if (arn.kind !== 'known' || !/:iam::aws:policy\//.test(arn.value)) {
      return [];
    }
    const message = (_: string, passed: boolean) =>
      passed ? 'the managed policy of AWS is not one of full access' : 'a managed policy of AWS gives full access';
    return [
      finding(
        placed,
        'policy_arn',
        judge('policy_arn', arn, '', (text) => !WIDE_MANAGED.test(text), message),
      ),
    ];
  });
}

function lists(model: AuditModel): RuleFinding[] {
  return LISTS.flatMap(([type, attribute]) =>
    resourcesOf(model, type)
      .filter(({ resource }) => isSet(resource.attributes, attribute))
      .map((placed) => {
        const arns = placed.resource.attributes.elements(attribute);
        const known = arns.kind === 'known' ? arns.value : [];
        const wide = known.some((arn) => arn.kind === 'known' && WIDE_MANAGED.test(String(arn.value)));
        const isOpen = arns.kind === 'unknown' || known.some(({ kind }) => kind === 'unknown');
        return finding(
          placed,
          attribute,
          wide
            ? ['fail', 'a managed policy of AWS gives full access']
            : isOpen
              ? ['unknown', 'a policy that it attaches is known only after apply']
              : ['pass', 'no managed policy of AWS that it attaches is one of full access'],
        );
      }),
  );
}

function passMessage(policy: Policy): string {
  return allowing(policy).some((statement) => isKeyAdministration(policy, statement))
    ? 'no wildcard but kms:* for the root of an account, which AWS requires to manage the key by IAM'
    : 'it names its actions';
}
