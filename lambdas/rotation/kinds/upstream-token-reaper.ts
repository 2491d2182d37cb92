import type { CredentialEntry } from '../../lib/rotation-record';
import type { UpstreamTokenConfig } from '../config';
import type { ReapContext } from '../kind';
import { labelPrefix, type TokenProvider, type UpstreamToken } from './upstream-token-target';

/** Ends tokens of an upstream API: those that were replaced, and those that no version of the secret ever had. */
export class UpstreamTokenReaper {
  /** How long a token is accepted after it was replaced, in milliseconds. */
  readonly overlapMs: number;

  constructor(
    private readonly config: UpstreamTokenConfig,
    private readonly provider: TokenProvider,
  ) {
    this.overlapMs = config.provider.overlap === 'none' ? 0 : config.overlapSeconds * 1000;
  }

  /** When a token that is not in use is due to be revoked, epoch milliseconds. */
  retireAt({ demotedAt, promotedAt, revokedAt }: CredentialEntry): number | undefined {
    return revokedAt ?? (promotedAt === undefined ? demotedAt : demotedAt && demotedAt + this.overlapMs);
  }

  /** Retires what is due. */
  async reap(context: ReapContext<UpstreamToken>): Promise<void> {
    const { clock, record, retired, mayDestroy, current } = context;
    if (this.config.provider.overlap === 'none') {
      // The provider ended the token before itself.
      for (const entry of context.entries.filter(({ demotedAt }) => demotedAt !== undefined)) {
        await record.forget(entry.id);
      }
      return;
    }
    const inUse = current.document.payload.token;
    for (const entry of context.entries.filter(({ id }) => !isUnstored(id))) {
      const due = this.retireAt(entry);
      if (entry.demotedAt === undefined || due === undefined || clock.now() < due || !(await mayDestroy(entry))) {
        continue;
      }
      if (entry.targetId !== undefined) {
        await this.provider.revoke(entry.targetId, inUse);
        retired(entry.id, 'deleted');
      }
      await record.forget(entry.id);
    }
    await this.reapUnrecorded(context);
  }

  /** Tokens with a label of this secret that no version has: made by an attempt that could not store them. */
  private async reapUnrecorded(context: ReapContext<UpstreamToken>): Promise<void> {
    const { secretName, clock, record, current, pending, previous, isUrgent, mayDestroy, retired } = context;
    const listed = await this.provider.list(labelPrefix(secretName), current.document.payload.token);
    const known = (await record.read())?.credentials ?? [];
    const stored = [current, previous, pending].flatMap((one) => (one?.document ? [one.document.payload] : []));
    const noted = new Set(known.map(({ id }) => id).filter(isUnstored));
    for (const { id, label } of listed ?? []) {
      const sameLabel = stored.find((payload) => payload.label === label);
      const isStored = sameLabel
        ? sameLabel.tokenId === id || sameLabel.tokenId === null
        : known.some((one) => one.targetId === id && !isUnstored(one.id));
      if (isStored) {
        continue;
      }
      const name = `${label}/${id}`;
      const versionId = label.slice(labelPrefix(secretName).length);
      const { addedAt } =
        known.find((one) => one.id === name) ?? (await record.note({ id: name, targetId: id, versionId }));
      noted.delete(name);
      // A version that has its value keeps it: another token of its name can never be used.
      const isSuperseded = sameLabel !== undefined;
      const isOld = clock.now() >= addedAt + this.config.orphanSeconds * 1000;
      if (isSuperseded || ((isUrgent || isOld) && (await mayDestroy({ id: label, versionId })))) {
        await this.provider.revoke(id, current.document.payload.token);
        await record.forget(name);
        retired(name, 'deleted');
      }
    }
    for (const name of listed ? noted : []) {
      await record.forget(name);
    }
  }
}

/** Whether an entry is about a token that no version has: its id says which one of the label it is. */
function isUnstored(id: string): boolean {
  return id.includes('/');
}
