import type { TerraformStack } from 'cdktf';
import { RotatingSecret, type RotatingSecretProps, RotationKind, RotationStore } from '../../../constructs/rotation';
import { Names } from '../../../constructs/support';
import { TokenStore } from '../../../constructs/tokens';
import { Template, testStack } from '../../support/template';

export const location = { account: '123456789012', region: 'eu-central-1' };
export const names = new Names('acme', 'prod');
export const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:alarms';

/** A stack with a token store, a rotation store, and whatever is built on them. */
export function build(
  add: (stack: TerraformStack, stores: { tokenStore: TokenStore; store: RotationStore }) => void,
): Template {
  const stack = testStack();
  const tokenStore = new TokenStore(stack, 'Tokens', { ...location, names, brand: 'acme', tokenEnvironment: 'live' });
  const store = new RotationStore(stack, 'Rotations', { ...location, names });
  add(stack, { tokenStore, store });
  return Template.fromStack(stack);
}

/** A rotating secret of signing keys, with changes. */
export function buildSecret(changes: Partial<RotatingSecretProps> = {}): {
  template: Template;
  secret: RotatingSecret;
} {
  let secret: RotatingSecret | undefined;
  const template = build((stack, { tokenStore, store }) => {
    secret = new RotatingSecret(stack, 'Keys', {
      ...location,
      names,
      store,
      keyArn: tokenStore.keyArn,
      secret: { create: names.signingKeysSecret },
      kind: RotationKind.signingKeys(),
      ...changes,
    });
  });
  if (secret === undefined) throw new Error('the secret was not built');
  return { template, secret };
}

export interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Principal?: unknown;
  readonly Condition?: Record<string, Record<string, string | string[]>>;
}

/** Every statement of the policies of a role, by sid. */
export function roleStatements(template: Template, roleName: string): Record<string, Statement> {
  const [roleId] = Object.entries(template.resources('aws_iam_role')).find(([, body]) => body.name === roleName) ?? [];
  const policies = Object.values(template.resources('aws_iam_role_policy')).filter(
    ({ role }) => role === `\${aws_iam_role.${roleId}.name}`,
  );
  return bySid(policies.map(({ policy }) => String(policy)));
}

/** Statements of policy documents by sid. */
export function bySid(policies: readonly string[]): Record<string, Statement> {
  const statements = policies.flatMap((policy) => (JSON.parse(policy) as { Statement: Statement[] }).Statement);
  return Object.fromEntries(statements.map((statement) => [statement.Sid, statement]));
}
