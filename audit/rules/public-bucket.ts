import { join } from '../model/joins';
import { is } from '../three-valued';
import type { Rule } from './rule';
import { booleanOf, finding, type Judgement, type Placed, resourcesOf } from './shared/resources';

const BLOCK = 'aws_s3_bucket_public_access_block';
const ACCOUNT_BLOCK = 'aws_s3_account_public_access_block';
const FLAGS = ['block_public_acls', 'block_public_policy', 'ignore_public_acls', 'restrict_public_buckets'];

/** No bucket is public, and none can become so by one policy. */
export const publicBucket: Rule = {
  id: 'DATA-006',
  title: 'Bucket that can be made public',
  why: 'One policy or ACL then publishes everything in it, logs and exports among it.',
  cause: 'aws_s3_bucket_public_access_block is a resource of its own.',
  fix: 'Add aws_s3_bucket_public_access_block with all four settings true.',
  severity: 'high',
  references: ['https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-8'],
  check: (model) =>
    resourcesOf(model, 'aws_s3_bucket').map((placed) => finding(placed, 'public access block', judge(placed))),
};

function judge({ stack, resource }: Placed): Judgement {
  if (
    stack.ofType(ACCOUNT_BLOCK).some(({ attributes }) => FLAGS.every((name) => is(booleanOf(attributes, name), true)))
  ) {
    return ['pass', 'the account keeps all its buckets private'];
  }
  let open = false;
  for (const block of stack.ofType(BLOCK)) {
    const joined = join(stack, block, block.attributes, 'bucket', ['aws_s3_bucket'], ['id', 'bucket']);
    if (joined.kind === 'resource' && joined.resource === resource) {
      const flags = FLAGS.map((name) => ({ name, value: booleanOf(block.attributes, name) }));
      const off = flags.find(({ value }) => value.kind === 'absent' || (value.kind === 'known' && !value.value));
      if (off !== undefined) {
        return ['fail', `${off.name} of its public access block is not true`];
      }
      return flags.some(({ value }) => value.kind === 'unknown')
        ? ['unknown', 'a setting of its public access block is not known']
        : ['pass', 'a public access block keeps it private'];
    }
    open ||= joined.kind === 'unknown';
  }
  return open
    ? ['unknown', 'a public access block is for a bucket that is not known']
    : ['fail', 'it has no public access block'];
}
