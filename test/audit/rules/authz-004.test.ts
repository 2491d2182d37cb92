import { auditPath } from '../../../audit';
import { fixture } from '../support';

function answers(name: string) {
  return auditPath(fixture(name))
    .findings.filter(({ rule }) => rule === 'AUTHZ-004')
    .map(({ address, verdict, message }) => ({ address, verdict, message }));
}

test('an authorizer of the same API passes', () => {
  expect(answers('good')).toEqual([
    {
      address: 'aws_api_gateway_method.region',
      verdict: 'pass',
      message: 'GET /v1/sales/{region}: its authorizer belongs to its API',
    },
  ]);
});

test('an authorizer of another API, and none at all, fail', () => {
  expect(answers('route-without-rule')).toMatchObject([
    {
      address: 'aws_api_gateway_method.foreign_authorizer',
      verdict: 'fail',
      message: expect.stringContaining('belongs to another API'),
    },
    {
      address: 'aws_api_gateway_method.no_authorizer',
      verdict: 'fail',
      message: expect.stringContaining('authorizer_id is not set'),
    },
    { address: 'aws_api_gateway_method.undeclared', verdict: 'pass' },
  ]);
});

test('an authorizer that the plan destroys fails, one outside the plan is unknown', () => {
  expect(answers('later-plan')).toMatchObject([
    { address: 'aws_api_gateway_method.create', verdict: 'pass' },
    { address: 'aws_api_gateway_method.elsewhere', verdict: 'unknown' },
    {
      address: 'aws_api_gateway_method.old_guard',
      verdict: 'fail',
      message: expect.stringContaining('destroys its authorizer aws_api_gateway_authorizer.old'),
    },
  ]);
});

test('a security scheme that the OpenAPI document does not define fails', () => {
  expect(answers('openapi-body').filter(({ verdict }) => verdict === 'fail')).toMatchObject([
    { message: 'PATCH /reports: security scheme "missing" is not defined in the document' },
  ]);
});
