import type { TerraformStack } from 'cdktf';
import { RestGateway, type RestGatewayProps, type RouteProps } from '../../../constructs/gateway';
import { functionFromName, type IFunction } from '../../../constructs/support/function-ref';

export const PUBLIC: RouteProps = { backend: 'things', rule: { kind: 'public', reason: 'a reason' } };
export const SCOPED: RouteProps = { backend: 'things', rule: { kind: 'scopes', anyOf: [['things:read']] } };
export const IAM: RouteProps = { backend: 'things', rule: { kind: 'iam' } };

export function lambda(functionName: string): IFunction {
  return functionFromName({ functionName, account: '123456789012', region: 'eu-central-1' });
}

/** A gateway with one scopes route, an authorizer and one backend, unless said otherwise. */
export function gateway(stack: TerraformStack, props: Partial<RestGatewayProps> = {}, id = 'Gateway'): RestGateway {
  return new RestGateway(stack, id, {
    gatewayName: 'acme-dev-api',
    apiId: 'api',
    stageName: 'dev',
    routes: { 'GET /things': SCOPED },
    integrations: { things: lambda('acme-dev-api-things') },
    authorizer: { function: lambda('acme-dev-authorizer') },
    ...props,
  });
}

/** The same without authorizer and with public routes only. */
export function openGateway(stack: TerraformStack, props: Partial<RestGatewayProps> = {}): RestGateway {
  return new RestGateway(stack, 'Gateway', {
    gatewayName: 'acme-dev-api',
    apiId: 'api',
    stageName: 'dev',
    routes: { 'GET /things': PUBLIC },
    integrations: { things: lambda('acme-dev-api-things') },
    ...props,
  });
}
