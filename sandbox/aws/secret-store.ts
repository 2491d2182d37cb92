import { createHash } from 'node:crypto';
import * as path from 'node:path';
import type { z } from 'zod';
import { defined } from '../../lambdas/lib/defined';
import { JsonFile } from './json-file';
import { AwsError } from './protocol';
import { type Rotation, type Secret, secretsDocumentSchema } from './secret-schema';
import {
  addPlaceholder,
  type NewVersion,
  putVersion,
  type SecretVersion,
  type StageUpdate,
  updateStage,
} from './secret-versions';
import type { SecretSpec } from './types';

/**
 * The ARN that the sandbox gives a secret. AWS ends it with six random characters; here they follow from the name, so
 * that what was written down before a restart stays right.
 */
export function secretArn(options: { name: string; region: string; accountId: string; partition?: string }): string {
  const { name, region, accountId, partition = 'aws' } = options;
  const suffix = createHash('sha256').update(name).digest('hex').slice(0, 6);
  return `arn:${partition}:secretsmanager:${region}:${accountId}:secret:${name}-${suffix}`;
}

export interface SecretStoreOptions {
  readonly stateDir: string;
  readonly secrets: readonly SecretSpec[];
  readonly region: string;
  readonly accountId: string;
  /** Epoch seconds. @default the system's clock */
  readonly now?: () => number;
}

/** Secrets and their versions, written to `<stateDir>/secrets.json` before any change is answered. */
export class SecretStore {
  private readonly file: JsonFile<z.infer<typeof secretsDocumentSchema>>;
  /** Epoch seconds. */
  readonly now: () => number;
  private secrets: readonly Secret[];

  /** Planned secrets are added, and updated but for their versions; others in the file stay. */
  constructor(private readonly options: SecretStoreOptions) {
    this.now = options.now ?? (() => Date.now() / 1000);
    this.file = new JsonFile(path.join(options.stateDir, 'secrets.json'), secretsDocumentSchema);
    const known = this.file.read();
    const byName = new Map((known?.secrets ?? []).map((secret) => [secret.name, secret]));
    for (const spec of options.secrets) {
      byName.set(spec.name, { ...this.emptySecret(spec), ...stored(byName.get(spec.name)) });
    }
    this.secrets = [...byName.values()];
    if (known === undefined) {
      this.write(this.secrets);
    }
  }

  /** Secrets that were deleted stay until their recovery window ends. */
  list(): readonly Secret[] {
    const gone = this.secrets.filter(({ deletionDate }) => deletionDate !== undefined && deletionDate <= this.now());
    if (gone.length > 0) {
      this.write(this.secrets.filter((secret) => !gone.includes(secret)));
    }
    return this.secrets;
  }

  /**
   * By name, ARN, or ARN without its six-character suffix.
   *
   * @throws AwsError `ResourceNotFoundException`.
   */
  find(id: string): Secret {
    const secrets = this.list();
    const found =
      secrets.find((secret) => secret.name === id || secret.arn === id) ??
      secrets.find((secret) => secret.arn.replace(/-[A-Za-z0-9]{6}$/, '') === id);
    if (!found) {
      throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    }
    return found;
  }

