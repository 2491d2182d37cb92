import { parseDocument } from './document';
import { RotationRefusedError } from './errors';
import type { SecretKind, Version } from './kind';
import type { Clock, SecretsClient, StoredVersion } from './ports';
import { readUntilSeen } from './retry';

export const CURRENT = 'AWSCURRENT';
export const PENDING = 'AWSPENDING';
const PREVIOUS = 'AWSPREVIOUS';

/** Which versions have the labels that matter. */
export interface Labels {
  readonly current: string | undefined;
  /** Only where it is not the current version: after a success the label may stay there. */
  readonly pending: string | undefined;
  readonly previous: string | undefined;
}

/** Labels and documents of the secret, read anew at each call: an invocation keeps nothing of another. */
export class SecretView<P> {
  constructor(
    private readonly secrets: SecretsClient,
    private readonly kind: SecretKind<P>,
    private readonly clock: Clock,
  ) {}

  /** @throws {RotationRefusedError} when the secret is scheduled for deletion */
  async labels(): Promise<Labels> {
    const { versions, isDeleted } = await this.secrets.describe();
    if (isDeleted) {
      throw new RotationRefusedError('secret is scheduled for deletion');
    }
    const holder = (stage: string) => Object.keys(versions).find((id) => versions[id]?.includes(stage));
    const current = holder(CURRENT);
    const pending = holder(PENDING);
    return { current, pending: pending === current ? undefined : pending, previous: holder(PREVIOUS) };
  }

  /** The value of a version that may have none. */
  stored(versionId: string): Promise<StoredVersion | undefined> {
    return this.secrets.get(versionId);
  }

  /** The value of a version that should have one: asked for some seconds, because it may not be seen everywhere yet. */
  seen(versionId: string): Promise<StoredVersion | undefined> {
    return readUntilSeen(this.clock, () => this.secrets.get(versionId));
  }

  /** @throws {UnusableDocumentError} when the value is no document of the kind */
  parse(versionId: string, { text }: StoredVersion): Version<P> {
    return { versionId, document: parseDocument(text, this.kind.name, this.kind.readPayload) };
  }
}
