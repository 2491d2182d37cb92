import { valueChanges } from '../change/attribute-changes';
import { changeText, kindOf } from '../change/change-text';
import { arrayOf, isObject, type Json, member } from '../json';
import { Attributes } from '../reader/attributes';
import type { Stack } from '../reader/stack';
import type { Rule, RuleFinding } from './rule';
import { BARRIERS, PROTECTIONS, type Weakening, weakenings } from './shared/weakenings';

/** Somebody changed it by hand, and not for the better. */
export const weakenedOutside: Rule = {
  id: 'PLAN-005',
  title: 'Weakened outside of Terraform',
  why: 'What runs is less safe than what was reviewed. A plan that does not touch it leaves it so; one that does hides that it happened.',
  cause: 'A change in the console during an incident, or by somebody who should not be able to.',
  fix: 'Find out who changed it (CloudTrail), and apply the configuration again.',
  severity: 'high',
  references: ['https://developer.hashicorp.com/terraform/tutorials/state/resource-drift'],
  check: (model) => model.stacks.flatMap(judgeStack),
};

function judgeStack(stack: Stack): RuleFinding[] {
  return arrayOf(stack.document.resource_drift).flatMap((entry): RuleFinding[] => {
    const change = member(entry, 'change');
    const address = member(entry, 'address');
    const type = member(entry, 'type');
    const before = member(change, 'before');
    const after = member(change, 'after');
    if (typeof address !== 'string' || typeof type !== 'string' || !isObject(before)) {
      return [];
    }
    if (!isObject(after)) {
      const place = { stack: stack.name, address, attribute: 'drift', evidence: 'gone' };
      return [{ ...place, verdict: 'fail', message: 'it was deleted outside of Terraform' }];
    }
    const [old, now] = [
      settled(before, member(change, 'before_sensitive')),
      settled(after, member(change, 'after_sensitive')),
    ];
    const told = weakenings([...PROTECTIONS, ...BARRIERS], type, old, now);
    return [...told, ...further(type, old, now, told)].map(
      ({ attribute, answer: [verdict, message] }: Weakening): RuleFinding => ({
        stack: stack.name,
        address,
        attribute: `drift ${attribute}`,
        verdict,
        message,
        evidence: attribute,
      }),
    );
  });
}

/** What decides, answers, watches or keeps something else by now, and what is weaker, of all other attributes. */
function further(type: string, before: Attributes, after: Attributes, told: readonly Weakening[]): Weakening[] {
  const known = new Set(told.map(({ attribute }) => attribute.split(' ')[0]));
  return valueChanges(type, before, after)
    .filter((change) => /^(weakened|changed)$/.test(kindOf(change)) && !known.has(change.path.split(/[. ]/)[0]))
    .map((change) => ({ attribute: change.path, answer: ['fail', changeText(change)] }));
}

/** Values of a state: nothing of them is unknown. */
function settled(after: Json, sensitive: Json | undefined): Attributes {
  return new Attributes({ after, unknown: undefined, sensitive, expressions: undefined, cause: '' });
}
