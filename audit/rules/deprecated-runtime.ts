import type { Rule } from './rule';
import { finding, judge, resourcesOf, textOf } from './shared/resources';

/** Functions run on a runtime that gets security updates. */
export const deprecatedRuntime: Rule = {
  id: 'LAM-001',
  title: 'Runtime without security updates',
  why: 'AWS patches the runtime no more, and after a date refuses to update the function.',
  cause: 'The function was not touched for years.',
  fix: 'Move to a current runtime.',
  severity: 'medium',
  references: [
    'https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/lambda-controls.html#lambda-2',
  ],
  check: (model, policy) =>
    resourcesOf(model, 'aws_lambda_function')
      .filter(({ resource }) => resource.attributes.value('runtime').kind !== 'absent')
      .map((placed) =>
        finding(
          placed,
          'runtime',
          judge(
            'runtime',
            textOf(placed.resource.attributes, 'runtime'),
            '',
            (runtime) => !policy.deprecatedRuntimes.includes(runtime),
            (runtime, passed) => (passed ? `${runtime} gets security updates` : `${runtime} gets no security updates`),
          ),
        ),
      ),
};
