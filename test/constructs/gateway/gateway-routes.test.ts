import type { RouteProps } from '../../../constructs/api';
import { Template, testStack } from '../../support/template';
import { gateway, lambda, SCOPED } from './fixture';

const template = (routes: Record<string, RouteProps>): Template => Template.of((stack) => gateway(stack, { routes }));
const SCHEMA = { $schema: 'http://json-schema.org/draft-04/schema#', type: 'object' };
const BODY: RouteProps = { ...SCOPED, requestBody: { schema: SCHEMA, required: true } };
const PARAMETER: RouteProps = { ...SCOPED, requestParameters: { 'method.request.querystring.from': true } };

describe('paths', () => {
  test('become a tree in which each path is there once', () => {
    const made = template({
      'GET /v1/a': SCOPED,
      'GET /v1/a/{id}': SCOPED,
      'PUT /v1/a/{id}': SCOPED,
      'GET /v1/b': SCOPED,
    });
    expect(made.find('aws_api_gateway_resource').map((resource) => resource.path_part)).toEqual([
      'v1',
      'a',
      '{id}',
      'b',
    ]);
    const [v1] = Object.keys(made.resources('aws_api_gateway_resource'));
    expect(made.find('aws_api_gateway_resource', { parent_id: `\${aws_api_gateway_resource.${v1}.id}` })).toHaveLength(
      2,
    );
  });

  test('the root path is the API itself', () => {
    const stack = testStack();
    const { resource } = gateway(stack, { routes: { 'GET /': SCOPED } });
    const made = Template.fromStack(stack);
    expect(made.count('aws_api_gateway_resource')).toBe(0);
    made.only('aws_api_gateway_method', { resource_id: resource.rootResourceId });
  });

  test('a greedy parameter keeps its plus', () => {
    template({ 'GET /files/{proxy+}': SCOPED }).only('aws_api_gateway_resource', { path_part: '{proxy+}' });
  });

  test('paths that only differ in characters that cdktf strips all arrive', () => {
    const paths = ['/a.b', '/ab', '/a-b', '/a_b', '/a:b', '/a/b', '/Default', '/Resource', '/{ab}'];
    const made = template(Object.fromEntries(paths.map((path) => [`GET ${path}`, SCOPED])));
    expect(made.count('aws_api_gateway_method')).toBe(paths.length);
    expect(made.count('aws_api_gateway_integration')).toBe(paths.length);
    expect(made.count('aws_api_gateway_resource')).toBe(paths.length + 1);
  });
});

describe('methods', () => {
  test('call their backend by POST, whatever the method', () => {
    template({ 'DELETE /a': SCOPED }).only('aws_api_gateway_integration', {
      type: 'AWS_PROXY',
      integration_http_method: 'POST',
      uri: lambda('acme-dev-api-things').invokeArn,
    });
  });

  test('carry the name of their operation', () => {
    template({ 'GET /a': { ...SCOPED, operationId: 'getA' } }).only('aws_api_gateway_method', {
      operation_name: 'getA',
    });
  });

  test('have the same logical id whatever other routes there are', () => {
    const alone = Object.keys(template({ 'GET /a': SCOPED }).resources('aws_api_gateway_method'));
    const among = Object.keys(template({ 'GET /0': SCOPED, 'GET /a': SCOPED }).resources('aws_api_gateway_method'));
    expect(among).toEqual(expect.arrayContaining(alone));
  });
});

describe('validation of requests', () => {
  test('a route that asks for nothing has neither model nor validator', () => {
    const made = template({ 'GET /a': SCOPED });
    expect(made.count('aws_api_gateway_model')).toBe(0);
    expect(made.count('aws_api_gateway_request_validator')).toBe(0);
  });

  test('a required parameter is checked', () => {
    const made = template({ 'GET /a': PARAMETER });
    made.only('aws_api_gateway_request_validator', { validate_request_body: false, validate_request_parameters: true });
    const method = made.only('aws_api_gateway_method', {
      request_parameters: { 'method.request.querystring.from': true },
    });
    expect(method.request_validator_id).toMatch(/aws_api_gateway_request_validator/);
  });

  test('a parameter that may be absent needs no validator', () => {
    const made = template({ 'GET /a': { ...SCOPED, requestParameters: { 'method.request.querystring.from': false } } });
    expect(made.count('aws_api_gateway_request_validator')).toBe(0);
  });

  test('a required body is checked, whatever content type the caller claims', () => {
    const stack = testStack();
    gateway(stack, { routes: { 'POST /a': BODY } });
    const made = Template.fromStack(stack);
    const [model] = Object.keys(made.resources('aws_api_gateway_model'));
    const name = `\${aws_api_gateway_model.${model}.name}`;
    expect(made.only('aws_api_gateway_method').request_models).toEqual({ 'application/json': name, $default: name });
    made.only('aws_api_gateway_request_validator', { validate_request_body: true, validate_request_parameters: false });
    made.only('aws_api_gateway_model', { content_type: 'application/json', schema: JSON.stringify(SCHEMA) });
  });

  test('an optional body is left to the backend', () => {
    const made = template({ 'POST /a': { ...SCOPED, requestBody: { schema: SCHEMA, required: false } } });
    expect(made.count('aws_api_gateway_model')).toBe(0);
    expect(made.only('aws_api_gateway_method')).not.toHaveProperty('request_models');
  });

  test('there is one validator of each kind', () => {
    const made = template({
      'GET /a': PARAMETER,
      'GET /b': PARAMETER,
      'POST /a': BODY,
      'POST /b': BODY,
      'PUT /a': { ...BODY, ...PARAMETER },
    });
    expect(
      made
        .find('aws_api_gateway_request_validator')
        .map((validator) => validator.name)
        .sort(),
    ).toEqual(['body', 'body-and-parameters', 'parameters']);
    expect(made.count('aws_api_gateway_model')).toBe(3);
  });

  test('a pattern with a template sign reaches AWS as it was written', () => {
    const schema = { type: 'string', pattern: '^${a}$' };
    template({ 'POST /a': { ...SCOPED, requestBody: { schema, required: true } } }).only('aws_api_gateway_model', {
      schema: '{"type":"string","pattern":"^$${a}$"}',
    });
  });
});
