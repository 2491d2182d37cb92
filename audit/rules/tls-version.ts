import type { AuditModel } from '../model/types';
import { is, type Value } from '../three-valued';
import type { Rule, RuleFinding } from './rule';
import { finding, type Judgement, type Placed, resourcesOf, textOf } from './shared/resources';

/** Names of policies that take nothing older than TLS 1.2. */
const MODERN = /^(TLS_1_2|TLSv1\.[23]_20\d\d|SecurityPolicy_TLS1[23]_\w+)$/;

/** Callers talk TLS 1.2 or later. */
export const tlsVersion: Rule = {
  id: 'EDGE-003',
  title: 'TLS older than 1.2',
  why: 'TLS 1.0 and 1.1 are deprecated (RFC 8996): tokens travel under ciphers that can be broken.',
  cause: 'security_policy was set for an old client, or a distribution uses the certificate of CloudFront.',
  fix: 'Set security_policy = "TLS_1_2" or a TLS 1.3 policy; for CloudFront minimum_protocol_version = "TLSv1.2_2021".',
  severity: 'high',
  references: [
    'https://www.rfc-editor.org/rfc/rfc8996',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/apigateway-controls.html#apigateway-11',
  ],
  check: (model) => [
    ...resourcesOf(model, 'aws_api_gateway_domain_name').map((placed) =>
      finding(placed, 'security_policy', judge(textOf(placed.resource.attributes, 'security_policy'))),
    ),
    ...inBlocks(model, 'aws_apigatewayv2_domain_name', 'domain_name_configuration', 'security_policy'),
    ...distributions(model),
  ],
};

function judge(policy: Value<string>): Judgement {
  switch (policy.kind) {
    case 'absent':
      return ['unknown', 'the TLS policy is not set, and AWS chooses one'];
    case 'unknown':
      return ['unknown', `the TLS policy is ${policy.cause}`];
    case 'known':
      return MODERN.test(policy.value)
        ? ['pass', 'TLS 1.2 or later']
        : ['fail', `the policy ${policy.sensitive ? '(sensitive)' : policy.value} takes TLS older than 1.2`];
  }
}

function inBlocks(model: AuditModel, type: string, block: string, attribute: string): RuleFinding[] {
  return resourcesOf(model, type).flatMap((placed) => {
    const blocks = placed.resource.attributes.blocks(block);
    const first = blocks.kind === 'known' ? blocks.value[0] : undefined;
    return first === undefined ? [] : [finding(placed, attribute, judge(first.string(attribute)))];
  });
}

function distributions(model: AuditModel): RuleFinding[] {
  return resourcesOf(model, 'aws_cloudfront_distribution').flatMap((placed: Placed) => {
    const blocks = placed.resource.attributes.blocks('viewer_certificate');
    const certificate = blocks.kind === 'known' ? blocks.value[0] : undefined;
    if (certificate === undefined) {
      return [];
    }
    const own = is(certificate.boolean('cloudfront_default_certificate'), true);
    const answer: Judgement = own
      ? ['fail', 'the certificate of CloudFront itself takes TLS 1.0']
      : judge(certificate.string('minimum_protocol_version'));
    return [finding(placed, 'viewer_certificate', answer)];
  });
}
