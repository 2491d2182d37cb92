import type { AuditModel } from '../../model/types';
import type { RuleFinding } from '../rule';
import { changesOf, type Removal } from './changes';
import { finding } from './resources';

/** Types that hold data, credentials or history, and what is lost with one. */
export const DATA_TYPES: ReadonlyMap<string, string> = new Map([
  ['aws_cloudfront_public_key', 'signed URLs under it stop working'],
  ['aws_cloudwatch_log_group', 'all its lines are lost'],
  ['aws_cognito_user_pool', 'all its users are lost'],
  ['aws_cognito_user_pool_client', 'its client id and secret are lost'],
  ['aws_db_instance', 'all its data is lost'],
  ['aws_dynamodb_global_table', 'its replicas are lost'],
  ['aws_dynamodb_table', 'all its items are lost'],
  ['aws_dynamodb_table_item', 'the item is lost'],
  ['aws_dynamodb_table_replica', 'the replica is lost'],
  ['aws_efs_file_system', 'all its files are lost'],
  ['aws_kms_key', 'everything that it encrypts can never be read again'],
  ['aws_kms_replica_key', 'everything that it encrypts in its region can never be read again'],
  ['aws_rds_cluster', 'all its data is lost'],
  ['aws_s3_bucket', 'all its objects are lost'],
  ['aws_secretsmanager_secret', 'its value and all versions are lost'],
  ['aws_secretsmanager_secret_version', 'the value is lost'],
  ['aws_sns_topic', 'its subscriptions are lost'],
  ['aws_sqs_queue', 'the messages in it are lost'],
  ['aws_ssm_parameter', 'its value is lost'],
  ['aws_api_gateway_usage_plan', 'its keys lose their limits and their access'],
]);

/** Types that callers have the address of. */
export const ADDRESS_TYPES: ReadonlySet<string> = new Set([
  'aws_api_gateway_rest_api',
  'aws_api_gateway_stage',
  'aws_api_gateway_domain_name',
  'aws_apigatewayv2_api',
  'aws_apigatewayv2_domain_name',
  'aws_apigatewayv2_stage',
  'aws_cloudfront_distribution',
  'aws_cognito_user_pool_domain',
  'aws_lambda_function_url',
]);

/** Answers for each resource of the types: fails where the plan takes it away in this way, passes where it stays. */
export function guard(
  model: AuditModel,
  types: ReadonlySet<string>,
  removals: readonly Removal[],
  message: (type: string, removal: Removal, replacedBy: string) => string,
): RuleFinding[] {
  return changesOf(model, types).flatMap(({ placed, removal }): RuleFinding[] => {
    const { resource } = placed;
    if (removal === undefined) {
      return [{ ...finding(placed, 'change', ['pass', 'it stays']), evidence: 'kept' }];
    }
    if (!removals.includes(removal)) {
      return [];
    }
    const cause =
      resource.replacePaths.length === 0 ? '' : ` (${resource.replacePaths.join(', ')} cannot be changed in place)`;
    return [
      {
        ...finding(placed, 'change', ['fail', message(resource.type, removal, cause)]),
        evidence: removal,
        stateful: removal,
      },
    ];
  });
}
