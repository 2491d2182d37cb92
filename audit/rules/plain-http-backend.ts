import type { Rule } from './rule';
import { finding, type Judgement, type Placed, resourcesOf } from './shared/resources';

/** The gateway talks to its backends over TLS. */
export const plainHttpBackend: Rule = {
  id: 'EDGE-006',
  title: 'Backend over plain HTTP',
  why: 'The token, or what the authorizer made of it, and the data travel in clear between the gateway and the backend.',
  cause: 'A backend without a certificate, at first only for a test.',
  fix: 'Give the backend a certificate and an https URI.',
  severity: 'high',
  references: ['https://docs.aws.amazon.com/securityhub/latest/userguide/apigateway-controls.html#apigateway-10'],
  check: (model) => [
    ...resourcesOf(model, 'aws_api_gateway_integration').flatMap((placed) => judge(placed, 'uri', 'type')),
    ...resourcesOf(model, 'aws_apigatewayv2_integration').flatMap((placed) =>
      judge(placed, 'integration_uri', 'integration_type'),
    ),
  ],
};

function judge(placed: Placed, attribute: string, typeAttribute: string) {
  const { attributes } = placed.resource;
  const type = attributes.string(typeAttribute);
  const uri = attributes.string(attribute);
  const template = attributes.expression(attribute)?.constant;
  if (type.kind !== 'known' || !type.value.startsWith('HTTP') || uri.kind === 'absent') {
    return [];
  }
  const text = uri.kind === 'known' ? uri.value : typeof template === 'string' ? template : '';
  const answer: Judgement = /^http:\/\//i.test(text)
    ? ['fail', 'the backend is called over plain HTTP']
    : /^https:\/\//i.test(text)
      ? ['pass', 'the backend is called over TLS']
      : ['unknown', `its address is ${uri.kind === 'unknown' ? uri.cause : 'no http or https address'}`];
  return [finding(placed, attribute, answer)];
}
