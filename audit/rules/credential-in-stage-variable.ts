import type { Rule, RuleFinding } from './rule';
import { finding, type Judgement, type Placed, resourcesOf } from './shared/resources';
import { credentialKind, sizeOf } from './shared/secrets';

/** Stage variables are settings, not a safe. */
export const credentialInStageVariable: Rule = {
  id: 'SECRET-004',
  title: 'Credential in a stage variable',
  why: 'Stage variables are shown in the console, are part of requests to backends and of the event of a function, and end in its logs.',
  cause: 'A stage variable is used to sign requests to a backend.',
  fix: 'Let the backend, or the authorizer, read the secret from Secrets Manager.',
  severity: 'high',
  references: ['https://docs.aws.amazon.com/apigateway/latest/developerguide/stage-variables.html'],
  check: (model) =>
    [
      ...resourcesOf(model, 'aws_api_gateway_stage').map((placed) => ({ placed, attribute: 'variables' })),
      ...resourcesOf(model, 'aws_apigatewayv2_stage').map((placed) => ({ placed, attribute: 'stage_variables' })),
    ].flatMap(({ placed, attribute }) => judge(placed, attribute)),
};

function judge(placed: Placed, attribute: string): RuleFinding[] {
  const variables = placed.resource.attributes.object(attribute);
  if (variables.whollyUnknown && placed.resource.attributes.configured(attribute)) {
    return [finding(placed, attribute, ['unknown', 'its variables are known only after apply'])];
  }
  return variables.names().map((name) => {
    const value = variables.string(name);
    const kind = value.kind === 'known' ? credentialKind(name, value.value) : undefined;
    const answer: Judgement =
      value.kind === 'known'
        ? value.sensitive
          ? ['fail', 'it holds a value that Terraform marks as sensitive']
          : kind === undefined
            ? ['pass', 'it holds no credential']
            : ['fail', `it holds ${kind} ${sizeOf(value.value)}`]
        : /(password|secret|token|api_?key)$/i.test(name)
          ? ['unknown', 'by its name it holds a credential, and its value is known only after apply']
          : ['pass', 'its name is not one of a credential'];
    return { ...finding(placed, `${attribute}.${name}`, answer), evidence: name };
  });
}
