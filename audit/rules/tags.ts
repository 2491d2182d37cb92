import { isObject } from '../json';
import type { RulePolicy } from './policy';
import type { Rule } from './rule';
import { tagsOf } from './shared/environment';
import { finding, type Judgement, type Placed, resourcesOf } from './shared/resources';

/** Types that hold data or credentials, cost money, or face callers, and that AWS can tag. */
const TAGGED = [
  'aws_api_gateway_rest_api',
  'aws_api_gateway_stage',
  'aws_api_gateway_usage_plan',
  'aws_apigatewayv2_api',
  'aws_cloudwatch_log_group',
  'aws_cloudwatch_metric_alarm',
  'aws_dynamodb_table',
  'aws_iam_role',
  'aws_kms_key',
  'aws_lambda_function',
  'aws_s3_bucket',
  'aws_secretsmanager_secret',
  'aws_sns_topic',
  'aws_sqs_queue',
];

/** Everything says whose it is. */
export const tags: Rule = {
  id: 'TAG-001',
  title: 'Resource without its tags',
  why: 'In an incident nobody knows whose it is; rules by tag, cost reports and the relaxed environments of this audit pass it by.',
  cause: 'default_tags of the provider are not set.',
  fix: 'Set default_tags of the provider, with the tags that the policy requires (requiredTags).',
  severity: 'low',
  references: ['https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html'],
  check: (model, policy) =>
    resourcesOf(model, ...TAGGED).map((placed) => finding(placed, 'tags_all', judge(placed, policy))),
};

function judge(placed: Placed, { requiredTags }: RulePolicy): Judgement {
  const all = tagsOf(placed);
  if (all.kind === 'unknown') {
    return ['unknown', `its tags are ${all.cause}`];
  }
  const tags = all.kind === 'known' ? all.value : {};
  if (hasAll(tags, requiredTags)) {
    return ['pass', 'it has its tags'];
  }
  const missing = requiredTags.filter((tag) => !isObject(tags) || !Object.hasOwn(tags, tag));
  return ['fail', missing.length === 0 ? 'it has no tag' : `it lacks the tags ${missing.join(', ')}`];
}

function hasAll(tags: unknown, required: readonly string[]): boolean {
  const keys = typeof tags === 'object' && tags !== null ? Object.keys(tags) : [];
  return keys.length > 0 && required.every((tag) => keys.includes(tag));
}
