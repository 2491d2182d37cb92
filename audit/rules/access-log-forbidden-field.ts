import type { Rule } from './rule';
import { accessLogs } from './shared/access-logs';
import { finding, judge } from './shared/resources';

/** What is a credential, holds some, or is personal beyond need. The usage key is SECRET-006's. */
const FORBIDDEN =
  /\$context\.(path|error\.validationErrorString|authorizer\.(claims(\.[\w-]+)?|token|accessToken)|identity\.(user|userArn|caller))(?![\w.])|\$(input|stageVariables|method)\b|\$context\.(requestOverride|responseOverride)|authorization|cookie|querystring/i;

/** The access log holds nothing that should not be read by everybody who reads logs. */
export const accessLogForbiddenField: Rule = {
  id: 'LOG-004',
  title: 'Access log with a field that must not be there',
  why: 'Headers, query strings, whole paths and claims hold tokens and personal data; logs are read, kept and copied widely.',
  cause: 'A debugging format, or $context.path in the place of the route template.',
  fix: 'Log the route (resourcePath), ids of tokens and principals, never the values.',
  severity: 'high',
  references: ['https://owasp.org/www-project-top-ten/', 'https://www.rfc-editor.org/rfc/rfc6750#section-5.3'],
  check: (model) =>
    accessLogs(model).map(({ placed, format }) =>
      finding(
        placed,
        'access_log_settings format',
        judge(
          'its format',
          format,
          '',
          (text) => !FORBIDDEN.test(text),
          (text, passed) => (passed ? 'it logs no credential' : `it logs ${FORBIDDEN.exec(text)?.[0]}`),
        ),
      ),
    ),
};
