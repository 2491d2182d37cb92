import type { AuditModel } from '../model/types';
import { convert, type Value } from '../three-valued';
import { aboutAuthorizer, type Rule, type RuleFinding } from './rule';
import { finding, judge, resourcesOf, textsOf } from './shared/resources';

/** Credentials travel in headers. */
export const credentialInQueryString: Rule = {
  id: 'AUTHZ-010',
  title: 'Credential in the query string',
  why: 'A query string is written to access logs, proxies, browser histories and Referer headers, and so does a token in it (RFC 6750, section 5.3).',
  cause: 'An identity source is a parameter of the query string, often for WebSocket or download links.',
  fix: 'Take the credential from the Authorization header.',
  severity: 'high',
  references: ['https://www.rfc-editor.org/rfc/rfc6750#section-5.3'],
  check: (model) => [...restAuthorizers(model), ...httpAuthorizers(model)],
};

function restAuthorizers(model: AuditModel): RuleFinding[] {
  return model.authorizers.map((authorizer) => {
    const [verdict, message] = judgeSources(convert(authorizer.identitySource, (text) => text.split(','), 'no text'));
    return { ...aboutAuthorizer(authorizer), attribute: 'identity_source', verdict, message };
  });
}

function httpAuthorizers(model: AuditModel): RuleFinding[] {
  return resourcesOf(model, 'aws_apigatewayv2_authorizer').map((placed) =>
    finding(placed, 'identity_sources', judgeSources(textsOf(placed.resource.attributes, 'identity_sources'))),
  );
}

function judgeSources(sources: Value<readonly string[]>) {
  return judge(
    'the identity source',
    sources,
    [],
    (list) => !list.some((source) => /request\.(multivalue)?querystring\./i.test(source)),
    (_, passed) => (passed ? 'no identity source is in the query string' : 'an identity source is in the query string'),
  );
}
