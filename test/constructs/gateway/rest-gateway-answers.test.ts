import type { TerraformStack } from 'cdktf';
import type { RouteProps } from '../../../constructs/api';
import { compileConfig } from '../../../lambdas/authorizer/config';
import { authorizerConfig } from '../../lambdas/authorizer/support/access-tokens';
import { Template, testStack } from '../../support/template';
import { type GatewayFixture, gateway, openGateway } from './fixture';

const scoped = (...scopes: string[]): RouteProps => ({ backend: 'things', rule: { kind: 'scopes', anyOf: [scopes] } });
const FLAT = { 'GET /things': scoped('things:read'), 'PUT /things/{thing}': scoped('things:write') };
const NESTED = {
  'GET /vans/{van}': scoped('vans:read'),
  'GET /vans/{van}/stops': scoped('stops:read'),
  'GET /vans/{van}/tours/{tour}/stops': scoped('tours:read'),
};
const LONG = Object.fromEntries(
  Array.from({ length: 308 }, (_, index) => [`GET /thing-${index}`, scoped(`s${index}:read`)]),
);

function synthesized(build: (stack: TerraformStack) => void) {
  const template = Template.of(build);
  const [authorizer] = Object.values(template.resources('aws_api_gateway_authorizer'));
  const [stage] = Object.values(template.resources('aws_api_gateway_stage'));
  const [rules] = Object.values(template.resources('terraform_data'));
  const results = (rules?.input as { results?: string } | undefined)?.results;
  return { sources: authorizer?.identity_source, variables: stage?.variables, results };
}

const PER_ROUTE = 'method.request.header.Authorization,context.httpMethod,context.resourcePath';
const PER_TOKEN = 'method.request.header.Authorization';
const WHOLE = { sources: PER_TOKEN, variables: { gatehouseApi: 'api' }, results: 'api' };
const ONE = { sources: PER_ROUTE, variables: { gatehouseApi: 'api', gatehouseResults: 'route' }, results: 'route' };

describe('what an answer of the authorizer is for', () => {
  test.each<[string, GatewayFixture, unknown]>([
    ['the whole API, where a policy tells its routes apart', { routes: FLAT }, WHOLE],
    ['one route, where none does: kept for token, method and resource', { routes: NESTED }, ONE],
    ['one route, where a policy may be too long', { routes: LONG }, ONE],
    ['one route, where the gateway is told so', { routes: FLAT, resultPerRoute: true }, ONE],
    ['one route, where the name of the stage is long', { routes: FLAT, stageName: 'a'.repeat(40) }, ONE],
    ['one route, where nothing is kept', { routes: FLAT, resultCacheSeconds: 0 }, { ...ONE, sources: PER_TOKEN }],
  ])('%s', (_, props, expected) => {
    expect(synthesized((stack) => gateway(stack, props))).toEqual(expected);
  });

  test('is nothing where the gateway has no authorizer', () => {
    expect(synthesized((stack) => openGateway(stack))).toEqual({
      sources: undefined,
      variables: { gatehouseApi: 'api' },
      results: undefined,
    });
  });

  test('keeps the origin of a browser application in the stage', () => {
    const cors = { allowOrigins: ['https://app.example.com'] };
    expect(synthesized((stack) => gateway(stack, { routes: NESTED, cors })).variables).toEqual({
      ...ONE.variables,
      gatehouseAllowOrigin: 'https://app.example.com',
    });
  });

  test.each([
    ['flat', FLAT],
    ['nested', NESTED],
    ['long', LONG],
  ])('is what the authorizer of the same routes can give: %s', (_, routes) => {
    const made = gateway(testStack(), { routes });
    const api = { routes: made.routes, revocation: 'bounded', resultCacheSeconds: 60 } as const;
    const { policy } = compileConfig({ ...authorizerConfig([]), apis: { api } }).apis.api ?? {};
    expect(policy === undefined).toBe(made.answerForm === 'route');
  });
});
