import { createHash } from 'node:crypto';
import { randomBase62 } from '../../lib/base62';
import type { CredentialEntry } from '../../lib/rotation-record';
import type { UpstreamTokenConfig } from '../config';
import { RotationAbandonedError, RotationRefusedError, RotationRetryableError } from '../errors';
import type { CreateContext, ReapContext, SecretKind } from '../kind';
import { succeedsInARow } from '../retry';

/** A token as its provider made it. */
export interface ProvidedToken {
  readonly id: string;
  readonly token: string;
  /** ISO 8601. */
  readonly expiresAt?: string;
}

/** An API that issues tokens. Calls reject with an error that holds no token. */
export interface TokenProvider {
  /** Makes a token; `token` is the value to give it, where the caller chooses. */
  create(request: {
    readonly label: string;
    readonly idempotencyKey: string;
    readonly token?: string;
    /** Token in use. */
    readonly current?: string;
  }): Promise<ProvidedToken>;
  /** Tokens whose labels begin so; `undefined` when the provider has no list. */
  list(
    labelPrefix: string,
    current?: string,
  ): Promise<readonly { readonly id: string; readonly label: string }[] | undefined>;
  /** Whether the provider accepts the token. */
  probe(token: string): Promise<boolean>;
  /** Ends a token; one that is gone already is no error. */
  revoke(id: string, current?: string): Promise<void>;
}

/** Second store for a token that the provider shows once, until Secrets Manager has it. */
export interface RecoveryStore {
  save(versionId: string, token: ProvidedToken): Promise<void>;
  load(versionId: string): Promise<ProvidedToken | undefined>;
}

/** What upstream tokens need beside the engine. */
export interface UpstreamTokenPorts {
  readonly provider: TokenProvider;
  readonly recovery: RecoveryStore;
}

/** Payload of the secret of an upstream token. */
export interface UpstreamToken {
  /** Name of the token at its provider; it ends with the version of the secret that brought it. */
  readonly label: string;
  /** Id at the provider; `null` where the caller chose the token, and the provider had not seen it yet. */
  readonly tokenId: string | null;
  readonly token: string;
  /** ISO 8601. */
  readonly expiresAt?: string;
}

const SUPPLIED_LENGTH = 48;

/** How long a failing rotation may be repeated by Secrets Manager, in seconds, before the next is due. */
const RETRY_HORIZON_SECONDS = 86_400;

/**
 * A token of an upstream API. The provider makes it in `create`, named after the version, so that whatever a crash leaves behind
 * can be found by its name. A token whose name has the id of a version with another token is nobody's.
 */
