import { createHash } from 'node:crypto';
import * as path from 'node:path';
import { z } from 'zod';
import { JsonFile } from './json-file';
import { AwsError } from './protocol';
import {
  type NewVersion,
  putVersion,
  type SecretVersion,
  type StageUpdate,
  secretVersionSchema,
  updateStage,
} from './secret-versions';
import type { SecretSpec } from './types';

const secretSchema = z.object({
  name: z.string(),
  arn: z.string(),
  description: z.string().optional(),
  kmsKeyId: z.string().optional(),
  /** Epoch seconds. */
  createdDate: z.number(),
  lastChangedDate: z.number(),
  versions: z.array(secretVersionSchema),
});
const documentSchema = z.object({ schema: z.literal(1), secrets: z.array(secretSchema) });

export type Secret = z.infer<typeof secretSchema>;

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
  private readonly file: JsonFile<z.infer<typeof documentSchema>>;
  private readonly now: () => number;
  private secrets: readonly Secret[];

  /** Planned secrets are added, and updated but for their versions; others in the file stay. */
  constructor(private readonly options: SecretStoreOptions) {
    this.now = options.now ?? (() => Date.now() / 1000);
    this.file = new JsonFile(path.join(options.stateDir, 'secrets.json'), documentSchema);
    const byName = new Map((this.file.read()?.secrets ?? []).map((secret) => [secret.name, secret]));
    for (const spec of options.secrets)
      byName.set(spec.name, { ...this.emptySecret(spec), ...stored(byName.get(spec.name)) });
    this.secrets = [...byName.values()];
  }

  list(): readonly Secret[] {
    return this.secrets;
  }

  /**
   * By name, ARN, or ARN without its six-character suffix.
   *
   * @throws AwsError `ResourceNotFoundException`.
   */
  find(id: string): Secret {
    const found =
      this.secrets.find((secret) => secret.name === id || secret.arn === id) ??
      this.secrets.find((secret) => secret.arn.replace(/-[A-Za-z0-9]{6}$/, '') === id);
    if (!found) throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    return found;
  }

  /** @throws AwsError `ResourceExistsException`, unless the same token already made it with the same value. */
  create(spec: SecretSpec, version: Omit<NewVersion, 'createdDate'> | undefined): Secret {
    const existing = this.secrets.find((secret) => secret.name === spec.name);
    if (existing) {
      if (version && existing.versions.some((known) => known.id === version.id)) return this.put(existing, version);
      throw new AwsError(
        'ResourceExistsException',
        `The operation failed because the secret ${spec.name} already exists.`,
      );
    }
    const empty = this.emptySecret(spec);
    const versions = version ? putVersion([], { ...version, createdDate: empty.createdDate }) : [];
    return this.commit({ ...empty, versions: [...versions] });
  }

  /** @throws AwsError as `putVersion`. */
  put(secret: Secret, version: Omit<NewVersion, 'createdDate'>): Secret {
    return this.withVersions(secret, putVersion(secret.versions, { ...version, createdDate: this.now() }));
  }

  /** @throws AwsError as `updateStage`. */
  updateStage(secret: Secret, update: StageUpdate): Secret {
    return this.withVersions(secret, updateStage(secret.versions, update));
  }

  private withVersions(secret: Secret, versions: readonly SecretVersion[]): Secret {
    if (versions === secret.versions) return secret;
    return this.commit({ ...secret, versions: [...versions], lastChangedDate: this.now() });
  }

  /** The file first: memory never holds what the disk does not. */
  private commit(changed: Secret): Secret {
    const secrets = [...this.secrets.filter((secret) => secret.name !== changed.name), changed];
    this.file.write({ schema: 1, secrets });
    this.secrets = secrets;
    return changed;
  }

  private emptySecret(spec: SecretSpec): Secret {
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
  if (!secret) return {};
  const { createdDate, lastChangedDate, versions } = secret;
  return { createdDate, lastChangedDate, versions };
}
