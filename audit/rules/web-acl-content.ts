import { join } from '../model/joins';
import type { Rule, RuleFinding } from './rule';
import { blocksOf, finding, type Judgement, type Placed, resourcesOf } from './shared/resources';

const ACL = 'aws_wafv2_web_acl';

/** A web ACL has rules, one of which limits rates, and tells what it did. */
export const webAclContent: Rule = {
  id: 'EDGE-002',
  title: 'Web ACL that lets all through, or tells nothing',
  why: 'A web ACL without rules satisfies scanners and stops nobody; without logs nobody learns what it stopped.',
  cause: 'The web ACL was made to satisfy a control, and its rules were to follow.',
  fix: 'Add managed rule groups, a rate_based_statement, and aws_wafv2_web_acl_logging_configuration.',
  severity: 'medium',
  references: [
    'https://docs.aws.amazon.com/securityhub/latest/userguide/waf-controls.html#waf-10',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/waf-controls.html#waf-11',
  ],
  check: (model) =>
    resourcesOf(model, ACL).flatMap((placed): RuleFinding[] => [
      finding(placed, 'rule', judgeRules(placed)),
      finding(placed, 'logging', judgeLogging(placed)),
    ]),
};

function judgeRules({ resource }: Placed): Judgement {
  const rules = blocksOf(resource.attributes, 'rule');
  if (rules.kind !== 'known') {
    return ['unknown', `its rules are ${rules.kind === 'unknown' ? rules.cause : 'not known'}`];
  }
  if (rules.value.length === 0) {
    return resource.attributes.string('rule_json').kind === 'absent'
      ? ['fail', 'it has no rules']
      : ['unknown', 'its rules are in rule_json, which is not read'];
  }
  const rate = rules.value.some((rule) => {
    const statements = rule.blocks('statement');
    const statement = statements.kind === 'known' ? statements.value[0] : undefined;
    const rated = statement?.blocks('rate_based_statement');
    return rated?.kind === 'known' && rated.value.length > 0;
  });
  return rate ? ['pass', 'it has rules, and one limits rates'] : ['fail', 'none of its rules limits rates'];
}

function judgeLogging({ stack, resource }: Placed): Judgement {
  const joined = stack
    .ofType('aws_wafv2_web_acl_logging_configuration')
    .map((logging) => join(stack, logging, logging.attributes, 'resource_arn', [ACL], ['arn']));
  if (joined.some((target) => target.kind === 'resource' && target.resource === resource)) {
    return ['pass', 'it writes a log'];
  }
  return joined.some(({ kind }) => kind === 'unknown')
    ? ['unknown', 'a logging configuration is for a web ACL that is not known']
    : ['fail', 'it writes no log'];
}
