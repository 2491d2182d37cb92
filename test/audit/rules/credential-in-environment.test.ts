import { credentialInEnvironment } from '../../../audit/rules/credential-in-environment';
import { DEFAULT_RULE_POLICY } from '../../../audit/rules/policy';
import { modelOf, planOf } from '../support';

/** Verdicts about a function one of whose variables is known after apply, as Terraform then shows it: none of them is known. */
function verdicts(variables: Record<string, string> | undefined): Record<string, string> {
  const written = variables === undefined ? {} : { constant_value: variables };
  const model = modelOf(
    planOf([
      {
        type: 'aws_lambda_function',
        name: 'f',
        after: { function_name: 'f', environment: [{}] },
        unknown: { environment: [{ variables: true }] },
        expressions: {
          environment: [{ variables: { ...written, references: ['aws_api_gateway_stage.s.invoke_url'] } }],
        },
      },
    ]),
  );
  const found = credentialInEnvironment.check(model, DEFAULT_RULE_POLICY);
  return Object.fromEntries(found.map(({ attribute, verdict }) => [String(attribute), verdict]));
}

test.each([
  ['the address of a stage', 'URL', '${aws_api_gateway_stage.s.invoke_url}', 'pass'],
  ['a plain value', 'MODE', 'fast', 'pass'],
  ['a plain credential', 'API_KEY', 'c3VwZXIgc2VjcmV0IHZhbHVlIDEyMzQ1Njc4OTA', 'fail'],
  ['the value of a secret', 'URL', '${aws_secretsmanager_secret_version.s.secret_string}', 'unknown'],
  ['a password of another provider', 'URL', '${random_password.p.result}', 'unknown'],
  ['more than one attribute', 'URL', '${aws_s3_bucket.b.bucket}${random_password.p.result}', 'unknown'],
  ['an expression', 'URL', '${lookup(aws_s3_bucket.b.bucket, "x")}', 'unknown'],
  ['an address by the name of a credential', 'TOKEN', '${aws_api_gateway_stage.s.invoke_url}', 'unknown'],
])('%s: %s = %s is %s', (_, name, value, verdict) => {
  expect(verdicts({ [name]: value })).toEqual({ [`environment.variables.${name}`]: verdict });
});

test('what a plan does not write down stays unknown', () => {
  expect(verdicts(undefined)).toEqual({ environment: 'unknown' });
});
