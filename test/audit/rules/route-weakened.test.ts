import { arrayOf, type Json, type JsonObject, objectOf } from '../../../audit/json';
import { planOf, reportOf } from '../support';

const SECURED = [{ token: ['sales:read', 'sales:list'] }];

function body(security: Json): string {
  return JSON.stringify({
    openapi: '3.0.1',
    info: { title: 'api', version: '1' },
    paths: { '/sales': { get: { security } } },
    components: {
      securitySchemes: {
        token: {
          type: 'apiKey',
          name: 'Authorization',
          in: 'header',
          'x-amazon-apigateway-authtype': 'custom',
          'x-amazon-apigateway-authorizer': {
            type: 'request',
            identitySource: 'method.request.header.Authorization',
            authorizerUri:
              'arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:g/invocations',
          },
        },
      },
    },
  });
}

/** An API that is there before the plan, whose document the plan changes. */
function answers(before: Json, after: Json) {
  const plan = planOf([
    { type: 'aws_api_gateway_rest_api', name: 'a', after: { id: 'a1', name: 'api', body: body(after) } },
  ]);
  const [entry] = arrayOf(plan.resource_changes).map(objectOf);
  const change: JsonObject = objectOf(entry?.change);
  change.before = { id: 'a1', name: 'api', body: body(before) };
  change.actions = ['update'];
  return reportOf(plan)
    .findings.filter(({ rule, message }) => rule === 'AUTHZ-002' && message.startsWith('GET /sales'))
    .map(({ verdict, message }) => ({ verdict, message }));
}

test('an operation of an OpenAPI document that asks for less fails', () => {
  expect(answers(SECURED, [])).toMatchObject([
    { verdict: 'fail', message: expect.stringContaining('authorization CUSTOM') },
  ]);
  expect(answers(SECURED, [{ token: ['sales:read'] }])).toMatchObject([
    { verdict: 'fail', message: expect.stringContaining('access rule') },
  ]);
});

test('one that asks for as much, or for more, passes', () => {
  expect(answers(SECURED, SECURED)).toMatchObject([{ verdict: 'pass' }]);
  expect(answers([{ token: ['sales:read'] }], SECURED)).toMatchObject([{ verdict: 'pass' }]);
});
