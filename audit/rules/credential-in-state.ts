import type { Rule } from './rule';
import { finding, isSet, type Judgement, type Placed, resourcesOf } from './shared/resources';

/** Attributes that have a write-only counterpart, which leaves no value in plan and state. */
const PAIRS = [
  ['aws_secretsmanager_secret_version', 'secret_string', 'secret_string_wo'],
  ['aws_db_instance', 'password', 'password_wo'],
  ['aws_rds_cluster', 'master_password', 'master_password_wo'],
  ['aws_ssm_parameter', 'value', 'value_wo'],
] as const;

/** The state holds no credential. */
export const credentialInState: Rule = {
  id: 'SECRET-007',
  title: 'Credential kept in the state',
  why: 'Terraform keeps the value in its state in clear; whoever reads the state, or a backup of it, has it. After rotation the next plan puts the old one back.',
  cause: 'The write-only argument is younger than the resource, and needs Terraform 1.11.',
  fix: 'Let rotation or an operator set the value; else use the write-only argument (secret_string_wo, password_wo).',
  severity: 'medium',
  references: ['https://developer.hashicorp.com/terraform/language/resources/ephemeral/write-only'],
  check: (model) => [
    ...resourcesOf(model, 'aws_iam_access_key')
      // Encrypted for a key of the holder, the state keeps nothing that anybody else reads.
      .map((placed) =>
        finding(
          placed,
          'secret',
          isSet(placed.resource.attributes, 'pgp_key')
            ? ['pass', 'the state keeps it encrypted for the key of its holder']
            : ['fail', 'the secret of the access key is kept in the state; let roles of IAM be assumed instead'],
        ),
      ),
    ...PAIRS.flatMap(([type, attribute, writeOnly]) =>
      resourcesOf(model, type)
        .filter(({ resource }) => type !== 'aws_ssm_parameter' || mayBeSecure(resource.attributes.string('type')))
        .map((placed) => finding(placed, attribute, judge(placed, attribute, writeOnly))),
    ),
  ],
};

function mayBeSecure(type: ReturnType<Placed['resource']['attributes']['string']>): boolean {
  return type.kind !== 'known' || type.value === 'SecureString';
}

function judge({ resource }: Placed, attribute: string, writeOnly: string): Judgement {
  const { attributes } = resource;
  if (!isSet(attributes, attribute)) {
    return ['pass', 'the state keeps no value'];
  }
  return attributes.string('type').kind === 'unknown' && attribute === 'value'
    ? ['unknown', 'whether it is a secure parameter is not known']
    : ['fail', `${attribute} is kept in the state, ${writeOnly} would not be`];
}
