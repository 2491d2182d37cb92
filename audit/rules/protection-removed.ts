import type { Rule, RuleFinding } from './rule';
import { finding } from './shared/resources';
import { PROTECTIONS, weakenings } from './shared/weakenings';

/** What protects data and history is not taken off. */
export const protectionRemoved: Rule = {
  id: 'STATE-004',
  title: 'Protection of a stateful resource removed',
  why: 'It looks like any other update; the next mistake, or the next plan, then destroys what was protected.',
  cause: 'Protection was switched off to let a plan through, or to save money.',
  fix: 'Leave the protection on. Take it off only in the plan that removes the resource.',
  severity: 'high',
  references: [
    'https://docs.aws.amazon.com/securityhub/latest/userguide/dynamodb-controls.html#dynamodb-6',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html#kms-3',
  ],
  check: (model) =>
    model.stacks.flatMap((stack) =>
      stack.resources.flatMap((resource): RuleFinding[] =>
        resource.before === undefined
          ? []
          : weakenings(PROTECTIONS, resource.type, resource.before, resource.attributes).map(
              ({ attribute, answer }) => ({
                ...finding({ stack, resource }, attribute, answer),
                evidence: attribute,
              }),
            ),
      ),
    ),
};
