import { type Json, member, objectOf } from '../json';
import type { Stack } from '../reader/stack';
import type { Rule, RuleFinding } from './rule';
import { textsIn } from './shared/literals';
import { credentialKind, sizeOf } from './shared/secrets';

/** Variables have no credential as default, and outputs hand none on. */
export const credentialInOutput: Rule = {
  id: 'SECRET-003',
  title: 'Credential in an output or in the default of a variable',
  why: 'Outputs are in the state in clear, marked as sensitive or not, and are read by other stacks; a default is in the repository.',
  cause: 'A value was handed to another stack, or a default was left in after a test.',
  fix: 'Hand on the name or ARN of the secret. Let the variable have no default.',
  severity: 'high',
  references: ['https://developer.hashicorp.com/terraform/language/manage-sensitive-data'],
  check: (model) => model.stacks.flatMap((stack) => [...defaults(stack), ...outputs(stack)]),
};

function defaults(stack: Stack): RuleFinding[] {
  const root = member(member(stack.document, 'configuration'), 'root_module');
  const declared = stack.source === 'synth' ? objectOf(stack.document.variable) : objectOf(member(root, 'variables'));
  return Object.entries(declared).map(([name, variable]) => {
    const value = member(variable, 'default');
    const isMarked = member(variable, 'sensitive') === true && typeof value === 'string' && value !== '';
    return judge(stack, `var.${name}`, 'default', name, value, isMarked);
  });
}

function outputs(stack: Stack): RuleFinding[] {
  return Object.entries(objectOf(stack.document.output_changes)).map(([name, change]) => {
    const isMarked = member(change, 'after_sensitive') === true;
    const after = member(change, 'after');
    if (isMarked) {
      return place(stack, `output.${name}`, 'value', 'fail', 'it hands on a value that Terraform marks as sensitive');
    }
    if (member(change, 'after_unknown') === true && /(password|secret|token|key)$/i.test(name)) {
      const message = 'by its name it hands on a credential, and its value is known only after apply';
      return place(stack, `output.${name}`, 'value', 'unknown', message);
    }
    return judge(stack, `output.${name}`, 'value', name, after, false);
  });
}

function judge(
  stack: Stack,
  address: string,
  attribute: string,
  name: string,
  value: Json | undefined,
  isMarked: boolean,
): RuleFinding {
  if (isMarked) {
    return place(stack, address, attribute, 'fail', 'it is marked as sensitive, and has a value in the configuration');
  }
  for (const literal of textsIn(value, '', name)) {
    const kind = credentialKind(literal.name, literal.text);
    if (kind !== undefined) {
      return place(stack, address, attribute, 'fail', `it holds ${kind} ${sizeOf(literal.text)}`);
    }
  }
  return place(stack, address, attribute, 'pass', 'it holds no credential');
}

function place(
  { name }: Stack,
  address: string,
  attribute: string,
  verdict: RuleFinding['verdict'],
  message: string,
): RuleFinding {
  return { stack: name, address, attribute, verdict, message };
}
