import type { JsonObject } from '../../../audit/json';
import { apiWithMethod, type PlannedResource, refer, reportOf } from '../support';

/** The answers about an OPTIONS method with an integration of a type. */
function answers(authorization: string, type: string): string[] {
  const ids = { rest_api_id: true, resource_id: true };
  const integration: PlannedResource = {
    type: 'aws_api_gateway_integration',
    name: 'i',
    after: { http_method: 'OPTIONS', type },
    unknown: ids,
    expressions: {
      rest_api_id: refer('aws_api_gateway_rest_api.a.id', 'aws_api_gateway_rest_api.a'),
      resource_id: refer('aws_api_gateway_rest_api.a.root_resource_id', 'aws_api_gateway_rest_api.a'),
    },
  };
  const method: JsonObject = { http_method: 'OPTIONS', authorization };
  return reportOf(apiWithMethod(method, [integration]))
    .findings.filter(({ rule }) => rule === 'AUTHZ-005')
    .map(({ verdict }) => verdict);
}

test('a preflight is answered by a mock integration, without authorization', () => {
  expect(answers('NONE', 'MOCK')).toEqual(['pass']);
  expect(answers('AWS_IAM', 'MOCK')).toEqual(['fail']);
});

test.each(['AWS_PROXY', 'HTTP_PROXY', 'AWS', 'HTTP'])('OPTIONS with a backend behind %s is no preflight', (type) => {
  expect(answers('AWS_IAM', type)).toEqual([]);
  expect(answers('NONE', type)).toEqual([]);
});
