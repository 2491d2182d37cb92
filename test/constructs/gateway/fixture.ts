import type { TerraformStack } from 'cdktf';
import { ApiDefinition, type ApiDefinitionProps, type RouteProps, type Routes } from '../../../constructs/api';
import type { CompleteFacts } from '../../../constructs/api/api-facts';
import { TokenAuthorizer } from '../../../constructs/authorizer';
import { RestGateway, type RestGatewayProps } from '../../../constructs/gateway';
import { functionFromName, type IFunction } from '../../../constructs/support/function-ref';

export const PUBLIC: RouteProps = { backend: 'things', rule: { kind: 'public', reason: 'a reason' } };
export const SCOPED: RouteProps = { backend: 'things', rule: { kind: 'scopes', anyOf: [['things:read']] } };
export const AUTHENTICATED: RouteProps = {
  backend: 'things',
  rule: { kind: 'authenticated', reason: 'tells who calls' },
};
export const IAM: RouteProps = { backend: 'things', rule: { kind: 'iam' } };

const LOCATION = { account: '123456789012', region: 'eu-central-1' };

export function lambda(functionName: string): IFunction {
  return functionFromName({ functionName, ...LOCATION });
}

/** Facts of an API, of which some are left to the fixture. */
export type Facts = Partial<Omit<CompleteFacts, 'routes'>> & {
  readonly routes?: Routes;
  readonly binaryMediaTypes?: readonly string[];
};

/** Properties of a gateway, of which some are left to the fixture. */
export type GatewayFixture = Facts & Partial<Omit<RestGatewayProps, 'api'>>;

const FACTS = [
  ...['id', 'gateway', 'routes', 'resultCacheSeconds', 'resultPerRoute', 'revocation', 'senderConstraints'],
  ...['dpopAlgorithms', 'usageKeys', 'cors', 'cidrs', 'publicUrls', 'binaryMediaTypes'],
];

/** An API with one route, unless said otherwise. */
export function apiOf(facts: Facts): ApiDefinition {
  return new ApiDefinition({ id: 'api', routes: { 'GET /things': SCOPED }, ...facts } as ApiDefinitionProps);
}

/** A gateway with one scopes route, an authorizer and one backend, unless said otherwise. */
export function gateway(stack: TerraformStack, props: GatewayFixture = {}, id = 'Gateway'): RestGateway {
  const { api, rest } = split(props);
  const authorizer = TokenAuthorizer.fromFunctionAttributes({
    functionName: 'acme-dev-authorizer',
    ...LOCATION,
    apis: [api],
  });
  return new RestGateway(stack, id, { ...common(api), authorizer, ...rest });
}

/** The same without authorizer and with public routes only. */
export function openGateway(stack: TerraformStack, props: GatewayFixture = {}): RestGateway {
  const { api, rest } = split({ routes: { 'GET /things': PUBLIC }, ...props });
  return new RestGateway(stack, 'Gateway', { ...common(api), ...rest });
}

function common(api: ApiDefinition) {
  return {
    api,
    gatewayName: 'acme-dev-api',
    stageName: 'dev',
    integrations: { things: lambda('acme-dev-api-things') },
  };
}

function split(props: GatewayFixture): { api: ApiDefinition; rest: Partial<Omit<RestGatewayProps, 'api'>> } {
  const pick = (isFact: boolean) =>
    Object.fromEntries(Object.entries(props).filter(([name]) => FACTS.includes(name) === isFact));
  return { api: apiOf(pick(true)), rest: pick(false) };
}
