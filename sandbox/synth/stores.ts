import { defined } from '../../lambdas/lib/defined';
import type { AttributeSpec, IndexSpec, RotationSpec, SecretSpec, TableSpec } from '../aws';
import { SynthError } from './errors';
import type { Resource, StackResources } from './resources';
import type { JsonObject } from './stacks';

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
