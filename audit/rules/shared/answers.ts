import type { AuditModel } from '../../model/types';
import type { RulePolicy } from '../policy';
import type { Rule, RuleFinding } from '../rule';

const ANSWERS = new WeakMap<AuditModel, WeakMap<RulePolicy, Map<Rule, readonly RuleFinding[]>>>();

/** The answers of a rule, asked once for a model and a policy: other rules ask what it tells, and so does the report. */
export function answersOf(rule: Rule, model: AuditModel, policy: RulePolicy): readonly RuleFinding[] {
  const byPolicy = ANSWERS.get(model) ?? new WeakMap<RulePolicy, Map<Rule, readonly RuleFinding[]>>();
  ANSWERS.set(model, byPolicy);
  const byRule = byPolicy.get(policy) ?? new Map<Rule, readonly RuleFinding[]>();
  byPolicy.set(policy, byRule);
  const known = byRule.get(rule) ?? rule.check(model, policy);
  byRule.set(rule, known);
  return known;
}
