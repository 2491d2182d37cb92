import type { Rule } from './rule';
import { changesIn } from './shared/changed-resources';

/** What keeps credentials stays what was reviewed. */
export const keepingChanged: Rule = {
  id: 'CHANGE-002',
  title: 'What keeps tokens, secrets, keys or rights changed',
  why: 'Who can read, decrypt or change credentials follows from a few settings of stores, keys and roles; each of them fits in one line of a plan.',
  cause:
    'A key was swapped, a boundary or a block of public access taken off, a grant or an attachment pointed elsewhere.',
  fix: 'Compare both values with what was reviewed; where the change is meant, have the owner of the data approve it.',
  severity: 'high',
  references: ['https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/permissions-management.html'],
  check: (model, policy) => changesIn(model, policy, 'keep'),
};
