import type { AuditModel } from '../model/types';
import type { Rule, RuleFinding } from './rule';
import { finding, judge, type Placed, resourcesOf } from './shared/resources';

/** A function is called through the gateway, which asks the authorizer. */
export const functionUrl: Rule = {
  id: 'AUTHZ-014',
  title: 'Function URL without authorization',
  why: 'The URL answers anybody on the internet, past the authorizer, the throttle and the firewall of the API.',
  cause: 'A URL made for a test, or for a webhook whose sender cannot sign.',
  fix: 'Remove the URL, or set authorization_type = "AWS_IAM".',
  severity: 'critical',
  references: ['https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html'],
  check: (model) =>
    resourcesOf(model, 'aws_lambda_function_url').map((placed) => ({
      ...routeOf(model, placed),
      ...finding(
        placed,
        'authorization_type',
        judge(
          'authorization_type',
          placed.resource.attributes.string('authorization_type'),
          'NONE',
          (type) => type === 'AWS_IAM',
          (type, passed) => (passed ? 'callers sign with AWS credentials' : `anybody may call it (${type})`),
        ),
      ),
    })),
};

/** The row of the URL in the matrix. */
function routeOf(model: AuditModel, { resource }: Placed): Pick<RuleFinding, 'route'> {
  const route = model.routes.find(({ api }) => api.resource === resource);
  return route === undefined ? {} : { route };
}
