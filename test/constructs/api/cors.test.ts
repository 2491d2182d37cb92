import { httpApiCors } from '../../../constructs/authorizer';
import { Template } from '../../support/template';
import { apiOf, type GatewayFixture, gateway, SCOPED } from '../gateway/fixture';

const ORIGIN = 'https://app.example.com';
const template = (props: GatewayFixture = {}): Template =>
  Template.of((stack) => gateway(stack, { cors: { allowOrigins: [ORIGIN] }, ...props }));

const HEADER = 'method.response.header.';

describe('cors', () => {
  test('nothing answers a preflight without it', () => {
    const without = Template.of((stack) => gateway(stack));
    expect(without.find('aws_api_gateway_method', { http_method: 'OPTIONS' })).toEqual([]);
  });

  test('API Gateway answers the preflight of each path that has a route, and no credential is asked', () => {
    const made = template({ routes: { 'GET /a/b': SCOPED, 'PUT /a/b': SCOPED, 'GET /a/b/{x}': SCOPED } });
    const preflights = made.find('aws_api_gateway_method', { http_method: 'OPTIONS' });
    expect(preflights).toHaveLength(2);
    for (const preflight of preflights) {
      expect(preflight).toMatchObject({ authorization: 'NONE', api_key_required: false });
    }
    expect(made.find('aws_api_gateway_integration', { type: 'MOCK' })).toHaveLength(2);
  });

  test('the answer is 204 by a mock integration', () => {
    const made = template();
    const { request_templates: templates } = made.only('aws_api_gateway_integration', { type: 'MOCK' });
    expect(templates).toEqual({ 'application/json': '{"statusCode":204}' });
    made.only('aws_api_gateway_method_response', { status_code: '204' });
  });

  test('the answer names origin, methods, headers and age', () => {
    const routes = { 'PUT /a': SCOPED, 'GET /a': SCOPED };
    const { response_parameters: parameters } = template({ routes }).only('aws_api_gateway_integration_response');
    expect(parameters).toEqual({
      [`${HEADER}Access-Control-Allow-Origin`]: `'${ORIGIN}'`,
      [`${HEADER}Access-Control-Allow-Methods`]: "'GET,PUT,OPTIONS'",
      [`${HEADER}Access-Control-Allow-Headers`]:
        "'Authorization,Content-Type,DPoP,Idempotency-Key,If-Match,If-None-Match,X-Request-Id'",
      [`${HEADER}Access-Control-Max-Age`]: "'600'",
      [`${HEADER}Cache-Control`]: "'no-store'",
      [`${HEADER}Vary`]: "'Origin'",
    });
  });

  test('the method response declares each header that the integration response sets', () => {
    const made = template();
    const declared = made.only('aws_api_gateway_method_response').response_parameters as object;
    const set = made.only('aws_api_gateway_integration_response').response_parameters as object;
    expect(Object.keys(declared)).toEqual(Object.keys(set));
    expect(new Set(Object.values(declared))).toEqual(new Set([true]));
  });

  test('takes other headers and another age', () => {
    const cors = { allowOrigins: [ORIGIN], allowHeaders: ['X-Own'], maxAgeSeconds: 0 };
    template({ cors }).only('aws_api_gateway_integration_response', {
      response_parameters: {
        [`${HEADER}Access-Control-Allow-Headers`]: "'X-Own'",
        [`${HEADER}Access-Control-Max-Age`]: "'0'",
      },
    });
  });

  test('errors of the gateway have the headers, or a browser would hide them', () => {
    template().only('aws_api_gateway_gateway_response', {
      response_type: 'UNAUTHORIZED',
      response_parameters: { 'gatewayresponse.header.Access-Control-Allow-Origin': `'${ORIGIN}'` },
    });
  });

  test('backends learn the origin from a stage variable', () => {
    template().only('aws_api_gateway_stage', { variables: { gatehouseAllowOrigin: ORIGIN } });
  });

  test('refuses a route that answers OPTIONS itself', () => {
    expect(() => template({ routes: { 'OPTIONS /a': SCOPED } })).toThrow(
      'route OPTIONS /a answers the preflight that cors answers already',
    );
  });

  test.each(['*', 'null', 'app.example.com', 'https://app.example.com/', 'https://*.example.com', "https://a'b"])(
    'refuses the origin %j',
    (origin) => {
      expect(() => apiOf({ cors: { allowOrigins: [origin] } })).toThrow(
        `API "api": cors.allowOrigins has ${JSON.stringify(origin)}, allowed is an origin such as`,
      );
    },
  );

  test('plain http is for the machine itself alone', () => {
    expect(apiOf({ cors: { allowOrigins: ['http://localhost:5173'] } }).cors?.allowOrigins).toEqual([
      'http://localhost:5173',
    ]);
    expect(() => apiOf({ cors: { allowOrigins: ['http://app.example.com'] } })).toThrow('http for localhost alone');
  });

  test('a REST API has one origin: its own answers can name one alone', () => {
    const two = { allowOrigins: [ORIGIN, 'https://other.example.com'] };
    expect(() => apiOf({ cors: two })).toThrow('cors.allowOrigins has 2 origins, allowed is one for a REST API');
    expect(() => apiOf({ cors: { allowOrigins: [] } })).toThrow('cors.allowOrigins has no entry');
  });

  test('an HTTP API may have several', () => {
    const cors = { allowOrigins: [ORIGIN, 'https://other.example.com'] };
    expect(httpApiCors(apiOf({ gateway: 'http', cors, routes: { 'PUT /a': SCOPED, 'GET /a': SCOPED } }))).toMatchObject(
      {
        allowOrigins: cors.allowOrigins,
        allowMethods: ['GET', 'PUT'],
        maxAge: 600,
      },
    );
  });

  test.each([
    [{ allowHeaders: ["X'"] }, `cors.allowHeaders has "X'"`],
    [{ allowHeaders: ['*'] }, 'cors.allowHeaders has "*"'],
    [{ maxAgeSeconds: -1 }, 'cors.maxAgeSeconds is -1, allowed are 0 to 86400'],
    [{ maxAgeSeconds: 86_401 }, 'cors.maxAgeSeconds is 86401'],
  ])('refuses %j', (cors, fault) => {
    expect(() => template({ cors: { allowOrigins: [ORIGIN], ...cors } })).toThrow(fault);
  });
});
