import type { AuditModel } from '../model/types';
import { is, known } from '../three-valued';
import type { Rule, RuleFinding } from './rule';
import {
  blockOf,
  booleanOf,
  finding,
  type Judgement,
  judge,
  type Placed,
  presence,
  resourcesOf,
} from './shared/resources';

/** Types that hold data, with the boolean that encrypts it. */
const BY_FLAG = [
  ['aws_db_instance', 'storage_encrypted'],
  ['aws_rds_cluster', 'storage_encrypted'],
  ['aws_efs_file_system', 'encrypted'],
] as const;

/** Data at rest is encrypted. */
export const encryptionAtRest: Rule = {
  id: 'DATA-001',
  title: 'Data at rest without encryption',
  why: 'Messages, files and cached answers hold what callers sent, tokens among it.',
  cause: 'Encryption is off by default for topics, caches, databases and file systems.',
  fix: 'Set a KMS key, or the encryption of the service where it has one.',
  severity: 'high',
  references: [
    'https://docs.aws.amazon.com/securityhub/latest/userguide/sns-controls.html#sns-1',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/sqs-controls.html#sqs-1',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/apigateway-controls.html#apigateway-5',
  ],
  check: (model) => [
    ...resourcesOf(model, 'aws_sns_topic').map((placed) => finding(placed, 'kms_master_key_id', topic(placed))),
    ...resourcesOf(model, 'aws_sqs_queue').map((placed) => finding(placed, 'sqs_managed_sse_enabled', queue(placed))),
    ...BY_FLAG.flatMap(([type, attribute]) =>
      resourcesOf(model, type).map((placed) => {
        const flag = booleanOf(placed.resource.attributes, attribute);
        return finding(
          placed,
          attribute,
          judge(attribute, flag, false, (on) => on, encrypted),
        );
      }),
    ),
    ...caches(model),
  ],
};

function encrypted(_: boolean, passed: boolean): string {
  return passed ? 'its data is encrypted' : 'its data is not encrypted';
}

function topic(placed: Placed): Judgement {
  const key = presence(placed, 'kms_master_key_id');
  return judge('kms_master_key_id', key, false, (set) => set, encrypted);
}

/** A queue is encrypted by SQS itself where nothing is set. */
function queue(placed: Placed): Judgement {
  const { attributes } = placed.resource;
  const key = presence(placed, 'kms_master_key_id');
  return is(key, true)
    ? ['pass', 'a key encrypts the queue']
    : judge('sqs_managed_sse_enabled', booleanOf(attributes, 'sqs_managed_sse_enabled'), true, (on) => on, encrypted);
}

function caches(model: AuditModel): RuleFinding[] {
  return resourcesOf(model, 'aws_api_gateway_method_settings').flatMap((placed) => {
    const settings = blockOf(placed.resource.attributes, 'settings');
    if (settings.kind !== 'known') {
      return [];
    }
    const caching = booleanOf(settings.value, 'caching_enabled');
    if (caching.kind === 'absent' || is(caching, false)) {
      return [];
    }
    const flag = booleanOf(settings.value, 'cache_data_encrypted');
    const answer: Judgement =
      caching.kind === 'unknown' && !is(flag, true)
        ? ['unknown', `caching_enabled is ${caching.cause}`]
        : judge('cache_data_encrypted', flag.kind === 'absent' ? known(false) : flag, false, (on) => on, encrypted);
    return [finding(placed, 'settings cache_data_encrypted', answer)];
  });
}
