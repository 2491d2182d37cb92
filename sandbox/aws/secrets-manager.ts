import { z } from 'zod';
import { defined } from '../../lambdas/lib/defined';
import { AwsError, page, parseInput, unknownOperation, unsupported } from './protocol';
import type { RotationDriver } from './secret-rotation';
import type { Secret } from './secret-schema';
import type { SecretStore } from './secret-store';
import { hasValue, type SecretValue, type SecretVersion } from './secret-versions';
import {
  cancelRotateSecret,
  deleteSecret,
  restoreSecret,
  rotateSecret,
  rotationView,
} from './secrets-manager-rotation';

const INVALID = 'InvalidParameterException';

/** Operations of the real service that a client may well call, and that the sandbox says it lacks. */
const UNSUPPORTED = new Set(
  (
    'BatchGetSecretValue GetRandomPassword ' +
    'RemoveRegionsFromReplication ReplicateSecretToRegions StopReplicationToReplica TagResource UntagResource ' +
    'ValidateResourcePolicy'
  ).split(' '),
);

const secretId = z.string().min(1).max(2048);
const versionId = z.string().min(32).max(64);
const versionStage = z.string().min(1).max(256);
const valueShape = {
  SecretString: z.string().max(65_536).optional(),
  SecretBinary: z.base64().max(87_384).optional(),
};
const pageShape = { MaxResults: z.number().int().min(1).max(100).default(100), NextToken: z.string().optional() };

const schemas = {
  CreateSecret: z.object({
    Name: z.string().regex(/^[A-Za-z0-9/_+=.@-]{1,512}$/, 'must be 1 to 512 letters, digits or /_+=.@-'),
    ClientRequestToken: versionId.optional(),
    Description: z.string().max(2048).optional(),
    KmsKeyId: z.string().max(2048).optional(),
    ...valueShape,
  }),
  DescribeSecret: z.object({ SecretId: secretId }),
  PutResourcePolicy: z.object({ SecretId: secretId, ResourcePolicy: z.string().min(1).max(20_480) }),
  GetSecretValue: z.object({
    SecretId: secretId,
    VersionId: versionId.optional(),
    VersionStage: versionStage.optional(),
  }),
  PutSecretValue: z.object({
    SecretId: secretId,
    ClientRequestToken: versionId,
    VersionStages: z.array(versionStage).min(1).max(20).default(['AWSCURRENT']),
    RotationToken: z.string().optional(),
    ...valueShape,
  }),
  UpdateSecret: z.object({
    SecretId: secretId,
    ClientRequestToken: versionId.optional(),
    Description: z.string().max(2048).optional(),
    KmsKeyId: z.string().max(2048).optional(),
    ...valueShape,
  }),
  UpdateSecretVersionStage: z.object({
    SecretId: secretId,
    VersionStage: versionStage,
    RemoveFromVersionId: versionId.optional(),
    MoveToVersionId: versionId.optional(),
  }),
  ListSecretVersionIds: z.object({ SecretId: secretId, IncludeDeprecated: z.boolean().default(false), ...pageShape }),
  ListSecrets: z.object({
    Filters: z.array(z.object({ Key: z.literal('name'), Values: z.array(z.string()) })).default([]),
    IncludePlannedDeletion: z.boolean().default(false),
    ...pageShape,
  }),
};

/**
 * Secrets Manager with the version stages of the real service (JSON 1.1; Secrets Manager API reference).
 *
 * @returns the output of the operation.
 * @throws AwsError with the name that the service uses.
 */
