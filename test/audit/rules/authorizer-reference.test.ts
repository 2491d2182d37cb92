import { auditPath } from '../../../audit';
import { apiWithMethod, fixture, type PlannedResource, refer, reportOf } from '../support';

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

test('a reference that may lead to two authorizers is unknown', () => {
  const authorizer = (name: string): PlannedResource => ({
    type: 'aws_api_gateway_authorizer',
    name,
    after: { name },
    unknown: { id: true, rest_api_id: true },
    expressions: { rest_api_id: refer('aws_api_gateway_rest_api.a.id', 'aws_api_gateway_rest_api.a') },
  });
  const plan = apiWithMethod({ authorization: 'CUSTOM' }, [authorizer('one'), authorizer('two')], {
    authorizer_id: refer('aws_api_gateway_authorizer.one.id', 'aws_api_gateway_authorizer.two.id'),
  });

  expect(reportOf(plan).findings.find(({ rule }) => rule === 'AUTHZ-004')).toMatchObject({
    verdict: 'unknown',
    message: 'GET /: its authorizer is one of 2: authorizer_id refers to all of them',
  });
});
