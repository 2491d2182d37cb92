import type { RouteRule } from '../../lib/access-rule';
import { compileApiPolicy, MAX_STAGE_ARN_LENGTH } from './policy-compiler';

/**
 * What the authorizer's answers to a REST API are for:
 *
 * - `api`: a policy for every route, which the gateway may keep for the token alone
 * - `route`: a policy for the route that the gateway chose, which it keeps for token, method and resource, or not at all
 */
export type AnswerForm = 'api' | 'route';

/**
 * The form of the answers to a gateway. It asks for answers for one route by the stage variable `gatehouseResults`.
 *
 * @param resultTtlSeconds how long the gateway keeps a result
 * @param stageName name of the stage; where it makes ARNs long, answers are for one route
 * @throws {Error} when the route table is malformed
 */
export function answerForm(rules: readonly RouteRule[], resultTtlSeconds: number, stageName: string): AnswerForm {
  if (resultTtlSeconds === 0 || LONGEST_ARN_BEFORE_STAGE + stageName.length > MAX_STAGE_ARN_LENGTH) {
    return 'route';
  }
  return compileApiPolicy(rules) === undefined ? 'route' : 'api';
}

/** Characters of `arn:aws-us-gov:execute-api:ap-southeast-1:123456789012:abcdef1234/`. */
const LONGEST_ARN_BEFORE_STAGE = 66;
