import type { Rule } from './rule';
import { blocksOf, finding, type Judgement, type Placed, resourcesOf } from './shared/resources';

/** Asked only by a policy with `mutualTls`. */
export const mutualTls: Rule = {
  id: 'EDGE-004',
  title: 'Domain name without mutual TLS',
  why: 'The policy of the organisation asks callers for a certificate, and this name takes callers without one.',
  cause: 'mutual_tls_authentication was left out of a new domain name.',
  fix: 'Set mutual_tls_authentication with a truststore.',
  severity: 'medium',
  references: ['https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mutual-tls.html'],
  check: (model, policy) =>
    policy.mutualTls
      ? resourcesOf(model, 'aws_api_gateway_domain_name', 'aws_apigatewayv2_domain_name').map((placed) =>
          finding(placed, 'mutual_tls_authentication', judge(placed)),
        )
      : [],
};

function judge({ resource }: Placed): Judgement {
  const blocks = blocksOf(resource.attributes, 'mutual_tls_authentication');
  if (blocks.kind !== 'known') {
    return ['unknown', 'whether callers need a certificate is not known'];
  }
  return blocks.value.length > 0 ? ['pass', 'callers need a certificate'] : ['fail', 'callers need no certificate'];
}
