import { isObject, member } from '../json';
import { descend, toExpression } from '../reader/configuration';
import type { Rule, RuleFinding } from './rule';
import { finding, type Judgement, type Placed, resourcesOf } from './shared/resources';
import { credentialKind, sizeOf } from './shared/secrets';

const SECRET_NAME = /(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|PEPPER)$/i;

/** Functions read credentials when they run. */
export const credentialInEnvironment: Rule = {
  id: 'SECRET-002',
  title: 'Credential in an environment variable',
  why: 'Everybody who may read the configuration of the function reads it, it is in plan and state in clear, and rotation does not reach it.',
  cause: 'A variable is the quickest way to give a function a value.',
  fix: 'Give the function the name or ARN of the secret, and let it read the value from Secrets Manager.',
  severity: 'high',
  references: [
    'https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-encryption',
  ],
  check: (model) => resourcesOf(model, 'aws_lambda_function').flatMap(judge),
};

function judge(placed: Placed): RuleFinding[] {
  const blocks = placed.resource.attributes.blocks('environment');
  const block = blocks.kind === 'known' ? blocks.value[0] : undefined;
  const variables = block?.object('variables');
  if (variables === undefined) {
    return [];
  }
  if (variables.whollyUnknown) {
    return judgeConfigured(placed);
  }
  return variables.names().map((name) => {
    const value = variables.string(name);
    const marked = variables.object(name).sensitive;
    const answer = judgeVariable(name, value.kind === 'known' ? value.value : undefined, marked);
    return { ...finding(placed, `environment.variables.${name}`, answer), evidence: name };
  });
}

/**
 * One variable that is known after apply makes the plan show none of them: then the configuration is read, where Terraform keeps it as it is
 * written (JSON syntax).
 */
function judgeConfigured(placed: Placed): RuleFinding[] {
  const open = finding(placed, 'environment', ['unknown', 'its variables are known only after apply']);
  const block = descend(placed.resource.config?.expressions.environment, 0);
  const written = toExpression(member(block, 'variables'))?.constant;
  if (!isObject(written)) {
    return [open];
  }
  return Object.entries(written).map(([name, text]) => {
    const isPlain = typeof text === 'string' && !/[$%]\{/.test(text);
    const isHarmless = typeof text === 'string' && HARMLESS.test(text) && !SECRET_NAME.test(name);
    const answer: Judgement = isPlain
      ? judgeVariable(name, text, false)
      : isHarmless
        ? ['pass', 'it holds a name or an address of another resource, which is known after apply']
        : ['unknown', 'its value is known only after apply'];
    return { ...finding(placed, `environment.variables.${name}`, answer), evidence: name };
  });
}

/** One attribute of a resource of AWS that names it or says where it is. */
const HARMLESS = /^\$\{aws_\w+\.[\w-]+\.(arn|bucket|execution_arn|function_name|invoke_url|name|url)\}$/;

function judgeVariable(name: string, text: string | undefined, marked: boolean): Judgement {
  if (marked) {
    return ['fail', 'it holds a value that Terraform marks as sensitive'];
  }
  if (text === undefined) {
    return SECRET_NAME.test(name)
      ? ['unknown', 'by its name it holds a credential, and its value is known only after apply']
      : ['pass', 'it holds a value that is known after apply, and its name is not one of a credential'];
  }
  const kind = credentialKind(name, text);
  return kind === undefined ? ['pass', 'it holds no credential'] : ['fail', `it holds ${kind} ${sizeOf(text)}`];
}
