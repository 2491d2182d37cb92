import type { PolicyStatement } from '../../model/types';
import { isBoundPrincipal, type StatementAnswer } from './statements';

/** What is wrong with the principals of a statement of a resource policy: everybody, or nobody knows who. */
export function opensPrincipal(statement: PolicyStatement): StatementAnswer | undefined {
  if (statement.conditions.length > 0) {
    return undefined;
  }
  if (statement.notPrincipals !== undefined) {
    return {
      verdict: 'fail',
      element: 'NotPrincipal',
      detail: 'allows everybody but those it names (NotPrincipal), without a condition',
    };
  }
  const principals = statement.principals ?? [];
  if (principals.some(({ id }) => id.text === '*')) {
    return { verdict: 'fail', element: 'Principal', detail: 'allows everybody (Principal "*"), without a condition' };
  }
  const open = principals.filter(({ id }) => id.symbolic === 'anything' && !isBoundPrincipal(id));
  return open.length === 0 && statement.principals !== undefined
    ? undefined
    : {
        verdict: 'unknown',
        element: 'Principal',
        detail: 'allows a principal that is not known, without a condition',
      };
}
