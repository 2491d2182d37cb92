import type { Rule } from './rule';
import { finding, judge, presence, resourcesOf } from './shared/resources';

/** Asked only by a policy with `codeSigning`. */
export const codeSigning: Rule = {
  id: 'LAM-005',
  title: 'Function without code signing',
  why: 'Whoever may update the function can run any code with its rights.',
  cause: 'code_signing_config_arn is optional.',
  fix: 'Set code_signing_config_arn.',
  severity: 'low',
  references: ['https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html'],
  check: (model, policy) =>
    policy.codeSigning
      ? resourcesOf(model, 'aws_lambda_function').map((placed) =>
          finding(
            placed,
            'code_signing_config_arn',
            judge(
              'code_signing_config_arn',
              presence(placed, 'code_signing_config_arn'),
              false,
              (signed) => signed,
              (_, passed) => (passed ? 'only signed code runs' : 'any code runs'),
            ),
          ),
        )
      : [],
};