export function secretsManager(store: SecretStore, driver: RotationDriver, operation: string, input: unknown): object {
  switch (operation) {
    case 'RotateSecret':
      return rotateSecret(store, driver, input);
    case 'CancelRotateSecret':
      return cancelRotateSecret(store, input);
    case 'DeleteSecret':
      return deleteSecret(store, input);
    case 'RestoreSecret':
      return restoreSecret(store, input);
    case 'UpdateSecret':
      return updateSecret(store, parseInput(schemas.UpdateSecret, input, INVALID));
    case 'CreateSecret':
      return createSecret(store, parseInput(schemas.CreateSecret, input, INVALID));
    case 'GetResourcePolicy': {
      const secret = store.findLive(parseInput(schemas.DescribeSecret, input, INVALID).SecretId);
      return { ...identity(secret), ResourcePolicy: secret.resourcePolicy };
    }
    case 'PutResourcePolicy':
      return putResourcePolicy(store, parseInput(schemas.PutResourcePolicy, input, INVALID));
    case 'DeleteResourcePolicy': {
      const { SecretId: id } = parseInput(schemas.DescribeSecret, input, INVALID);
      return identity(store.setResourcePolicy(store.findLive(id), undefined));
    }
    case 'DescribeSecret':
      return describeSecret(store.find(parseInput(schemas.DescribeSecret, input, INVALID).SecretId));
    case 'GetSecretValue':
      return getSecretValue(store, parseInput(schemas.GetSecretValue, input, INVALID));
    case 'PutSecretValue':
      return putSecretValue(store, parseInput(schemas.PutSecretValue, input, INVALID));
    case 'UpdateSecretVersionStage': {
      const request = parseInput(schemas.UpdateSecretVersionStage, input, INVALID);
      const { VersionStage: stage, RemoveFromVersionId: removeFrom, MoveToVersionId: moveTo } = request;
      return identity(store.updateStage(store.findLive(request.SecretId), { stage, removeFrom, moveTo }));
    }
    case 'ListSecretVersionIds':
      return listSecretVersionIds(store, parseInput(schemas.ListSecretVersionIds, input, INVALID));
    case 'ListSecrets':
      return listSecrets(store, parseInput(schemas.ListSecrets, input, INVALID));
    default:
      if (UNSUPPORTED.has(operation)) {
        throw unsupported(`Secrets Manager ${operation}`);
      }
      throw unknownOperation(`Secrets Manager ${operation}`);
  }
}

function createSecret(store: SecretStore, input: z.infer<typeof schemas.CreateSecret>): object {
  const value = givenValue(input);
  const id = input.ClientRequestToken;
  if (value && !id) {
    throw new AwsError(INVALID, 'You must provide a ClientRequestToken value, of 32 to 64 characters.');
  }
  const secret = store.create(
    {
      name: input.Name,
      ...defined({ description: input.Description, kmsKeyId: input.KmsKeyId }),
    },
    value && id ? { ...value, id, stages: ['AWSCURRENT'] } : undefined,
  );
  return { ...identity(secret), ...(value ? { VersionId: id } : {}) };
}

/** Kept to be given back: nothing here decides on IAM policies. */
function putResourcePolicy(store: SecretStore, input: z.infer<typeof schemas.PutResourcePolicy>): object {
  const secret = store.findLive(input.SecretId);
  try {
    JSON.parse(input.ResourcePolicy);
  } catch {
    throw new AwsError('MalformedPolicyDocumentException', 'the resource policy is not JSON');
  }
  return identity(store.setResourcePolicy(secret, input.ResourcePolicy));
}

