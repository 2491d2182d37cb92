import type { SecretsClient, StoredVersion } from '../../../../lambdas/rotation/ports';

/** An error as AWS clients give it. */
export class FakeAwsError extends Error {
  constructor(
    readonly code: string,
    message: string = code,
  ) {
    super(message);
    this.name = code;
  }
}

interface FakeVersion {
  text: string | undefined;
  visibleAt: number;
  readonly stages: Set<string>;
}

/**
 * One secret by the rules of Secrets Manager: versions are immutable and keyed by the ClientRequestToken, a placeholder has
 * AWSPENDING before it has a value, labels are on one version each, AWSCURRENT moves by compare-and-swap and takes AWSPREVIOUS along.
 * New values may stay invisible for some time. test/support/secrets-manager-contract.ts says the same as a suite.
 */
export class FakeSecret implements SecretsClient {
  readonly versions = new Map<string, FakeVersion>();
  /** For how long a new value cannot be read, in milliseconds. */
  visibilityMs = 0;
  /** Whether the first value becomes current whatever was asked. */
  promotesFirst = false;
  isDeleted = false;
  /** Called when AWSCURRENT has moved. */
  onPromotion: (to: string, from: string | undefined) => void = () => {};

  constructor(private readonly now: () => number) {}

  holder(stage: string): string | undefined {
    return [...this.versions].find(([, { stages }]) => stages.has(stage))?.[0];
  }

  textOf(stage: string): string | undefined {
    const id = this.holder(stage);
    return id === undefined ? undefined : this.versions.get(id)?.text;
  }

  /** What RotateSecret does first; a version that is still pending is attempted again. */
  startRotation(token: string): string {
    const pending = this.holder('AWSPENDING');
    if (pending !== undefined && pending !== this.holder('AWSCURRENT')) {
      return pending;
    }
    if (!this.versions.has(token)) {
      this.versions.set(token, { text: undefined, visibleAt: 0, stages: new Set() });
    }
    this.label('AWSPENDING', token);
    return token;
  }

  /** PutSecretValue by hand, which makes a version current. */
  putByHand(versionId: string, text: string): void {
    this.versions.set(versionId, { text, visibleAt: 0, stages: new Set() });
    this.moveCurrent(versionId);
  }

  async describe() {
    const labelled = [...this.versions].filter(([, { stages }]) => stages.size > 0);
    return {
      versions: Object.fromEntries(labelled.map(([id, { stages }]) => [id, [...stages]])),
      isDeleted: this.isDeleted,
    };
  }

  async get(versionId: string): Promise<StoredVersion | undefined> {
    if (this.isDeleted) {
      throw new FakeAwsError('InvalidRequestException');
    }
    const version = this.versions.get(versionId);
    return version?.text === undefined || this.now() < version.visibleAt
      ? undefined
      : { text: version.text, stages: [...version.stages] };
  }

  async put(versionId: string, text: string): Promise<void> {
    const existing = this.versions.get(versionId);
    if (existing?.text !== undefined) {
      if (existing.text !== text) {
        throw new FakeAwsError('ResourceExistsException');
      }
      return;
    }
    const version = existing ?? { text, visibleAt: 0, stages: new Set<string>() };
    version.text = text;
    version.visibleAt = this.now() + this.visibilityMs;
    this.versions.set(versionId, version);
    this.label('AWSPENDING', versionId);
    if (this.promotesFirst && this.holder('AWSCURRENT') === undefined) {
      this.moveCurrent(versionId);
    }
  }

  async moveStage({ stage, from, to }: { stage: string; from?: string | undefined; to?: string | undefined }) {
    for (const id of [from, to]) {
      if (id !== undefined && !this.versions.has(id)) {
        throw new FakeAwsError('ResourceNotFoundException');
      }
    }
    const holder = this.holder(stage);
    const isTaken = holder !== undefined && holder !== to && from === undefined;
    if ((from !== undefined && from !== holder) || isTaken || (to === undefined && stage === 'AWSCURRENT')) {
      throw new FakeAwsError('InvalidParameterException');
    }
    if (to === undefined) {
      this.versions.get(holder ?? '')?.stages.delete(stage);
    } else if (stage === 'AWSCURRENT') {
      this.moveCurrent(to);
    } else {
      this.label(stage, to);
    }
  }

  private moveCurrent(to: string): void {
    const from = this.holder('AWSCURRENT');
    if (from === to) {
      return;
    }
    if (from !== undefined) {
      this.label('AWSPREVIOUS', from);
    }
    this.label('AWSCURRENT', to);
    this.onPromotion(to, from);
  }

  private label(stage: string, to: string): void {
    for (const { stages } of this.versions.values()) {
      stages.delete(stage);
    }
    this.versions.get(to)?.stages.add(stage);
  }
}
