import type { Rule } from './rule';
import { unclassifiedChanges } from './shared/changed-resources';

/** What nobody has judged is not taken for harmless. */
export const unclassifiedChange: Rule = {
  id: 'CHANGE-005',
  title: 'Unclassified change',
  why: 'The plan audit does not know the attribute, so that it cannot tell whether anything is weaker than before.',
  cause:
    'The provider is newer than the table of attributes of this version, or what answers a route is of a type that no table is about.',
  fix: 'Read what the provider says of the attribute, and look at both values; tell the makers of the kit.',
  severity: 'medium',
  references: ['https://registry.terraform.io/providers/hashicorp/aws/latest/docs'],
  check: (model, policy) => unclassifiedChanges(model, policy),
};
