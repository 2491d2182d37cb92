import { join } from '../model/joins';
import type { AuditModel } from '../model/types';
import type { Rule, RuleFinding } from './rule';
import { booleanOf, finding, judge, type Placed, resourcesOf } from './shared/resources';

const MAPPINGS = [
  { mapping: 'aws_api_gateway_base_path_mapping', api: 'aws_api_gateway_rest_api' },
  { mapping: 'aws_apigatewayv2_api_mapping', api: 'aws_apigatewayv2_api' },
];

/** An API with a domain name of its own is reached by that name alone. */
export const defaultEndpoint: Rule = {
  id: 'AUTHZ-013',
  title: 'Default endpoint beside a custom domain',
  why: 'Callers of the execute-api host pass by the mutual TLS, the TLS policy and the firewall of the domain name.',
  cause: 'disable_execute_api_endpoint is false by default.',
  fix: 'Set disable_execute_api_endpoint = true on the API.',
  severity: 'medium',
  references: ['https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-disable-default-endpoint.html'],
  check: (model) => MAPPINGS.flatMap(({ mapping, api }) => judgeMapped(model, mapping, api)),
};

function judgeMapped(model: AuditModel, mappingType: string, apiType: string): RuleFinding[] {
  const mapped = new Map<string, Placed>();
  for (const { stack, resource } of resourcesOf(model, mappingType)) {
    const joined = join(stack, resource, resource.attributes, 'api_id', [apiType]);
    if (joined.kind === 'resource' && joined.resource.mode === 'managed') {
      mapped.set(`${stack.name} ${joined.resource.address}`, { stack, resource: joined.resource });
    }
  }
  return [...mapped.values()].map((placed) =>
    finding(
      placed,
      'disable_execute_api_endpoint',
      judge(
        'disable_execute_api_endpoint',
        booleanOf(placed.resource.attributes, 'disable_execute_api_endpoint'),
        false,
        (disabled) => disabled,
        (_, passed) =>
          passed ? 'only the domain name leads to it' : 'the execute-api host answers beside the domain name',
      ),
    ),
  );
}