  /**
   * As `find`, for operations that a deleted secret refuses.
   *
   * @throws AwsError `ResourceNotFoundException`, `InvalidRequestException`.
   */
  findLive(id: string): Secret {
    const secret = this.find(id);
    if (secret.deletionDate === undefined) {
      return secret;
    }
    throw new AwsError(
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  }

  /** @throws AwsError `ResourceExistsException`, unless the same token already made it with the same value. */
  create(spec: SecretSpec, version: Omit<NewVersion, 'createdDate'> | undefined): Secret {
    const existing = this.list().find((secret) => secret.name === spec.name);
    if (existing?.deletionDate !== undefined) {
      throw new AwsError(
        'InvalidRequestException',
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
    }
    if (existing) {
      if (version && existing.versions.some((known) => known.id === version.id)) {
        return this.put(existing, version);
      }
      throw new AwsError(
        'ResourceExistsException',
        `The operation failed because the secret ${spec.name} already exists.`,
      );
    }
    const empty = this.emptySecret(spec);
    const versions = version ? putVersion([], { ...version, createdDate: empty.createdDate }) : [];
    return this.commit({ ...empty, versions: [...versions] });
  }

  /**
   * A value put as AWSCURRENT counts as a rotation, and overtakes one that is under way.
   *
   * @throws AwsError as `putVersion`.
   */
  put(secret: Secret, version: Omit<NewVersion, 'createdDate'>): Secret {
    const changed = this.withVersions(secret, putVersion(secret.versions, { ...version, createdDate: this.now() }));
    const { rotation } = changed;
    const { attempt } = rotation ?? {};
    if (!rotation || !attempt || attempt.token === version.id || !version.stages.includes('AWSCURRENT')) {
      return changed;
    }
    return this.setRotation(changed, { ...rotation, attempt: { ...attempt, overtaken: true } });
  }

  /** Makes the version of a rotation that begins. */
  putPlaceholder(secret: Secret, id: string): Secret {
    return this.withVersions(secret, addPlaceholder(secret.versions, { id, createdDate: this.now() }));
  }

  /** Takes a version away altogether, as Secrets Manager does with that of a test. */
  removeVersion(secret: Secret, id: string): Secret {
    return this.withVersions(
      secret,
      secret.versions.filter((version) => version.id !== id),
    );
  }

  /** Notes that a value was read, to the day. */
  access(secret: Secret, id: string): void {
    const today = Math.floor(this.now() / 86_400) * 86_400;
    const version = secret.versions.find((candidate) => candidate.id === id);
    if (version === undefined || version.lastAccessedDate === today) {
      return;
    }
    const versions = secret.versions.map((other) =>
      other === version ? { ...other, lastAccessedDate: today } : other,
    );
    this.commit({ ...secret, versions });
  }

  setRotation(secret: Secret, rotation: Rotation): Secret {
    return this.commit({ ...secret, rotation });
  }

  /** Changes description and key. */
  setMetadata(secret: Secret, changes: Partial<Pick<Secret, 'description' | 'kmsKeyId'>>): Secret {
    return this.commit({ ...secret, ...changes, lastChangedDate: this.now() });
  }

  /** Sets the resource policy, or removes it with `undefined`. */
  setResourcePolicy(secret: Secret, resourcePolicy: string | undefined): Secret {
    const { resourcePolicy: _before, ...rest } = secret;
    return this.commit(resourcePolicy === undefined ? rest : { ...rest, resourcePolicy });
  }

  /** Schedules the deletion, or takes it back with `undefined`. A date that has passed deletes at once. */
  setDeletion(secret: Secret, deletionDate: number | undefined): Secret {
    const { deletionDate: _before, ...rest } = secret;
    return this.commit(deletionDate === undefined ? rest : { ...rest, deletionDate });
  }

  /** @throws AwsError as `updateStage`. */
  updateStage(secret: Secret, update: StageUpdate): Secret {
    return this.withVersions(secret, updateStage(secret.versions, update));
  }

  private withVersions(secret: Secret, versions: readonly SecretVersion[]): Secret {
    if (versions === secret.versions) {
      return secret;
    }
    return this.commit({ ...secret, versions: [...versions], lastChangedDate: this.now() });
  }

  /** The file first: memory never holds what the disk does not. */
  private commit(changed: Secret): Secret {
    this.write([...this.secrets.filter((secret) => secret.name !== changed.name), changed]);
    return changed;
  }

  private write(secrets: readonly Secret[]): void {
    this.file.write({ schema: 1, secrets: [...secrets] });
    this.secrets = secrets;
  }

  private emptySecret({ rotation: _planned, ...spec }: SecretSpec): Secret {
    const { region, accountId } = this.options;
    const now = this.now();
    return {
      ...spec,
      arn: spec.arn ?? secretArn({ name: spec.name, region, accountId }),
      createdDate: now,
      lastChangedDate: now,
      versions: [],
    };
  }
}

/** What a start keeps of a planned secret that the file knows. */
function stored(secret: Secret | undefined): Partial<Secret> {
  if (!secret) {
    return {};
  }
  const { createdDate, lastChangedDate, versions, rotation, deletionDate, resourcePolicy } = secret;
  return {
    createdDate,
    lastChangedDate,
    versions,
    ...defined({ rotation, deletionDate, resourcePolicy }),
  };
}
