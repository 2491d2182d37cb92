import { defined } from '../../lambdas/lib/defined';
import type { AttributeSpec, BucketSpec, IndexSpec, RotationSpec, SecretSpec, SigningKeySpec, TableSpec } from '../aws';
import { SynthError } from './errors';
import { numberOf, type Resource, type StackResources } from './resources';
import { blocksOf, type JsonObject } from './stacks';

/** The tables of the stacks. @throws {SynthError} for a table that DynamoDB would refuse */
export function readTables(stacks: readonly StackResources[]): TableSpec[] {
  return stacks
    .flatMap((stack) => stack.ofType('aws_dynamodb_table'))
    .map((resource) => {
      const rangeKey = resource.optionalText('range_key');
      return {
        name: resource.text('name'),
        hashKey: resource.text('hash_key'),
        ...defined({ rangeKey }),
        attributes: resource.blocks('attribute').map((block) => readAttribute(resource, block)),
        globalSecondaryIndexes: resource.blocks('global_secondary_index').map((block) => readIndex(resource, block)),
      };
    });
}

function readAttribute(resource: Resource, block: JsonObject): AttributeSpec {
  const type = textOf(resource, block, 'type');
  if (type !== 'S' && type !== 'N' && type !== 'B') {
    throw new SynthError(`${resource.label} has an attribute of type ${JSON.stringify(type)}, allowed are S, N, B`);
  }
  return { name: textOf(resource, block, 'name'), type };
}

function readIndex(resource: Resource, block: JsonObject): IndexSpec {
  // Provider 6 also has the keys as a list of blocks.
  const keys = Array.isArray(block.key_schema) ? (block.key_schema as JsonObject[]) : [];
  const keyOf = (kind: string): unknown => keys.find((key) => key.key_type === kind)?.attribute_name;
  const hashKey = block.hash_key ?? keyOf('HASH');
  const rangeKey = block.range_key ?? keyOf('RANGE');
  const projectionType = textOf(resource, block, 'projection_type');
  if (projectionType !== 'ALL' && projectionType !== 'KEYS_ONLY' && projectionType !== 'INCLUDE') {
    throw new SynthError(
      `${resource.label} has the projection ${JSON.stringify(projectionType)}, allowed are ALL, KEYS_ONLY, INCLUDE`,
    );
  }
  const included = block.non_key_attributes;
  return {
    name: textOf(resource, block, 'name'),
    hashKey: String(hashKey),
    ...(typeof rangeKey === 'string' ? { rangeKey } : {}),
    projectionType,
    ...(Array.isArray(included) && included.length > 0 ? { nonKeyAttributes: included.map(String) } : {}),
  };
}

/** The secrets of the stacks; they have no value until somebody puts one. */
export function readSecrets(stacks: readonly StackResources[]): SecretSpec[] {
  const rotations = readRotations(stacks);
  return stacks
    .flatMap((stack) => stack.ofType('aws_secretsmanager_secret'))
    .map((resource) => {
      const rotation = rotations.get(resource.text('arn'));
      const description = resource.optionalText('description');
      const kmsKeyId = resource.optionalText('kms_key_id');
      return {
        name: resource.text('name'),
        arn: resource.text('arn'),
        ...defined({ description, kmsKeyId, rotation }),
      };
    });
}

/** The buckets of the stacks. @throws {SynthError} for a retention in years, or for one without a bucket of the stacks */
export function readBuckets(stacks: readonly StackResources[]): BucketSpec[] {
  const retentions = new Map(
    stacks
      .flatMap((stack) => stack.ofType('aws_s3_bucket_object_lock_configuration'))
      .map((resource) => [resource.text('bucket'), readRetention(resource)]),
  );
  return stacks
    .flatMap((stack) => stack.ofType('aws_s3_bucket'))
    .map((resource) => {
      const name = resource.text('bucket');
      return { name, ...defined({ retentionDays: retentions.get(name) }) };
    });
}

/** Days of the default retention; `undefined` where there is none. */
function readRetention(resource: Resource): number | undefined {
  const [rule] = resource.blocks('rule');
  const [retention] = blocksOf(rule?.default_retention, `${resource.label}.rule.default_retention`);
  if (retention === undefined) {
    return undefined;
  }
  if (retention.days === undefined || retention.days === null) {
    throw new SynthError(`${resource.label} has a retention without days, the sandbox reads days only`);
  }
  return numberOf(retention.days, `${resource.label}.rule.default_retention.days`);
}

/** The keys of the stacks that sign, with the names of their aliases. @throws {SynthError} for one of another kind than P-256 */
export function readSigningKeys(stacks: readonly StackResources[]): SigningKeySpec[] {
  return stacks.flatMap((stack) =>
    stack
      .ofType('aws_kms_key')
      .filter((resource) => resource.optionalText('key_usage') === 'SIGN_VERIFY')
      .map((resource) => {
        const spec = resource.optionalText('customer_master_key_spec');
        if (spec !== 'ECC_NIST_P256') {
          throw new SynthError(`${resource.label} is a ${JSON.stringify(spec)} that signs, allowed is ECC_NIST_P256`);
        }
        const aliases = stack
          .ofType('aws_kms_alias')
          .filter((alias) => alias.text('target_key_id') === resource.text('key_id'))
          .map((alias) => alias.text('name'));
        return { arn: resource.text('arn'), aliases };
      }),
  );
}

/** Rotations by the ARN of their secret. @throws {SynthError} for a rotation without a schedule */
function readRotations(stacks: readonly StackResources[]): Map<string, RotationSpec> {
  const resources = stacks.flatMap((stack) => stack.ofType('aws_secretsmanager_secret_rotation'));
  return new Map(
    resources.map((resource) => {
      const [rules] = resource.blocks('rotation_rules');
      if (rules === undefined) {
        throw new SynthError(`${resource.label} has no rotation_rules`);
      }
      const { schedule_expression: expression, automatically_after_days: days, duration } = rules;
      // What Terraform's provider takes when it is not given.
      const rotateImmediately =
        resource.read('rotate_immediately') === undefined || resource.flag('rotate_immediately');
      return [
        resource.text('secret_id'),
        {
          lambdaArn: resource.text('rotation_lambda_arn'),
          rules: {
            ...(typeof expression === 'string' ? { scheduleExpression: expression } : {}),
            ...(typeof days === 'number' ? { automaticallyAfterDays: days } : {}),
            ...(typeof duration === 'string' ? { duration } : {}),
          },
          rotateImmediately,
        },
      ];
    }),
  );
}

function textOf(resource: Resource, block: JsonObject, name: string): string {
  const value = block[name];
  if (typeof value !== 'string') {
    throw new SynthError(`${resource.label} has a block without ${name}`);
  }
  return value;
}
