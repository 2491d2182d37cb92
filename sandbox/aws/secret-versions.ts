import { z } from 'zod';
import { defined } from '../../lambdas/lib/defined';
import { AwsError } from './protocol';

/**
 * The rules of secret versions and their staging labels, on plain data: a version is immutable, a label is on at most
 * one version, AWSCURRENT never goes away and takes AWSPREVIOUS along when it moves (Secrets Manager API reference,
 * PutSecretValue and UpdateSecretVersionStage).
 */
export const secretVersionSchema = z.object({
  id: z.string(),
  secretString: z.string().optional(),
  /** Base64. */
  secretBinary: z.string().optional(),
  /** Epoch seconds. */
  createdDate: z.number(),
  /** Epoch seconds of the day on which the value was last read. */
  lastAccessedDate: z.number().optional(),
  stages: z.array(z.string()),
});

export type SecretVersion = z.infer<typeof secretVersionSchema>;
export type SecretValue = Pick<SecretVersion, 'secretString' | 'secretBinary'>;

export function hasValue(version: SecretValue): boolean {
  return version.secretString !== undefined || version.secretBinary !== undefined;
}

/** The version that carries a label. */
export function holderOf(versions: readonly SecretVersion[], stage: string): SecretVersion | undefined {
  return versions.find((version) => version.stages.includes(stage));
}

/** Versions that Secrets Manager keeps before it removes deprecated ones, and the age below which it removes none. */
const KEPT_VERSIONS = 100;
const KEPT_SECONDS = 24 * 60 * 60;

export interface NewVersion extends SecretValue {
  /** The ClientRequestToken. */
  readonly id: string;
  readonly stages: readonly string[];
  readonly createdDate: number;
}

/**
 * The versions after a rotation began: AWSPENDING is on the version of its token, which has no value until one is put
 * (getmoto/moto#8504, verified against AWS by its author). A version that exists keeps its value.
 */
export function addPlaceholder(
  versions: readonly SecretVersion[],
  placeholder: Pick<NewVersion, 'id' | 'createdDate'>,
): readonly SecretVersion[] {
  const known = versions.some((version) => version.id === placeholder.id);
  return moveStage(known ? versions : [...versions, { ...placeholder, stages: [] }], 'AWSPENDING', placeholder.id);
}

/**
 * The versions after a value was put. The same token with the same value changes nothing; a token without a value gets
 * it; the first version of a secret gets AWSCURRENT whatever was asked, unless a rotation's placeholder is there already.
 *
 * @throws AwsError `ResourceExistsException` when the token has another value.
 */
export function putVersion(versions: readonly SecretVersion[], added: NewVersion): readonly SecretVersion[] {
  const existing = versions.find((version) => version.id === added.id);
  if (existing && hasValue(existing)) {
    if (sameValue(existing, added)) {
      return versions;
    }
    throw new AwsError(
      'ResourceExistsException',
      `a version with the ClientRequestToken ${added.id} exists with another value, and a version cannot be changed`,
    );
  }
  const stages = new Set(added.stages);
  if (versions.length === 0) {
    stages.add('AWSCURRENT');
  }
  let result: readonly SecretVersion[] = existing
    ? versions.map((version) => (version === existing ? { ...existing, ...onlyValue(added) } : version))
    : [...versions, { ...added, stages: [] }];
  for (const stage of stages) {
    result = moveStage(result, stage, added.id);
  }
  return removeOldVersions(result, added.createdDate);
}

export interface StageUpdate {
  readonly stage: string;
  readonly removeFrom?: string | undefined;
  readonly moveTo?: string | undefined;
}

/**
 * The versions after a staging label was moved, added or removed. `removeFrom` is a compare-and-swap: it must name the
 * version that has the label, and must be given when another version has it.
 *
 * @throws AwsError `InvalidParameterException` when it does not, `ResourceNotFoundException` for an unknown version.
 */
export function updateStage(versions: readonly SecretVersion[], update: StageUpdate): readonly SecretVersion[] {
  const { stage, removeFrom, moveTo } = update;
  for (const id of [removeFrom, moveTo]) {
    if (id !== undefined && !versions.some((version) => version.id === id)) {
      throw new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified secret version: ${id}`);
    }
  }
  const holder = holderOf(versions, stage)?.id;
  if (removeFrom === undefined && moveTo === undefined) {
    throw new AwsError('InvalidParameterException', 'RemoveFromVersionId or MoveToVersionId must be given');
  }
  if (removeFrom !== undefined && removeFrom !== holder) {
    const where = holder === undefined ? 'attached to no version' : `attached to version ${holder}`;
    throw new AwsError(
      'InvalidParameterException',
      `The staging label ${stage} is not attached to version ${removeFrom} given in RemoveFromVersionId, it is ${where}.`,
    );
  }
  if (moveTo === undefined) {
    if (stage === 'AWSCURRENT') {
      throw new AwsError(
        'InvalidParameterException',
        "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.",
      );
    }
    return withoutStage(versions, stage);
  }
  if (holder !== undefined && holder !== moveTo && removeFrom === undefined) {
    throw new AwsError(
      'InvalidParameterException',
      `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ` +
        `${holder}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
  return moveStage(versions, stage, moveTo);
}

function moveStage(versions: readonly SecretVersion[], stage: string, to: string): readonly SecretVersion[] {
  const holder = holderOf(versions, stage)?.id;
  if (holder === to) {
    return versions;
  }
  const moved = withoutStage(versions, stage).map((version) =>
    version.id === to ? { ...version, stages: [...version.stages, stage] } : version,
  );
  return stage === 'AWSCURRENT' && holder !== undefined ? moveStage(moved, 'AWSPREVIOUS', holder) : moved;
}

function withoutStage(versions: readonly SecretVersion[], stage: string): readonly SecretVersion[] {
  return versions.map((version) => ({ ...version, stages: version.stages.filter((other) => other !== stage) }));
}

function onlyValue({ secretString, secretBinary }: SecretValue): SecretValue {
  return {
    ...defined({ secretString, secretBinary }),
  };
}

function sameValue(a: SecretValue, b: SecretValue): boolean {
  return a.secretString === b.secretString && a.secretBinary === b.secretBinary;
}

function removeOldVersions(versions: readonly SecretVersion[], now: number): readonly SecretVersion[] {
  let excess = versions.length - KEPT_VERSIONS;
  return versions.filter((version) => {
    const removable = excess > 0 && version.stages.length === 0 && now - version.createdDate > KEPT_SECONDS;
    if (removable) {
      excess -= 1;
    }
    return !removable;
  });
}
