import { arrayOf, member } from '../json';
import type { Verdict } from '../three-valued';
import type { Rule, RuleFinding } from './rule';

const VERDICTS: Readonly<Record<string, Verdict>> = { pass: 'pass', fail: 'fail', error: 'fail', unknown: 'unknown' };

/** The checks that the configuration states about itself hold. */
export const failedCheck: Rule = {
  id: 'PLAN-006',
  title: 'Check of the configuration failed',
  why: 'A check block only warns: the plan goes on although what it relies on does not hold.',
  cause: 'The warning is one of many in a long log.',
  fix: 'Find out why the check failed before the plan is applied.',
  severity: 'medium',
  references: ['https://developer.hashicorp.com/terraform/language/checks'],
  check: (model) =>
    model.stacks.flatMap((stack) =>
      arrayOf(stack.document.checks).flatMap((check): RuleFinding[] => {
        const address = member(member(check, 'address'), 'to_display');
        const status = member(check, 'status');
        const verdict = typeof status === 'string' ? VERDICTS[status] : undefined;
        if (typeof address !== 'string' || verdict === undefined) {
          return [];
        }
        const message = {
          pass: 'the check holds',
          fail: 'the check does not hold',
          unknown: 'whether the check holds is known only after apply',
        }[verdict];
        return [{ stack: stack.name, address, attribute: 'check', verdict, message }];
      }),
    ),
};