function getSecretValue(store: SecretStore, input: z.infer<typeof schemas.GetSecretValue>): object {
  const secret = store.findLive(input.SecretId);
  const { VersionId: id, VersionStage: stage } = input;
  const wanted = stage ?? 'AWSCURRENT';
  const version = secret.versions.find((candidate) => (id ? candidate.id === id : candidate.stages.includes(wanted)));
  if (!version || !hasValue(version)) {
    const which = id ? `VersionId: ${id}` : `staging label: ${wanted}`;
    throw new AwsError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for ${which}`,
    );
  }
  if (id && stage && !version.stages.includes(stage)) {
    throw new AwsError(
      'InvalidRequestException',
      'You provided a VersionStage that is not associated to the provided VersionId.',
    );
  }
  store.access(secret, version.id);
  return {
    ...identity(secret),
    VersionId: version.id,
    VersionStages: version.stages,
    CreatedDate: version.createdDate,
    SecretString: version.secretString,
    SecretBinary: version.secretBinary,
  };
}

function putSecretValue(store: SecretStore, input: z.infer<typeof schemas.PutSecretValue>): object {
  const value = givenValue(input);
  if (!value) {
    throw new AwsError('InvalidRequestException', 'You must provide either SecretString or SecretBinary.');
  }
  const id = input.ClientRequestToken;
  const secret = store.put(store.findLive(input.SecretId), { ...value, id, stages: input.VersionStages });
  const stages = secret.versions.find((version) => version.id === id)?.stages;
  return { ...identity(secret), VersionId: id, VersionStages: stages };
}

function updateSecret(store: SecretStore, input: z.infer<typeof schemas.UpdateSecret>): object {
  const value = givenValue(input);
  const id = input.ClientRequestToken;
  if (value && !id) {
    throw new AwsError(INVALID, 'You must provide a ClientRequestToken value, of 32 to 64 characters.');
  }
  const { Description: description, KmsKeyId: kmsKeyId } = input;
  const secret = store.setMetadata(store.findLive(input.SecretId), {
    ...defined({ description, kmsKeyId }),
  });
  if (!value || !id) {
    return identity(secret);
  }
  return { ...identity(store.put(secret, { ...value, id, stages: ['AWSCURRENT'] })), VersionId: id };
}

function describeSecret(secret: Secret): object {
  return {
    ...identity(secret),
    ...metadata(secret),
    ...rotationView(secret),
    VersionIdsToStages: labelledVersions(secret),
  };
}

function listSecretVersionIds(store: SecretStore, input: z.infer<typeof schemas.ListSecretVersionIds>): object {
  const secret = store.find(input.SecretId);
  const numbered = secret.versions
    .map((version, order) => ({ version, order }))
    .filter(({ version }) => input.IncludeDeprecated || version.stages.length > 0);
  const { items, next } = page(numbered, ({ order }) => order, pageRequest(input));
  return { ...identity(secret), Versions: items.map(({ version }) => versionEntry(version)), NextToken: next };
}

function listSecrets(store: SecretStore, input: z.infer<typeof schemas.ListSecrets>): object {
  const matches = (secret: Secret) =>
    (input.IncludePlannedDeletion || secret.deletionDate === undefined) &&
    input.Filters.every((filter) => filter.Values.some((value) => secret.name.startsWith(value)));
  const byName = [...store.list()].filter(matches).sort((a, b) => (a.name < b.name ? -1 : 1));
  const numbered = byName.map((secret, order) => ({ secret, order }));
  const { items, next } = page(numbered, ({ order }) => order, pageRequest(input));
  const entries = items.map(({ secret }) => ({
    ...identity(secret),
    ...metadata(secret),
    ...rotationView(secret),
    SecretVersionsToStages: labelledVersions(secret),
  }));
  return { SecretList: entries, NextToken: next };
}

/** @throws AwsError when both kinds of value are given. */
function givenValue(input: {
  SecretString?: string | undefined;
  SecretBinary?: string | undefined;
}): SecretValue | undefined {
  const { SecretString: secretString, SecretBinary: secretBinary } = input;
  if (secretString !== undefined && secretBinary !== undefined) {
    throw new AwsError(INVALID, "You can't specify both a binary secret value and a string secret value.");
  }
  if (secretString !== undefined) {
    return { secretString };
  }
  return secretBinary === undefined ? undefined : { secretBinary };
}

function identity(secret: Secret): { ARN: string; Name: string } {
  return { ARN: secret.arn, Name: secret.name };
}

function metadata(secret: Secret): object {
  const { description, kmsKeyId, createdDate, lastChangedDate } = secret;
  return { Description: description, KmsKeyId: kmsKeyId, CreatedDate: createdDate, LastChangedDate: lastChangedDate };
}

/** Undefined for a secret without versions, as the service leaves the member out. */
function labelledVersions(secret: Secret): Record<string, string[]> | undefined {
  if (secret.versions.length === 0) {
    return undefined;
  }
  const labelled = secret.versions.filter((version) => version.stages.length > 0);
  return Object.fromEntries(labelled.map((version) => [version.id, version.stages]));
}

function versionEntry(version: SecretVersion): object {
  const stages = version.stages.length > 0 ? version.stages : undefined;
  const { createdDate, lastAccessedDate } = version;
  return {
    VersionId: version.id,
    VersionStages: stages,
    CreatedDate: createdDate,
    LastAccessedDate: lastAccessedDate,
  };
}

function pageRequest(input: { MaxResults: number; NextToken?: string | undefined }) {
  return { position: input.NextToken, limit: input.MaxResults, code: 'InvalidNextTokenException' };
}
