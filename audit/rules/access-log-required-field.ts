import type { Rule } from './rule';
import { accessLogs, variablesOf } from './shared/access-logs';
import { finding, judge } from './shared/resources';

/** The access log tells who did what, when, and what came of it. */
export const accessLogRequiredField: Rule = {
  id: 'LOG-003',
  title: 'Access log without a required field',
  why: 'An incident cannot be followed: the line does not say who called, what, when, or how it was answered.',
  cause: 'A short format from an example.',
  fix: 'Add the fields that the policy requires (accessLogFields).',
  severity: 'medium',
  references: [
    'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html',
  ],
  check: (model, policy) =>
    accessLogs(model).map(({ placed, format }) => {
      const missing = (text: string) => {
        const present = variablesOf(text);
        return policy.accessLogFields.filter((field) => !present.some((name) => sameField(name, field)));
      };
      return finding(
        placed,
        'access_log_settings format',
        judge(
          'its format',
          format,
          '',
          (text) => missing(text).length === 0,
          (text, passed) => (passed ? 'it has the required fields' : `it lacks ${missing(text).join(', ')}`),
        ),
      );
    }),
};

/** The same fact under the names that REST APIs and HTTP APIs give it. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  requestTimeEpoch: ['requestTime'],
  resourcePath: ['routeKey'],
  httpMethod: ['routeKey'],
};

function sameField(name: string, field: string): boolean {
  return name === field || (ALSO[field] ?? []).includes(name);
}
