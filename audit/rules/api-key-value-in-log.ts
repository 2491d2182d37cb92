import type { Rule } from './rule';
import { accessLogs } from './shared/access-logs';
import { finding, judge } from './shared/resources';

/** The usage key is logged by its id. */
export const apiKeyValueInLog: Rule = {
  id: 'SECRET-006',
  title: 'API key value in the access log',
  why: '$context.identity.apiKey is the key itself: everybody who reads logs can then call as any application.',
  cause: 'apiKey is listed beside apiKeyId in the list of variables, and looks like its name.',
  fix: 'Log $context.identity.apiKeyId.',
  severity: 'critical',
  references: [
    'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html',
  ],
  check: (model) =>
    accessLogs(model).map(({ placed, format }) =>
      finding(
        placed,
        'access_log_settings format',
        judge(
          'its format',
          format,
          '',
          (text) => !/\$context\.identity\.apiKey(?![\w])/.test(text),
          (_, passed) => (passed ? 'it logs no key' : 'it logs the API key itself'),
        ),
      ),
    ),
};
