import type { PolicyStatement } from '../../model/types';
import { isBoundPrincipal, type StatementAnswer } from './statements';
import { type Restriction, restrictsWho, restrictsWhoseToken } from './who-conditions';

/** What is wrong with the principals of a statement of a resource policy: everybody, or nobody knows who. */
export function opensPrincipal(statement: PolicyStatement): StatementAnswer | undefined {
  const { conditions, notPrincipals, principals } = statement;
  const restriction = restrictsWho(conditions);
  if (notPrincipals !== undefined) {
    return answer(restriction, 'NotPrincipal', 'allows everybody but those it names (NotPrincipal)', statement);
  }
  if (principals?.some(({ id }) => id.text === '*')) {
    return answer(restriction, 'Principal', 'allows everybody (Principal "*")', statement);
  }
  if (principals?.some(({ type, id }) => type === 'Federated' && /:oidc-provider\//.test(id.text))) {
    return answer(restrictsWhoseToken(conditions), 'Principal', 'allows every user of an identity provider', statement);
  }
  const open = (principals ?? []).filter(({ id }) => id.symbolic === 'anything' && !isBoundPrincipal(id));
  return (open.length === 0 && principals !== undefined) || conditions.length > 0
    ? undefined
    : {
        verdict: 'unknown',
        element: 'Principal',
        detail: 'allows a principal that is not known, without a condition',
      };
}

/** A condition that everybody meets is none. */
function answer(
  restriction: Restriction,
  element: string,
  detail: string,
  { conditions }: PolicyStatement,
): StatementAnswer | undefined {
  switch (restriction) {
    case 'yes':
      return undefined;
    case 'unknown':
      return { verdict: 'unknown', element, detail: `${detail}, under a condition that is not known` };
    default:
      return {
        verdict: 'fail',
        element,
        detail: `${detail}, ${conditions.length === 0 ? 'without a condition' : 'under a condition that does not say who'}`,
      };
  }
}
