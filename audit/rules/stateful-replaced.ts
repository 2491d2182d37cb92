import type { Rule } from './rule';
import { DATA_TYPES, guard } from './shared/stateful';

/** A change that cannot be made in place is not made to stateful resources in passing. */
export const statefulReplaced: Rule = {
  id: 'STATE-002',
  title: 'Stateful resource replaced',
  why: 'Terraform destroys the resource and makes an empty one in its place.',
  cause: 'An attribute was changed that AWS cannot change in place: a name, a key schema, a KMS setting.',
  fix: 'Take the change back, or make the new resource beside the old one and move the data. Where it is meant: an approval for this plan.',
  severity: 'critical',
  references: ['https://developer.hashicorp.com/terraform/cli/commands/plan'],
  check: (model) =>
    guard(
      model,
      new Set(DATA_TYPES.keys()),
      ['replace'],
      (type, _, cause) => `the plan replaces it${cause}: ${DATA_TYPES.get(type)}`,
    ),
};
