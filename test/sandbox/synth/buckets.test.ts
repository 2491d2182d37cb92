import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSynth, type SynthModel } from '../../../sandbox/synth';
import { createFixture, type Fixture } from '../support/fixture';

describe('buckets and signing keys of the stacks', () => {
  let folder: string;
  let fixture: Fixture;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-synth-'));
    fixture = createFixture(join(folder, 'out'));
    fixture.platform
      .add('aws_s3_bucket', 'trail', { bucket: 'gh-dev-trail', object_lock_enabled: true })
      .add('aws_s3_bucket', 'plain', { bucket: 'gh-dev-plain' })
      .add('aws_s3_bucket_object_lock_configuration', 'trail', {
        bucket: '${aws_s3_bucket.trail.id}',
        rule: { default_retention: { mode: 'GOVERNANCE', days: 400 } },
      })
      .add('aws_kms_key', 'signing', { key_usage: 'SIGN_VERIFY', customer_master_key_spec: 'ECC_NIST_P256' })
      .add('aws_kms_alias', 'signing', { name: 'alias/gh-dev-trail', target_key_id: '${aws_kms_key.signing.key_id}' });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function read(): SynthModel {
    fixture.write();
    return readSynth({ synthDir: join(folder, 'out'), environment: 'dev', stateDir: join(folder, 'state') });
  }

  test('a bucket has the days of its retention, where there is one', () => {
    expect(read().buckets).toEqual([{ name: 'gh-dev-trail', retentionDays: 400 }, { name: 'gh-dev-plain' }]);
  });

  test('a retention in years is refused, because nobody says how long a year is', () => {
    fixture.platform.body('aws_s3_bucket_object_lock_configuration', 'trail').rule = {
      default_retention: { mode: 'GOVERNANCE', years: 1 },
    };
    expect(read).toThrow('aws_s3_bucket_object_lock_configuration.trail has a retention without days');
  });

  test('a key that signs is known by its ARN and its aliases; one that encrypts is none', () => {
    expect(read().signingKeys).toEqual([
      {
        arn: expect.stringMatching(/^arn:aws:kms:eu-west-1:123456789012:key\/[0-9a-f-]{36}$/),
        aliases: ['alias/gh-dev-trail'],
      },
    ]);
    fixture.platform.body('aws_kms_key', 'signing').key_usage = 'ENCRYPT_DECRYPT';
    expect(read().signingKeys).toEqual([]);
  });

  test('a key of another kind that signs is refused', () => {
    fixture.platform.body('aws_kms_key', 'signing').customer_master_key_spec = 'RSA_2048';
    expect(read).toThrow('aws_kms_key.signing is a "RSA_2048" that signs, allowed is ECC_NIST_P256');
  });

  test('a property of a bucket that would be lost stops the start', () => {
    fixture.platform.body('aws_s3_bucket', 'plain').acceleration_status = 'Enabled';
    expect(read).toThrow('aws_s3_bucket.plain has acceleration_status, which the sandbox does not support');
  });
});
