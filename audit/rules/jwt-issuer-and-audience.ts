import { is } from '../three-valued';
import type { Rule } from './rule';
import { blocksOf, finding, type Judgement, type Placed, resourcesOf, textOf, textsOf } from './shared/resources';

/** A JWT authorizer knows whose tokens it takes, and for whom they are meant. */
export const jwtIssuerAndAudience: Rule = {
  id: 'AUTHZ-017',
  title: 'JWT authorizer without issuer or audience',
  why: 'Without an audience a token made for another service of the issuer is taken here; an issuer over http can be impersonated.',
  cause: 'audience is optional for some issuers, and is left out.',
  fix: 'Set jwt_configuration with an https issuer and at least one audience.',
  severity: 'high',
  references: [
    'https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html',
    'https://www.rfc-editor.org/rfc/rfc8725#section-3.9',
  ],
  check: (model) =>
    resourcesOf(model, 'aws_apigatewayv2_authorizer')
      .filter(({ resource }) => is(resource.attributes.string('authorizer_type'), 'JWT'))
      .map((placed) => finding(placed, 'jwt_configuration', judge(placed))),
};

function judge({ resource }: Placed): Judgement {
  const blocks = blocksOf(resource.attributes, 'jwt_configuration');
  if (blocks.kind === 'unknown') {
    return ['unknown', `jwt_configuration is ${blocks.cause}`];
  }
  const block = blocks.kind === 'known' ? blocks.value[0] : undefined;
  if (block === undefined) {
    return ['fail', 'it has no jwt_configuration'];
  }
  const issuer = textOf(block, 'issuer');
  const audience = textsOf(block, 'audience');
  if (issuer.kind === 'absent' || (issuer.kind === 'known' && !issuer.value.startsWith('https://'))) {
    return ['fail', 'its issuer is not an https address'];
  }
  if (audience.kind === 'absent' || (audience.kind === 'known' && audience.value.length === 0)) {
    return ['fail', 'it takes tokens for every audience'];
  }
  return issuer.kind === 'unknown' || audience.kind === 'unknown'
    ? ['unknown', 'its issuer or its audience is not known']
    : ['pass', 'issuer and audience are named'];
}
