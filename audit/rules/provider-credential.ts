import { isObject, type Json, member, objectOf } from '../json';
import type { Stack } from '../reader/stack';
import type { Rule, RuleFinding } from './rule';
import { type Literal, literalsOf, textsIn } from './shared/literals';
import { sizeOf } from './shared/secrets';

const CREDENTIALS = ['access_key', 'secret_key', 'token', 'password', 'api_token', 'api_key', 'client_secret'];

/** Terraform's own credentials come from its environment. */
export const providerCredential: Rule = {
  id: 'SECRET-005',
  title: 'Credential of a provider in the configuration',
  why: 'The key that may change everything is in the repository and in every plan file.',
  cause: 'A key was put in for a first try.',
  fix: 'Let the provider take its credentials from the environment, a profile or a role. Revoke the key.',
  severity: 'critical',
  references: ['https://registry.terraform.io/providers/hashicorp/aws/latest/docs#authentication-and-configuration'],
  check: (model) => model.stacks.flatMap(judge),
};

function judge(stack: Stack): RuleFinding[] {
  return providers(stack).map(({ name, literals, open }) => {
    const place = { stack: stack.name, address: `provider.${name}`, attribute: 'configuration' };
    const literal = literals.find((item) => CREDENTIALS.includes(item.name) && isCredential(item.text));
    if (literal !== undefined) {
      return {
        ...place,
        attribute: literal.path,
        verdict: 'fail',
        message: `a credential ${sizeOf(literal.text)} is in the configuration`,
        evidence: literal.name,
      };
    }
    return open
      ? { ...place, verdict: 'unknown', message: 'a credential comes from a variable or an expression' }
      : { ...place, verdict: 'pass', message: 'no credential is in the configuration' };
  });
}

/** The key ids of AWS have at least 16 characters (https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKey.html). */
function isCredential(text: string): boolean {
  return text.length >= 16 && !text.includes('${');
}

interface Provider {
  readonly name: string;
  readonly literals: readonly Literal[];
  /** True when a credential is set by an expression. */
  readonly open: boolean;
}

function providers(stack: Stack): Provider[] {
  if (stack.source !== 'synth') {
    const configured = objectOf(member(member(stack.document, 'configuration'), 'provider_config'));
    return Object.entries(configured).map(([name, provider]) => {
      const expressions = objectOf(member(provider, 'expressions'));
      const open = CREDENTIALS.some((key) => isReference(expressions[key]));
      return { name, literals: literalsOf(expressions), open };
    });
  }
  return Object.entries(objectOf(stack.document.provider)).flatMap(([name, blocks]) =>
    (Array.isArray(blocks) ? blocks : [blocks]).map((block) => {
      const literals = textsIn(block);
      return {
        name,
        literals,
        open: literals.some((item) => CREDENTIALS.includes(item.name) && item.text.includes('${')),
      };
    }),
  );
}

function isReference(expression: Json | undefined): boolean {
  return isObject(expression) && Array.isArray(expression.references) && expression.references.length > 0;
}
