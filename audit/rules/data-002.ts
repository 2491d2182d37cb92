import type { AuditModel } from '../model/types';
import type { Rule } from './rule';
import { blockOf, finding, isSet, type Judgement, type Placed, resourcesOf } from './shared/resources';

/** Asked only by a policy with `customerKeys`. */
export const data002: Rule = {
  id: 'DATA-002',
  title: 'Data without a key of the customer',
  why: 'With a key of AWS nobody can withdraw access, read who decrypted, or share across accounts by the key.',
  cause: 'The encryption of the service is on by default and looks the same in a console.',
  fix: 'Set the ARN of an aws_kms_key.',
  severity: 'medium',
  references: ['https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-mgmt'],
  check: (model, policy) => (policy.customerKeys ? judgeAll(model) : []),
};

function judgeAll(model: AuditModel) {
  return [
    ...(
      [
        ['aws_secretsmanager_secret', 'kms_key_id'],
        ['aws_sns_topic', 'kms_master_key_id'],
        ['aws_sqs_queue', 'kms_master_key_id'],
      ] as const
    ).flatMap(([type, attribute]) =>
      resourcesOf(model, type).map((placed) =>
        finding(placed, attribute, byKey(isSet(placed.resource.attributes, attribute))),
      ),
    ),
    ...resourcesOf(model, 'aws_dynamodb_table').map((placed) =>
      finding(placed, 'server_side_encryption', table(placed)),
    ),
  ];
}

function table({ resource }: Placed): Judgement {
  const block = blockOf(resource.attributes, 'server_side_encryption');
  return block.kind === 'unknown'
    ? ['unknown', `server_side_encryption is ${block.cause}`]
    : byKey(block.kind === 'known' && isSet(block.value, 'kms_key_arn'));
}

function byKey(own: boolean): Judgement {
  return own ? ['pass', 'a key of the customer encrypts it'] : ['fail', 'a key of AWS encrypts it'];
}