export function upstreamToken(
  config: UpstreamTokenConfig,
  bounds: { readonly intervalSeconds: number; readonly testSeconds: number; readonly testSuccesses: number },
  { provider, recovery }: UpstreamTokenPorts,
): SecretKind<UpstreamToken> {
  const { clientSupplied, idempotent, maxActive, overlap } = config.provider;
  const overlapMs = overlap === 'none' ? 0 : config.overlapSeconds * 1000;

  function retireAt({ demotedAt, promotedAt, revokedAt }: CredentialEntry): number | undefined {
    return revokedAt ?? (promotedAt === undefined ? demotedAt : demotedAt && demotedAt + overlapMs);
  }

  /** The token before the one in use, while it is accepted. */
  function replaced(entries: readonly CredentialEntry[]): CredentialEntry | undefined {
    return entries.find((entry) => entry.promotedAt !== undefined && entry.demotedAt !== undefined);
  }

  async function makeRoom(context: CreateContext<UpstreamToken>, label: string): Promise<void> {
    if (overlap === 'none') {
      // The provider makes room itself, and what an attempt before made is in the second store.
      return;
    }
    const { secretName, current, entries, mayDestroy } = context;
    const before = replaced(entries);
    if (before) {
      const due = new Date(retireAt(before) ?? 0).toISOString();
      throw new RotationRefusedError(`token ${before.id} was due at ${due} and could not be revoked`);
    }
    const inUse = current?.document.payload.token;
    const listed = await provider.list(labelPrefix(secretName), inUse);
    let active = listed?.length ?? entries.length;
    for (const orphan of listed?.filter((one) => one.label === label) ?? []) {
      // Of this very version, which has no value yet. It goes only for want of room: a twin may be about to store it.
      if (!idempotent && active >= maxActive && (await mayDestroy({ id: label }))) {
        if (await context.hasValue()) {
          throw new RotationRetryableError(`version ${context.versionId} has a value by now`);
        }
        await provider.revoke(orphan.id, inUse);
        active -= 1;
      }
    }
    const isRepeated = idempotent && listed?.some((one) => one.label === label);
    if (active >= maxActive && !isRepeated) {
      throw new RotationRefusedError(`the provider has ${active} tokens, of at most ${maxActive}`);
    }
  }

  function checkLife({ expiresAt }: ProvidedToken, now: number): void {
    const needed = (bounds.intervalSeconds + RETRY_HORIZON_SECONDS) * 1000 + overlapMs;
    if (expiresAt !== undefined && !(Date.parse(expiresAt) - now >= needed)) {
      throw new RotationRefusedError(
        `the provider's token expires at ${expiresAt}, expected at least ${needed / 1000} s from now`,
      );
    }
  }

  /** Gives a chosen token to the provider, unless it has it. */
  async function supply({ label, token }: UpstreamToken, context: KindCall): Promise<string> {
    const entry = (await context.record.read())?.credentials.find(({ id }) => id === label);
    if (entry?.targetId !== undefined) {
      return entry.targetId;
    }
    const current = context.current?.document.payload.token;
    const listed = await provider.list(label, current);
    const found = listed?.find((one) => one.label === label);
    const { id } =
      found ??
      (await provider.create({
        label,
        idempotencyKey: context.versionId,
        token,
        ...(current !== undefined && { current }),
      }));
    return id;
  }

  return {
    name: 'upstream-token',
    readPayload: readUpstreamToken,
    credentials: ({ label, tokenId }) => [
      { id: label, role: 'current', ...(tokenId !== null && { targetId: tokenId }) },
    ],

    tooEarly({ entries, now }) {
      const before = overlap === 'none' ? undefined : replaced(entries);
      const until = before && retireAt(before);
      return before && until !== undefined && now < until
        ? { reason: `token ${before.id} is accepted until ${new Date(until).toISOString()}`, until }
        : undefined;
    },

    async create(context) {
      const { secretName, versionId, current, clock } = context;
      const label = labelOf(secretName, versionId);
      await makeRoom(context, label);
      if (clientSupplied) {
        return { label, tokenId: null, token: randomBase62(SUPPLIED_LENGTH) };
      }
      const inUse = current?.document.payload.token;
      const saved = overlap === 'none' ? await recovery.load(versionId) : undefined;
      const provided =
        saved ??
        (await provider.create({
          label,
          idempotencyKey: versionId,
          ...(inUse !== undefined && { current: inUse }),
        }));
      if (overlap === 'none' && !saved) {
        await recovery.save(versionId, provided);
      }
      checkLife(provided, clock.now());
      const { id, token, expiresAt } = provided;
      return { label, tokenId: id, token, ...(expiresAt !== undefined && { expiresAt }) };
    },

    async set(context) {
      const { payload, record, versionId } = context;
      const targetId = payload.tokenId ?? (await supply(payload, context));
      await record.note({ id: payload.label, versionId, targetId });
    },

    async test({ payload, clock, secretName, current }) {
      if (await succeedsInARow(clock, bounds, () => provider.probe(payload.token))) {
        return;
      }
      const listed = await provider.list(labelPrefix(secretName), current?.document.payload.token);
      if (listed && payload.tokenId !== null && !listed.some(({ id }) => id === payload.tokenId)) {
        throw new RotationAbandonedError(`token ${payload.label} is not at the provider any more`);
      }
      throw new RotationRetryableError(`the provider does not accept the token ${payload.label} yet`);
    },

    async dryRun({ secretName }) {
      await provider.list(labelPrefix(secretName));
    },

    async reap(context) {
      const { clock, record, retired, mayDestroy, current } = context;
      if (overlap === 'none') {
        // The provider ended the token before itself.
        for (const entry of context.entries.filter(({ demotedAt }) => demotedAt !== undefined)) {
          await record.forget(entry.id);
        }
        return;
      }
      const inUse = current.document.payload.token;
      for (const entry of context.entries.filter(({ id }) => !isUnstored(id))) {
        const due = retireAt(entry);
        if (entry.demotedAt === undefined || due === undefined || clock.now() < due || !(await mayDestroy(entry))) {
          continue;
        }
        if (entry.targetId !== undefined) {
          await provider.revoke(entry.targetId, inUse);
          retired(entry.id, 'deleted');
        }
        await record.forget(entry.id);
      }
      await reapUnrecorded(context);
    },

    retireAt,
    rollBackUntil: (since) => (overlap === 'none' ? Number.NEGATIVE_INFINITY : since + overlapMs),
  };

  /** Tokens with a label of this secret that no version has: made by an attempt that could not store them. */
  async function reapUnrecorded(context: ReapContext<UpstreamToken>): Promise<void> {
    const { secretName, clock, record, current, pending, previous, isUrgent, mayDestroy, retired } = context;
    const listed = await provider.list(labelPrefix(secretName), current.document.payload.token);
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
      const isOld = clock.now() >= addedAt + config.orphanSeconds * 1000;
      if (isSuperseded || ((isUrgent || isOld) && (await mayDestroy({ id: label, versionId })))) {
        await provider.revoke(id, current.document.payload.token);
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

type KindCall = Parameters<SecretKind<UpstreamToken>['set']>[0];

/** First part of the labels of a secret's tokens: its name is not shown to the provider. */
export function labelPrefix(secretName: string): string {
  return `gatehouse-${createHash('sha256').update(secretName).digest('hex').slice(0, 12)}-`;
}

function labelOf(secretName: string, versionId: string): string {
  return labelPrefix(secretName) + versionId;
}

function readUpstreamToken(value: unknown): UpstreamToken | undefined {
  const { label, tokenId, token, expiresAt } = (value ?? {}) as Partial<UpstreamToken>;
  return isText(label) &&
    isText(token) &&
    (tokenId === null || isText(tokenId)) &&
    (expiresAt === undefined || isText(expiresAt))
    ? { label, tokenId, token, ...(expiresAt !== undefined && { expiresAt }) }
    : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
