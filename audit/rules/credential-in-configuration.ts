import type { AuditModel } from '../model/types';
import type { Rule, RuleFinding } from './rule';
import { type Literal, literalsOf } from './shared/literals';
import { finding, type Placed } from './shared/resources';
import { credentialKind, sizeOf } from './shared/secrets';

/** Attributes that are a credential whatever they hold, by type; write-only ones keep their literal in the configuration too. */
const CREDENTIALS: Readonly<Record<string, readonly string[]>> = {
  aws_api_gateway_api_key: ['value'],
  aws_cognito_identity_provider: ['client_secret'],
  aws_db_instance: ['password', 'password_wo'],
  aws_iam_user_login_profile: ['password'],
  aws_rds_cluster: ['master_password', 'master_password_wo'],
  aws_secretsmanager_secret_version: ['secret_string', 'secret_string_wo', 'secret_binary'],
  aws_elasticache_replication_group: ['auth_token'],
};

/** Read by rules of their own. */
const ELSEWHERE = /^(environment(\[\d+\])?\.variables|variables)\./;

/** No credential is written into a configuration. */
export const credentialInConfiguration: Rule = {
  id: 'SECRET-001',
  title: 'Credential in the configuration',
  why: 'It is in the repository, in the plan and in the state, in clear, for everybody who reads one of them, and for ever.',
  cause: 'A value was put in to try something; or a write-only argument was taken for a safe place of a literal.',
  fix: 'Let the first rotation, or an operator, put the value into Secrets Manager, and refer to the secret. Revoke the value.',
  severity: 'critical',
  references: [
    'https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html',
    'https://developer.hashicorp.com/terraform/language/manage-sensitive-data',
  ],
  check: (model) => resources(model).flatMap(judge),
};

function resources(model: AuditModel): Placed[] {
  const seen = new Set<unknown>();
  return model.stacks.flatMap((stack) =>
    stack.resources.flatMap((resource): Placed[] => {
      // Instances of one block share its configuration.
      if (resource.config === undefined || seen.has(resource.config)) {
        return [];
      }
      seen.add(resource.config);
      return [{ stack, resource }];
    }),
  );
}

function judge(placed: Placed): RuleFinding[] {
  const { type, config, attributes } = placed.resource;
  const always = CREDENTIALS[type] ?? [];
  const found = literalsOf(config?.expressions).flatMap((literal) => {
    const kind = kindOf(literal, always);
    return kind === undefined
      ? []
      : [
          {
            ...finding(placed, literal.path, ['fail', `${kind} ${sizeOf(literal.text)} is in the configuration`]),
            evidence: kind,
          },
        ];
  });
  if (found.length > 0) {
    return found;
  }
  return always
    .filter((name) => attributes.configured(name))
    .map((name) => {
      const { references = [] } = attributes.expression(name) ?? {};
      // An attribute of a resource is not in the configuration; what a variable or a local value holds is told by others.
      // Of a write-only argument neither plan nor state keeps a value: where it comes from is no matter.
      return !name.endsWith('_wo') &&
        references.length > 0 &&
        references.every((text) => /^(var|local|module|each)\./.test(text))
        ? finding(placed, name, ['unknown', 'where its value comes from is not in the plan'])
        : finding(placed, name, ['pass', 'no literal is in the configuration']);
    });
}

function kindOf({ path, name, text }: Literal, always: readonly string[]): string | undefined {
  if (text === '' || ELSEWHERE.test(path)) {
    return undefined;
  }
  return always.includes(path) ? 'a credential' : credentialKind(name, text);
}
