import type { Api, AuditModel, Policy } from '../model/types';
import { is } from '../three-valued';
import type { Rule, RuleFinding } from './rule';
import { apiOfPolicy, isApiPolicy, opensToEverybody } from './shared/api-policies';
import { aboutPolicy, allowing } from './shared/statements';

/** A resource policy of an API must not let in whom its methods or its endpoint were to keep out. */
export const apiOpenToEveryAccount: Rule = {
  id: 'AUTHZ-015',
  title: 'Resource policy of an API opens it to every account',
  why: 'With AWS_IAM a caller needs an allow of either side: an API policy for "*" lets in every AWS account. A private API with it is open to every VPC endpoint.',
  cause: 'The policy was copied from a public API, or written to try whether it is the cause of a 403.',
  fix: 'Name the accounts, roles or VPC endpoints (aws:SourceVpce) in the policy.',
  severity: 'high',
  references: ['https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html'],
  check: (model) =>
    model.policies.filter(isApiPolicy).flatMap((policy) => {
      const api = apiOfPolicy(model, policy);
      return policy.statements.kind === 'known' ? [judge(model, policy, api)] : [];
    }),
};

function judge(model: AuditModel, policy: Policy, api: Api | undefined): RuleFinding {
  const place = { ...aboutPolicy(policy), attribute: `${policy.attribute} Principal` };
  const open = allowing(policy).some(opensToEverybody) && !deniesOthers(policy);
  if (!open) {
    return { ...place, verdict: 'pass', message: 'the policy of the API names who may call it' };
  }
  if (api === undefined) {
    return { ...place, verdict: 'unknown', message: 'the policy is for everybody, and its API is not known' };
  }
  const routes = model.routes.filter((route) => route.api === api);
  const isPrivate = endpointTypes(api).includes('PRIVATE');
  const signed = routes.some(({ authorization }) => is(authorization, 'AWS_IAM'));
  if (isPrivate || signed) {
    const what = isPrivate ? 'every VPC endpoint of every account' : 'every AWS account on its AWS_IAM methods';
    return { ...place, verdict: 'fail', message: `the policy of the API lets in ${what}` };
  }
  return routes.some(({ authorization }) => authorization.kind === 'unknown')
    ? { ...place, verdict: 'unknown', message: 'the policy is for everybody, and an authorization is not known' }
    : { ...place, verdict: 'pass', message: 'the policy is for everybody, and the methods decide' };
}

/** Keys that tell where a request comes from, or whose it is. */
const ORIGINS =
  /^aws:(SourceVpce|SourceVpc|VpcSourceIp|SourceIp|PrincipalOrgID|PrincipalAccount|PrincipalArn|SourceAccount|SourceArn)$/i;

/** Whether a Deny for everybody keeps out all but what it names: AWS documents private APIs so. */
function deniesOthers({ statements }: Policy): boolean {
  return (
    statements.kind === 'known' &&
    statements.value.some(
      ({ effect, principals = [], conditions, actions = [], resources = [] }) =>
        effect.text === 'Deny' &&
        principals.some(({ id }) => id.text === '*') &&
        actions.some(({ text }) => /^(\*|execute-api:(\*|Invoke))$/i.test(text)) &&
        // All of the API: a stage or a path of it leaves the rest open.
        resources.some(({ text }) =>
          /^(\*|execute-api:\/\*|arn:[^:]*:execute-api:[^:]*:[^:]*:[^/]+\/\*)$/.test(text),
        ) &&
        conditions.length > 0 &&
        conditions.every(
          ({ operator, key, values }) =>
            /^(StringNot(Equals|Like)(IgnoreCase)?|NotIpAddress|ArnNot(Equals|Like))$/.test(operator) &&
            ORIGINS.test(key.text) &&
            values.length > 0 &&
            // What is kept out is what is not any of these: with "*" it would be nobody.
            values.every(({ text }) => !/^[*?]+$|^0\.0\.0\.0\/0$|^::\/0$/.test(text)),
        ),
    )
  );
}

function endpointTypes(api: Api): readonly string[] {
  const blocks = api.resource?.attributes.blocks('endpoint_configuration');
  const types = blocks?.kind === 'known' ? blocks.value[0]?.value('types') : undefined;
  return types?.kind === 'known' && Array.isArray(types.value) ? types.value.map(String) : [];
}
