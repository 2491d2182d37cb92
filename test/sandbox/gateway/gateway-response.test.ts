import { RequestVariables } from '../../../sandbox/gateway/context';
import { GatewayError } from '../../../sandbox/gateway/errors';
import { customResponse, renderGatewayResponse, responseStatus } from '../../../sandbox/gateway/gateway-response';
import type { GatewayResponseDefinition } from '../../../sandbox/gateway/model';

const unauthorized = new GatewayError('UNAUTHORIZED');

function response(more: Partial<GatewayResponseDefinition> = {}): GatewayResponseDefinition {
  return { responseTemplates: {}, responseParameters: {}, ...more };
}

function render(
  responses: Record<string, GatewayResponseDefinition>,
  error = unauthorized,
  values: Record<string, string> = {},
): { status: number; headers: Record<string, string>; body: string } {
  const variables = new RequestVariables();
  variables.set({ 'error.messageString': JSON.stringify(error.text), ...values });
  const answer = renderGatewayResponse(responses, error, {
    request: {
      ...{
        requestId: 'r',
        extendedRequestId: 'e',
        time: 0,
        method: 'GET',
        path: '/',
        stagePath: '/dev/',
        sourceIp: '::1',
        protocol: 'HTTP/1.1',
      },
      ...{ query: { q: ['"$context.requestId"'] }, headers: { 'X-Name': ['first', 'last'] }, body: Buffer.alloc(0) },
    },
    pathParameters: { id: '7' },
    variables,
    stageVariables: { colour: 'blue' },
  });
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body: answer.body.toString() };
}

describe('gateway responses', () => {
  test.each([
    ['its own', { UNAUTHORIZED: response(), DEFAULT_4XX: response({ statusCode: 418 }) }, 401],
    ["its family's", { DEFAULT_4XX: response({ statusCode: 418 }), DEFAULT_5XX: response({ statusCode: 599 }) }, 418],
    ["its family's without a status", { DEFAULT_4XX: response() }, 401],
    ['its own with a status', { UNAUTHORIZED: response({ statusCode: 404 }) }, 404],
    ["another type's", { ACCESS_DENIED: response({ statusCode: 404 }) }, 401],
  ])('a response of %s decides', (_name, responses, status) => {
    expect(responseStatus(responses, unauthorized)).toBe(status);
  });

  test('a 5xx error never takes the response of the 4xx family', () => {
    expect(customResponse({ DEFAULT_4XX: response() }, new GatewayError('AUTHORIZER_FAILURE'))).toBeUndefined();
  });

  test('without a customised response the body is the message', () => {
    expect(render({})).toEqual({
      status: 401,
      headers: { 'Content-Type': 'application/json', 'x-amzn-ErrorType': 'UnauthorizedException' },
      body: '{"message":"Unauthorized"}',
    });
  });

  test('variables, stage variables and request parameters are filled in, escaped, and never read again', () => {
    const template =
      '{"m":$context.error.messageString,"c":"$stageVariables.colour","n":"$method.request.header.x-name","q":"$method.request.querystring.q","i":"$method.request.path.id","none":"$context.nothing"}';
    const { body } = render(
      { UNAUTHORIZED: response({ responseTemplates: { 'application/json': template } }) },
      unauthorized,
      { requestId: 'R' },
    );
    expect(JSON.parse(body)).toEqual({
      m: 'Unauthorized',
      c: 'blue',
      n: 'last',
      q: '"$context.requestId"',
      i: '7',
      none: '',
    });
  });

  test('headers are literals, request parameters, stage variables and context; an absent one is left out', () => {
    const responseParameters = {
      'gatewayresponse.header.Content-Type': "'application/problem+json'",
      'gatewayresponse.header.A': 'method.request.header.X-Name',
      'gatewayresponse.header.B': 'stageVariables.colour',
      'gatewayresponse.header.C': 'context.authorizer.scope',
      'gatewayresponse.header.D': 'context.nothing',
    };
    const { headers } = render({ UNAUTHORIZED: response({ responseParameters }) }, unauthorized, {
      'authorizer.scope': 's',
    });
    expect(headers).toEqual({
      ...{ 'Content-Type': 'application/problem+json', A: 'last', B: 'blue', C: 's' },
      'x-amzn-ErrorType': 'UnauthorizedException',
    });
  });

  test('an authorizer that failed has null as its message', () => {
    expect(render({}, new GatewayError('AUTHORIZER_FAILURE')).body).toBe('{"message":null}');
  });
});
