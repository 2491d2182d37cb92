import type { Rule } from './rule';
import { ADDRESS_TYPES, DATA_TYPES, guard } from './shared/stateful';

const TYPES = new Set([...DATA_TYPES.keys(), ...ADDRESS_TYPES, 'aws_api_gateway_api_key']);

/** What lives on is managed on. */
export const statefulForgotten: Rule = {
  id: 'STATE-003',
  title: 'Stateful resource forgotten',
  why: 'The resource lives on, with its data and its access, and nobody rotates, patches, watches or removes it any more.',
  cause: 'A removed block with destroy = false.',
  fix: 'Keep it managed, or import it in the stack that takes it over in the same change. Where it is meant: an approval for this plan.',
  severity: 'high',
  references: ['https://developer.hashicorp.com/terraform/language/resources/syntax#removing-resources'],
  check: (model) => guard(model, TYPES, ['forget'], () => 'Terraform forgets it, and it lives on unmanaged'),
};
