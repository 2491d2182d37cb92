import type { Rule } from './rule';
import { accessLogs, isAlwaysJson } from './shared/access-logs';
import { finding, judge } from './shared/resources';

/** Each line of the access log can be read by a program. */
export const accessLogJson: Rule = {
  id: 'LOG-002',
  title: 'Access log whose lines are not always JSON',
  why: 'Saved queries, metric filters and the usage count skip a line that they cannot read, and exactly the failed requests are such lines.',
  cause:
    'A variable is written without quotes, and API Gateway writes - where there is no value; or the format is not JSON.',
  fix: 'Put every variable in quotes but those that are numbers on every line (status, requestTimeEpoch, responseLength, responseLatency).',
  severity: 'medium',
  references: [
    'https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html#apigateway-cloudwatch-log-formats',
  ],
  check: (model) =>
    accessLogs(model).map(({ placed, format }) =>
      finding(
        placed,
        'access_log_settings format',
        judge('its format', format, '', isAlwaysJson, (_, passed) =>
          passed ? 'every line is JSON' : 'a line is not JSON, or not when a value is missing',
        ),
      ),
    ),
};
