import { is } from '../three-valued';
import type { Rule } from './rule';
import { booleanOf, finding, judge, resourcesOf, textOf } from './shared/resources';

/** Keys are rotated by AWS. */
export const keyRotation: Rule = {
  id: 'DATA-003',
  title: 'Key without rotation',
  why: 'One key then protects everything that was ever encrypted, and the longer it is used the more a leak of it opens.',
  cause: 'enable_key_rotation is false by default.',
  fix: 'Set enable_key_rotation = true.',
  severity: 'medium',
  references: ['https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html#kms-4'],
  check: (model) =>
    resourcesOf(model, 'aws_kms_key')
      // AWS rotates symmetric encryption keys alone.
      .filter(({ resource: { attributes } }) => {
        const spec = textOf(attributes, 'customer_master_key_spec');
        return spec.kind !== 'known' || spec.value === 'SYMMETRIC_DEFAULT';
      })
      .filter(({ resource }) => !is(resource.attributes.boolean('is_enabled'), false))
      .map((placed) =>
        finding(
          placed,
          'enable_key_rotation',
          judge(
            'enable_key_rotation',
            booleanOf(placed.resource.attributes, 'enable_key_rotation'),
            false,
            (on) => on,
            (_, passed) => (passed ? 'AWS rotates the key every year' : 'nobody rotates the key'),
          ),
        ),
      ),
};
