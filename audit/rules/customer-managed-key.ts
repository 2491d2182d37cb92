import type { AuditModel } from '../model/types';
import type { Value } from '../three-valued';
import type { Rule } from './rule';
import { blockOf, finding, type Judgement, judge, type Placed, presence, resourcesOf } from './shared/resources';

/** Asked only by a policy with `customerKeys`. */
export const customerManagedKey: Rule = {
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
      resourcesOf(model, type).map((placed) => finding(placed, attribute, byKey(presence(placed, attribute)))),
    ),
    ...resourcesOf(model, 'aws_dynamodb_table').map((placed) =>
      finding(placed, 'server_side_encryption', table(placed)),
    ),
  ];
}

function table(placed: Placed): Judgement {
  const block = blockOf(placed.resource.attributes, 'server_side_encryption');
  return block.kind === 'known' ? byKey(presence(placed, 'kms_key_arn', block.value)) : byKey(block);
}

function byKey(own: Value<boolean>): Judgement {
  return judge(
    'the key',
    own,
    false,
    (set) => set,
    (_, passed) => (passed ? 'a key of the customer encrypts it' : 'a key of AWS encrypts it'),
  );
}
